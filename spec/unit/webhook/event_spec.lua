--- What a webhook tells.

local events = require "twilio.numbers.webhook.event"
local null = require("twilio.numbers.core").null

local function read(body) return assert(events.read(body, false)) end

describe("an event", function()
  it("is about the number, else about the port-in", function()
    assert.are.equal("PU1", read '{"port_in_request_sid":"KW1","port_in_phone_number_sid":"PU1"}':sid())
    assert.are.equal("PU1", read '{"port_in_request_sid":"KW1","phone_number_sid":"PU1"}':sid())
    assert.are.equal("KW1", read '{"port_in_request_sid":"KW1","port_in_phone_number_sid":""}':sid())
    assert.are.equal("KW1", read '{"port_in_request_sid":"KW1","port_in_phone_number_sid":null}':sid())
    assert.is_nil(read '{"status":"x"}':sid())
    assert.is_nil(read '{"port_in_request_sid":7}':sid())
  end)

  it("is named as Twilio does, from what it is about and its status", function()
    for body, name in pairs {
      ['{"port_in_phone_number_sid":"PU1","status":"port_submitted"}'] = "PortInPhoneNumberSubmitted",
      ['{"port_in_phone_number_sid":"PU1","status":"port_rejected"}'] = "PortInPhoneNumberRejected",
      ['{"port_in_request_sid":"KW1","status":"Waiting for Signature"}'] = "PortInWaitingForSignature",
      ['{"port_in_request_sid":"KW1","status":"Cancelled"}'] = "PortInCanceled",
      ['{"event_type":"SomethingNew","status":"x"}'] = "SomethingNew",
    } do
      assert.are.equal(name, read(body):name())
    end
    assert.is_nil(read '{"port_in_request_sid":"KW1"}':name())
  end)

  it("keeps all fields, known or not, and null in raw", function()
    local event = read '{"status":"x","more":{"deep":[1,null]},"rejection_reason":null}'
    assert.are.equal(1, event.more.deep[1])
    assert.is_nil(event.rejection_reason)
    assert.are.equal(null, event:raw().rejection_reason)
  end)

  it("has a time if its date can be read", function()
    assert.are.equal(1777896900, read '{"last_date_updated":"2026-05-04T12:15:00Z"}':time())
    assert.is_nil(read '{"last_date_updated":"yesterday"}':time())
    assert.is_nil(read '{"status":"x"}':time())
  end)

  it("says what it is", function()
    assert.are.equal("WebhookEvent PortInCompleted of KW1",
      tostring(read '{"port_in_request_sid":"KW1","status":"completed"}'))
    assert.are.equal("WebhookEvent unnamed of no SID", tostring(read '{"x":1}'))
  end)
end)

describe("events.read", function()
  it("reads forms", function()
    local event = assert(events.read("port_in_request_sid=KW1&status=in+review&a=%2B1", true))
    assert.are.same({ "KW1", "in_review", "+1" }, { event:sid(), event:normal_status(), event.a })
  end)

  it("says why a body is no event", function()
    for _, body in ipairs { "", "{", "null", "7", "[]", "[1]", "{}", '"text"' } do
      local event, why = events.read(body, false)
      assert.is_nil(event)
      assert.matches("^the body is no JSON", why)
    end
    assert.is_nil((events.read("", true)))
  end)
end)
