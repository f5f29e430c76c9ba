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

describe("a status that a user gives", function()
  it("is taken in any spelling, and so is one that is not known", function()
    assert.are.equal("in_review", status.check("status", "request", "In Review"))
    assert.are.equal("some_thing", status.check("status", "request", "Some thing"))
    assert.are.equal("port_pending", status.check("status", "number", "port-pending"))
    assert.is_nil(status.of_user(nil))
    assert.are.equal("canceled", status.of_user "Cancelled")
  end)

  it("raises if it is mistyped", function()
    for given, meant in pairs { in_reveiw = "in_review", complete = "completed", cancled = "canceled" } do
      local ok, why = pcall(function() status.check("for_status", "request", given) end)
      assert.is_false(ok)
      local words = 'status_spec.lua:%%d+: for_status: unknown status "%s", did you mean "%s"%%?$'
      assert.matches(words:format(given, meant), why)
    end
  end)

  it("raises if it is a method, or no text", function()
    for _, given in ipairs { print, 7, {}, true } do
      for _, call in ipairs { function() status.check("status", "request", given) end,
        function() status.of_user(given) end } do
        local ok, why = pcall(call)
        assert.is_false(ok)
        assert.matches('status_spec.lua:%d+: status: a status such as "in_review"', why)
        assert.are.equal(given == print, why:find("a method's result: port_in:status()", 1, true) ~= nil)
      end
    end
  end)
end)

describe("status.names", function()
  it("are those that have a phase, in alphabetical order", function()
    for kind, count in pairs { request = 9, number = 8, bulk = 7 } do
      local names = status.names(kind)
      assert.are.equal(count, #names)
      for i, name in ipairs(names) do
        assert.is_string(status.phase(kind, name))
        assert.is_true(i == 1 or names[i - 1] < name)
      end
    end
  end)
end)
