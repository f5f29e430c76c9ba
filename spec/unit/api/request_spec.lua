--- Paths and queries are checked and encoded before anything is sent.

local request = require "twilio.numbers.api.request"

local KW, PU = "KW" .. ("0"):rep(31) .. "1", "PU" .. ("a"):rep(32)

describe("request.path", function()
  it("puts a path together", function()
    assert.are.equal("/v1/Porting/PortIn/" .. KW, request.path("FetchPortingPortIn", KW))
    assert.are.equal("/v1/Porting/PortIn/" .. KW .. "/PhoneNumber/" .. PU,
      request.path("DeletePortingPortInPhoneNumber", KW, PU))
    assert.are.equal("/v1/Porting/Configuration/Webhook",
      request.path "FetchPortingWebhookConfigurationFetch")
    assert.are.equal("/v1/Porting/Configuration/Webhook/PORT_IN",
      request.path("DeletePortingWebhookConfigurationDelete", "PORT_IN"))
  end)

  it("encodes the plus sign of a phone number", function()
    assert.are.equal("/v1/Porting/Portability/PhoneNumber/%2B14155550111",
      request.path("FetchPortingPortability", "+14155550111"))
  end)

  it("refuses whatever is no SID of that kind, above all an empty one", function()
    for _, value in ipairs {
      "", "KW", KW:sub(1, -2), KW .. "0", KW .. "/..", "..", KW:lower(), PU, (KW:gsub("1$", "g")), KW .. "\n",
      KW:sub(1, -2) .. "\0", KW:sub(1, -2) .. "/", 7, true, {},
    } do
      local path, problem = request.path("DeletePortingPortIn", value)
      assert.is_nil(path)
      assert.matches("^port_in_request_sid: a SID of KW and 32 hexadecimal digits expected, got ", problem)
    end
    assert.is_nil((request.path("DeletePortingPortIn", nil)))
  end)

  it("never makes the path of a port-in of one that lacks its number", function()
    for _, value in ipairs { "", "PU", KW, PU:sub(1, -2), "PU" .. ("/"):rep(32), false } do
      local path, problem = request.path("DeletePortingPortInPhoneNumber", KW, value)
      assert.is_nil(path)
      assert.matches("^phone_number_sid: a SID of PU", problem)
    end
    assert.is_nil((request.path("DeletePortingPortInPhoneNumber", KW, nil)))
    assert.is_nil((request.path("DeletePortingPortInPhoneNumber", nil, PU)))
  end)

  it("takes phone numbers in E.164 only", function()
    assert.is_string(request.path("FetchPortingPortability", "+123456789012345"))
    for _, value in ipairs {
      "", "+", "+1", "14155550111", "+04155550111", "+1415555011a", "+1 4155550111", "+1234567890123456",
    } do
      local path, problem = request.path("FetchPortingPortability", value)
      assert.is_nil(path, value)
      assert.matches("^phone_number: a phone number in E.164 format", problem)
    end
  end)

  it("takes the values of an enumeration only", function()
    local path, problem = request.path("DeletePortingWebhookConfigurationDelete", "port_in")
    assert.is_nil(path)
    assert.matches('"PORT_IN" or "PORT_OUT" expected', problem, 1, true)
  end)
end)

describe("request.query", function()
  local AC = "AC" .. ("0"):rep(32)

  it("is empty without options", function()
    assert.are.equal("", request.query("FetchPortingPortability").text)
    assert.are.equal("", request.query("FetchPortingPortability", {}).text)
  end)

  it("names parameters as the contract does", function()
    local query = request.query("FetchPortingPortability", { target_account_sid = AC })
    assert.are.same({ text = "?TargetAccountSid=" .. AC, values = { TargetAccountSid = AC } }, query)
  end)

  it("refuses what it does not know, and what is not of its form", function()
    for options, words in pairs {
      [{ account = AC }] = "unknown option 'account'",
      [{ target_account_sid = "AC1" }] = "target_account_sid: a SID of AC and 32 hexadecimal digits expected",
      [7] = "options: a table expected, got 7",
    } do
      local query, problem = request.query("FetchPortingPortability", options)
      assert.is_nil(query)
      assert.matches(words, problem, 1, true)
    end
  end)

  it("takes texts and numbers of lists, and encodes them", function()
    assert.are.equal("?CreatedAfter=2026-05-04&PortInRequestStatus=Waiting%20for%20Signature&Size=100"
      .. "&Token=a%26b%2F%C3%A4", request.query("ListPortInRequests", {
        created_after = "2026-05-04", port_in_request_status = "Waiting for Signature", size = 100,
        token = "a&b/\195\164",
      }).text)
  end)

  it("refuses texts that are empty, and numbers out of their bounds", function()
    for options, words in pairs {
      [{ token = "" }] = "token: a text expected", [{ token = 7 }] = "token: a text expected",
      [{ size = 0 }] = "size: a whole number from 1 to 100 expected",
      [{ size = 101 }] = "size: a whole number", [{ size = 1.5 }] = "size: a whole number",
      [{ size = "7" }] = "size: a whole number", [{ size = 0 / 0 }] = "size: a whole number",
    } do
      local query, problem = request.query("ListPortInRequests", options)
      assert.is_nil(query)
      assert.matches(words, problem, 1, true)
    end
  end)

  it("does not change for a call without options what another one gets", function()
    request.query("FetchPortingPortability", { target_account_sid = AC })
    assert.is_nil(request.query("FetchPortingPortability").values)
  end)
end)

describe("request.method", function()
  it("is the contract's", function()
    assert.are.equal("GET", request.method "FetchPortingPortIn")
    assert.are.equal("DELETE", request.method "DeletePortingPortIn")
  end)
end)
