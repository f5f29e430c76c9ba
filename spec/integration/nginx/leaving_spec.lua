--- Inside nginx: what becomes of calls whose callers go away.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"
local stalling_proxy = require "spec.support.stalling_proxy"
local support = require "spec.support"

local KW = function(i) return sandbox.sid("KW", i) end

local SERVER = [[
  location = /under_way { content_by_lua_block {
    ngx.print(require("spec.integration.nginx.app").under_way())
  } }
  location = /running { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local pace = (app.narrow or app.shared):pace()
    ngx.print(pace.in_flight, " ", pace.waiting)
  } }
  location = /fetch_behind { lua_check_client_abort on; content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.narrow = app.narrow or app.client { concurrency = 1, retry = { base = 0.01 } }
    app.say(app.narrow.port_ins:fetch(app.kw(ngx.var.arg_n)))
  } }
  location = /fetch { lua_check_client_abort on; content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.say(app.shared.port_ins:fetch(app.kw(1)))
  } }
  location = /cancel { lua_check_client_abort on; content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.say(app.shared.port_ins:cancel(app.kw(ngx.var.arg_n)))
  } }
  location = /unchecked { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.say(app.shared.port_ins:cancel(app.kw(ngx.var.arg_n)))
    app.went_on = (app.went_on or 0) + 1
  } }
  location = /unchecked_each { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    for _ in app.shared.port_ins:cancel_each { app.kw(1), app.kw(2) } do ngx.say "one" end
    app.went_on = (app.went_on or 0) + 1
  } }
  location = /went_on { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    ngx.print(app.went_on or 0)
    app.went_on = nil
  } }
  location = /cancel_each { lua_check_client_abort on; content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local sids = { app.kw(1), app.kw(2), app.kw(3) }
    for _ in app.shared.port_ins:cancel_each(sids, { ordered = true }) do ngx.sleep(60) end
  } }
  location = /cancel_behind { lua_check_client_abort on; content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.narrow = app.narrow or app.client { concurrency = 1, retry = { base = 0.01 } }
    app.say(app.narrow.port_ins:cancel(app.kw(ngx.var.arg_n)))
  } }
  location = /cancel_through { lua_check_client_abort on; content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.far = app.far or app.client {
      base_url = "https://127.0.0.1:" .. ngx.var.arg_port, connect_timeout = 600, timeout = 600,
    }
    app.say(app.far.port_ins:cancel(app.kw(4)))
  } }
  location = /running_far { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    ngx.print(app.far and app.far:pace().in_flight or 0)
  } }
  location = /hold_up { content_by_lua_block {
    local now = require("twilio.numbers.core").now
    local began = now()
    while now() - began < 0.3 do end
  } }
  location = /spin { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local now = require("twilio.numbers.core").now
    for _ = 1, 10 do
      app.shared.port_ins:fetch(app.kw(2))
      local began = now()
      while now() - began < 0.005 do end
    end
    ngx.print "done"
  } }
  location = /gather { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local client = app.shared
    local results, errs = client:gather {
      fetch = function() return client.port_ins:fetch(app.kw(1)) end,
      cancel = function() return client.port_ins:cancel(app.kw(3)) end,
      pause = function() client:sleep(2); return true end,
    }
    ngx.print(tostring(results.fetch), " ", tostring(results.cancel), " ", tostring(results.pause), " ",
      tostring(next(errs)))
  } }
  location = /dropped { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local client = app.shared
    local thread = ngx.thread.spawn(function() app.say(client.port_ins:fetch(app.kw(1))) end)
    app.wait_until_sent()
    for _, call in pairs(client.loop.calls) do client.loop:drop(call) end
    ngx.thread.wait(thread)
  } }
  location = /exit { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    ngx.thread.spawn(function() app.shared.port_ins:cancel(app.kw(4)) end)
    app.wait_until_sent()
    ngx.say "left"
    ngx.exit(200)
  } }
  location = /kill { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local thread = ngx.thread.spawn(function() app.shared.port_ins:cancel(app.kw(4)) end)
    app.wait_until_sent()
    ngx.say(ngx.thread.kill(thread))
    thread = nil
  } }
]]

describe("inside nginx, a caller that goes away", function()
  local server

  setup(function() server = nginx.start { server = SERVER, http = "lua_socket_log_errors off;" } end)
  teardown(function() server:stop() end)
  before_each(sandbox.reset)

  local function arrived(count)
    return function() return #sandbox.requests() >= count end
  end

  --- Sends a request, and hangs up when so many have reached the API. What is paused is answered then.
  local function leave(path, count)
    local transfer = server:send(path)
    server:eventually(function()
      server:step()
      return arrived(count)()
    end)
    server:abort(transfer)
    sandbox.clear_faults()
  end

  local function nothing_under_way()
    return select(2, server:get "/under_way") == "0"
  end

  local function logged(pattern)
    return server:eventually(function()
      server:get "/under_way" -- collects the garbage
      return server:log():find(pattern)
    end) ~= nil
  end

  it("frees the transfer of a fetch", function()
    sandbox.fault { fault = "latency", seconds = 30, path = KW(1) }
    leave("/fetch", 1)
    assert.is_true(server:eventually(nothing_under_way))
    assert.not_matches("nobody", server:log())
  end)

  it("has the outcome of a cancellation logged", function()
    sandbox.fault { fault = "paused", seconds = 60, path = KW(1) }
    leave("/cancel?n=1", 1)
    assert.is_true(logged("nobody is left to take this answer: DELETE /v1/Porting/PortIn/" .. KW(1)
      .. ": accepted%."))
    assert.is_true(server:eventually(nothing_under_way))
  end)

  it("has a cancellation that went wrong logged with its outcome", function()
    sandbox.fault { fault = "paused", seconds = 60, path = KW(7) }
    leave("/cancel?n=7", 1)
    assert.is_true(logged("nobody is left to take this answer: DELETE /v1/Porting/PortIn/" .. KW(7)
      .. ":[^\n]*HTTP 409"))
  end)

  it("has each outcome of a loop logged", function()
    sandbox.fault { fault = "paused", seconds = 60, path = KW(2) }
    leave("/cancel_each", 3)
    for i = 2, 3 do
      assert.is_true(logged("take this answer[^\n]* DELETE /v1/Porting/PortIn/" .. KW(i)), i)
    end
  end)

  --- What nginx does by default: the handler goes on, and nothing tells it that its client is gone.
  describe("without lua_check_client_abort", function()
    local function went_on() return select(2, server:get "/went_on") == "1" end

    local function count_of(pattern) return select(2, server:log():gsub(pattern, "")) end

    before_each(function() server:get "/went_on" end)

    it("has the outcome of a cancellation logged, once", function()
      local line = "nobody is left to take this answer: DELETE /v1/Porting/PortIn/" .. KW(8) .. ": accepted%."
      sandbox.fault { fault = "paused", seconds = 60, path = KW(8) }
      leave("/unchecked?n=8", 1)
      assert.is_true(server:eventually(went_on))
      assert.is_true(server:eventually(nothing_under_way))
      assert.are.equal(1, count_of(line))
    end)

    it("has a cancellation that went wrong logged with its outcome", function()
      local line = "take this answer: DELETE /v1/Porting/PortIn/" .. KW(7) .. ":[^\n]*HTTP 409"
      local before = count_of(line)
      sandbox.fault { fault = "paused", seconds = 60, path = KW(7) }
      leave("/unchecked?n=7", 1)
      assert.is_true(server:eventually(went_on))
      assert.are.equal(before + 1, count_of(line))
    end)

    it("has each outcome of a loop logged", function()
      local before = count_of "take this answer[^\n]* DELETE"
      for i = 1, 2 do sandbox.fault { fault = "paused", seconds = 60, path = KW(i) } end
      leave("/unchecked_each", 2)
      assert.is_true(server:eventually(went_on))
      assert.are.equal(before + 2, count_of "take this answer[^\n]* DELETE")
    end)

    it("has nothing logged of a cancellation whose answer it takes", function()
      local before = count_of "answer"
      sandbox.fault { fault = "latency", seconds = 0.2, path = KW(4) }
      assert.are.same({ 200, "true\n" }, { server:get "/unchecked?n=4" })
      assert.is_true(server:eventually(nothing_under_way))
      assert.are.equal(before, count_of "answer")
    end)
  end)

  --- Nothing here collects garbage: that a caller is gone must be detected all the same.
  local function pace(text)
    return server:eventually(function()
      server:step()
      return select(2, server:get "/running") == text
    end)
  end

  it("has a cancellation that was not sent yet forgotten", function()
    sandbox.fault { fault = "paused", seconds = 60, path = KW(3) }
    local first = server:send "/cancel_behind?n=3"
    assert.is_true(pace "1 0")
    local second = server:send "/cancel_behind?n=4"
    assert.is_true(pace "1 1")
    server:abort(second)
    assert.is_true(pace "1 0")
    sandbox.clear_faults()
    assert.are.same({ 200, "true\n" }, { server:finish(first) })
    assert.is_true(pace "0 0")
    assert.are.equal(1, #sandbox.requests())
  end)

  it("has a cancellation forgotten that waits for its connection", function()
    local proxy = stalling_proxy.start(sandbox.url:match ":(%d+)$")
    finally(function() proxy:stop() end)
    support.write_file(proxy.control, "both")
    local function are_running(count)
      return server:eventually(function()
        server:step()
        return select(2, server:get "/running_far") == count
      end)
    end
    local leaving = server:send("/cancel_through?port=" .. proxy.port)
    assert.is_true(are_running "1")
    server:abort(leaving)
    assert.is_true(are_running "0")
    os.remove(proxy.control)
    assert.are.same({ 200, "true\n" }, { server:get("/cancel_through?port=" .. proxy.port) })
    assert.are.equal(1, #sandbox.requests())
  end)

  it("frees the places that its fetches had", function()
    sandbox.fault { fault = "latency", seconds = 30, path = KW(1) }
    local first = server:send "/fetch_behind?n=1"
    assert.is_true(pace "1 0")
    local second = server:send "/fetch_behind?n=1"
    assert.is_true(pace "1 1")
    -- The waiting one goes first: otherwise it may be sent in the place that the running one leaves.
    server:abort(second)
    assert.is_true(pace "1 0")
    server:abort(first)
    assert.is_true(pace "0 0")
    assert.are.equal(200, (server:get "/fetch_behind?n=2"))
    assert.are.equal(2, #sandbox.requests())
  end)

  it("that is late because its worker was held up is still there", function()
    sandbox.fault { fault = "paused", seconds = 60, path = KW(3) }
    local first = server:send "/cancel_behind?n=3"
    assert.is_true(pace "1 0")
    local second = server:send "/cancel_behind?n=4"
    assert.is_true(pace "1 1")
    for _ = 1, 5 do server:get "/hold_up" end
    sandbox.clear_faults()
    assert.are.same({ 200, "true\n" }, { server:finish(first) })
    assert.are.same({ 200, "true\n" }, { server:finish(second) })
  end)

  it("that is there while its worker has no moment for its timers has its answers", function()
    sandbox.fault { fault = "latency", seconds = 2, path = KW(1) }
    sandbox.fault { fault = "latency", seconds = 2, path = KW(3) }
    local first = server:send "/gather"
    server:eventually(function()
      server:step()
      return arrived(2)()
    end)
    local others = {}
    for i = 1, 40 do others[i] = server:send "/spin" end
    local status, body = server:finish(first)
    assert.are.equal(200, status)
    assert.matches("^PortIn " .. KW(1) .. ".* true true nil$", body)
    for _, other in ipairs(others) do assert.are.equal(200, (server:finish(other))) end
  end)

  it("that was taken for gone does not wait for ever", function()
    sandbox.fault { fault = "latency", seconds = 30, path = KW(1) }
    local status, body = server:get "/dropped"
    assert.are.equal(200, status)
    assert.matches("error: GET [^\n]*: the call was ended, for nobody seemed to wait for it", body)
  end)

  for _, way in ipairs { "exit", "kill" } do
    it("by " .. way .. " has the outcome logged as well", function()
      sandbox.fault { fault = "paused", seconds = 60, path = KW(4) }
      local logged_before = select(2, server:log():gsub("nobody", ""))
      assert.are.equal(200, (server:get("/" .. way)))
      sandbox.clear_faults()
      assert.is_true(server:eventually(function()
        server:get "/under_way"
        return select(2, server:log():gsub("nobody", "")) > logged_before
      end))
      assert.is_true(server:eventually(nothing_under_way))
      assert.are.equal(1, #sandbox.requests())
    end)
  end
end)
