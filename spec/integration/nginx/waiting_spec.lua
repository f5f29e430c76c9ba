--- Inside an nginx worker: a call waits, and nothing else does.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"

local KW = function(i) return sandbox.sid("KW", i) end

local SERVER = [[
  location = /fetch { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.say(app.shared.port_ins:fetch(app.kw(1)))
  } }
  location = /rewrite {
    rewrite_by_lua_block {
      local app = require "spec.integration.nginx.app"
      ngx.ctx.port_in = assert(app.shared.port_ins:fetch(app.kw(1)))
    }
    access_by_lua_block {
      local app = require "spec.integration.nginx.app"
      ngx.ctx.again = assert(app.shared.port_ins:fetch(app.kw(2)))
    }
    content_by_lua_block { ngx.say(ngx.ctx.port_in:sid(), ngx.ctx.again:sid()) }
  }
  location = /timer { content_by_lua_block {
    local app, done = require "spec.integration.nginx.app", require("ngx.semaphore").new()
    local seen
    assert(ngx.timer.at(0, function()
      seen = app.shared.port_ins:fetch(app.kw(1))
      done:post(1)
    end))
    done:wait(5)
    app.say(seen)
  } }
  location = /sub { content_by_lua_block {
    local a, b = ngx.location.capture_multi { { "/fetch" }, { "/each" } }
    ngx.print(a.body, b.body)
  } }
  location = /gather { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local began = ngx.now()
    local results, errors = app.shared:gather {
      function() ngx.sleep(0.05) return app.shared.port_ins:fetch(app.kw(1)) end,
      function() return app.shared.port_ins:fetch(app.kw(2)) end,
      function() error "no" end,
      function() return nil, "nothing" end,
    }
    ngx.say(results[1]:sid(), results[2]:sid(), errors[3].kind, errors[4])
    ngx.say(errors[3].message, errors[3].traceback ~= nil)
  } }
  location = /each { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local seen = {}
    for sid, port_in, err in app.shared.port_ins:fetch_each({ app.kw(1), app.kw(2), "no" },
      { ordered = true }) do
      seen[#seen + 1] = port_in and port_in:sid() or err.kind
      ngx.sleep(0.001)
    end
    ngx.say(table.concat(seen, " "))
  } }
  location = /watch { content_by_lua_block {
    local app, seen = require "spec.integration.nginx.app", {}
    for port_in, change in app.shared.port_ins:watch({ app.kw(5), app.kw(7) },
      { interval = 0.01 }) do
      seen[#seen + 1] = change.to
    end
    table.sort(seen)
    app.shared:sleep(0.01)
    ngx.say(table.concat(seen, " "))
  } }
  location = /retried { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local client = app.client { retry = { base = 0.01 } }
    app.say(client.port_ins:fetch(app.kw(3)))
  } }
  location = /hooked { content_by_lua_block {
    local app, seen = require "spec.integration.nginx.app", {}
    local client = app.client { on_response = function(event) seen[#seen + 1] = event.status end }
    app.say(client.port_ins:fetch(app.kw(1)))
    ngx.say(table.concat(seen, " "))
  } }
  location = /waiting_hook { content_by_lua_block {
    local app, seen = require "spec.integration.nginx.app", 0
    local client = app.client { on_response = function()
      ngx.sleep(0.15)
      seen = seen + 1
    end }
    local tasks = {}
    for i = 1, 5 do tasks[i] = function() return client.port_ins:fetch(app.kw(i)) end end
    local results = client:gather(tasks)
    ngx.say(#results, " ", client.engine:running(), " ", seen)
  } }
  location = /under_way { content_by_lua_block {
    ngx.print(require("spec.integration.nginx.app").under_way())
  } }
]]

describe("a call inside an nginx worker", function()
  local server

  setup(function() server = nginx.start { server = SERVER } end)
  teardown(function() server:stop() end)
  before_each(sandbox.reset)

  it("lets all other requests of the worker go on while it waits", function()
    sandbox.fault { fault = "paused", seconds = 60, path = KW(1) }
    local slow = server:send "/fetch"
    for _ = 1, 20 do
      assert.are.equal("pong", select(2, server:get "/ping"))
    end
    assert.is_false(slow:done())
    sandbox.clear_faults()
    local status, text = server:finish(slow)
    assert.are.equal(200, status)
    assert.matches("PortIn KW", text)
  end)

  it("waits beside others on one engine and its connections", function()
    local transfers = {}
    for i = 1, 40 do transfers[i] = server:send "/fetch" end
    for _, transfer in ipairs(transfers) do
      assert.matches("PortIn KW0+1 ", (select(2, server:finish(transfer))))
    end
    local connections, count = {}, 0
    for _, request in ipairs(sandbox.requests()) do
      if not connections[request.connection] then count = count + 1 end
      connections[request.connection] = true
    end
    assert.are.equal(1, count) -- HTTP/2
  end)

  it("works in rewrite and access", function()
    assert.are.same({ 200, KW(1) .. KW(2) .. "\n" }, { server:get "/rewrite" })
  end)

  it("works in a timer", function()
    assert.matches("PortIn KW0+1 ", (select(2, server:get "/timer")))
  end)

  it("works in subrequests", function()
    local _, text = server:get "/sub"
    assert.matches("PortIn KW0+1 .*\n" .. KW(1) .. " " .. KW(2), text)
  end)

  it("works in tasks, which may use all of nginx's own calls", function()
    local _, text = server:get "/gather"
    assert.matches("^" .. KW(1) .. KW(2) .. "raisednothing\n", text)
    assert.matches("a task raised: .*no%s*true\n$", text)
  end)

  it("works in iterators", function()
    assert.are.equal(KW(1) .. " " .. KW(2) .. " invalid\n", (select(2, server:get "/each")))
  end)

  it("works in watches and pauses", function()
    assert.are.equal("canceled completed\n", (select(2, server:get "/watch")))
  end)

  it("retries", function()
    sandbox.fault { fault = "error", status = 503, times = 2, path = KW(3) }
    assert.matches("PortIn KW0+3 ", (select(2, server:get "/retried")))
    assert.are.equal(3, #sandbox.requests())
  end)

  it("asks again when another one's answer comes", function()
    sandbox.fault { fault = "mixed", as = "/v1/Porting/PortIn/" .. KW(7), times = 2, path = KW(3) }
    assert.matches("PortIn KW0+3 %(waiting_for_signature", (select(2, server:get "/retried")))
    assert.are.equal(3, #sandbox.requests())
  end)

  it("tells hooks", function()
    assert.matches("PortIn.*\n200\n$", (select(2, server:get "/hooked")))
  end)

  it("goes on when a hook waits, which it should not", function()
    local status, text = server:get "/waiting_hook"
    assert.are.equal(200, status)
    assert.matches("^5 0 %d\n$", text)
  end)

  it("gives errors as everywhere", function()
    sandbox.fault { fault = "reset_before", path = KW(1) }
    local status, text = server:get "/fetch"
    assert.are.equal(200, status)
    assert.matches("^error: GET /v1/Porting/PortIn/" .. KW(1) .. ": ", text)
  end)

  it("leaves nothing behind", function()
    assert.are.equal("0", (select(2, server:get "/under_way")))
    assert.are.equal("", server:log())
  end)
end)
