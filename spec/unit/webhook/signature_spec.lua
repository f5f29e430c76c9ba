--- Whether a request was signed by Twilio. The vectors are those of Twilio's documentation and SDKs.
--- FLIPS=all changes each bit of each request.

local secrets = require "twilio.numbers.webhook.secrets"
local signature = require "twilio.numbers.webhook.signature"
local urls = require "twilio.numbers.webhook.urls"

local all_bits = os.getenv "FLIPS" == "all"

local FORM = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309"
  .. "&To=%2B18005551212"
local JSON = '{"property": "value", "boolean": true}'
local HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
local URL = { scheme = "https", user = "", host = "mycompany.com", path = "/myapp.php",
  query = "foo=1&bar=2" }

local KEYS = { partner = "12345" }
local SETTINGS = "key=partner,algorithm=HMAC_SHA256"
local both = secrets.new("12345", KEYS)

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

--- The same requests as the shared key signs them.
local function keyed_form(changes)
  local request = form {
    signature = "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=", settings = SETTINGS,
  }
  for name, value in pairs(changes or {}) do request[name] = value end
  return request
end

local function keyed_json(changes)
  local request = json {
    signature = "+UOCWf84gdgo/5Hpg4m5/EgKnJA2/TbOw5sPNVr3bPk=", settings = SETTINGS,
  }
  for name, value in pairs(changes or {}) do request[name] = value end
  return request
end

local function objection(request, own)
  return signature.objection(own or both, URL, {
    signature = type(request.signature) == "table" and request.signature or { request.signature },
    settings = type(request.settings) == "table" and request.settings or { request.settings },
    query = urls.read(request.query), body = request.body, is_form = request.is_form,
  })
end

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
    for _, request in ipairs { form(), json(), keyed_form(), keyed_json() } do
      assert.is_nil(objection(request))
    end
  end)

  it("does not fit anything that is changed in a bit", function()
    for name, request in pairs {
      form = form, json = json, keyed_form = keyed_form, keyed_json = keyed_json,
    } do
      for _, field in ipairs { "signature", "body" } do
        for_each_flip(request()[field], function(text, position, bit)
          -- An & that changes a field's name or value is another text, but a capital in %2B is not.
          local is_same_text = field == "body" and name:find "form$"
            and signature.form_text(text) == signature.form_text(FORM)
          if not is_same_text then
            assert.is_string(objection(request { [field] = text }),
              ("%s, %s, byte %d, bit %d"):format(name, field, position, bit))
          end
        end)
      end
    end
  end)

  it("does not fit another query, but another spelling and order of it", function()
    assert.are.equal("the query is not the URL's", objection(form { query = "foo=1&bar=3" }))
    assert.are.equal("the query is not the URL's", objection(form { query = "" }))
    assert.is_nil(objection(form { query = "f%6Fo=1&bar=2" }))
    assert.is_nil(objection(form { query = "bar=2&foo=1" }))
  end)

  it("does not fit another token or key", function()
    assert.is_string(objection(form(), secrets.new "54321"))
    assert.is_nil(objection(form(), secrets.new { "54321", "12345" }))
    assert.is_string(objection(keyed_form(), secrets.new(nil, { partner = "54321" })))
    assert.is_nil(objection(keyed_form(), secrets.new(nil, { partner = "12345", other = "54321" })))
  end)

  it("is asked for, once", function()
    assert.are.equal("there is no X-Twilio-Signature", objection(form { signature = "" }))
    assert.are.equal("there is no X-Twilio-Signature", objection(form { signature = {} }))
    assert.are.equal("there are 2 X-Twilio-Signature headers",
      objection(form { signature = { form().signature, form().signature } }))
    assert.are.equal("there are several X-Twilio-Signature in one header",
      objection(form { signature = form().signature .. ", " .. form().signature }))
    assert.are.equal("X-Twilio-Signature is no HMAC-SHA1 in base64", objection(form { signature = "x" }))
    assert.are.equal("X-Twilio-Signature is no HMAC-SHA256 in base64",
      objection(keyed_form { signature = form().signature }))
  end)

  it("of a body needs the body's hash in the URL", function()
    assert.are.equal("bodySHA256 is not the body's", objection(json { body = JSON .. " " }))
    assert.are.equal("the URL has no bodySHA256, and the body is no form",
      objection(json { query = "foo=1&bar=2" }))
  end)

  it("of a body fits wherever its hash is in the URL, and needs each hash to be the body's", function()
    local hash, wrong = "bodySHA256=" .. HASH, "bodySHA256=" .. HASH:gsub("^0", "1")
    for _, query in ipairs {
      hash .. "&foo=1&bar=2", "foo=1&" .. hash .. "&bar=2", "bar=2&" .. hash .. "&foo=1",
      "foo=1&bar=2&" .. hash .. "&" .. hash, hash .. "&foo=1&bar=2&" .. hash,
    } do
      assert.is_nil(objection(json { query = query }), query)
      assert.is_nil(objection(keyed_json { query = query }), query)
    end
    for _, query in ipairs { "foo=1&bar=2&" .. hash .. "&" .. wrong, wrong .. "&foo=1&bar=2&" .. hash } do
      assert.are.equal("bodySHA256 is not the body's", objection(json { query = query }), query)
    end
    assert.are.equal("bodySHA256 comes more than twice",
      objection(json { query = "foo=1&bar=2" .. ("&" .. hash):rep(3) }))
    for _, query in ipairs { "foo=1&bar=2&bodySHA256=", "foo=1&bar=2&bodySHA256",
      "foo=1&bar=2&xbodySHA256=" .. HASH, "foo=1&bar=2&body%53HA256=" .. HASH, "foo=1&bar=2&&" .. hash } do
      assert.are.equal("the query is not the URL's", objection(json { query = query }), query)
    end
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
  end)

  it("is sorted by its bytes", function()
    assert.are.equal("ABabÄ", signature.form_text "%C3%84=&b=&a=&B=&A=")
  end)
end)
