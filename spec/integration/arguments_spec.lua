--- What is wrong with a call's arguments raises before a byte is sent, and says what is wrong.

local numbers = require "twilio.numbers"
local sandbox = require "spec.support.sandbox"

local KW, PU = sandbox.sid("KW", 1), sandbox.sid("PU", 1)

local never_a_sid = {
  "", ".", "..", "/", "?", "#", "\n", "../", "%2e%2e", "KW", "KW/..",
  KW .. "\n", "\n" .. KW, KW .. "/", KW .. "?a=b", KW .. "#", KW .. "\0", KW:lower(),
  KW:sub(1, 33), KW .. "0", KW:gsub("0", "g", 1), KW .. "/PhoneNumber/" .. PU,
  "AC" .. KW:sub(3), " " .. KW, KW .. " ",
}

local function raised(call, ...)
  local ok, message = pcall(call, ...)
  assert.is_false(ok)
  return message
end

describe("arguments", function()
  local client

  before_each(function()
    sandbox.reset()
    client = sandbox.client()
  end)

  after_each(function()
    assert.are.same({}, sandbox.requests())
    client:close()
  end)

  it("that are no port-in SID never reach the wire", function()
    for _, bad in ipairs(never_a_sid) do
      for _, verb in ipairs { "fetch", "cancel" } do
        local message = raised(client.port_ins[verb], client.port_ins, bad)
        assert.matches("port_in_request_sid: a SID of KW and 32 hexadecimal digits expected",
          message, 1, true)
      end
    end
  end)

  it("that are no number's SID never turn into a request about the port-in", function()
    local port_in_phone_numbers = client.port_in_phone_numbers
    for _, bad in ipairs(never_a_sid) do
      for _, verb in ipairs { "fetch", "cancel" } do
        local message = raised(port_in_phone_numbers[verb], port_in_phone_numbers, KW, bad)
        assert.matches("phone_number_sid: a SID of PU", message, 1, true)
        raised(port_in_phone_numbers[verb], port_in_phone_numbers, bad, PU)
      end
    end
    raised(port_in_phone_numbers.cancel, port_in_phone_numbers, KW)
  end)

  it("that are no string say so", function()
    for _, bad in ipairs { 17, true, {}, print } do
      assert.matches("KW and 32 hexadecimal digits expected, got ",
        raised(client.port_ins.cancel, client.port_ins, bad), 1, true)
    end
    assert.matches("got nil", raised(client.port_ins.cancel, client.port_ins), 1, true)
  end)

  it("that are no phone number say what one is", function()
    for _, bad in ipairs { "", "6175551212", "+0175551212", "+1", "+1617555121212345", "+1 617",
      "+1617555121a", "+16175551212\n", "+1617/", "tel:+16175551212" } do
      assert.matches("phone_number: a phone number in E.164 format",
        raised(client.portability.check, client.portability, bad), 1, true)
    end
  end)

  it("that are no account SID or no known option are named", function()
    local portability = client.portability
    assert.matches("target_account_sid: a SID of AC", raised(portability.check, portability,
      "+16175551212", { target_account_sid = KW }), 1, true)
    assert.matches("unknown option 'target'", raised(portability.check, portability,
      "+16175551212", { target = sandbox.account_sid }), 1, true)
    assert.matches("options: a table, or seconds expected, got \"AC\"", raised(portability.check, portability,
      "+16175551212", "AC"), 1, true)
  end)

  it("that are no webhook type list those that are", function()
    for _, bad in ipairs { "", "port_in", "PORT", "PORT_IN/", ".." } do
      assert.matches('webhook_type: "PORT_IN" or "PORT_OUT" expected',
        raised(client.webhook_configuration.delete, client.webhook_configuration, bad), 1, true)
    end
  end)

  it("that are wrong are reported at the caller's own line", function()
    local message = raised(function() client.port_ins:fetch "KW" end)
    assert.matches("arguments_spec.lua:%d+: port_in_request_sid", message)
  end)

  it("that are wrong are reported at the caller's own line by every method", function()
    for name, call in pairs {
      fetch = function() client.port_ins:fetch "bad" end,
      cancel = function() client.port_ins:cancel "bad" end,
      delete = function() client.webhook_configuration:delete "bad" end,
    } do
      assert.matches("arguments_spec.lua:%d+: ", raised(call), 1, false, name)
    end
  end)

  it("of a closed client raise", function()
    client:close()
    client:close()
    assert.matches("the client is closed", raised(client.port_ins.fetch, client.port_ins, KW))
    assert.matches("(closed)", tostring(client), 1, true)
  end)
end)

describe("options of numbers.new", function()
  local AC = sandbox.account_sid

  local function complaint(options)
    return raised(numbers.new, options)
  end

  it("that are unknown or of the wrong type raise and are named", function()
    assert.matches("unknown option 'account'", complaint { account = AC }, 1, true)
    assert.matches("options: a table expected", complaint "AC", 1, true)
    for name, wrong in pairs {
      timeout = "5", connect_timeout = -1, max_response_size = 0, http_version = "3",
      allow_http = 1, proxy = {}, ca_file = 17, ca_path = false, auth_token = 17,
    } do
      local message = complaint { account_sid = AC, [name] = wrong }
      assert.matches("'" .. name .. "'", message, 1, true)
    end
    assert.matches("waiter: a table", complaint { account_sid = AC, waiter = print }, 1, true)
  end)

  it("base_url is https, or http to this machine, and carries nothing else", function()
    for _, bad in ipairs { "", "numbers.twilio.com", "ftp://127.0.0.1", "http://example.com",
      "http://127.0.0.1.example.com", "http://localhost.example.com",
      "https://user:pass@example.com",
      "https://example.com/?a=b", "https://example.com/#a", "https://example.com/..",
      "https://example.com/\n", "https:// example.com", 17 } do
      assert.matches("base_url: ", complaint { account_sid = AC, auth_token = "x", base_url = bad },
        1, true)
    end
    assert.not_matches("pass", complaint {
      account_sid = AC, auth_token = "x", base_url = "https://user:pass@example.com" })
    for _, good in ipairs { "https://example.com", "https://example.com:8443/twilio/",
      "http://127.0.0.1:80", "http://localhost", "http://[::1]:81" } do
      assert.is_truthy(numbers.new { account_sid = AC, auth_token = "x", base_url = good })
    end
    assert.is_truthy(numbers.new { account_sid = AC, auth_token = "x",
      base_url = "http://example.com", allow_http = true })
  end)

  it("base_url that is no URL raises at once", function()
    for _, url in ipairs {
      "https://host:99999", "https://[::1", "https://:80", "https://h:80:80",
    } do
      local ok, why = pcall(numbers.new, { base_url = url })
      assert.is_false(ok, url)
      assert.matches("base_url", why, 1, true)
    end
  end)

  it("edge and region name the host", function()
    local function host(edge, region)
      local options = { account_sid = AC, auth_token = "x", edge = edge, region = region }
      return numbers.new(options).base_url
    end
    assert.are.equal("https://numbers.twilio.com", host())
    assert.are.equal("https://numbers.sydney.us1.twilio.com", host "sydney")
    assert.are.equal("https://numbers.au1.twilio.com", host(nil, "au1"))
    assert.are.equal("https://numbers.sydney.au1.twilio.com", host("sydney", "au1"))
    for _, bad in ipairs { "", "a.b", "a/b", "-a", "a-", "a b", "evil.example.com/" } do
      local options = { account_sid = AC, auth_token = "x", edge = bad }
      assert.matches("edge: ", complaint(options), 1, true)
    end
    assert.matches("base_url", complaint {
      account_sid = AC, auth_token = "x", edge = "sydney", base_url = "https://example.com" })
  end)
end)
