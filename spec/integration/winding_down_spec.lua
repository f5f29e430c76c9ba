--- A client that begins nothing any more still says what became of everything.

local sandbox = require "spec.support.sandbox"

local sid = sandbox.sid

describe("client:wind_down", function()
  local client

  before_each(sandbox.reset)
  after_each(function() client:close() end)

  local function cancel_while_winding_down(options, count)
    client = sandbox.client(options)
    local outcomes, open = {}, count
    local tasks = {}
    for i = 1, count do
      tasks[i] = function()
        local ok, err = client.port_ins:cancel(sid("KW", i))
        outcomes[i], open = ok or err, open - 1
        return true
      end
    end
    tasks[count + 1] = function()
      while #sandbox.requests() == 0 do client:sleep(0.01) end
      client:wind_down(true)
      sandbox.clear_faults()
      return true
    end
    client:gather(tasks)
    return outcomes
  end

  it("waits for what is in flight, and sends nothing that waits for its turn", function()
    sandbox.fault { fault = "paused", seconds = 60, times = 1 }
    local outcomes = cancel_while_winding_down({ concurrency = 1 }, 3)
    assert.is_true(outcomes[1])
    for i = 2, 3 do
      assert.are.equal("not_sent", outcomes[i].outcome)
      assert.are.equal("closed", outcomes[i].kind)
      assert.are.equal("closed", outcomes[i].stopped)
      assert.are.equal(0, outcomes[i].attempts)
    end
    assert.are.equal(1, #sandbox.requests())
  end)

  it("tries nothing again, and keeps what the last attempt came to", function()
    sandbox.fault { fault = "rate_limit", retry_after = "20", times = 100 }
    local outcomes = cancel_while_winding_down({ retry = { base = 0.001 } }, 1)
    assert.are.equal("refused", outcomes[1].outcome)
    assert.are.equal(429, outcomes[1].http_status)
    assert.are.equal("closed", outcomes[1].stopped)
    assert.are.equal(1, #sandbox.requests())
  end)

  it("begins again when it is told to", function()
    client = sandbox.client()
    client:wind_down(true)
    assert.are.equal("not_sent", select(2, client.port_ins:fetch(sid("KW", 1))).outcome)
    client:wind_down(false)
    assert.truthy(client.port_ins:fetch(sid("KW", 1)))
  end)
end)

describe("interrupts", function()
  local core = require "twilio.numbers.core"

  it("are noted while somebody listens, and put back", function()
    local interrupts = core.interrupts()
    assert.is_nil(interrupts:caught())
    os.execute("kill -TERM " .. select(2, core.process()))
    assert.are.equal("SIGTERM", interrupts:caught())
    assert.is_nil((core.interrupts()))
    interrupts:close()
    interrupts:close()
    assert.is_nil(interrupts:caught())
    core.interrupts():close()
  end)
end)
