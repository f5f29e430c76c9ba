--- A client may be closed from wherever the program's own code runs. Then every call comes back, once,
--- and nothing is left behind. spec/memory/run.sh runs this under the sanitizers.

local core = require "twilio.numbers.core"
local numbers = require "twilio.numbers"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = sandbox.sid("KW", 1)

local function kws(count)
  local list = {}
  for i = 1, count do list[i] = sandbox.sid("KW", i % 10 + 1) end
  return list
end

describe("a client that is closed from within", function()
  local client

  before_each(function() sandbox.reset() end)

  after_each(function() client:close() end)

  --- Takes all of an iterator's outcomes; gives their number and the kinds of errors.
  local function take_all(iterator)
    local count, kinds = 0, {}
    local ok, why = pcall(function()
      for _, _, err in iterator do
        count = count + 1
        if err then kinds[err.kind] = (kinds[err.kind] or 0) + 1 end
      end
    end)
    if not ok then assert.matches("the client is closed", why, 1, true) end
    return count, kinds
  end

  for _, version in ipairs { "auto", "1.1" } do
    for _, hook in ipairs { "on_request", "on_response", "on_retry" } do
      it(("and its iterator, by %s, over %s"):format(hook, version), function()
        for closes_at = 1, 30, 3 do
          local calls, iterator = 0, nil
          if hook == "on_retry" then
            sandbox.fault { fault = "error", status = 503, times = 300 }
          end
          client = sandbox.client {
            http_version = version, concurrency = 12, retry = { attempts = 2, base = 0.001 },
            [hook] = function()
              calls = calls + 1
              if calls ~= closes_at then return end
              client:close()
              iterator:close()
            end,
          }
          iterator = client.port_ins:fetch_each(kws(300))
          local count = take_all(iterator)
          assert.is_true(calls >= closes_at)
          assert.is_true(count < 300)
          assert.are.equal(0, client:pace().in_flight)
        end
      end)
    end
  end

  it("by a hook in a single call, which then says so", function()
    for _, hook in ipairs { "on_request", "on_response" } do
      client = sandbox.client { [hook] = function() client:close() end }
      local port_in, err = client.port_ins:fetch(KW)
      assert.is_true(port_in ~= nil or err.kind == "closed")
      port_in, err = select(2, pcall(client.port_ins.fetch, client.port_ins, KW, 5))
      assert.matches("the client is closed", tostring(err or port_in), 1, true)
      client = sandbox.client { [hook] = function() client:close() end }
      port_in, err = client.port_ins:fetch(KW, 5) -- with a time limit, which is a call of its own
      assert.is_true(port_in ~= nil or err.kind == "closed")
    end
  end)

  it("by a hook that goes on to call another client", function()
    local other = sandbox.client()
    client = sandbox.client { retry = { attempts = 3, base = 0.001 }, concurrency = 4,
      on_response = function() assert(other.webhook_configuration:fetch()) end }
    sandbox.fault { fault = "error", status = 503, times = 3, path = "/PortIn/" }
    assert.are.equal(20, (take_all(client.port_ins:fetch_each(kws(20)))))
    other:close()
  end)

  it("by its source, or by stop_on", function()
    for _, options in ipairs { { source = true }, { source = false } } do
      client = sandbox.client { concurrency = 8 }
      local given = 0
      local iterator
      iterator = client.port_ins:fetch_each(function()
        given = given + 1
        if options.source and given == 20 then
          client:close()
          iterator:close()
        end
        return given <= 40 and sandbox.sid("KW", 999) or nil
      end, { stop_on = function()
        if not options.source then
          client:close()
          iterator:close()
        end
      end })
      assert.is_true((take_all(iterator)) < 40)
    end
  end)

  it("or whose watch is, by a hook", function()
    for _, hook in ipairs { "on_request", "on_response" } do
      for _, closes in ipairs { "watch", "client" } do
        local watch
        client = sandbox.client { [hook] = function()
          if closes == "watch" then watch:close() else client:close() end
        end }
        watch = client.port_ins:watch(kws(3), { interval = 0.01 })
        local ok, why = pcall(function() for _ in watch do end end) -- luacheck: ignore 542
        assert.is_true(ok or tostring(why):find("the client is closed", 1, true) ~= nil, why)
        client:close()
      end
    end
  end)

  it("by one of several tasks that take from one watch", function()
    client = sandbox.client()
    sandbox.fault { fault = "held", seconds = 30, times = 10 }
    local watch = client.port_ins:watch(kws(3))
    local function take() return watch:next() end
    local results = client:gather { take, take, take, function()
      client:sleep(0.05)
      client:close()
      return "closed"
    end }
    assert.are.equal("closed", results[4])
  end)

  it("or whose iterator is, by a hook, and tells of the DELETE that is on the wire", function()
    local iterator, inputs
    sandbox.fault { fault = "paused", seconds = 60, method = "DELETE" }
    client = sandbox.client { concurrency = 1, on_request = function()
      if inputs then return end
      inputs = {}
      repeat client:sleep(0.05) until #sandbox.requests "DELETE" > 0
      inputs = iterator:close()
      sandbox.clear_faults()
    end }
    iterator = client.port_ins:cancel_each(kws(3))
    take_all(iterator)
    assert.are.same({ kws(1)[1] }, inputs)
  end)

  it("by a task of a group, whose siblings all come back", function()
    client = sandbox.client()
    sandbox.fault { fault = "held", seconds = 30, times = 4 }
    local results, errs = client:gather {
      closes = function()
        client:sleep(0.05)
        client:close()
        return true
      end,
      fetches = function() return client.port_ins:fetch(KW) end,
      fetches_within = function() return client.port_ins:fetch(KW, 60) end,
      sleeps = function()
        client:sleep(60)
        return "woken"
      end,
      watches = function()
        local _, change = client.port_ins:watch({ KW }):next()
        return nil, change.err
      end,
    }
    assert.is_true(results.closes)
    assert.are.equal("woken", results.sleeps)
    assert.are.equal("closed", errs.fetches.kind)
    assert.are.equal("closed", errs.fetches_within.kind)
    assert.is_not_nil(errs.watches)
  end)

  it("by its waiter", function()
    local turns = 0
    client = sandbox.client { waiter = { wait = function(loop, inbox)
      repeat
        turns = turns + 1
        if turns == 3 then client:close() end
        loop:turn(0.01)
      until inbox:has_mail()
    end } }
    sandbox.fault { fault = "held", seconds = 30 }
    local port_in, err = client.port_ins:fetch(KW)
    assert.is_nil(port_in)
    assert.are.equal("closed", err.kind)
  end)

  it("by a finalizer, at whatever allocation that runs", function()
    local output, code = support.run(support.lua .. " spec/support/finalizers.lua")
    assert.are.equal(0, code, output)
    local calls, reads, descriptors = output:match "(%d+) calls, (%d+) reads, (%-?%d+) descriptors"
    assert.is_true(tonumber(calls) > 0 and tonumber(reads) > 0, output)
    assert.are.equal("0", descriptors)
  end)

  it("sends nothing more where an answer of it is still held", function()
    sandbox.fault { fault = "rate_limit", times = 100 }
    local engine = core.engine { ca_file = sandbox.ca_file, retry = { base = 0.2, cap = 0.2 } }
    local transfer = engine:submit("DELETE", sandbox.url .. "/v1/Porting/PortIn/" .. KW)
    while transfer:attempts() == 0 or transfer:in_flight() do engine:step(0.01) end
    assert.has_error(function() transfer:header() end)
    assert.has_error(function() transfer:text {} end)
    transfer:close()
    assert.are.equal(0, engine:running())
    engine:close()
  end)

  it("by the table of its options", function()
    local engine = core.engine { ca_file = sandbox.ca_file }
    local credentials = core.credentials { account_sid = sandbox.account_sid,
      auth_token = sandbox.auth_token }
    local options = setmetatable({}, { __index = function(_, name)
      engine:close()
      credentials:close()
      return name == "body" and "{}" or nil
    end })
    local transfer, kind = engine:submit("POST", sandbox.url .. "/", credentials, options)
    assert.is_nil(transfer)
    assert.are.equal("closed", kind)
    assert.is_nil(engine:fd())
    client = numbers.new { account_sid = sandbox.account_sid, auth_token = sandbox.auth_token }
  end)
end)
