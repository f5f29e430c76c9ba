--- Twilio's names of events.

local event_name = require "twilio.numbers.webhook.event_name"

local NAMES = {
  port_in = {
    PortInWaitingForSignature = "waiting_for_signature", PortInInProgress = "in_progress",
    PortInCompleted = "completed", PortInActionRequired = "action_required", PortInCanceled = "canceled",
    PortInExpired = "expired",
  },
  number = {
    PortInPhoneNumberWaitingForSignature = "waiting_for_signature",
    PortInPhoneNumberSubmitted = "port_submitted", PortInPhoneNumberPending = "port_pending",
    PortInPhoneNumberCompleted = "completed", PortInPhoneNumberRejected = "port_rejected",
    PortInPhoneNumberCanceled = "canceled",
  },
}

describe("an event's name", function()
  it("says what it is about and the status, and is made of the two", function()
    for subject, names in pairs(NAMES) do
      for name, status in pairs(names) do
        assert.are.same({ name = name, subject = subject, status = status }, event_name.read(name))
        assert.are.equal(name, event_name.of(subject, status, true))
        local is_open = name == "PortInPhoneNumberCompleted" -- or that of a port-out
        assert.are.equal(not is_open and name or nil, event_name.of(subject, status, false))
        assert.are.equal(name, event_name.read(name:gsub("(%l)(%u)", "%1_%2"):upper()).name)
      end
    end
    assert.are.equal("PortInPhoneNumberSubmitted", event_name.of("number", "submitted", true))
    assert.are.same({ name = "PortOutPhoneNumberCompleted", subject = "number", status = "completed" },
      event_name.read "PortOutPhoneNumberCompleted")
  end)

  it("that is not known says by its beginning what it is about", function()
    assert.are.equal("number", event_name.subject "PortInPhoneNumberMoved")
    assert.are.equal("number", event_name.subject "PortOutPhoneNumberRequested")
    assert.are.equal("port_in", event_name.subject "PortInMoved")
    for _, text in ipairs { "", "completed", "port_in_progress", "Porting", "PortIn", "port_pending",
      "Portable", "PortSidewaysPhoneNumberDone" } do
      assert.is_nil(event_name.subject(text), text)
      assert.is_nil(event_name.read(text), text)
    end
  end)

  it("is none for a status that Twilio has no event of", function()
    for _, status in ipairs { "in_review", "port_pending", "" } do
      assert.is_nil(event_name.of("port_in", status, true), status)
    end
    assert.is_nil(event_name.of("number", "expired", true))
  end)
end)

describe("a status", function()
  it("says what an event is about if only one kind has it", function()
    for status, subject in pairs { expired = "port_in", in_progress = "port_in", action_required = "port_in",
      port_pending = "number", port_submitted = "number", port_rejected = "number" } do
      assert.are.equal(subject, event_name.subject_of_status(status))
    end
    for _, status in ipairs { "completed", "canceled", "waiting_for_signature", "in_review", "pending",
      "" } do
      assert.is_nil(event_name.subject_of_status(status))
    end
  end)
end)
