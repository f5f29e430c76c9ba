--- The fields of a create are checked as a whole before anything is sent.

local body = require "twilio.numbers.api.body"
local bodies = require "twilio.numbers.api.contract.bodies"
local contract = require "twilio.numbers.api.contract"
local core = require "twilio.numbers.core"
local null = core.null
local port_in_fields = require "spec.support.port_in_fields"

local sound = port_in_fields.sound

local NOW = 1777852800 -- 2026-05-04T00:00:00Z

--- The paths of what is wrong, and the messages by path.
local function problems_of(id, fields, now)
  local made, err = body.make(id, fields, now)
  if made then return {}, {} end
  local paths, messages = {}, {}
  for i, problem in ipairs(err.problems) do
    paths[i], messages[problem.path] = problem.path, problem.message
  end
  return paths, messages, err
end

local function port_in_problems(change, now)
  local fields = sound()
  change(fields)
  return problems_of("CreatePortingPortIn", fields, now)
end

describe("body.make", function()
  it("gives the JSON of the fields, in the contract's order", function()
    local made = assert(body.make("CreateEligibility", {
      phone_numbers = { { hosting_account_sid = "AC" .. ("0"):rep(32), phone_number = "+14155550111" } },
      friendly_name = 'A "name"',
    }))
    assert.are.equal('{"friendly_name":"A \\"name\\"","phone_numbers":[{"phone_number":"+14155550111",'
      .. '"hosting_account_sid":"AC' .. ("0"):rep(32) .. '"}]}', made.text)
  end)

  it("keeps every field of a port-in", function()
    local fields = sound()
    assert.are.same(fields, core.decode(assert(body.make("CreatePortingPortIn", fields)).text))
  end)

  it("writes an empty list as one, and nothing as an object", function()
    local made = assert(body.make("CreatePortingWebhookConfiguration", { notifications_of = {} }))
    assert.are.equal('{"notifications_of":[]}', made.text)
    assert.are.equal("{}", assert(body.make("CreateSigningRequestConfiguration", {})).text)
  end)

  it("takes null for a field that is missing", function()
    local fields = sound()
    fields.bundle_sid, fields.phone_numbers[1].pin = null, null
    local sent = core.decode(assert(body.make("CreatePortingPortIn", fields)).text)
    assert.are.same({ nil, nil }, { sent.bundle_sid, sent.phone_numbers[1].pin })
    assert.are.same({ "account_sid" }, (port_in_problems(function(f) f.account_sid = null end)))
  end)

  it("does not change the caller's fields, and is not changed by them", function()
    local fields = sound()
    local made = assert(body.make("CreatePortingPortIn", fields))
    assert.are.same(sound(), fields)
    fields.account_sid = "AC" .. ("f"):rep(32)
    assert.are.equal("AC" .. ("0"):rep(31) .. "1", made.values.account_sid)
  end)

  it("raises where the fields are no table", function()
    for _, value in ipairs { 7, "x", true, false } do
      assert.has_error(function() body.make("CreatePortingPortIn", value) end)
    end
    assert.has_error(function() body.make("CreatePortingPortIn", nil) end)
  end)
end)

describe("a wrong field", function()
  --- By path: what makes it wrong, and words of the message.
  local cases = {
    ["account_sid"] = { function(f) f.account_sid = "AC1" end,
      'a SID of AC and 32 hexadecimal digits expected, got "AC1"' },
    ["documents"] = { function(f) f.documents = {} end, "at least 1 expected, got 0" },
    ["documents[2]"] = { function(f) f.documents[2] = "KW" .. ("a"):rep(32) end, "a SID of RD" },
    ["phone_numbers"] = { function(f) f.phone_numbers = "+14155550111" end, "a list expected, got a text" },
    ["phone_numbers[1]"] = { function(f) f.phone_numbers[1] = "+14155550111" end,
      "a table of fields expected, got a text" },
    ["phone_numbers[1].phone_number"] = { function(f) f.phone_numbers[1].phone_number = "415 555 0111" end,
      "a phone number in E.164 format" },
    ["phone_numbers[1].pin"] = { function(f) f.phone_numbers[1].pin = 4321 end,
      "a text expected, got a number" },
    ["phone_numbers[2].phone_number"] = { function(f)
      f.phone_numbers[2] = { phone_number = f.phone_numbers[1].phone_number }
    end, "it is also at phone_numbers[1]" },
    ["losing_carrier_information"] = { function(f) f.losing_carrier_information = nil end, "it is required" },
    ["losing_carrier_information.customer_type"] = { function(f)
      f.losing_carrier_information.customer_type = "business"
    end, '"Business" or "Individual" expected, got "business"' },
    ["losing_carrier_information.customer_name"] = { function(f)
      f.losing_carrier_information.customer_name = " \t"
    end, "got a blank one" },
    ["losing_carrier_information.authorized_representative"] = { function(f)
      f.losing_carrier_information.authorized_representative = "Robin\nDoe"
    end, "line break" },
    ["losing_carrier_information.authorized_representative_email"] = { function(f)
      f.losing_carrier_information.authorized_representative_email = "robin@"
    end, "an e-mail address expected" },
    ["losing_carrier_information.address.zip"] = { function(f)
      f.losing_carrier_information.address.zip = 94105
    end, "a text expected, got a number" },
    ["losing_carrier_information.address.city"] = { function(f)
      f.losing_carrier_information.address.city = "M\252nchen"
    end, "UTF-8" },
    ["losing_carrier_information.adress"] = { function(f)
      f.losing_carrier_information.adress = {}
    end, "unknown field 'adress', did you mean 'address'?" },
    ["notification_emails"] = { function(f)
      for i = 1, 11 do f.notification_emails[i] = "a" .. i .. "@example.com" end
    end, "at most 10 expected, got 11" },
    ["target_port_in_date"] = { function(f) f.target_port_in_date = "2027-02-29" end, "a date such as" },
    ["target_port_in_time_range_start"] = { function(f) f.target_port_in_time_range_start = "10:15" end,
      "a time with its offset" },
    ["target_port_in_time_range_end"] = { function(f) f.target_port_in_time_range_end = "10:15:00-08:00" end,
      "a time after target_port_in_time_range_start" },
    ["portability_advance_carrier"] = { function(f)
      f.phone_numbers[1].phone_number = "+81312345678"
    end, "required for numbers of Japan" },
    ["[7]"] = { function(f) f[7] = "x" end, "unknown field" },
  }

  for path, case in pairs(cases) do
    it("is told by its path: " .. path, function()
      local paths, messages = port_in_problems(case[1])
      assert.are.same({ path }, paths)
      assert.matches(case[2], messages[path], 1, true)
    end)
  end

  it("is told together with all others, in the contract's order", function()
    local changes, expected = {}, {}
    local taken = { "account_sid", "documents[2]", "phone_numbers[1].phone_number", "phone_numbers[1].pin",
      "losing_carrier_information.customer_type", "losing_carrier_information.customer_name",
      "losing_carrier_information.address.city", "losing_carrier_information.address.zip",
      "losing_carrier_information.authorized_representative_email", "losing_carrier_information.adress",
      "target_port_in_date", "target_port_in_time_range_start" }
    for i, path in ipairs(taken) do changes[i], expected[i] = cases[path][1], path end
    local paths, _, err = port_in_problems(function(f)
      for _, change in ipairs(changes) do change(f) end
    end)
    assert.are.equal(12, #paths)
    assert.are.same(expected, paths)
    assert.are.same({ "invalid", "not_sent", "CreatePortingPortIn", "POST", "/v1/Porting/PortIn", 0 },
      { err.kind, err.outcome, err.operation, err.method, err.path, err.attempts })
  end)

  it("may be the number of numbers: 1 to 1,000", function()
    local function with(count)
      return function(f)
        f.phone_numbers = {}
        for i = 1, count do f.phone_numbers[i] = { phone_number = ("+1415%07d"):format(i) } end
      end
    end
    assert.are.same({}, (port_in_problems(with(1000))))
    assert.are.equal("1 to 1000 expected, got 1001", select(2, port_in_problems(with(1001))).phone_numbers)
    assert.are.equal("1 to 1000 expected, got 0", select(2, port_in_problems(with(0))).phone_numbers)
    local numbers = { { phone_number = "+14155550111" }, { phone_number = "+14155550112" } }
    assert.are.same({}, (problems_of("CreateBulkEligibility", { phone_numbers = numbers })))
    assert.are.equal("exactly 1 expected, got 2",
      select(2, problems_of("CreateEligibility", { phone_numbers = numbers })).phone_numbers)
  end)

  it("may be a list with a hole, or none", function()
    local _, messages = port_in_problems(function(f) f.documents = { x = 1 } end)
    assert.matches("a list expected, got a table with keys other than 1 to n", messages.documents, 1, true)
    _, messages = port_in_problems(function(f) f.documents = { [2] = "RD" .. ("a"):rep(32) } end)
    assert.matches("a list expected, got a list with a hole at 1", messages.documents, 1, true)
    _, messages = port_in_problems(function(f) f.documents[2] = null end)
    assert.are.equal("it is required", messages["documents[2]"])
  end)

  it("of a signing request or of a webhook is told alike", function()
    local paths = problems_of("CreateSigningRequestConfiguration", {
      country = "us", email_subject = ("\195\164"):rep(256), email_message = ("x"):rep(5001),
      logo_sid = "RD", url_redirection = "example.com",
    })
    assert.are.same({ "logo_sid", "country", "email_subject", "email_message", "url_redirection" }, paths)
    assert.are.same({}, (problems_of("CreateSigningRequestConfiguration", {
      country = "US", email_subject = ("\195\164"):rep(255), email_message = "two\nlines",
      url_redirection = "https://example.com/?a=b",
    })))
    assert.are.same({ "port_in_target_url", "notifications_of[1]" },
      (problems_of("CreatePortingWebhookConfiguration",
        { port_in_target_url = "ftp://a", notifications_of = { 7 } })))
  end)

  it("is none for being in another script", function()
    for _, name in ipairs { "\228\184\173\194\133\195\160", "\227\130\191\227\131\138\227\130\171" } do
      assert.are.same({}, (port_in_problems(function(f)
        f.losing_carrier_information.customer_name = name
        f.losing_carrier_information.katakana_name = name
      end)))
    end
  end)
end)

describe("the value of a wrong field", function()
  it("is shown where it has nearly the right form", function()
    local _, messages = port_in_problems(function(f)
      f.target_port_in_date, f.target_port_in_time_range_start = "4/5/2026", "10:15"
      f.losing_carrier_information.customer_type = "Firm"
    end)
    assert.matches('got "4/5/2026"', messages.target_port_in_date, 1, true)
    assert.matches('got "10:15"', messages.target_port_in_time_range_start, 1, true)
    assert.matches('got "Firm"', messages["losing_carrier_information.customer_type"], 1, true)
    _, messages = problems_of("CreateSigningRequestConfiguration",
      { country = "usa", url_redirection = "www.example.com" })
    assert.are.equal('a country\'s two capital letters expected, got "usa"', messages.country)
    assert.are.equal("a URL such as https://example.com/path expected, got another text",
      messages.url_redirection)
  end)
end)

describe("the date of a port-in", function()
  local function is_sound(date, number, now)
    local paths = port_in_problems(function(f)
      f.target_port_in_date, f.portability_advance_carrier = date, "x"
      f.phone_numbers[1].phone_number = number or "+14155550111"
    end, now or NOW)
    return #paths == 0
  end

  it("is at least 7 days ahead, 10 for Japan, counted where it is still yesterday", function()
    local noon = NOW + 12 * 3600
    assert.is_true(is_sound("2026-05-11", nil, noon))
    assert.is_false(is_sound("2026-05-10", nil, noon))
    assert.is_true(is_sound("2026-05-10", nil, noon - 1))
    assert.is_true(is_sound("2026-05-14", "+81312345678", noon))
    assert.is_false(is_sound("2026-05-13", "+81312345678", noon))
  end)

  it("is told from when on it may be", function()
    local _, messages = port_in_problems(function(f) f.target_port_in_date = "2026-05-04" end, NOW + 43200)
    assert.are.equal("a date at least 7 days ahead expected, from 2026-05-11 on, got 2026-05-04",
      messages.target_port_in_date)
  end)

  it("exists in the calendar", function()
    for _, date in ipairs { "2028-02-29", "2028-12-31" } do assert.is_true(is_sound(date), date) end
    for _, date in ipairs { "2027-02-29", "2028-13-01", "2028-00-10", "2028-04-31", "2028-1-01", "20280101",
      "2028-01-01T00:00:00Z", "" } do
      assert.is_false(is_sound(date), date)
    end
  end)
end)

describe("the message of wrong fields", function()
  local SECRETS = { "04321", "987654321", "55555" }

  --- Every string field of a table gets a secret as its value.
  local function fill(schema, secret)
    if schema.type == "object" then
      local copy = {}
      for _, field in ipairs(schema.fields) do copy[field.name] = fill(field, secret) end
      return copy
    elseif schema.type == "array" then
      return { fill(schema.items, secret) }
    end
    return secret
  end

  it("never has a PIN or an account number, in whichever field it stands", function()
    for _, secret in ipairs(SECRETS) do
      for name, schema in pairs(bodies) do
        for id, operation in pairs(contract.operations) do
          if operation.body == name then
            local _, err = body.make(id, fill(schema, secret))
            local text = err and tostring(err) or ""
            for _, problem in ipairs(err and err.problems or {}) do text = text .. problem.message end
            assert.not_matches(secret, text, 1, true)
          end
        end
      end
    end
  end)

  it("masks phone numbers and addresses", function()
    local _, messages = port_in_problems(function(f)
      f.phone_numbers[1].phone_number = "+1 415 555 0111"
      f.notification_emails[1] = "robin@example"
    end)
    assert.matches('got "+1 41* *** **11"', messages["phone_numbers[1].phone_number"], 1, true)
    assert.matches('got "r***@example"', messages["notification_emails[1]"], 1, true)
  end)

  it("is bounded, and says how many more there are", function()
    local paths, _, err = port_in_problems(function(f)
      for i = 1, 1000 do f.phone_numbers[i] = { phone_number = "x" .. i } end
    end)
    assert.are.equal(1000, #paths)
    assert.is_true(#tostring(err) < 2000)
    assert.matches("1000 problems in the fields: ", tostring(err), 1, true)
    assert.matches("and 990 more, see `problems`", tostring(err), 1, true)
    assert.matches("Nothing was sent", tostring(err), 1, true)
  end)

  it("is bounded where the parts are long", function()
    local _, _, err = port_in_problems(function(f)
      for i = 1, 10 do f[("name_%d_"):format(i) .. ("x"):rep(200)] = 1 end
      f.losing_carrier_information.adress = 1
    end)
    assert.is_true(#tostring(err) < 1800)
    assert.matches("11 problems in the fields: losing_carrier_information.adress: ", err.message, 1, true)
    assert.matches("; and %d+ more, see `problems`", err.message)
  end)

  it("has unknown fields in the order of their names", function()
    assert.are.same({ "a", "b", "c", "d", "e", "f", "g", "h" }, (port_in_problems(function(f)
      for name in ("hgfedcba"):gmatch "." do f[name] = 1 end
    end)))
  end)

  it("is on one line, whatever the names are", function()
    local _, _, err = port_in_problems(function(f)
      f[("long\n"):rep(1000)], f["\27[31m"] = 1, 2
    end)
    assert.is_nil(tostring(err):find "%c")
    assert.is_true(#tostring(err) < 600)
  end)
end)
