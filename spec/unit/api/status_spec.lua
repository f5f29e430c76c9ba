--- Statuses are compared in one spelling, and sorted into phases.

local status = require "twilio.numbers.api.status"

describe("status.normal", function()
  it("is one spelling for all", function()
    for raw, wanted in pairs {
      ["In Review"] = "in_review", ["In review"] = "in_review", in_review = "in_review",
      ["in-review"] = "in_review", ["Waiting for Signature"] = "waiting_for_signature",
      Cancelled = "canceled", Canceled = "canceled", CANCELLING = "canceling", canceling = "canceling",
      ["already-in-twilio"] = "already_in_twilio", ALREADY_IN_TWILIO = "already_in_twilio",
    } do
      assert.are.equal(wanted, status.normal(raw))
    end
  end)

  it("is nil for what is no text", function()
    assert.is_nil(status.normal(nil))
    assert.is_nil(status.normal(7))
    assert.is_nil(status.normal {})
  end)
end)

describe("status.phase", function()
  it("is done for what never changes again, and only for that", function()
    for _, raw in ipairs { "Completed", "Canceled", "Cancelled", "Expired" } do
      assert.are.equal("done", status.phase("request", raw), raw)
    end
    for _, raw in ipairs { "In Review", "In progress", "Waiting for Signature", "Action Required",
      "pending" } do
      assert.are.equal("open", status.phase("request", raw), raw)
    end
    assert.are.equal("leaving", status.phase("request", "Cancelling"))
  end)

  it("keeps a rejected number open, for a person may mend it", function()
    assert.are.equal("open", status.phase("number", "port_rejected"))
    assert.are.equal("done", status.phase("number", "completed"))
  end)

  it("depends on the kind", function()
    assert.is_nil(status.phase("number", "expired"))
    assert.are.equal("open", status.phase("bulk", "IN_PROGRESS"))
    assert.are.equal("done", status.phase("bulk", "SUCCESSFUL"))
    assert.is_nil(status.phase("request", "SUCCESSFUL"))
  end)

  it("is nil for a status that is not known, so that none is taken for cancellable", function()
    assert.is_nil(status.phase("request", "on_hold"))
    assert.is_nil(status.phase("request", ""))
    assert.is_nil(status.phase("request", nil))
  end)
end)
