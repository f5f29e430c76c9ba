--- Inside nginx: workers that come and go, many of them, and little to work with.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = function(i) return sandbox.sid("KW", i) end

local FETCH = [[
  location = /fetch { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.say(app.shared.port_ins:fetch(app.kw(ngx.var.arg_n or 1)))
  } }
  location = /pid { content_by_lua_block { ngx.print(ngx.worker.pid()) } }
]]

local function arrived(count)
  return function() return #sandbox.requests() >= count end
end

describe("inside nginx", function()
  local server

  before_each(sandbox.reset)
  after_each(function() server:stop() end)

  --- Sends fetches that take a while, or until another fault is cleared; gives them when
  --- they have reached the API.
  local function send_slow(count, fault)
    sandbox.fault { fault = fault or "latency", seconds = fault and 60 or 2, path = KW(1), times = count }
    local transfers = {}
    for i = 1, count do transfers[i] = server:send "/fetch" end
    server:eventually(function()
      server:step()
      return arrived(count)()
    end)
    return transfers
  end

  local function all_answered(transfers)
    for _, transfer in ipairs(transfers) do
      local status, text = server:finish(transfer)
      assert.are.equal(200, status, text)
      assert.matches("^PortIn KW0+1 ", text)
    end
  end

  it("calls that are under way at a reload finish", function()
    server = nginx.start { server = FETCH, workers = 2 }
    local before = server:workers()
    local transfers = send_slow(20)
    server:signal "HUP"
    assert.matches("PortIn KW0+2 ", (select(2, server:get "/fetch?n=2"))) -- by old or new
    all_answered(transfers)
    assert.is_true(server:eventually(function()
      local now = table.concat(server:workers(), " ")
      return not now:find(before[1], 1, true) and not now:find(before[2], 1, true)
    end))
    assert.matches("PortIn KW0+2 ", (select(2, server:get "/fetch?n=2")))
    assert.are.equal("", server:log())
  end)

  it("calls that are under way at a graceful end finish", function()
    server = nginx.start { server = FETCH, workers = 2 }
    local transfers = send_slow(20)
    server:signal "QUIT"
    all_answered(transfers)
    assert.is_true(server:eventually(function() return not server:is_running() end))
    assert.are.equal("", server:log())
  end)

  it("who only pauses does not hold up a reload", function()
    server = nginx.start { server = FETCH .. [[
      location = /pause { content_by_lua_block {
        local app = require "spec.integration.nginx.app"
        assert(ngx.timer.at(0, function()
          local seen = {}
          local watch = app.shared.port_ins:watch({ app.kw(2), app.kw(5) }, { interval = 600 })
          for port_in, _, err in watch do
            seen[#seen + 1] = (err and err.kind .. " " or "") .. port_in:sid():sub(-1)
          end
          table.sort(seen)
          ngx.log(ngx.WARN, "watched ", table.concat(seen), ", left ", #watch:unfinished())
        end))
        assert(ngx.timer.at(0, function()
          local port_in = assert(app.shared.port_ins:fetch(app.kw(3)))
          local _, err = port_in:wait { interval = 600 }
          ngx.log(ngx.WARN, "waited: ", err.kind)
        end))
        ngx.thread.spawn(function() app.shared:sleep(600) ngx.say "slept" end)
      } }
    ]], workers = 1 }
    local before = server:workers()[1]
    local pause = server:send "/pause"
    server:eventually(function()
      server:step()
      return #sandbox.requests() == 4
    end)
    server:signal "HUP"
    assert.are.same({ 200, "slept\n" }, { server:finish(pause) })
    assert.is_true(server:eventually(function()
      local now = server:workers()
      return #now == 1 and now[1] ~= before
    end))
    assert.matches("watched 25closed 2, left 1", server:log())
    assert.matches("waited: closed", server:log())
  end)

  it("an end at once leaves no process and no complaint", function()
    server = nginx.start { server = FETCH, workers = 2 }
    local transfers = send_slow(5)
    server:signal "TERM"
    assert.is_true(server:eventually(function() return not server:is_running() end))
    for _, transfer in ipairs(transfers) do server:abort(transfer) end
    assert.are.equal("", server:log())
  end)

  it("a call works in a VM for each request, with lua_code_cache off", function()
    server = nginx.start { server = FETCH, http = "lua_code_cache off;", level = "error" }
    for _ = 1, 5 do assert.matches("PortIn KW0+1 ", (select(2, server:get "/fetch"))) end
    all_answered(send_slow(5))
    assert.are.equal("", server:log())
  end)

  it("each of many workers has an engine of its own", function()
    server = nginx.start { server = FETCH, workers = 4, main = "", http = "" }
    local transfers = {}
    for i = 1, 200 do transfers[i] = server:send "/fetch" end
    all_answered(transfers)
    assert.are.equal(200, #sandbox.requests())
  end)

  it("a call works when there are no timers left", function()
    server = nginx.start {
      http = "lua_max_pending_timers 1; lua_max_running_timers 1;", level = "crit",
      server = FETCH .. [[
        location = /use_up { content_by_lua_block {
          ngx.timer.at(0, function() ngx.sleep(100) end)
          ngx.sleep(0.01)
          ngx.say(ngx.timer.at(100, function() end) ~= nil)
        } }
        location = /drop { content_by_lua_block { ngx.timer.at(0, function() ngx.sleep(100) end) } }
      ]],
    }
    assert.are.equal("true\n", (select(2, server:get "/use_up")))
    for _ = 1, 3 do assert.matches("PortIn KW0+1 ", (select(2, server:get "/fetch"))) end
    all_answered(send_slow(5))
  end)

  it("a call works when its timer is dropped because too many run", function()
    server = nginx.start {
      http = "lua_max_running_timers 1;", level = "emerg",
      server = FETCH .. [[
        location = /use_up { content_by_lua_block { ngx.timer.at(0, function() ngx.sleep(100) end) } }
      ]],
    }
    server:get "/use_up"
    for _ = 1, 3 do assert.matches("PortIn KW0+1 ", (select(2, server:get "/fetch"))) end
    all_answered(send_slow(5))
  end)

  describe("how the driver is woken:", function()
    local WOKEN = FETCH .. [[
      location = /sleeper { content_by_lua_block {
        local sleeper = require("twilio.numbers.nginx.driver").sleeper
        ngx.print(sleeper and (sleeper.polls and "polls" or "is woken") or "none")
      } }
    ]]

    local function sleeper() return select(2, server:get "/sleeper") end

    it("by a thread", function()
      server = nginx.start { server = WOKEN }
      local transfers = send_slow(5, "paused")
      assert.are.equal("is woken", sleeper())
      sandbox.clear_faults()
      all_answered(transfers)
      assert.is_true(server:eventually(function() return sleeper() == "none" end))
      assert.are.equal("", server:log())
    end)

    it("by polls where no socket can be made for the thread", function()
      server = nginx.start { server = WOKEN, main = "env TMPDIR;", environment = "TMPDIR=/nowhere" }
      local transfers = send_slow(5, "paused")
      assert.are.equal("polls", sleeper())
      sandbox.clear_faults()
      all_answered(transfers)
      for _ = 1, 3 do assert.matches("PortIn KW0+2 ", (select(2, server:get "/fetch?n=2"))) end
      assert.are.equal("", server:log())
    end)

    it("by the watchdog after a hook has ended it", function()
      server = nginx.start { level = "error", server = WOKEN .. [[
        location = /ended { content_by_lua_block {
          local app, ended = require "spec.integration.nginx.app", 0
          local client = app.client { on_response = function()
            if ngx.get_phase() ~= "timer" or ended > 0 then return end
            ended = ended + 1
            ngx.exit(0)
          end }
          local port_in, err = client.port_ins:fetch(app.kw(1))
          ngx.print(tostring(port_in or err), ended)
        } }
      ]] }
      local text
      assert.is_true(server:eventually(function() -- after a standstill the answer is taken without a timer
        sandbox.fault { fault = "latency", seconds = 0.3, path = KW(1) }
        text = select(2, server:get "/ended")
        return text:find "1$" ~= nil
      end))
      assert.matches("^PortIn KW0+1 .*1$", text)
      assert.matches("PortIn KW0+2 ", (select(2, server:get "/fetch?n=2")))
    end)
  end)

  it("nothing is sent for those who left while there was no timer", function()
    sandbox.fault { fault = "paused", seconds = 60, method = "DELETE", times = 1000 }
    server = nginx.start {
      http = "lua_max_running_timers 1; lua_socket_log_errors off;", level = "emerg",
      server = [[
        location = /use_up { content_by_lua_block { ngx.timer.at(0, function() ngx.sleep(100) end) } }
        location = /cancel { lua_check_client_abort on; content_by_lua_block {
          local app = require "spec.integration.nginx.app"
          app.narrow = app.narrow or app.client { concurrency = 4 }
          app.say(app.narrow.port_ins:cancel(app.kw(ngx.var.arg_n)))
        } }
        location = /fetch { content_by_lua_block {
          local app = require "spec.integration.nginx.app"
          app.say(app.narrow.port_ins:fetch(app.kw(1)))
        } }
        location = /age { content_by_lua_block {
          local driver = require "twilio.numbers.nginx.driver"
          ngx.print(require("twilio.numbers.core").now() - driver.due > 0.6)
        } }
      ]],
    }
    server:get "/use_up"
    local transfers = {}
    for i = 1, 20 do transfers[i] = server:send("/cancel?n=" .. i) end
    assert.is_true(server:eventually(function()
      server:step()
      return #sandbox.requests() >= 4
    end))
    for _, transfer in ipairs(transfers) do server:abort(transfer) end
    assert.is_true(server:eventually(function() return select(2, server:get "/age") == "true" end))
    local before = #sandbox.requests()
    assert.are.equal(4, before)
    sandbox.clear_faults()
    assert.matches("PortIn KW0+1 ", (select(2, server:get "/fetch")))
    assert.are.equal(before + 1, #sandbox.requests())
    assert.matches("PortIn KW0+1 ", (select(2, server:get "/fetch")))
    assert.are.equal(before + 2, #sandbox.requests())
  end)

  it("a call works while a certificate is chosen", function()
    server = nginx.start {
      http = [[
        lua_shared_dict said 1m;
        server {
          listen unix:%(dir)s/said.sock ssl;
          ssl_certificate "%(certificates)s/server.pem"; ssl_certificate_key "%(certificates)s/server.key";
          ssl_certificate_by_lua_block {
            local app = require "spec.integration.nginx.app"
            ngx.shared.said:set("port_in", tostring(app.shared.port_ins:fetch(app.kw(1))))
          }
          location / { content_by_lua_block { ngx.print(ngx.shared.said:get "port_in") } }
        }]],
      server = [[
        location / { proxy_ssl_name localhost; proxy_pass https://unix:%(dir)s/said.sock:/; }
      ]],
    }
    assert.matches("PortIn KW0+1 ", (select(2, server:get "/")))
  end)

  it("a name that nobody can look up holds up nobody else", function()
    local library = os.tmpname()
    local output, code = support.run("cc -shared -fPIC -o " .. library .. " spec/support/slow_lookup.c")
    assert.are.equal(0, code, output)
    server = nginx.start {
      environment = "LD_PRELOAD=" .. library,
      server = [[ location = /lost { content_by_lua_block {
        local app = require "spec.integration.nginx.app"
        local client = app.client { base_url = "https://nowhere.invalid", timeout = 10 }
        app.say(client.port_ins:fetch(app.kw(1)))
      } } ]],
    }
    local lost = server:send "/lost"
    for _ = 1, 20 do assert.are.equal("pong", (select(2, server:get "/ping"))) end
    assert.is_false(lost:done())
    assert.matches("^error: .*Nothing was sent", (select(2, server:finish(lost))))
    os.remove(library)
  end)

  it("a libcurl that would block to look up a name is refused", function()
    server = nginx.start { server = [[ location = /refused { content_by_lua_block {
      local core = require "twilio.numbers.core"
      core.resolver = function() return "blocking" end
      local app = require "spec.integration.nginx.app"
    } } ]], level = "error" }
    assert.are.equal(500, (server:get "/refused"))
    assert.matches("this libcurl was built without a way to look up names in the background",
      server:log())
  end)
end)
