--- The sandbox answers the creation of port-ins as the newest contract says.

local bare = require "spec.support.bare"
local cjson = require "cjson"
local sandbox = require "spec.support.sandbox"

local ask, assert_has_fields_of = bare.ask, bare.assert_has_fields_of

local LIST = "/Porting/PortIn/PortInRequests"
local CARRIER = "losing_carrier_information."

describe("the sandbox", function()
  before_each(sandbox.reset)

  local function fields(numbers)
    local items = {}
    for i, number in ipairs(numbers or { "+14155550199", "+14155550197" }) do
      items[i] = { phone_number = number, pin = "04321" }
    end
    return {
      account_sid = sandbox.account_sid, documents = { sandbox.sid("RD", 1) }, phone_numbers = items,
      losing_carrier_information = {
        customer_type = "Business", customer_name = "Example Ltd", account_number = "987654321",
        address = {
          street = "101 Spear St", city = "San Francisco", state = "CA", zip = "94105", country = "US",
        },
        authorized_representative = "Robin Doe", authorized_representative_email = "robin@example.com",
      },
      target_port_in_date = os.date("!%Y-%m-%d", os.time() + 30 * 86400),
      target_port_in_time_range_start = "10:15:00-08:00", target_port_in_time_range_end = "12:15:00-08:00",
    }
  end

  describe("creating a port-in", function()
    it("answers 202 with all fields, and holds it from then on", function()
      local status, made = ask("POST", "/Porting/PortIn", fields())
      assert.are.equal(202, status)
      assert_has_fields_of("numbers.v1.porting_port_in", made)
      for _, number in ipairs(made.phone_numbers) do
        assert_has_fields_of("numbers.v1.porting_port_in_phone_number_result", number)
        assert.is_nil(number.pin)
      end
      local path = "/Porting/PortIn/" .. made.port_in_request_sid
      assert.are.same({ 200, made }, { ask("GET", path) })
      local number_sid = made.phone_numbers[1].port_in_phone_number_sid
      local _, number = ask("GET", path .. "/PhoneNumber/" .. number_sid)
      assert_has_fields_of("numbers.v1.porting_port_in_phone_number", number)
      assert.are.equal("+14155550199", number.phone_number)
      local _, page = ask("GET", LIST .. "?PortInRequestSid=" .. made.port_in_request_sid)
      assert.are.equal(2, page.port_in_requests[1].phone_numbers_requested)
      assert.are.equal(204, (ask("DELETE", path)))
      local _, after = ask("GET", path)
      assert.are.equal("Canceling", after.port_in_request_status)
    end)

    it("gives the times in UTC, with the date that they fall on", function()
      local early, late = fields(), fields()
      local _, made = ask("POST", "/Porting/PortIn", early)
      assert.are.equal("18:15:00Z", made.target_port_in_time_range_start)
      assert.are.equal("20:15:00Z", made.target_port_in_time_range_end)
      assert.are.equal(early.target_port_in_date, made.target_port_in_date)
      late.target_port_in_time_range_start = "20:00:00-08:00"
      late.target_port_in_time_range_end = "21:00:00-08:00"
      local _, shifted = ask("POST", "/Porting/PortIn", late)
      assert.are.equal("04:00:00Z", shifted.target_port_in_time_range_start)
      assert.are.equal(os.date("!%Y-%m-%d", os.time() + 31 * 86400), shifted.target_port_in_date)
    end)

    local function refused(change)
      local body = fields()
      change(body)
      local status, answer = ask("POST", "/Porting/PortIn", body)
      assert.are.equal(400, status)
      local _, page = ask("GET", LIST .. "?Size=100")
      assert.are.equal(10, #page.port_in_requests)
      return answer.message:match "^Invalid parameter: (.*)$", answer.code
    end

    for name, case in pairs {
      ["a missing account"] = { "account_sid", 22171, function(body) body.account_sid = nil end },
      ["a null"] = { "documents", 22171, function(body) body.documents = cjson.null end },
      ["a malformed account"] = { "account_sid", 20001, function(body) body.account_sid = "AC1" end },
      ["no document"] = { "documents", 20001, function(body) body.documents = {} end },
      ["another kind of SID"] = { "documents[0]", 20001, function(body)
        body.documents[1] = sandbox.sid("AD", 1)
      end },
      ["no numbers"] = { "phone_numbers", 20001, function(body) body.phone_numbers = {} end },
      ["1,001 numbers"] = { "phone_numbers", 20001, function(body)
        for i = 1, 1001 do body.phone_numbers[i] = { phone_number = "+1415666" .. 1000 + i } end
      end },
      ["no E.164 number"] = { "phone_numbers[1].phone_number", 20001, function(body)
        body.phone_numbers[2].phone_number = "4155550197"
      end },
      ["11 addresses"] = { "notification_emails", 20001, function(body)
        body.notification_emails = {}
        for i = 1, 11 do body.notification_emails[i] = i .. "@example.com" end
      end },
      ["no e-mail address"] = { CARRIER .. "authorized_representative_email", 20001, function(body)
        body.losing_carrier_information.authorized_representative_email = "robin"
      end },
      ["an address without a ZIP code"] = { CARRIER .. "address.zip", 22171, function(body)
        body.losing_carrier_information.address.zip = nil
      end },
      ["another type of customer"] = { CARRIER .. "customer_type", 20001, function(body)
        body.losing_carrier_information.customer_type = "business"
      end },
      ["another form of date"] = { "target_port_in_date", 20001, function(body)
        body.target_port_in_date = "06/14/2030"
      end },
      ["a date in three days"] = { "target_port_in_date", 20001, function(body)
        body.target_port_in_date = os.date("!%Y-%m-%d", os.time() + 3 * 86400)
      end },
      ["a time without an offset"] = { "target_port_in_time_range_start", 20001, function(body)
        body.target_port_in_time_range_start = "10:15:00"
      end },
      ["a number of Japan without its carrier"] = { "portability_advance_carrier", 22171, function(body)
        body.phone_numbers = { { phone_number = "+81312345678" } }
      end },
      ["several problems"] = { "account_sid, phone_numbers[0].phone_number", 22171, function(body)
        body.account_sid, body.phone_numbers[1].phone_number = nil, "1"
      end },
    } do
      it("refuses " .. name, function()
        local path, code = refused(case[3])
        assert.are.same({ case[1], case[2] }, { path, code })
      end)
    end

    it("refuses what is no JSON, or is not said to be", function()
      assert.are.equal(400, (ask("POST", "/Porting/PortIn", "{", "application/json")))
      assert.are.equal(400, (ask("POST", "/Porting/PortIn", cjson.encode(fields()), "text/plain")))
    end)

    it("can lose the answer after the effect", function()
      sandbox.fault { fault = "reset_after", method = "POST" }
      assert.is_nil((ask("POST", "/Porting/PortIn", fields())))
      local yesterday = os.date("!%Y-%m-%d", os.time() - 86400)
      local _, page = ask("GET", LIST .. "?CreatedBefore=2030-01-01&CreatedAfter=" .. yesterday)
      assert.are.equal(1, #page.port_in_requests)
      local _, found = ask("GET", "/Porting/PortIn/" .. page.port_in_requests[1].port_in_request_sid)
      assert.are.equal("+14155550199", found.phone_numbers[1].phone_number)
    end)
  end)
end)
