--- Waiters: how a client lives in another event loop.

local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = function(i) return sandbox.sid("KW", i) end

--- A small event loop: functions that run in coroutines, and one client that they share.
local function event_loop()
  local waiting, self = {}, {}
  self.waiter = {
    wait = function(loop, inbox)
      self.loop = loop
      local thread = coroutine.running()
      repeat
        inbox:on_mail(function() waiting[thread] = nil end)
        waiting[thread] = true
        repeat coroutine.yield() until not waiting[thread]
      until inbox:has_mail()
    end,
  }
  function self.run(functions)
    local threads = {}
    for i, body in ipairs(functions) do threads[i] = coroutine.create(body) end
    while #threads > 0 do
      for i = #threads, 1, -1 do
        if not waiting[threads[i]] then assert(coroutine.resume(threads[i])) end
        if coroutine.status(threads[i]) == "dead" then table.remove(threads, i) end
      end
      if #threads > 0 then self.loop:turn(0) end -- where a real one would poll the descriptor
    end
  end
  return self
end

describe("a waiter of another event loop", function()
  it("suspends the caller that waits, while all others go on", function()
    sandbox.reset()
    sandbox.fault { fault = "paused", seconds = 60, path = KW(1) }
    local own, order = event_loop(), {}
    local function note(what)
      order[#order + 1] = what
      if #order == 2 then sandbox.clear_faults() end
    end
    local client = sandbox.client { waiter = own.waiter }
    own.run {
      function()
        assert(client.port_ins:fetch(KW(1)))
        note "slow"
      end,
      function()
        local each = client.portability:check_each { "+14155550100", "+14155550101" }
        for _ = 1, 2 do assert.is_nil(select(3, each:next())) end -- no `for`: plain Lua 5.1 cannot
        note "checked"
        assert.is_number(client.engine:fd())
      end,
      function()
        local results = client:gather {
          function() return client.port_ins:fetch(KW(2)) end,
          function() return client.port_ins:fetch(KW(3)) end,
        }
        assert.are.equal(KW(3), results[2]:sid())
        note "gathered"
      end,
    }
    assert.are.equal(3, #order)
    assert.are.equal("slow", order[3])
    client:close()
  end)

  it("is told by the engine when to turn it at the latest", function()
    local engine = core.engine {}
    assert.is_nil(engine:timeout())
    local transfer = engine:sleep(5)
    assert.is_true(engine:timeout() > 4 and engine:timeout() <= 5)
    transfer:close()
    assert.is_nil(engine:timeout())
    engine:close()
  end)

  it("is not taken for nginx's because something is called ngx", function()
    local host = require "twilio.numbers.host"
    local function is_nginx() return host.waiter().spawn ~= nil end
    local mock = { get_phase = function() return "content" end }
    rawset(_G, "ngx", mock)
    local by_global = is_nginx()
    rawset(_G, "ngx", nil)
    assert.is_false(by_global)
    package.loaded.ngx = { version = "a module of somebody's" }
    local by_module = is_nginx()
    package.loaded.ngx = nil
    assert.is_false(by_module)
  end)

  it("is not looked for among globals where unknown ones raise", function()
    local output, code = support.run_lua([[
      setmetatable(_G, { __index = function(_, name) error("no global " .. name) end })
      local client = assert(require("twilio.numbers").new { base_url = "https://127.0.0.1:1", retry = false })
      local _, err = client.port_ins:fetch(("KW%032d"):format(1))
      print(err.kind)
    ]], "TWILIO_ACCOUNT_SID=AC" .. ("0"):rep(32) .. " TWILIO_AUTH_TOKEN=x")
    assert.are.same({ "network\n", 0 }, { output, code })
  end)

  it("must be a table with wait", function()
    assert.has_error(function() sandbox.client { waiter = print } end)
  end)
end)
