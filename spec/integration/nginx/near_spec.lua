--- Inside an nginx worker: a server so near that the worker may be held for its answers.

local nginx = require "spec.support.nginx"

local UPSTREAM = [[
  location / { content_by_lua_block {
    local number = ngx.var.uri:match "%+%d+$"
    if number:find "7$" then ngx.sleep(0.5) end
    ngx.print('{"phone_number":"', number, '","portable":true,"account_sid":null}')
  } }
]]

local SERVER = [[
  location = /many { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local client = app.client { base_url = "http://127.0.0.1:" .. ngx.var.arg_port }
    local answers, turns, is_over = 0, 0, false
    local other = ngx.thread.spawn(function()
      while not is_over do
        ngx.sleep(0.001)
        turns = turns + 1
      end
    end)
    for _ = 1, 400 do
      if assert(client.portability:check "+16175551210").portable then answers = answers + 1 end
    end
    is_over = true
    local turns_meanwhile = turns
    ngx.thread.wait(other)
    local first = ngx.now()
    assert(client.portability:check "+16175551217")
    local took = ngx.now() - first
    client:close()
    ngx.say(answers, " answers, ", turns_meanwhile >= 5 and "with turns between" or turns_meanwhile,
      ", ", took >= 0.4 and "then a late one" or took)
  } }
]]

describe("in nginx, a server that answers at once", function()
  local server, upstream

  setup(function()
    upstream, server = nginx.start { server = UPSTREAM }, nginx.start { server = SERVER }
  end)
  teardown(function()
    server:stop()
    upstream:stop()
  end)

  it("stops no other work, neither with many calls in a row nor with a late answer", function()
    local many = server:send("/many?port=" .. upstream.port)
    local pings = 0
    while not many:done() do
      assert.are.equal("pong", select(2, server:get "/ping"))
      pings = pings + 1
    end
    assert.are.same({ 200, "400 answers, with turns between, then a late one\n" },
      { server:finish(many) })
    assert.is_true(pings > 0) -- how many, hangs on this process as well
    assert.are.equal("", server:log())
  end)
end)
