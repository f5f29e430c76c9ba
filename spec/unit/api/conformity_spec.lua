--- Answers beside the contract: what differs is told, and nothing that may be personal.

local cjson = require "cjson"
local conformity = require "twilio.numbers.api.conformity"
local contract = require "twilio.numbers.api.contract"
local core = require "twilio.numbers.core"
local support = require "spec.support"
local vocabulary = require "twilio.numbers.api.vocabulary"

local KW, PU, AC = "KW" .. ("1"):rep(32), "PU" .. ("2"):rep(32), "AC" .. ("3"):rep(32)

--- What is told of an answer, in order, each as one text.
local function told(id, fields)
  local list = {}
  local object = assert(core.decode(type(fields) == "string" and fields or cjson.encode(fields)))
  conformity.compare(id, object, function(...)
    local words = { ... }
    for i = 1, select("#", ...) do words[i] = tostring(words[i]) end
    list[#list + 1] = table.concat(words, " ")
  end)
  table.sort(list)
  return list
end

local function portability(fields)
  local all = {
    phone_number = "+14155550123", account_sid = AC, portable = true,
    pin_and_account_number_required = false, not_portable_reason = cjson.null,
    not_portable_reason_code = cjson.null, number_type = "LOCAL", country = "US",
    url = "https://numbers.twilio.com/v1",
  }
  for name, value in pairs(fields) do all[name] = value end
  return all
end

local function number(fields)
  local all = {
    port_in_request_sid = KW, phone_number_sid = PU, url = "https://a/", account_sid = AC,
    phone_number_type = "LOCAL", date_created = "2030-04-20T08:00:00Z", country = "US",
    missing_required_fields = false, phone_number = "+14155550123", portable = true,
    not_portability_reason = cjson.null, not_portability_reason_code = cjson.null,
    port_in_phone_number_status = "in_review",
  }
  for name, value in pairs(fields) do all[name] = value end
  return all
end

describe("an answer beside the contract", function()
  it("is as it should be", function()
    assert.are.same({}, told("FetchPortingPortability", portability {}))
    assert.are.same({}, told("FetchPortingPortInPhoneNumber", number {}))
  end)

  it("may be of the older and of the newer version, and of any spelling", function()
    assert.are.same({}, told("FetchPortingPortability",
      portability { voice_carrier = "x", number_type = "toll free" }))
    for _, code in ipairs { 22131, "22131" } do
      assert.are.same({}, told("FetchPortingPortInPhoneNumber", number {
        not_portability_reason_code = code, port_out_pin = 4711, rejection_reason_code = 1,
        status_last_time_updated_timestamp = "2030-04-20T08:00:00Z", last_updated = cjson.null,
        port_in_phone_number_status = "In Review",
      }))
    end
  end)

  for name, case in pairs {
    ["a field that is not known"] = { { surprise = { a = 1 } }, "field surprise object" },
    ["a value that is not known"] = { { number_type = "SATELLITE" }, "value number_type SATELLITE" },
    ["a reason code that is not known"] = { { not_portable_reason_code = 22199 },
      "code not_portable_reason_code 22199" },
    ["another type"] = { { portable = "false" }, "type portable string boolean" },
    ["a text where a code is"] = { { not_portable_reason_code = "22131" },
      "type not_portable_reason_code string integer" },
    ["a malformed SID"] = { { account_sid = "AC1" }, "form account_sid string a SID of AC" },
    ["a malformed number"] = { { phone_number = "4155550123" }, "form phone_number string phone-number" },
    ["a malformed URL"] = { { url = "numbers.twilio.com" }, "form url string uri" },
  } do
    it("is told: " .. name, function()
      assert.are.same({ case[2] }, told("FetchPortingPortability", portability(case[1])))
    end)
  end

  it("is told to lack a field that every version has", function()
    local fields = portability {}
    fields.country = nil
    assert.are.same({ "missing country" }, told("FetchPortingPortability", fields))
  end)

  it("is compared in what is within it", function()
    local list = told("FetchPortingPortIn", {
      port_in_request_sid = KW, url = "https://a/", account_sid = AC, notification_emails = { 1 },
      target_port_in_date = "2030-06-14", target_port_in_time_range_start = "a",
      target_port_in_time_range_end = "b", port_in_request_status = "Frozen", documents = cjson.null,
      losing_carrier_information = { customer_name = "Robin Doe", nickname = "Rob", customer_type = "Club" },
      phone_numbers = { { phone_number = "+14155550123", port_in_phone_number_status = "thawed" },
        { surprise = true, rejection_reason_code = 1 }, 5 },
    })
    assert.are.same({
      "field losing_carrier_information.nickname string",
      "field phone_numbers[].surprise boolean",
      "type notification_emails[] integer string",
      "type phone_numbers[] integer object",
      "value losing_carrier_information.customer_type Club",
      "value phone_numbers[].port_in_phone_number_status thawed",
      "value port_in_request_status Frozen",
    }, list)
  end)

  it("is compared where it is a list, and where it is a bulk", function()
    local item = { port_in_request_sid = KW, port_in_request_status = "Odd", surprise = cjson.null }
    assert.are.same({
      "field port_in_requests[].surprise null",
      "value port_in_requests[].port_in_request_status Odd",
    }, told("ListPortInRequests", { port_in_requests = { item }, meta = { next_token = "a" } }))
    local list = told("FetchBulkEligibility", {
      request_id = "EC" .. ("1"):rep(32), url = "https://a/", friendly_name = "a", status = "PAUSED",
      date_created = cjson.null, date_completed = cjson.null,
      results = { { eligibility_status = "INELIGIBLE", eligibility_sub_status = "ALREADY_IN_TWILIO",
        iso_country_code = "US" }, { eligibility_status = "perhaps" } },
    })
    assert.are.same({ "value results[].eligibility_status perhaps", "value status PAUSED" }, list)
  end)

  it("in the shape of an error is not compared", function()
    assert.are.same({}, told("FetchPortingPortability", { code = 22131, message = "no" }))
  end)

  it("shows no value that may be personal", function()
    local secret = {
      "Robin@example.com", "+14155550123", KW, ("5"):rep(20), "a\27[2J", ("x"):rep(200),
      "a5d9d35e2ce04a0edc892ef756d8a796", "KWabcdefabcdefabcdef1234abcdefabcd", "Pin 4321", "Account 4711",
    }
    for _, value in ipairs(secret) do
      local list = told("FetchPortingPortability", portability { number_type = value, [value] = value })
      for _, text in ipairs(list) do assert.not_matches(value, text, 1, true) end
      assert.is_true(#list >= 1)
    end
    assert.matches("^field a name of %d+ bytes string$", told("FetchPortingPortability",
      portability { ["Robin Doe"] = "a" })[1])
  end)

  it("of any shape raises nothing", function()
    for id, operation in pairs(contract.operations) do
      if operation.returns then
        local wrong = { "1", '"a"', "[]", "{}", "[null,1,{}]", "true", "1.5", "null", '{"a":[{}]}' }
        for name in pairs(contract.resources[operation.returns]) do
          for _, value in ipairs(wrong) do told(id, ('{"%s":%s}'):format(name, value)) end
        end
      end
    end
  end)
end)

describe("the vocabulary", function()
  it("names resources and fields that there are", function()
    local named = {}
    local function add(property)
      if type(property) ~= "table" then return end
      for _, one in ipairs { property, property.newest } do
        named[one.items or ""], named[one.object or ""] = true, true
      end
    end
    for _, set in ipairs { contract.resources, vocabulary.fields } do
      for _, properties in pairs(set) do
        for _, property in pairs(properties) do add(property) end
      end
    end
    for resource in pairs(vocabulary.fields) do
      assert.is_true(contract.resources[resource] ~= nil or named[resource] == true, resource)
    end
    for resource, fields in pairs(vocabulary.values) do
      for name in pairs(fields) do
        local properties = contract.resources[resource] or {}
        local more = vocabulary.fields[resource] or {}
        assert.is_not_nil(properties[name] or more[name], resource .. "." .. name)
      end
    end
  end)

  it("has each reason code that the reference names", function()
    local count = 0
    local text = support.read_file "lua/README.md":match
      "values twilio.numbers.PortabilityReason %-%->(.-)<!%-%- end"
    for code in text:gmatch "221%d%d" do
      count = count + 1
      assert.is_true(vocabulary.codes[tonumber(code)], code)
    end
    assert.is_true(count >= 8)
  end)
end)
