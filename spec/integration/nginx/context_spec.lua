--- Inside nginx: a call's context is its request's, whichever request's turn of the loop tells the hooks.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"

local SERVER = [[
  location = /traced { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.traced = app.traced or app.client { retry = { base = 0.01 }, on_response = function(event)
      local context = event.context
      context.seen = (context.seen or "") .. event.path:sub(-1) .. event.status .. " "
    end }
    ngx.ctx.id = ngx.var.arg_n
    local client = app.traced:with { context = ngx.ctx }
    local port_in, err = client.port_ins:fetch(app.kw(ngx.var.arg_n))
    ngx.print(ngx.ctx.seen, port_in and "fetched" or tostring(err))
  } }
  location = /left { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    collectgarbage()
    collectgarbage()
    local count = 0
    for _ in pairs(app.traced.derived) do count = count + 1 end
    ngx.print(count)
  } }
]]

describe("inside nginx, ngx.ctx", function()
  local server

  setup(function() server = nginx.start { server = SERVER } end)
  teardown(function() server:stop() end)
  before_each(sandbox.reset)

  it("comes to the hooks of its own request's calls, many at once", function()
    sandbox.fault { fault = "error", status = 503, times = 1 }
    local first = server:send "/traced?n=1"
    assert.are.same({ 200, "1503 1200 fetched" }, { server:finish(first) })
    local sent = {}
    for i = 1, 9 do sent[i] = server:send("/traced?n=" .. i) end
    for i = 1, 9 do assert.are.same({ 200, i .. "200 fetched" }, { server:finish(sent[i]) }) end
    assert.are.same({ 200, "0" }, { server:get "/left" })
  end)
end)
