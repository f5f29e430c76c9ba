--- Tasks: ordinary functions that run side by side.

local sandbox = require "spec.support.sandbox"

local KW = function(i) return sandbox.sid("KW", i) end

--- Lua 5.1 itself cannot leave a coroutine out of a `for` loop's iterator, or out of pcall.
local is_plain_51 = _VERSION == "Lua 5.1" and not jit

describe("gather", function()
  local client

  before_each(function()
    sandbox.reset()
    client = sandbox.client()
  end)

  after_each(function() client:close() end)

  it("gives what each function gives, under its key", function()
    local results, errors = client:gather {
      function() return client.port_ins:fetch(KW(1)) end,
      function() return 42, "ignored" end,
      missing = function() return client.port_ins:fetch(KW(0xdead)) end,
      nothing = function() end,
    }
    assert.are.equal(KW(1), results[1]:sid())
    assert.are.equal(42, results[2])
    assert.is_nil(results.missing)
    assert.are.equal(404, errors.missing.http_status)
    assert.is_nil(errors[1] or errors[2] or errors.nothing)
  end)

  it("lets the others go on while one waits", function()
    sandbox.fault { fault = "paused", seconds = 60, path = KW(1) }
    local order = {}
    local function note(what)
      order[#order + 1] = what
      if #order == 2 then sandbox.clear_faults() end
    end
    client:gather {
      function()
        client.port_ins:fetch(KW(1))
        note "slow"
      end,
      function()
        for i = 2, 4 do assert(client.port_ins:fetch(KW(i))) end
        note "three"
      end,
      function()
        client:sleep(0.01)
        note "slept"
      end,
    }
    assert.are.equal("slow", order[3])
  end)

  it("keeps what one raises apart, with its traceback", function()
    local results, errors = client:gather {
      function() error "a bug" end,
      function() error { code = 7 } end,
      function() return client.port_ins:fetch(KW(1)) end,
      function() return client.port_ins:fetch "KW.." end,
    }
    assert.are.equal("raised", errors[1].kind)
    assert.matches("a bug", tostring(errors[1]), 1, true)
    assert.matches("gather_spec.lua", errors[1].traceback, 1, true)
    assert.are.same({ code = 7 }, errors[2].raised)
    assert.matches("sid", tostring(errors[4]))
    assert.are.equal(KW(1), results[3]:sid())
  end)

  it("runs at most so many at once, and starts an array's in order", function()
    local running, most, order = 0, 0, {}
    local functions = {}
    for i = 1, 20 do
      functions[i] = function()
        order[#order + 1] = i
        running = running + 1
        most = math.max(most, running)
        client:sleep(0.001)
        running = running - 1
        return i
      end
    end
    local results = client:gather(functions, { concurrency = 3 })
    assert.are.equal(3, most)
    for i = 1, 20 do
      assert.are.equal(i, results[i])
      assert.are.equal(i, order[i])
    end
  end)

  it("can be used within itself", function()
    local results = client:gather {
      function()
        local inner = client:gather {
          function() return client.port_ins:fetch(KW(1)) end,
          function() return client.port_ins:fetch(KW(2)) end,
        }
        return inner[1]:sid() .. inner[2]:sid()
      end,
      function() return client.port_ins:fetch(KW(3)) end,
    }
    assert.are.equal(KW(1) .. KW(2), results[1])
    assert.are.equal(KW(3), results[2]:sid())
  end)

  it("runs iterators, waits and generators side by side", function()
    if is_plain_51 then return end
    local results, errors = client:gather {
      function()
        local count = 0
        for _ in client.port_ins:fetch_each { KW(1), KW(2), KW(3) } do count = count + 1 end
        return count
      end,
      function()
        local port_in = assert(client.port_ins:fetch(KW(4)))
        assert(port_in:cancel())
        return port_in:wait { interval = 0.001 }
      end,
      function()
        local generator = coroutine.wrap(function() -- waits in a coroutine that is no task
          coroutine.yield((client.port_ins:fetch(KW(1))))
        end)
        return generator():sid()
      end,
      function() return select(2, pcall(client.port_ins.fetch, client.port_ins, KW(2))) end,
    }
    assert.are.same({}, errors)
    assert.are.equal(3, results[1])
    assert.are.equal("canceled", results[2]:status())
    assert.are.equal(KW(1), results[3])
    assert.are.equal(KW(2), results[4]:sid())
  end)

  for _, options in ipairs { {}, { ordered = true } } do
    it("lets tasks share an iterator" .. (options.ordered and ", in order" or ""), function()
      sandbox.fault { fault = "latency", seconds = 0.1, path = KW(1) }
      local sids, count = {}, 0
      for i = 1, 30 do sids[i] = KW(i % 9 + 1) end
      local each = client.port_ins:fetch_each(sids, options)
      local function work()
        while true do
          local sid = each:next()
          if not sid then return true end
          count = count + 1
        end
      end
      local results = client:gather { work, work, work }
      assert.are.same({ true, true, true }, results)
      assert.are.equal(30, count)
    end)
  end

  it("ends a task that waits for an iterator which another leaves", function()
    local each = client.port_ins:fetch_each { KW(1), KW(2) }
    local results = client:gather {
      function() return each:next() and each:next() end,
      function()
        local count = 0
        while each:next() do count = count + 1 end
        return count
      end,
    }
    assert.is_string(results[1])
    assert.are.equal(0, results[2])
  end)

  it("lets a task that yields by itself go on in its turn", function()
    local order = {}
    client:gather {
      function()
        for i = 1, 3 do
          order[#order + 1] = "a" .. i
          coroutine.yield()
        end
      end,
      function() order[#order + 1] = "b" end,
    }
    assert.are.equal("a1 b a2 a3", table.concat(order, " "))
  end)

  it("brings back what a closed client cut off", function()
    sandbox.fault { fault = "latency", seconds = 20 }
    local _, errors = client:gather {
      function() return client.port_ins:fetch(KW(1)) end,
      function()
        client:sleep(0.01)
        client:close()
      end,
      function() client:sleep(20) end,
    }
    assert.are.equal("closed", errors[1].kind)
  end)

  it("of nothing gives nothing, and of what are no functions raises", function()
    assert.are.same({}, (client:gather {}))
    assert.has_error(function() client:gather { 1 } end)
    assert.has_error(function() client:gather() end)
    assert.has_error(function() client:gather({}, { most = 1 }) end)
    assert.has_error(function() client:gather({}, { concurrency = 0 }) end)
  end)

  it("leaves nothing behind when it is abandoned in the middle", function()
    if is_plain_51 then return end
    sandbox.fault { fault = "latency", seconds = 20, times = 9 }
    local task = coroutine.wrap(function()
      client:gather {
        function() return client.port_ins:fetch(KW(1)) end,
        function() error "enough" end,
      }
    end)
    local turn = client.loop.turn
    client.loop.turn = function(loop) -- leaves the coroutine where it would block
      turn(loop, 0)
      coroutine.yield()
    end
    task()
    client.loop.turn = nil
    assert.are.equal(1, client.engine:running())
    task = nil -- luacheck: ignore
    for _ = 1, 3 do collectgarbage() end
    assert.are.equal(0, client.engine:running())
  end)
end)
