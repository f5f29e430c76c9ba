--- One target from its claim to its outcome. A DELETE that must not be sent is not sent.

local campaign_run = require "spec.support.campaign_run"
local cancel = require "twilio.numbers.campaign.run.cancel"
local fake = require "spec.support.fake_transport"
local system = require "twilio.numbers.util.system"

local deletes = campaign_run.deletes

describe("cancelling a target", function()
  local real_now, real_time, now, time

  before_each(function()
    real_now, real_time, now, time = system.now, system.time, 1000, 2e9
    system.now = function() return now end
    system.time = function() return time end
  end)

  after_each(function() system.now, system.time = real_now, real_time end)

  local function respond(request)
    if request.method == "DELETE" then return { status = 204 } end
    return fake.in_review(request)
  end

  it("fetches it, records the intent, sends the DELETE, and records its outcome", function()
    local run, target, transport = campaign_run.new(respond)
    assert.are.equal(1, cancel.some(run, 10))
    assert.are.same({ "intend", "accepted", "move to accepted" }, run.ledger.log)
    assert.are.same({ "accepted", 1, 1 }, { target.state, run.sent, deletes(transport) })
  end)

  it("gives it back if its claim is too old, by either clock", function()
    for _, clock in ipairs { "monotonic", "wall" } do
      local run, target, transport = campaign_run.new(function(request)
        if clock == "wall" then time = time + 21 else now = now + 21 end -- the lease is 60
        return respond(request)
      end)
      cancel.some(run, 10)
      assert.are.same({ "move to planned" }, run.ledger.log, clock)
      assert.are.equal("its claim was too old: a longer lease?", target.why)
      assert.are.equal(0, deletes(transport))
    end
  end)

  it("gives it back if another campaign of the ledger has it", function()
    local run, target, transport = campaign_run.new(respond)
    run.ledger.on_intend = function() return "elsewhere" end
    cancel.some(run, 10)
    assert.are.same({ "intend", "move to planned" }, run.ledger.log)
    assert.matches("another campaign", target.why)
    assert.are.equal(0, deletes(transport))
  end)

  it("leaves it alone if it is another run's by now, or the intent cannot be recorded", function()
    for _, result in ipairs { { false }, { nil, { message = "the disk is full" } } } do
      local run, target, transport = campaign_run.new(respond)
      run.ledger.on_intend = function() return result[1], result[2] end
      cancel.some(run, 10)
      assert.are.same({ "intend" }, run.ledger.log)
      assert.are.equal(0, deletes(transport))
      assert.are.equal("planned", target.state)
      assert.are.equal(result[2] and "ledger" or nil, run.stop_conditions.stopped)
    end
  end)

  it("sends nothing after an intent that took too long, and records that", function()
    local run, target, transport = campaign_run.new(respond)
    run.ledger.on_intend = function()
      now = now + 21
      return true
    end
    cancel.some(run, 10)
    assert.are.same({ "intend", "not_sent", "move to planned" }, run.ledger.log)
    assert.are.same({ "planned", 0, 0 }, { target.state, run.sent, deletes(transport) })
  end)

  it("sends nothing when the run was stopped while the intent was recorded", function()
    local run, target, transport = campaign_run.new(respond)
    run.ledger.on_intend = function()
      run.stop_conditions:stop "interrupted"
      return true
    end
    cancel.some(run, 10)
    assert.are.same({ "intend", "not_sent", "move to planned" }, run.ledger.log)
    assert.are.same({ "planned", 0, 0 }, { target.state, run.sent, deletes(transport) })
  end)

  it("keeps in memory what the ledger does not take", function()
    local run, target = campaign_run.new(respond)
    function run.ledger.record_outcome() return nil, { message = "the disk is full" } end
    cancel.some(run, 10)
    assert.are.same({ target }, run.unwritten)
    assert.are.same({ "accepted", "ledger" }, { target.state, run.stop_conditions.stopped })
  end)
end)
