--- How a request must be verified: by the auth token, or by a shared key.

local secrets = require "twilio.numbers.webhook.secrets"

local HEADER = "X-Twilio-Webhooks-Signature-Settings"

local both = secrets.new("token", { partner = "secret", ["other-2.b"] = "secret of the other" })
local keys_only = secrets.new(nil, { partner = "secret" })
local token_only = secrets.new("token")

describe("a request without the header of shared keys", function()
  it("is verified by the auth token", function()
    for _, own in ipairs { both, token_only } do
      assert.are.equal(own.token, own:scheme_of {})
      assert.are.equal(28, own.token.length)
    end
  end)

  it("is refused where there are only keys, whatever the environment holds", function()
    assert.is_nil(keys_only.token)
    local scheme, why = keys_only:scheme_of {}
    assert.is_nil(scheme)
    assert.are.equal("there is no " .. HEADER .. ", and only shared keys are accepted", why)
  end)
end)

describe("a request with the header of shared keys", function()
  it("is verified by the key that it names", function()
    for text, name in pairs {
      ["key=partner,algorithm=HMAC_SHA256"] = "partner",
      ["algorithm=HMAC_SHA256, key=other-2.b"] = "other-2.b",
      [" key = partner ,version=2,\talgorithm = HMAC_SHA256 "] = "partner",
    } do
      local scheme = both:scheme_of { text }
      assert.are.equal(both.keys[name], scheme, text)
      assert.are.equal(44, scheme.length)
    end
  end)

  it("is never verified by the auth token", function()
    for _, text in ipairs { "", ",", "key=partner", "key=,algorithm=HMAC_SHA1", "key=partner,algorithm=",
      "key=partner,algorithm=HMAC_SHA1", "key=none,algorithm=HMAC_SHA256", "algorithm=HMAC_SHA256",
      "key=partner,key=partner,algorithm=HMAC_SHA256", "Key=partner,Algorithm=HMAC_SHA256",
      "key=partner;algorithm=HMAC_SHA256" } do
      for _, own in ipairs { both, token_only, keys_only } do
        local scheme, why = own:scheme_of { text }
        assert.is_nil(scheme, text)
        assert.matches("^" .. HEADER:gsub("%-", "%%-"), why)
      end
    end
  end)

  it("is refused with the reason", function()
    for text, why in pairs {
      ["key=partner,algorithm=HMAC_SHA1"] = ": the algorithm HMAC_SHA1 is not accepted, only HMAC_SHA256",
      ["key=partner,algorithm=hmac_sha256"] = ": the algorithm hmac_sha256 is not accepted, only HMAC_SHA256",
      ["key=none,algorithm=HMAC_SHA256"] = ": no shared key is named none",
      ["algorithm=HMAC_SHA256"] = " has no key", ["key=partner"] = " has no algorithm",
      ["key=a,key=b,algorithm=HMAC_SHA256"] = " has key twice",
    } do
      assert.are.equal(HEADER .. why, select(2, both:scheme_of { text }))
    end
    assert.are.equal("there are 2 " .. HEADER .. " headers", select(2, both:scheme_of { "key=a", "key=b" }))
  end)

  it("is shown on one line and shortened where it is refused", function()
    for _, text in ipairs { "key=\27[2J\r\n%s,algorithm=HMAC_SHA256", "key=a,algorithm=\27[2J\r\n%s" } do
      local _, why = both:scheme_of { (text:format(("x"):rep(10000))) }
      assert.not_matches("%c", why)
      assert.is_true(#why < 200)
    end
  end)
end)

describe("secrets", function()
  it("are none without a token in the options or the environment", function()
    local getenv = os.getenv "TWILIO_AUTH_TOKEN"
    assert.are.equal(getenv == nil, secrets.new() == nil)
  end)

  it("must be texts, and are in no error", function()
    for _, keys in ipairs {
      "hunter2", 7, {}, { "hunter2" }, { a = "" }, { a = "hunter2\n" }, { a = 7 }, { a = { "hunter2" } },
      { ["hunter2\r,"] = "a" }, { hunter2 = "a\n" }, { ["a,b"] = "hunter2" }, { ["a b"] = "hunter2" },
      { [""] = "hunter2" }, { ["a\n"] = "hunter2" },
    } do
      local ok, why = pcall(secrets.new, "token", keys)
      assert.is_false(ok)
      assert.matches("keys: ", why, 1, true)
      assert.not_matches("hunter2", why, 1, true)
    end
    for _, token in ipairs { "", "a\n", 7, {}, { "a", "" }, { a = "b" } } do
      local ok, why = pcall(secrets.new, token)
      assert.is_false(ok)
      assert.matches("auth_token: a token", why, 1, true)
    end
  end)

  it("verify nothing once they are closed", function()
    local own = secrets.new("12345", { partner = "12345" })
    local key = own.keys.partner.verifier
    own:close()
    own:close()
    assert.are.equal("twilio.numbers.verifier (0 keys)", tostring(key))
    assert.are.equal("twilio.numbers.verifier (0 keys)", tostring(own.token.verifier))
  end)
end)

describe("a secret that was copied with what stood around it", function()
  it("raises, and is not shown", function()
    for _, text in ipairs { "hunter2\n", "hunter2 ", '"hunter2"', "\226\128\156hunter2" } do
      for _, case in ipairs { { text }, { { "token", text } }, { nil, { partner = text } } } do
        local ok, message = pcall(secrets.new, case[1], case[2])
        assert.is_false(ok)
        assert.matches("expected, but it %a+ %a+", message)
        assert.not_matches("hunter2", message, 1, true)
      end
    end
  end)
end)
