--- Inside nginx: what a hook raises is no other request's failure.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"

local KW = function(i) return sandbox.sid("KW", i) end

local SERVER = [[
  location = /hooked { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.hooked = app.hooked or app.client { on_response = function(event)
      if event.path:find(app.kw(3), 1, true) then error "a bug\nin the hook" end
    end }
    app.say(app.hooked.port_ins[ngx.var.arg_call](app.hooked.port_ins, app.kw(ngx.var.arg_n)))
  } }
  location = /loop { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local given = 0
    local ok, why = pcall(function()
      for _ in app.hooked.port_ins:fetch_each { app.kw(ngx.var.arg_a), app.kw(ngx.var.arg_b) } do
        given = given + 1
        ngx.sleep(tonumber(ngx.var.arg_sleep) or 0.001)
      end
    end)
    ngx.print(given, " ", ok and "fine" or why)
  } }
  location = /end { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.hooked:close()
    app.hooked = nil
    ngx.print "closed"
  } }
]]

describe("inside nginx, what a hook raises", function()
  local server

  setup(function() server = nginx.start { server = SERVER } end)
  teardown(function() server:stop() end)
  before_each(sandbox.reset)

  local function count_of_logged()
    return select(2, server:log():gsub("twilio%.numbers: on_response raised: [^\n]*a bug in the hook", ""))
  end

  it("is logged at once, and costs neither its own request nor the next ones", function()
    assert.are.same({ 200, "true\n" }, { server:get("/hooked?call=cancel&n=3") })
    assert.are.equal(1, count_of_logged())
    for _ = 1, 3 do
      local status, body = server:get "/hooked?call=fetch&n=1"
      assert.are.equal(200, status)
      assert.matches("^PortIn " .. KW(1), body)
    end
    assert.are.equal(200, (server:get "/hooked?call=fetch&n=3"))
    assert.are.equal(2, count_of_logged())
    assert.are.same({ 200, "closed" }, { server:get "/end" })
  end)

  it("comes out at the end of the loop whose call it was, and of no other loop", function()
    server:get "/hooked?call=fetch&n=1"
    local other = server:send "/loop?a=1&b=2&sleep=0.3"
    local own = server:send "/loop?a=3&b=4"
    local status, body = server:finish(own)
    assert.are.equal(200, status)
    assert.matches("^2 on_response raised: .*a bug\nin the hook", body)
    assert.are.same({ 200, "2 fine" }, { server:finish(other) })
    assert.are.same({ 200, "2 fine" }, { server:get "/loop?a=1&b=2" })
  end)
end)
