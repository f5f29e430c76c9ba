--- The parts of the C module that need no server: what csrc/lua adds to csrc/http.

local core = require "twilio.numbers.core"

local ACCOUNT = "AC" .. ("0"):rep(32)

local function credentials(options)
  options.account_sid = ACCOUNT
  return core.credentials(options)
end

describe("an engine that has no requests", function()
  local engine
  before_each(function() engine = core.engine {} end)
  after_each(function() engine:close() end)

  it("has none in flight, with any allowance", function()
    for _, count in ipairs { 0, 1, 1000 } do
      engine:allow(count)
      assert.are.same({ 0, 0 }, { engine:in_flight() })
    end
  end)

  it("refuses an allowance that is no count", function()
    assert.has_error(function() engine:allow(-1) end)
    assert.has_error(function() engine:allow("many") end)
  end)

  it("says why it would refuse a URL", function()
    assert.is_nil(engine:validate "https://numbers.twilio.com/v1")
    assert.is_nil(engine:validate "http://127.0.0.1:8080/v1")
    assert.matches("https:// URL expected", engine:validate "ftp://numbers.twilio.com")
    assert.matches("https:// URL expected", engine:validate "")
    assert.matches("plain http", engine:validate "http://numbers.twilio.com")
    assert.matches("plain http", engine:validate "http://127.0.0.1.example.com")
    assert.matches("blank", engine:validate "https://numbers.twilio.com/a b")
    assert.matches("no URL", engine:validate "https://")
  end)

  it("validates nothing once it is closed", function()
    engine:close()
    assert.error_matches(function() engine:validate "https://x" end, "closed")
  end)
end)

describe("an engine's options", function()
  it("have strings as names", function()
    assert.error_matches(function() core.engine { 1 } end, "option names are strings, got a number")
  end)

  it("cannot smuggle header lines in", function()
    assert.error_matches(function() core.engine { user_agent = "a\r\nX: b" } end, "'user_agent'.*line break")
    assert.error_matches(function() core.engine { user_agent = "a\0b" } end, "'user_agent'.*zero byte")
  end)
end)

describe("credentials", function()
  it("name the user that they are sent as: the account, or the API key", function()
    local key = "SK" .. ("1"):rep(32)
    assert.are.equal(ACCOUNT, credentials { auth_token = "token" }:user())
    assert.are.equal(key, credentials { api_key = key, api_secret = "secret" }:user())
  end)

  it("are refused with a control character, and without showing the secret", function()
    local ok, why = pcall(credentials, { auth_token = "secret\n" })
    assert.is_false(ok)
    assert.matches("option 'auth_token'", why)
    assert.is_nil(why:find("secret\n", 1, true))
  end)
end)

describe("the system", function()
  it("resolves names in one of three ways", function()
    local ways = { threads = true, ["c-ares"] = true, blocking = true }
    assert.is_true(ways[core.resolver()])
  end)

  it("lets a coroutine yield", function()
    assert.is_true(coroutine.wrap(function() return core.can_yield() end)())
  end)
end)

describe("a connection", function()
  it("that this process does not have is none", function()
    for _, address in ipairs { "127.0.0.1", "::1", "::ffff:127.0.0.1", "unix:", "", "example.com" } do
      assert.is_nil(core.has_hung_up(address, 1, 1))
      assert.is_nil(core.has_hung_up(address, 0, 0))
    end
    assert.has_error(function() core.has_hung_up("127.0.0.1", "a", 1) end)
  end)
end)

describe("a verifier of signatures", function()
  local TEXT = "https://mycompany.com/myapp.php?foo=1&bar=2"
  local SHA1 = "zYQTYrRWXE7LtzbG4PfP7/bkkGo="
  local SHA256 = "M5sDn7HQLZ2oOEt/pdNtlwOrdCfzOTE0f6NWiCCM6Tg="

  it("knows those of its own hash only", function()
    local old, new = core.verifier { "12345" }, core.verifier({ "12345" }, nil, "sha256")
    assert.are.same({ true, false }, { old:verifies(SHA1, TEXT), old:verifies(SHA256, TEXT) })
    assert.are.same({ false, true }, { new:verifies(SHA1, TEXT), new:verifies(SHA256, TEXT) })
    assert.is_true(new:verifies(SHA256, "another", TEXT))
    new:close()
    assert.is_false(new:verifies(SHA256, TEXT))
  end)

  it("refuses a hash that it does not know, and keys that are none", function()
    assert.has_error(function() core.verifier({ "12345" }, nil, "md5") end)
    for _, keys in ipairs { {}, { "" }, { 1 }, { "a\127" }, { "a\0b" }, { "a", "b\n" } } do
      assert.has_error(function() core.verifier(keys) end)
    end
  end)
end)
