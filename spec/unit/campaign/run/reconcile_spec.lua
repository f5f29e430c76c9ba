--- What a target's status says of its last DELETE.

local campaign_run = require "spec.support.campaign_run"
local fake = require "spec.support.fake_transport"
local reconcile = require "twilio.numbers.campaign.run.reconcile"
local system = require "twilio.numbers.util.system"

describe("proving a target", function()
  local real_now, now

  before_each(function()
    real_now, now = system.now, 1000
    system.now = function() return now end
  end)

  after_each(function() system.now = real_now end)

  --- The target's row after one fetch that shows a status.
  local function prove(state, shown)
    local run, target, transport = campaign_run.new(function(request)
      return fake.port_in(request, shown)
    end, { state = state, attempts = 1, intended_at = 1 })
    function run.count() return 0 end
    reconcile.prove(run, 10)
    assert.are.equal(0, campaign_run.deletes(transport))
    return target.state, target.why
  end

  it("is done when it is canceled, or can no longer be cancelled", function()
    assert.are.equal("confirmed", (prove("accepted", "Canceled")))
    assert.are.equal("confirmed", (prove("uncertain", "Canceled")))
    assert.are.same({ "refused", "it is completed, and was not cancelled" },
      { prove("accepted", "Completed") })
  end)

  it("is not done while it is being cancelled, or shows no effect", function()
    assert.are.same({ "accepted", "seen as canceling" }, { prove("uncertain", "Canceling") })
    assert.are.same({ "accepted", "accepted, but still in_review" }, { prove("accepted", "In Review") })
    assert.are.same({ "uncertain" }, { prove("uncertain", "In Review") }) -- too early to tell
  end)

  it("is not done at a status that is unknown or missing, whatever was answered", function()
    assert.are.same({ "accepted", "status sleeping says nothing" }, { prove("accepted", "Sleeping") })
    assert.are.same({ "uncertain", "status sleeping says nothing" }, { prove("uncertain", "Sleeping") })
    assert.are.same({ "uncertain", "status sleeping says nothing" }, { prove("intended", "Sleeping") })
    assert.are.same({ "uncertain", "status missing says nothing" }, { prove("intended", nil) })
  end)

  it("is planned again when its DELETE had no effect for long enough", function()
    local run, target = campaign_run.new(function(request)
      now = now + 5
      return fake.in_review(request)
    end, { state = "intended", attempts = 1, intended_at = 1 })
    local pauses = 0
    function run.stop_conditions.sleep() pauses = pauses + 1 end
    reconcile.settle(run)
    assert.are.equal("planned", target.state)
    assert.are.equal(2, pauses) -- it was checked at 5, 10 and 15 s
  end)
end)
