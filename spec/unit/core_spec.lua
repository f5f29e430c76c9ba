--- The parts of the C module that need no server: what csrc/lua adds to csrc/http.

local core = require "twilio.numbers.core"
local support = require "spec.support"

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
    for _, host in ipairs { "127.0.0.1", "127.255.255.255", "localhost", "LOCALHOST", "[::1]" } do
      assert.is_nil(engine:validate("http://" .. host))
    end
    for _, host in ipairs { -- names, which a name server may give any address
      "127..1", "127.0.0.256", "127.0.0.1.", "127.", "127.0.0.1.2", "1127.0.0.1", "128.0.0.1",
      "localhost.example.com", "127.0.0.x", "127.0.0.1e",
    } do
      assert.matches("plain http", engine:validate("http://" .. host), 1, true)
    end
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

  it("are shown with a point, whatever the locale is", function()
    local before = os.setlocale()
    if not os.setlocale "de_DE.UTF-8" then
      return pending "there is no locale de_DE.UTF-8: spec/run.sh makes it from the package locales"
    end
    local _, why = pcall(core.engine, { concurrency = 1.5 })
    local _, large = pcall(core.engine, { timeout = -1.25e300 })
    os.setlocale(before)
    assert.matches("got 1.5", why, 1, true)
    assert.matches("got -1.25e+300", large, 1, true)
  end)

  it("cannot smuggle header lines in", function()
    assert.error_matches(function() core.engine { user_agent = "a\r\nX: b" } end, "'user_agent'.*line break")
    assert.error_matches(function() core.engine { user_agent = "a\0b" } end, "'user_agent'.*zero byte")
  end)
end)

describe("options whose metatable makes their values", function()
  --- Each value is a text of its own, which nothing else refers to, and the ones before are collected: in a
  --- state with few objects, where that is fast.
  local LAZY = [[
    local core = require "twilio.numbers.core"
    local function lazy(values)
      return setmetatable({}, { __index = function(_, name)
        local fresh = values[name] and values[name]()
        collectgarbage()
        for i = 1, 200 do local _ = ("%s%030d"):format("XX", i) .. "  " end
        return fresh
      end })
    end
    local function text(prefix) return function() return prefix .. ("7"):rep(32) end end
    for _ = 1, 2 do
      local found = assert(core.credentials(lazy {
        account_sid = text "AC", auth_token = text "to", api_key = text "SK", api_secret = text "se" }))
      print(found:account_sid(), found:user())
      found:close()
      local engine = core.engine(lazy { user_agent = text "agent", proxy = text "http://proxy/" })
      print(engine:running())
      engine:close()
    end]]

  it("are read while they are there", function()
    local user = "AC" .. ("7"):rep(32) .. "\tSK" .. ("7"):rep(32)
    assert.are.equal((user .. "\n0\n"):rep(2), (support.run_lua(LAZY)))
  end)
end)

describe("an environment variable", function()
  it("is read without the library os, and is nothing if it is empty", function()
    assert.are.equal(os.getenv "PATH", core.environment "PATH")
    assert.is_nil(core.environment "NOT_SET_ANYWHERE")
    assert.are.equal("nil\n", (support.run_lua("print(require 'twilio.numbers.core'.environment 'EMPTY')",
      "EMPTY=")))
  end)
end)

describe("core.small_letters and core.capital_letters", function()
  it("change the letters of ASCII and nothing else", function()
    local bytes = {}
    for code = 0, 255 do bytes[code + 1] = string.char(code) end
    local all = table.concat(bytes):rep(20) -- longer than a buffer
    local lower = all:gsub("[A-Z]", function(letter) return string.char(letter:byte() + 32) end)
    local upper = all:gsub("[a-z]", function(letter) return string.char(letter:byte() - 32) end)
    assert.are.equal(lower, core.small_letters(all))
    assert.are.equal(upper, core.capital_letters(all))
    assert.are.equal("", core.small_letters "")
    assert.are.equal("kw0a", core.small_letters "kw0a")
    assert.has_error(function() core.small_letters(7) end)
    assert.has_error(function() core.capital_letters() end)
  end)
end)

describe("core.are_plain", function()
  it("is true of printable ASCII, line breaks and tabs, and of what is no text", function()
    assert.is_true(core.are_plain())
    assert.is_true(core.are_plain("", " ~\t\r\n", 7, nil, false, {}, "x"))
    for code = 0, 255 do
      local is_plain = code >= 32 and code <= 126 or code == 9 or code == 10 or code == 13
      assert.are.equal(is_plain, core.are_plain("a" .. string.char(code) .. "b"))
      assert.are.equal(is_plain, core.are_plain("a", nil, string.char(code), "b"))
    end
  end)

  it("sees each byte, wherever it stands among others", function()
    for _, code in ipairs { 0, 31, 127, 128, 255 } do
      for length = 1, 18 do
        for place = 1, length do
          local text = (" "):rep(place - 1) .. string.char(code) .. ("~"):rep(length - place)
          assert.is_false(core.are_plain(text))
          assert.is_true(core.are_plain((text:gsub("[^ ~]", "\n"))))
        end
      end
    end
  end)
end)

describe("core.sha256", function()
  it("is the hash of a text, or of what it has from a byte on", function()
    assert.are.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", core.sha256 "abc")
    assert.are.equal(core.sha256 "abc", core.sha256("abc", 1))
    assert.are.equal(core.sha256 "c", core.sha256("abc", 3))
    assert.are.equal(core.sha256 "", core.sha256("abc", 4))
    assert.are.equal(core.sha256 "", core.sha256("", 1))
  end)

  it("takes no place outside of the text", function()
    for _, first in ipairs { 0, -1, 5, 2 ^ 53, 0 / 0 } do
      assert.has_error(function() core.sha256("abc", first) end)
    end
  end)
end)

describe("core.sha256_list", function()
  it("is the hash of a text and of each value after its length", function()
    local long = ("x"):rep(3000)
    assert.are.equal(core.sha256("before1:7,-,3:a,b,0:,3000:" .. long .. ",-"),
      core.sha256_list("before", 7, nil, "a,b", "", long, nil))
    assert.are.equal(core.sha256("1:0,16:9007199254740992,13:1790000000123,2:-3"),
      core.sha256_list("", 0, 2 ^ 53, 1790000000.123 * 1000, -3))
    assert.are.equal(core.sha256 "before", core.sha256_list "before")
  end)

  it("takes texts, numbers and nil only", function()
    assert.has_error(function() core.sha256_list() end)
    assert.has_error(function() core.sha256_list("before", true) end)
    assert.has_error(function() core.sha256_list("before", 1, {}) end)
  end)
end)

describe("a function that is called in the locale C", function()
  it("gives all that it returns, and raises what it raises", function()
    assert.are.same({ 1, 2, 3 }, { core.in_c_locale(function(...) return ... end, 1, 2, 3) })
    assert.are.equal(0, select("#", core.in_c_locale(function() end)))
    local ok, why = pcall(core.in_c_locale, function() error({ code = 7 }) end)
    assert.is_false(ok)
    assert.are.equal(7, why.code)
    assert.has_error(function() core.in_c_locale("no function") end)
  end)

  it("writes numbers with a point, and its caller does so as before", function()
    local before = os.setlocale()
    if not os.setlocale "de_DE.UTF-8" then
      return pending "there is no locale de_DE.UTF-8: spec/run.sh makes it from the package locales"
    end
    local usual = ("%.1f"):format(1.5)
    local inside = core.in_c_locale(string.format, "%.1f", 1.5)
    pcall(core.in_c_locale, error)
    local after = ("%.1f"):format(1.5)
    os.setlocale(before)
    assert.are.equal("1.5", inside)
    assert.are.equal(usual, after)
  end)
end)

describe("interrupts", function()
  it("are given to one of two states that ask at the same time", function()
    if not support.lua:find "^lua5" then return pending "it is tried with PUC Lua only" end
    local program = os.tmpname()
    local output, code = support.run(("cc -std=gnu11 -Wall -Wextra -Werror -O1 -I/usr/include/%s -o %s "
      .. "spec/support/two_states.c -l%s -lpthread"):format(support.lua, program, support.lua))
    assert.are.equal(0, code, output)
    output = support.run(program .. " 3000")
    os.remove(program)
    assert.are.equal("0 3000 0\n", output)
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

describe("the authorities", function()
  it("are those of the options, else those of the environment, else the system's", function()
    assert.are.same({ "/a.pem", "/b" }, { core.ca_store("/a.pem", "/b") })
    assert.are.equal("/c.pem nil\n", (support.run_lua(
      "print((require 'twilio.numbers.core').ca_store())", "SSL_CERT_FILE=/c.pem")):gsub("\t", " "))
    local file, folder = core.ca_store()
    assert.is_true(file ~= nil or folder ~= nil or core.tls_version:sub(1, 8) ~= "OpenSSL/")
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
