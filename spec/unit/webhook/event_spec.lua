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
      ['{"port_in_request_sid":"KW1","status":"port_rejected"}'] = "PortInPhoneNumberRejected",
      ['{"port_in_request_sid":"KW1","rejection_reason":"x","status":"action_required"}'] =
        "PortInActionRequired",
      ['{"phone_number":"+14155550111","status":"canceled"}'] = "PortInPhoneNumberCanceled",
      ['{"status":"expired"}'] = "PortInExpired",
      ['{"event_type":"SomethingNew","status":"x"}'] = "SomethingNew",
    } do
      assert.are.equal(name, read(body):name())
    end
  end)

  it("of a number that is told without its SID is not the whole request's", function()
    for body, name in pairs {
      ['{"port_in_request_sid":"KW1","phone_number":"+14155550111","status":"completed"}'] =
        "PortInPhoneNumberCompleted",
      ['{"port_in_request_sid":"KW1","phone_number":14155550111,"status":"canceled"}'] =
        "PortInPhoneNumberCanceled",
      ['{"port_in_request_sid":"KW1","phone_number":"+14155550111","status":"waiting_for_signature"}'] =
        "PortInPhoneNumberWaitingForSignature",
      ['{"port_in_request_sid":"KW1","phone_number":"+1","phone_number_sid":"","status":"completed"}'] =
        "PortInPhoneNumberCompleted",
    } do
      local event = read(body)
      assert.are.same({ "number", name }, { event:subject(), event:name() }, body)
      assert.are.same({ n = 1 }, { n = select("#", event:sid()), event:sid() }) -- nil, not the request's
    end
    assert.are.equal("number", read '{"phone_number":"+14155550111"}':subject())
  end)

  it("has its name in the status, if the status is one", function()
    for sent, expected in pairs {
      PortInPhoneNumberCompleted = { "PortInPhoneNumberCompleted", "number", "completed" },
      PortInPhoneNumberSubmitted = { "PortInPhoneNumberSubmitted", "number", "port_submitted" },
      port_in_action_required = { "PortInActionRequired", "port_in", "action_required" },
      PortInCancelled = { "PortInCanceled", "port_in", "canceled" },
      PortOutPhoneNumberCompleted = { "PortOutPhoneNumberCompleted", "number", "completed" },
      PortInPhoneNumberRenamed = { "PortInPhoneNumberRenamed", "number" }, -- an unknown name
    } do
      local event = read(('{"status":"%s"}'):format(sent))
      assert.are.same(expected, { event:name(), event:subject(), event:normal_status() }, sent)
    end
    local event = read '{"port_in_request_sid":"KW1","status":"PortInExpired"}'
    assert.are.same({ "PortInExpired", "KW1" }, { event:name(), event:sid() })
  end)

  it("has nothing where its fields leave it open", function()
    for _, body in ipairs {
      '{"status":"completed"}', -- of what?
      '{"port_in_request_sid":"KW1","portable":true,"status":"completed"}', -- of a number that is not named?
      '{"port_in_request_sid":"KW1","rejection_reason_code":7,"status":"canceled"}',
      '{"event_type":"PortInCompleted","phone_number":"+1","port_in_request_sid":"KW1"}', -- a contradiction
    } do
      local event = read(body)
      assert.are.same({ "nil", "nil" }, { tostring(event:subject()), tostring(event:sid()) }, body)
      assert.are.equal(event.event_type, event:name())
    end
    for _, body in ipairs {
      '{"port_in_request_sid":"KW1"}', '{"port_in_request_sid":"KW1","status":"in_review"}', -- no such event
      '{"port_in_request_sid":"KW1","phone_number":"+1","status":"in_progress"}',
      '{"phone_number":"+1","status":"completed"}', -- ported in or out?
      '{"port_in_request_sid":"KW1","status":["completed"]}', '{"port_in_request_sid":"KW1","status":true}',
    } do
      assert.are.equal(1, select("#", read(body):name()))
      assert.is_nil(read(body):name(), body)
    end
  end)

  it("gives nil, and not nothing, where there is nothing", function()
    local event = read '{"x":1}'
    for _, method in ipairs { "sid", "name", "time", "subject", "normal_status" } do
      assert.are.equal("nil", tostring(event[method](event)))
    end
    for _, text in ipairs { "yesterday", "", "2026-13-04T12:15:00Z" } do
      assert.are.equal("nil", tostring(read(('{"last_date_updated":"%s"}'):format(text)):time()))
    end
    for _, body in ipairs { '{"port_in_request_sid":"XX1"}', '{"port_in_phone_number_sid":"KW1"}',
      '{"port_in_phone_number_sid":{"a":1}}' } do
      assert.are.equal("nil", tostring(read(body):sid()))
    end
  end)

  it("has its declared fields in their types, or nil, and in raw what came", function()
    for sent, portable in pairs {
      ["true"] = true, ["false"] = false, ['"false"'] = false, ['"TRUE"'] = true,
    } do
      local event = read(('{"portable":%s}'):format(sent))
      assert.are.equal(portable, event.portable)
      assert.are.equal(('{"portable":%s}'):format(sent), event:to_json())
    end
    for _, sent in ipairs { '"no"', "0", "1", '""', "[]", "null" } do
      assert.is_nil(read(('{"portable":%s}'):format(sent)).portable)
    end
    local event = read([[{"status":7,"phone_number":14155550111,"rejection_reason":["x"],"event_type":false,
      "not_portable_reason":1.5,"not_portable_reason_code":22131,"rejection_reason_code":"22131",
      "last_date_updated":1}]])
    assert.are.same({ "7", "14155550111", 22131, "22131", "1" }, { event.status, event.phone_number,
      event.not_portable_reason_code, event.rejection_reason_code, event.last_date_updated })
    assert.are.same({}, { event.rejection_reason, event.event_type, event.not_portable_reason })
    assert.are.same({ "x" }, event:raw().rejection_reason)
    assert.is_nil(read '{"rejection_reason_code":1.5}'.rejection_reason_code)
    local names = {}
    for name in event:fields() do names[#names + 1] = name end
    assert.are.equal(5, #names)
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
    local text = tostring(read('{"event_type":"\\u001b[2J' .. ("x"):rep(10000) .. '"}'))
    assert.not_matches("%c", text)
    assert.is_true(#text < 200)
  end)
end)

describe("events.read", function()
  it("reads forms", function()
    local event = assert(events.read("port_in_request_sid=KW1&status=in+review&a=%2B1", true))
    assert.are.same({ "KW1", "in_review", "+1" }, { event:sid(), event:normal_status(), event.a })
  end)

  it("reads a field of a form that came twice as both values, whose order is not signed", function()
    for _, body in ipairs { "status=a&status=b&x=1&x=1", "status=b&x=1&status=a" } do
      local event = assert(events.read(body, true))
      assert.are.same({ status = { "a", "b" }, x = "1" }, event:raw())
      assert.is_nil(event.status)
    end
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
