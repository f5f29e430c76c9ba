--- Inside nginx: a worker that is late. A caller that is there has its answer, however late that is.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = function(i) return sandbox.sid("KW", i) end

local SERVER = [[
  location = /pid { content_by_lua_block { ngx.print(ngx.worker.pid()) } }
  location = /use_up { content_by_lua_block {
    ngx.timer.at(0, function() ngx.sleep(100) end)
    ngx.sleep(0.01)
    ngx.print(tostring(ngx.timer.at(100, function() end)))
  } }
  location = /running { content_by_lua_block {
    ngx.print(require("spec.integration.nginx.app").shared:pace().in_flight)
  } }
  location = /hold_up { content_by_lua_block { require("spec.integration.nginx.app").hold_up(0.3) } }
  location = /fetch { lua_check_client_abort on; content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.say(app.shared.port_ins:fetch(app.kw(ngx.var.arg_n)))
  } }
  location = /cancel { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.say(app.shared.port_ins:cancel(app.kw(ngx.var.arg_n)))
  } }
  location = /cancel_behind { lua_check_client_abort on; content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.narrow = app.narrow or app.client { concurrency = 1 }
    app.say(app.narrow.port_ins:cancel(app.kw(ngx.var.arg_n)))
  } }
  location = /queued { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    ngx.print(app.narrow and app.narrow:pace().waiting or 0)
  } }
  location = /hold_while_there { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local waker = require("twilio.numbers.nginx.driver").sleeper.waker
    for _ = 1, 100 do waker:ring() end
    assert(io.open("%(dir)s/there", "w")):close()
    repeat app.hold_up(2) until not io.open "%(dir)s/there"
    if ngx.var.arg_n then app.say(app.narrow.port_ins:fetch(app.kw(ngx.var.arg_n))) end
  } }
  location = /cancel_again { lua_check_client_abort on; content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.narrow = app.client { retry = { base = 2 } }
    app.say(app.narrow.port_ins:cancel(app.kw(ngx.var.arg_n)))
  } }
  location = /hold_until_again { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    repeat ngx.sleep(0.001) until app.narrow and app.narrow:pace().waiting == 1
    assert(io.open("%(dir)s/there", "w")):close()
    repeat app.hold_up(0.01) until not io.open "%(dir)s/there" and app.narrow.engine:timeout() == 0
    app.hold_up(1)
    app.say(app.narrow.port_ins:fetch(app.kw(1)))
  } }
  location = /late { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local tasks = {}
    for i = 1, 6 do
      tasks[i] = function()
        app.hold_up(0.3)
        return app.shared.port_ins[ngx.var.arg_call](app.shared.port_ins, app.kw(ngx.var.arg_n))
      end
    end
    local results, errs = app.shared:gather(tasks)
    for i = 1, 6 do app.say(results[i], errs[i]) end
  } }
  location = /slow_hook { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local client = app.client { on_response = function() ngx.sleep(1) end }
    local tasks = {}
    for i = 1, 3 do tasks[i] = function() return client.port_ins:fetch(app.kw(i)) end end
    local results, errs = client:gather(tasks)
    for i = 1, 3 do app.say(results[i], errs[i]) end
  } }
]]

describe("inside nginx, a worker that is late", function()
  local server

  before_each(sandbox.reset)
  after_each(function() server:stop() end)

  local function start() server = nginx.start { server = SERVER } end

  local function start_without_timers()
    server = nginx.start {
      http = "lua_max_pending_timers 1; lua_max_running_timers 1; lua_socket_log_errors off;",
      level = "emerg", server = SERVER,
    }
    server:get "/use_up"
  end

  local function until_arrived(count)
    server:eventually(function()
      server:step()
      return #sandbox.requests() >= count
    end)
  end

  --- Of the requests that have arrived.
  local function methods()
    local list = {}
    for i, request in ipairs(sandbox.requests()) do list[i] = request.method end
    return list
  end

  for name, begin in pairs { ["with timers"] = start, ["without timers"] = start_without_timers } do
    it("ends no fetch whose caller is there, " .. name, function()
      begin()
      local status, text = server:get "/late?call=fetch&n=1"
      assert.are.equal(200, status, text)
      assert.are.equal(6, select(2, text:gsub("PortIn " .. KW(1), "")), text)
    end)

    it("ends no cancellation whose caller is there, " .. name, function()
      begin()
      sandbox.fault { fault = "latency", seconds = 1, path = KW(4), times = 6 }
      local status, text = server:get "/late?call=cancel&n=4"
      assert.are.equal(200, status, text)
      assert.not_matches("seemed to wait", text)
      assert.not_matches("nobody", server:log())
    end)

    it("hands over what came while it was stopped, " .. name, function()
      begin()
      sandbox.fault { fault = "latency", seconds = 1, path = KW(1) }
      sandbox.fault { fault = "latency", seconds = 1, path = KW(3) }
      local fetch = server:send "/fetch?n=1"
      local cancel = server:send "/cancel?n=3"
      until_arrived(2)
      local _, pid = server:get "/pid"
      support.run("kill -STOP " .. pid .. "; sleep 3; kill -CONT " .. pid)
      assert.matches("^PortIn " .. KW(1), (select(2, server:finish(fetch))))
      assert.are.same({ 200, "true\n" }, { server:finish(cancel) })
      assert.not_matches("nobody", server:log())
    end)
  end

  it("ends no call whose caller is held up by a hook while it turns the loops", function()
    start_without_timers()
    for i, seconds in ipairs { 3, 0.5, 3 } do
      sandbox.fault { fault = "latency", seconds = seconds, path = KW(i) }
    end
    local status, text = server:get "/slow_hook"
    assert.are.equal(200, status, text)
    assert.are.equal(3, select(2, text:gsub("PortIn ", "")), text)
  end)

  it("serves its other requests while its calls have no timer", function()
    start_without_timers()
    sandbox.fault { fault = "paused", seconds = 60, path = KW(1), times = 2 }
    local first, second = server:send "/fetch?n=1", server:send "/fetch?n=1"
    until_arrived(2)
    for _ = 1, 3 do
      server:get "/hold_up"
      assert.are.equal("2", (select(2, server:get "/running")))
    end
    sandbox.clear_faults()
    for _, one in ipairs { first, second } do
      assert.matches("^PortIn " .. KW(1), (select(2, server:finish(one))))
    end
  end)

  --- A cancellation waits behind another one, and its caller leaves while the worker is held up. Then the
  --- worker goes on with that request.
  local function leave_while_held_up(path)
    start()
    sandbox.fault { fault = "paused", seconds = 60, path = KW(3) }
    local first = server:send "/cancel_behind?n=3"
    until_arrived(1)
    local second = server:send "/cancel_behind?n=4"
    local function is_queued()
      server:step()
      return select(2, server:get "/queued") == "1"
    end
    assert.is_true(server:eventually(is_queued))
    local holding = server:send(path)
    assert.is_true(server:eventually(function()
      server:step()
      return os.remove(server.dir .. "/there") ~= nil
    end))
    server:abort(second)
    sandbox.clear_faults()
    assert.are.equal(200, (server:finish(holding)))
    assert.are.same({ 200, "true\n" }, { server:finish(first) })
    assert.are.equal("0", (select(2, server:get "/queued")))
  end

  it("sends nothing for a caller that left while it was held up", function()
    leave_while_held_up "/hold_while_there"
    assert.are.equal(1, #sandbox.requests())
  end)

  it("sends nothing for such a caller when the first thing it does is another call", function()
    leave_while_held_up "/hold_while_there?n=1"
    assert.are.same({ "DELETE", "GET" }, methods())
  end)

  it("sends no refused cancellation again whose caller left while it was held up", function()
    start()
    sandbox.fault { fault = "rate_limit", retry_after = "2", path = KW(4), times = 1 }
    local holding, leaving = server:send "/hold_until_again", server:send "/cancel_again?n=4"
    assert.is_true(server:eventually(function()
      server:step()
      return io.open(server.dir .. "/there") ~= nil
    end))
    server:abort(leaving)
    assert(os.remove(server.dir .. "/there"))
    assert.matches("^PortIn " .. KW(1), (select(2, server:finish(holding))))
    assert.is_true(server:eventually(function() return select(2, server:get "/queued") == "0" end))
    assert.are.same({ "DELETE", "GET" }, methods())
  end)

  it("notices that a caller left that turned the loops itself", function()
    start_without_timers()
    sandbox.fault { fault = "latency", seconds = 60, path = KW(1) }
    local gone = server:send "/fetch?n=1"
    until_arrived(1)
    server:abort(gone)
    assert.matches("^PortIn " .. KW(2), (select(2, server:get "/fetch?n=2")))
    assert.is_true(server:eventually(function()
      server:get "/fetch?n=2" -- turns the loops
      return select(2, server:get "/running") == "0"
    end))
  end)
end)
