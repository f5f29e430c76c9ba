--- The waiters for event loops: a program's other work goes on during a call.

local event_loops = require "spec.support.event_loops"
local numbers = require "twilio.numbers"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local function KW(i) return sandbox.sid("KW", i) end

--- Whether a `for` can wait for an iterator, and a function that pcall calls can wait: not in plain Lua 5.1.
local IS_PLAIN_5_1 = _VERSION == "Lua 5.1" and not package.loaded.jit

for _, name in ipairs { "luv", "cqueues" } do
  local specify = event_loops.is_installed(name) and it or function(title)
    pending(title .. ": " .. name .. " is not installed for this Lua")
  end

  describe("in a program on " .. name .. ",", function()
    local program, client

    local function open(options)
      options = options or {}
      options.waiter = program.waiter
      client = sandbox.client(options)
      return client
    end

    before_each(function()
      sandbox.reset()
      if event_loops.is_installed(name) then program = event_loops[name]() end
    end)

    after_each(function()
      sandbox.clear_faults()
      if client then client:close() end
      client = nil
    end)

    specify("other work goes on during 20 calls, which are under way at once", function()
      open { concurrency = 20 }
      sandbox.fault { fault = "paused", times = 20 }
      local ended, ticks, ticks_at_end = 0, 0, nil
      for i = 1, 20 do
        program.start(function()
          assert.are.equal(KW(i % 10 + 1), assert(client.port_ins:fetch(KW(i % 10 + 1))):sid())
          ended, ticks_at_end = ended + 1, ticks_at_end or ticks
        end)
      end
      program.start(function()
        repeat
          program.sleep(0.01)
          ticks = ticks + 1
          if client:pace().in_flight == 20 and ticks >= 20 then sandbox.clear_faults() end
        until ended == 20
      end)
      program.run()
      assert.are.equal(20, ended)
      assert.is_true(ticks_at_end >= 20)
    end)

    --- Has all go on that can, without waiting for what cannot, until something is so.
    local function settle(is_so)
      for _ = 1, 200 do
        program.step()
        if is_so() then return end
      end
      error "it does not come to that without waiting"
    end

    --- Whether the engine has nothing to do now.
    local function is_at_rest() return client.loop.engine:timeout() ~= 0 end

    specify("a call is sent at once, though others wait already", function()
      open()
      local is_done = false
      program.start(function()
        client:sleep(3600)
        is_done = true
      end)
      settle(is_at_rest)
      for i = 1, 3 do
        program.start(function() client.port_ins:fetch(KW(i)) end)
        settle(is_at_rest)
      end
      assert.is_false(is_done)
    end)

    specify("tasks that have ended are noticed at once", function()
      open()
      local ended, is_gathered = 0, false
      program.start(function()
        local function task()
          client:sleep(0.01)
          ended = ended + 1
        end
        client:gather { task, task, task }
        is_gathered = true
      end)
      while ended < 3 do program.step() end
      settle(function() return is_gathered end)
    end)

    specify("a script may end without another run of the event loop", function()
      for _, last in ipairs { "", "client:close()", "error 'on purpose'" } do
        local script = ([[
          local client = require("twilio.numbers").new {
            base_url = "%s", ca_file = "%s", waiter = require "twilio.numbers.waiters.%s",
          }
          print(client.port_ins:fetch "%s")
          %s]]):format(sandbox.url, sandbox.ca_file, name, KW(1), last)
        local output, code = support.run(("%s -e %s"):format(support.lua, support.quote(script)))
        assert.are.equal(last:find "error" and 1 or 0, code, output)
        assert.matches("PortIn " .. KW(1), output, 1, true)
      end
    end)

    specify("a call waits also in the main program, and others go on", function()
      open()
      local others = {}
      for i = 1, 3 do
        program.start(function() others[i] = assert(client.port_ins:fetch(KW(i))):sid() end)
      end
      assert.are.equal(KW(4), assert(client.port_ins:fetch(KW(4))):sid())
      program.run()
      assert.are.same({ KW(1), KW(2), KW(3) }, others)
    end)

    specify("clients work side by side, one call after another", function()
      open()
      local second, count = sandbox.client { waiter = program.waiter }, 0
      for _, one in ipairs { client, second } do
        program.start(function()
          for i = 1, 10 do
            assert(one.port_ins:fetch(KW(i)))
            count = count + 1
          end
        end)
      end
      program.run()
      second:close()
      assert.are.equal(20, count)
    end)

    specify("iterators, tasks and pauses work", function()
      open()
      local results, checked, ended, after_pause = nil, {}, nil, nil
      program.start(function()
        local each = client.portability:check_each { "+14155550100", "+14155550101" }
        for _ = 1, 2 do -- no `for`: plain Lua 5.1 cannot
          local number, answer = each:next()
          checked[number] = answer.portable
        end
      end)
      program.start(function()
        results = client:gather {
          function() return client.port_ins:fetch(KW(2)) end,
          function()
            client:sleep(0.01)
            return client.port_ins:fetch(KW(3))
          end,
          function() error "broken" end,
        }
      end)
      program.start(function()
        ended = assert(client.port_ins:fetch(KW(9)))
        ended = assert(ended:wait { interval = 0.01 })
      end)
      program.start(function()
        client:sleep(0.02)
        after_pause = true
      end)
      program.run()
      assert.are.same({ ["+14155550100"] = true, ["+14155550101"] = true }, checked)
      assert.are.same({ KW(2), KW(3) }, { results[1]:sid(), results[2]:sid() })
      assert.are.equal("canceled", ended:status())
      assert.is_true(after_pause)
    end)

    specify("tasks may wait for other things, too", function()
      if IS_PLAIN_5_1 then return end
      open()
      local order, results = {}, nil
      program.start(function()
        results = client:gather {
          function()
            program.sleep(0.05)
            order[#order + 1] = "slept"
            return true
          end,
          function()
            order[#order + 1] = "begun"
            return client.port_ins:fetch(KW(1))
          end,
        }
      end)
      program.run()
      assert.are.same({ "begun", "slept" }, order)
      assert.are.equal(KW(1), results[2]:sid())
    end)

    specify("tasks work in the main program", function()
      open { concurrency = 2 }
      sandbox.fault { fault = "latency", seconds = 0.05, times = 2 }
      local results, errors = client:gather {
        function() return client.port_ins:fetch(KW(1)) end,
        function() return client.port_ins:fetch(KW(2)) end,
        function() error "broken" end,
      }
      assert.are.same({ KW(1), KW(2), "raised" }, { results[1]:sid(), results[2]:sid(), errors[3].kind })
    end)

    specify("a failure is an error as elsewhere, and retries wait", function()
      open { retry = { base = 0.01 }, timeout = 60 }
      sandbox.fault { fault = "error", status = 503, times = 2, path = KW(1) }
      local refused = numbers.new {
        base_url = "https://127.0.0.1:1", account_sid = sandbox.account_sid, auth_token = "x",
        retry = false, waiter = program.waiter,
      }
      local port_in, err, unknown
      program.start(function() port_in = client.port_ins:fetch(KW(1)) end)
      program.start(function() err = select(2, refused.port_ins:fetch(KW(1))) end)
      program.start(function() unknown = select(2, client.port_ins:fetch(KW(0xdead))) end)
      program.run()
      refused:close()
      assert.are.equal(KW(1), port_in:sid())
      assert.are.equal("network", err.kind)
      assert.are.equal(404, unknown.http_status)
    end)

    specify("a client that is closed in the middle gives all calls back", function()
      open { concurrency = 5 }
      sandbox.fault { fault = "paused", times = 10 }
      local kinds, outcome = {}, nil
      for i = 1, 8 do
        program.start(function()
          kinds[i] = select(2, client.port_ins:fetch(KW(i))).kind
        end)
      end
      program.start(function()
        repeat program.sleep(0.01) until client:pace().in_flight == 5
        program.start(function() outcome = select(2, client.port_ins:cancel(KW(1))).outcome end)
        repeat program.sleep(0.01) until client:pace().waiting == 4
        client:close()
      end)
      program.run()
      for i = 1, 8 do assert.are.equal("closed", kinds[i]) end
      assert.are.equal("not_sent", outcome)
    end)

    specify("a client that is closed after each call leaves nothing behind for the next one", function()
      local count = 0
      program.start(function()
        for i = 1, 10 do -- each has the descriptor of the one before
          local one = sandbox.client { waiter = program.waiter }
          assert(one.port_ins:fetch(KW(i)))
          one:close()
          count = count + 1
        end
      end)
      program.run()
      assert.are.equal(10, count)
    end)

    specify("a client that was used and given up is collected", function()
      local clients = setmetatable({}, { __mode = "k" })
      program.start(function()
        for i = 1, 3 do
          local one = sandbox.client { waiter = program.waiter }
          clients[one] = true
          assert(one.port_ins:fetch(KW(i)))
        end
      end)
      program.run()
      for _ = 1, 4 do collectgarbage() end
      assert.is_nil(next(clients))
    end)

    specify("a caller that only its call holds is not collected", function()
      open()
      sandbox.fault { fault = "latency", seconds = 0.1 }
      local accepted
      program.start(function() accepted = client.port_ins:cancel(KW(1)) end)
      program.start(function()
        for _ = 1, 5 do
          program.sleep(0.01)
          collectgarbage()
        end
      end)
      program.run()
      assert.is_true(accepted)
    end)

    specify("an iterator that is given up does not keep the program", function()
      open { concurrency = 2 }
      sandbox.fault { fault = "latency", seconds = 0.05, times = 10 }
      local first
      program.start(function()
        local each = client.port_ins:fetch_each { KW(1), KW(2), KW(3) }
        first = each:next()
      end)
      program.run() -- it returns
      collectgarbage()
      assert.is_string(first)
      assert.are.equal(KW(4), assert(client.port_ins:fetch(KW(4))):sid())
    end)
  end)

  describe("the waiter for " .. name, function()
    it("names what to install where its library is missing, at the user's line", function()
      local output = support.run_lua(([[
        require "cjson" -- stands in the same folders
        package.preload[%q], package.path = nil, package.path:gsub("/usr/share/lua/[^;]*", "")
        package.cpath = package.cpath:gsub("/usr/lib/[^;]*", "")
        print(pcall(function()
          return require "twilio.numbers.waiters.%s"
        end))
      ]]):format(name, name))
      local form = "%s is missing: install Debian's package lua-%s or the rock %s"
      local wanted = form:format(name, name, name)
      assert.matches(wanted, output, 1, true)
    end)
  end)
end

describe("on cqueues,", function()
  local specify = event_loops.is_installed "cqueues" and it or pending

  specify("callers go on when the one that watches for them is given up with its controller", function()
    sandbox.reset()
    local cqueues = require "cqueues"
    local client = sandbox.client { waiter = require "twilio.numbers.waiters.cqueues" }
    sandbox.fault { fault = "latency", seconds = 0.2, times = 2 }
    local abandoned, controller, port_in = cqueues.new(), cqueues.new(), nil
    abandoned:wrap(function() client.port_ins:fetch(KW(1)) end)
    abandoned:step(0)
    abandoned:step(0.01)
    abandoned = nil -- luacheck: ignore
    controller:wrap(function() port_in = client.port_ins:fetch(KW(2)) end)
    assert(controller:loop())
    assert.are.equal(KW(2), port_in:sid())
    client:close()
  end)
end)

describe("on luv,", function()
  local specify = event_loops.is_installed "luv" and it or pending

  specify("a callback that is no coroutine is told that it cannot wait", function()
    local luv = require "luv"
    local client = sandbox.client { waiter = require "twilio.numbers.waiters.luv" }
    local timer, why = luv.new_timer(), nil
    timer:start(0, 0, function()
      why = select(2, pcall(client.port_ins.fetch, client.port_ins, KW(1)))
      timer:close()
    end)
    luv.run()
    client:close()
    assert.matches("a callback of luv cannot wait: make this call in a coroutine", why, 1, true)
  end)
end)
