--- Whether an answer is the one to the request.

local identity = require "twilio.numbers.api.identity"
local null = require("twilio.numbers.core").null

local KW, PU = "KW" .. ("a"):rep(32), "PU" .. ("b"):rep(32)
local OTHER = "KW" .. ("c"):rep(32)

--- What is compared: the contradiction in words, or whether what was asked for is named.
local function compare(call, object)
  local words, is_named = identity.compare(call, object)
  return words or is_named
end

describe("identity.compare", function()
  it("finds what was asked for named, in either case of a SID's letters", function()
    local call = { id = "FetchPortingPortIn", first = KW }
    assert.is_true(compare(call, { port_in_request_sid = KW }))
    assert.is_true(compare(call, { port_in_request_sid = "KW" .. ("A"):rep(32) }))
  end)

  it("tells the answer to another request", function()
    local call = { id = "FetchPortingPortIn", first = KW }
    assert.are.equal(('the answer is about something else: port_in_request_sid is "%s", asked for was %s')
      :format(OTHER, KW), compare(call, { port_in_request_sid = OTHER }))
    assert.matches("is no single value", compare(call, { port_in_request_sid = {} }), 1, true)
    assert.matches("is 7,", compare(call, { port_in_request_sid = 7 }), 1, true)
  end)

  it("takes one right SID for no excuse for a wrong one", function()
    local call = { id = "FetchPortingPortInPhoneNumber", first = KW, second = PU }
    assert.is_true(compare(call, { port_in_request_sid = KW, phone_number_sid = PU }))
    assert.is_string(compare(call, { port_in_request_sid = OTHER, phone_number_sid = PU }))
    assert.is_string(compare(call, { port_in_request_sid = KW, phone_number_sid = "PU" .. ("c"):rep(32) }))
  end)

  it("does not know where nothing is named, or null", function()
    local call = { id = "FetchPortingPortIn", first = KW }
    assert.is_false(compare(call, {}))
    assert.is_false(compare(call, { port_in_request_sid = null, status = "x" }))
  end)

  it("compares phone numbers by their digits, texts and numbers alike", function()
    local call = { id = "FetchPortingPortability", first = "+14155550111" }
    assert.is_true(compare(call, { phone_number = "+1 415-555-0111" }))
    assert.is_true(compare(call, { phone_number = 14155550111 }))
    assert.is_string(compare(call, { phone_number = "+14155550112" }))
  end)

  it("shows a foreign value on one line, cut", function()
    local words = compare({ id = "FetchPortingPortIn", first = KW },
      { port_in_request_sid = ("x\n"):rep(1000) })
    assert.is_nil(words:find "%c")
    assert.is_true(#words < 250)
  end)
end)

describe("identity.is_of_kind", function()
  it("goes by fields that only this kind of answer has, be they null", function()
    assert.is_true(identity.is_of_kind("FetchPortingPortIn", { losing_carrier_information = null }))
    assert.is_false(identity.is_of_kind("FetchPortingPortIn", { account_sid = "AC1", url = "x" }))
    assert.is_false(identity.is_of_kind("FetchPortingPortIn", {}))
    assert.is_true(identity.is_of_kind("FetchPortingPortability", { portable = true }))
    assert.is_false(identity.is_of_kind("FetchBulkEligibility", { losing_carrier_information = {} }))
  end)

  it("takes an answer with fewer fields for the same kind, and a list for another", function()
    local configuration = { port_in_target_url = null }
    assert.is_true(identity.is_of_kind("CreatePortingWebhookConfiguration", configuration))
    assert.is_true(identity.is_of_kind("FetchPortingWebhookConfigurationFetch", configuration))
    assert.is_true(identity.is_of_kind("CreatePortingPortIn", { losing_carrier_information = null }))
    assert.is_true(identity.is_of_kind("ListPortInRequests", { port_in_requests = {} }))
    assert.is_false(identity.is_of_kind("ListPortInRequests", { configurations = {}, meta = {} }))
    assert.is_false(identity.is_of_kind("FetchPortingPortIn", { port_in_requests = {} }))
    assert.is_true(identity.is_of_another_kind("FetchPortingPortIn", { port_in_requests = {} }))
    assert.is_false(identity.is_of_another_kind("FetchPortingPortIn", { losing_carrier_information = null }))
  end)
end)
