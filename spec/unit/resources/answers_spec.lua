--- Answers that come in several shapes.

local core = require "twilio.numbers.core"
local fake = require "spec.support.fake_transport"

local NUMBER = "+16175551212"

describe("the answer to a portability check", function()
  local function check(status, object)
    local client = fake.client(function() return { status = status, object = object, text = "{}" } end)
    return client.portability:check(NUMBER)
  end

  for code, reason in pairs {
    [22102] = "not_e164", [22130] = "unsupported_country_or_rate_center",
    [22131] = "already_in_target_account", [22132] = "in_another_twilio_account",
    [22133] = "manual_porting_available", [22136] = "in_one_of_your_accounts",
    [22137] = "port_in_already_open", [22172] = "several_countries_or_not_e164",
  } do
    it("may be a 400 with nothing but the code " .. code .. " and a message", function()
      for _, sent in ipairs { code, tostring(code) } do
        local answer = assert(check(400, { code = sent, message = "why not", status = 400 }))
        assert.are.same({ NUMBER, false, code, "why not", reason }, {
          answer.phone_number, answer.portable, answer.not_portable_reason_code,
          answer.not_portable_reason, answer:reason() })
        assert.are.equal(("Portability %s (not portable: %s)"):format(NUMBER, reason), tostring(answer))
      end
    end)
  end

  for code, reason in pairs { [22135] = "internal_error", [22171] = "required_fields_missing" } do
    it("with the code " .. code .. " leaves open whether the number can be ported", function()
      local answer = assert(check(400, { code = code, message = "why" }))
      assert.is_nil(answer.portable)
      assert.are.equal(("Portability %s (not known: %s)"):format(NUMBER, reason), tostring(answer))
    end)
  end

  it("keeps what came as it came", function()
    local sent = { code = 22131, message = "why not" }
    local answer, fields = assert(check(400, sent)), {}
    assert.are.equal(sent, answer:raw())
    assert.are.equal('{"code":22131,"message":"why not"}', answer:to_json())
    for name, value in answer:fields() do fields[name] = value end
    assert.are.same({ code = 22131, message = "why not" }, fields)
  end)

  it("is an error with another code, another status, or about another number", function()
    assert.is_nil((check(400, { code = 20001, message = "no" })))
    assert.is_nil((check(400, { message = "no" })))
    assert.is_nil((check(404, { code = 22131, message = "no" })))
    assert.is_nil((check(200, { code = 22131, message = "no" })))
    assert.is_nil((check(400, { code = 22131, message = "no", phone_number = "+16175551213" })))
  end)

  it("tells the number of a code that has no name", function()
    for _, sent in ipairs { 22999, "22999" } do
      local answer = assert(check(200, {
        phone_number = NUMBER, portable = false, not_portable_reason_code = sent,
      }))
      assert.are.equal(22999, answer:reason())
      assert.are.equal(("Portability %s (not portable: 22999)"):format(NUMBER), tostring(answer))
    end
  end)

  it("tells no code that is neither a whole number nor a text", function()
    for _, sent in ipairs { {}, true, 0.5 } do
      local answer = assert(check(200, {
        phone_number = NUMBER, portable = false, not_portable_reason_code = sent,
      }))
      assert.is_nil(answer:reason())
    end
  end)
end)

describe("a result of a bulk eligibility", function()
  local function result_of(object)
    local EC = "EC" .. ("0"):rep(32)
    local client = fake.client(function()
      return { status = 200, object = { request_id = EC, results = { object } } }
    end)
    return assert(client.bulk_eligibilities:fetch(EC)):numbers()()
  end

  it("is read under both spellings, whichever came", function()
    for _, sent in ipairs {
      { hosting_account_sid = "AC1", country = "US" }, { account_sid = "AC1", iso_country_code = "US" },
      { hosting_account_sid = core.null, account_sid = "AC1", country = core.null, iso_country_code = "US" },
    } do
      local result = result_of(sent)
      assert.are.same({ "AC1", "AC1", "US", "US" }, {
        result.hosting_account_sid, result.account_sid, result.country, result.iso_country_code })
      assert.are.equal(sent, result:raw())
    end
  end)

  it("keeps both where both came", function()
    local result = result_of { hosting_account_sid = "AC1", account_sid = "AC2" }
    assert.are.same({ "AC1", "AC2" }, { result.hosting_account_sid, result.account_sid })
    assert.is_nil(result.country)
  end)
end)
