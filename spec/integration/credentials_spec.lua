--- Who is calling: from options or the environment, and never to be seen.

local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local AC, SK = sandbox.sid("AC", 1), sandbox.sid("SK", 2)
local SECRET = "hunter2-hunter2"

--- What a process with that environment says of its credentials.
local function says(environment, options)
  local chunk = [[
    local numbers = require "twilio.numbers"
    local client = numbers.new { %s }
    print(client.credentials)
    print(client, client.engine)
  ]]
  local output = support.run_lua(chunk:format(options or ""), environment)
  assert.not_matches(SECRET, output, 1, true)
  return output
end

describe("credentials", function()
  it("come from the environment", function()
    local output = says(("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s"):format(AC, SECRET))
    assert.matches("credentials (" .. AC .. ")", output, 1, true)
    assert.matches("client of " .. AC .. " at https://numbers.twilio.com", output, 1, true)
  end)

  it("prefer an API key to the token where both are", function()
    local all = "TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s TWILIO_API_KEY=%s TWILIO_API_SECRET=%s"
    assert.matches("credentials (" .. SK .. ")", says(all:format(AC, SECRET, SK, SECRET)), 1, true)
    assert.matches("credentials (" .. AC .. ")",
      says(all:format(AC, SECRET, SK, SECRET), "auth_token = 'x'"), 1, true)
    assert.matches("credentials (" .. AC .. ")",
      says(("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s TWILIO_API_KEY=%s"):format(AC, SECRET, SK)),
      1, true)
  end)

  it("that are missing raise at the caller's line, and `assert` does not hide it", function()
    for code, wanted in pairs {
      ["\nassert(numbers.new())"] = "no credentials: an account SID",
      ["\nlocal client = numbers.new()"] = "no credentials: an account SID",
      ["\nassert(webhook.new { url = [[https://a.example/]] })"] = "no auth token: set TWILIO_AUTH_TOKEN",
    } do
      local output = support.run_lua("numbers, webhook = require [[twilio.numbers]], "
        .. "require [[twilio.numbers.webhook]]" .. code)
      assert.matches(":2: " .. wanted, output, 1, true)
    end
  end)

  it("of webhooks that were copied with a line break are told by that", function()
    local output = support.run_lua("require([[twilio.numbers.webhook]]).new { url = [[https://a.example/]] }",
      "TWILIO_AUTH_TOKEN=" .. support.quote(SECRET .. "\n"))
    assert.matches("TWILIO_AUTH_TOKEN in the environment: it ends in a line break", output, 1, true)
    assert.not_matches(SECRET, output, 1, true)
  end)

  it("that are missing are an error that names what to set", function()
    assert.matches("set TWILIO_ACCOUNT_SID or give the option account_sid", says(""), 1, true)
    assert.matches("set TWILIO_AUTH_TOKEN", says("TWILIO_ACCOUNT_SID=" .. AC), 1, true)
    assert.matches("TWILIO_ACCOUNT_SID in the environment: an account SID",
      says("TWILIO_AUTH_TOKEN=x TWILIO_ACCOUNT_SID=" .. SECRET), 1, true)
  end)

  describe("that were copied with what stood around them", function()
    local cases = {
      { "", "\n", "ends in a line break" }, { "", "\r\n", "ends in a line break" },
      { "\n", "", "begins with a line break" }, { " ", "", "begins with a blank" },
      { "", "\t", "ends in a blank" }, { '"', '"', "ends in a quotation mark" },
      { "'", "", "begins with a quotation mark" },
      { "\226\128\156", "", "begins with a character that is not ASCII" },
      { "", "\194\160", "ends in a character that is not ASCII" },
    }
    local sound = { account_sid = AC, auth_token = SECRET, api_key = SK, api_secret = SECRET }

    --- All of them, or those without the key.
    local function options_with(name, value)
      local uses_key = name:find "^api_"
      local options = { account_sid = AC, auth_token = not uses_key and SECRET or nil,
        api_key = uses_key and SK or nil, api_secret = uses_key and SECRET or nil }
      options[name] = value
      return options
    end

    for name, value in pairs(sound) do
      it("are told by that: the option " .. name, function()
        for _, case in ipairs(cases) do
          local options = options_with(name, case[1] .. value .. case[2])
          local ok, message = pcall(core.credentials, options)
          assert.is_false(ok)
          assert.matches(("option '%s': it %s, "):format(name, case[3]), message, 1, true)
          assert.not_matches(SECRET, message, 1, true)
        end
      end)

      local variable = "TWILIO_" .. name:upper()

      it("are told by that: " .. variable .. " in the environment", function()
        for _, case in ipairs(cases) do
          local words = {}
          for other, given in pairs(options_with(name, case[1] .. value .. case[2])) do
            words[#words + 1] = ("TWILIO_%s=%s"):format(other:upper(), support.quote(given))
          end
          local wanted = ("%s in the environment: it %s, "):format(variable, case[3])
          assert.matches(wanted, says(table.concat(words, " ")), 1, true)
        end
      end)
    end
  end)

  it("in the environment name edge and region, too", function()
    local output = says(("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s TWILIO_EDGE=sydney "
      .. "TWILIO_REGION=au1"):format(AC, SECRET))
    assert.matches("https://numbers.sydney.au1.twilio.com", output, 1, true)
    output = says(("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s TWILIO_EDGE= TWILIO_REGION=")
      :format(AC, SECRET))
    assert.matches("https://numbers.twilio.com", output, 1, true)
  end)

  it("of the wrong form raise without being shown", function()
    for _, options in ipairs {
      { account_sid = SECRET, auth_token = "x" },
      { account_sid = AC, auth_token = "" },
      { account_sid = AC, auth_token = SECRET .. "\n" },
      { account_sid = AC, api_key = SECRET, api_secret = "x" },
      { account_sid = AC, api_key = SK, api_secret = SECRET .. "\r\nX: y" },
      { account_sid = AC, auth_token = SECRET .. "\0" .. SECRET },
      { account_sid = { SECRET } },
      { account_sid = AC, token = SECRET },
    } do
      local ok, message = pcall(core.credentials, options)
      assert.is_false(ok)
      assert.not_matches(SECRET, message, 1, true)
    end
  end)

  it("are sent as HTTP Basic", function()
    sandbox.reset()
    local client = sandbox.client()
    assert(client.webhook_configuration:fetch())
    client:close()
    local wrong = sandbox.client { auth_token = "wrong" }
    local _, err = wrong.webhook_configuration:fetch()
    assert.are.equal(20003, err.code)
    assert.are.equal(401, err.http_status)
    wrong:close()
    local requests = sandbox.requests()
    assert.is_true(requests[1].authorized)
    assert.is_false(requests[2].authorized)
    assert.matches("^twilio%-numbers%-lua/%d+%.%d+%.%d+ %(Lua.*%)$", requests[1].user_agent)
  end)

  it("of every length survive their encoding", function()
    for length = 1, 9 do
      local credentials = core.credentials { account_sid = AC, auth_token = ("x"):rep(length) }
      credentials:close()
      credentials:close()
      assert.matches("closed", tostring(credentials))
    end
  end)

  it("that are closed do not serve another transfer, but serve those under way", function()
    local engine = core.engine { ca_file = sandbox.ca_file }
    local credentials = core.credentials {
      account_sid = sandbox.account_sid, auth_token = sandbox.auth_token }
    local url = sandbox.url .. "/v1/Porting/Configuration/Webhook"
    local transfer = engine:submit("GET", url, credentials)
    credentials:close()
    assert.has_error(function() engine:submit("GET", url, credentials) end)
    sandbox.finish(engine, transfer)
    assert.are.equal(200, transfer:status())
    engine:close()
  end)
end)

describe("a secret", function()
  it("is in no text that the library makes", function()
    sandbox.reset()
    local client = sandbox.client { api_key = sandbox.api_key, api_secret = sandbox.api_secret }
    local texts = { tostring(client), tostring(client.engine), tostring(client.credentials) }
    local KW = sandbox.sid("KW", 1)
    for _, fault in ipairs { "rate_limit", "error", "html", "empty", "cut", "malformed",
      "reset_after", "redirect", "problem", "none" } do
      if fault ~= "none" then sandbox.fault { fault = fault } end
      local result, err = client.port_ins:fetch(KW)
      texts[#texts + 1] = tostring(result or err)
      for _, value in pairs(err or {}) do texts[#texts + 1] = tostring(value) end
    end
    client:close()
    local all = table.concat(texts, "\n")
    assert.is_true(#all > 1000)
    for _, secret in ipairs { sandbox.api_secret, sandbox.auth_token, "Basic " } do
      assert.not_matches(secret, all, 1, true)
    end
  end)
end)
