--- Whether a request was signed by Twilio. The vectors are those of Twilio's documentation and SDKs.
--- FLIPS=all changes each bit of each request.

local core = require "twilio.numbers.core"
local signature = require "twilio.numbers.webhook.signature"

local all_bits = os.getenv "FLIPS" == "all"

local FORM = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309"
  .. "&To=%2B18005551212"
local JSON = '{"property": "value", "boolean": true}'
local HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
local URL = { scheme = "https", user = "", host = "mycompany.com", path = "/myapp.php",
  query = "foo=1&bar=2" }

local verifier = core.verifier { "12345" }

local function form(changes)
  local request = {
    signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=", query = "foo=1&bar=2", body = FORM, is_form = true,
  }
  for name, value in pairs(changes or {}) do request[name] = value end
  return request
end

local function json(changes)
  local request = {
    signature = "a9nBmqA0ju/hNViExpshrM61xv4=", query = "foo=1&bar=2&bodySHA256=" .. HASH, body = JSON,
    is_form = false,
  }
  for name, value in pairs(changes or {}) do request[name] = value end
  return request
end

local function objection(request, url) return signature.objection(verifier, url or URL, request) end

--- The text with one bit changed.
local function flipped(text, position, bit)
  local byte, value = text:byte(position), 2 ^ bit
  local changed = math.floor(byte / value) % 2 == 1 and byte - value or byte + value
  return text:sub(1, position - 1) .. string.char(changed) .. text:sub(position + 1)
end

--- Calls a function with the text changed in one bit after another.
local function for_each_flip(text, check)
  for position = 1, #text do
    for bit = 0, all_bits and 7 or 0 do check(flipped(text, position, bit), position, bit) end
  end
end

describe("a signature", function()
  it("is known in a form and in a JSON body", function()
    assert.is_nil(objection(form()))
    assert.is_nil(objection(json()))
  end)

  it("does not fit anything that is changed in a bit", function()
    for name, request in pairs { form = form, json = json } do
      for _, field in ipairs { "signature", "body" } do
        for_each_flip(request()[field], function(text, position, bit)
          -- An & that changes a field's name or value is another text, but a capital in %2B is not.
          local is_same_text = field == "body" and name == "form"
            and signature.form_text(text) == signature.form_text(FORM)
          if not is_same_text then
            assert.is_string(objection(request { [field] = text }),
              ("%s, %s, byte %d, bit %d"):format(name, field, position, bit))
          end
        end)
      end
    end
  end)

  it("does not fit another query, but another spelling of it", function()
    assert.are.equal("the query is not the URL's", objection(form { query = "foo=1&bar=3" }))
    assert.are.equal("the query is not the URL's", objection(form { query = "" }))
    assert.are.equal("the query is not the URL's", objection(form { query = "bar=2&foo=1" }))
    assert.is_nil(objection(form { query = "f%6Fo=1&bar=2" }))
  end)

  it("does not fit another key", function()
    assert.is_string(signature.objection(core.verifier { "54321" }, URL, form()))
    assert.is_nil(signature.objection(core.verifier { "54321", "12345" }, URL, form()))
  end)

  it("is asked for", function()
    assert.are.equal("there is no X-Twilio-Signature", objection(form { signature = "" }))
    assert.are.equal("there is no X-Twilio-Signature", objection(form { signature = false }))
    assert.are.equal("X-Twilio-Signature is none", objection(form { signature = "x" }))
  end)

  it("of a body needs the body's hash in the URL", function()
    assert.are.equal("bodySHA256 is not the body's", objection(json { body = JSON .. " " }))
    assert.are.equal("the URL has no bodySHA256, and the body is no form",
      objection(json { query = "foo=1&bar=2" }))
    assert.is_nil(signature.body_hash "foo=1")
    assert.is_nil(signature.body_hash(nil))
    assert.are.equal(HASH, signature.body_hash("bodySHA256=" .. HASH))
    assert.is_nil(signature.body_hash("xbodySHA256=" .. HASH))
  end)

  it("of a form does not fit one of which a name and its value are split elsewhere or missing", function()
    for _, body in ipairs { FORM .. "&", "&" .. FORM, FORM .. "&a", FORM .. "&=a",
      (FORM:gsub("Digits=", "=Digits")) } do
      assert.are.equal("the form has a field without a name or a value", objection(form { body = body }))
    end
  end)

  it("is not looked for in a form of too many fields", function()
    assert.are.equal("the form has too many fields", objection(form { body = ("a=b&"):rep(500) .. "c=d" }))
  end)
end)

describe("what of a form is signed", function()
  it("is sorted by name, and by value, each value once", function()
    assert.are.equal("a1a2b", signature.form_text "b=&a=2&a=1&a=2")
    assert.are.equal("", signature.form_text "")
  end)

  it("is decoded", function()
    assert.are.equal("a b+c&", signature.form_text "a+b=%2Bc%26")
    assert.are.same({ { "a", "1" }, { "b", "" }, { "c", "=" } }, signature.pairs_of "a=1&b&c==")
  end)
end)

describe("the URLs that may have been signed", function()
  local function urls(url, query)
    local set = {}
    for _, text in ipairs(signature.urls(url, query)) do set[text] = true end
    return set
  end

  it("are with the port and without it", function()
    local set = urls(URL, "foo=1&bar=2")
    assert.is_true(set["https://mycompany.com/myapp.php?foo=1&bar=2"])
    assert.is_true(set["https://mycompany.com:443/myapp.php?foo=1&bar=2"])
    set = urls({ scheme = "http", user = "", host = "a", port = "8080", path = "", query = "" })
    assert.is_true(set["http://a:8080/"])
    assert.is_true(set["http://a:8080"])
  end)

  it("carry the hash at their end, and never one that the request made up in between", function()
    for url in pairs(urls(URL, "foo=1&bar=2&bodySHA256=" .. HASH)) do
      assert.matches("bodySHA256=" .. HASH .. "$", url)
    end
  end)
end)
