--- Forged requests: signed ones that were changed anywhere, by the thousand, for each scheme of signatures.

local meaning = require "spec.support.webhook_meaning"
local signing = require "spec.support.signing"
local webhook = require "twilio.numbers.webhook"

local COUNT = tonumber(os.getenv "FORGERIES") or 250 -- for each scheme
local SEED = tonumber(os.getenv "SEED" or 20)

local FORM = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309"
  .. "&To=%2B18005551212"
local JSON = '{"property": "value", "boolean": true}'
local QUERY = "foo=1&bar=2"
local HASH = "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
local SETTINGS = "key=partner,algorithm=HMAC_SHA256"

--- What is signed, by scheme. Both have the same secret, so that a change of the scheme alone is a forgery.
local schemes = {
  ["the auth token"] = { form = "RSOYDt4T1cUTdK1PDd93/VVr8B8=", json = "a9nBmqA0ju/hNViExpshrM61xv4=" },
  ["a shared key"] = {
    form = "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=",
    json = "+UOCWf84gdgo/5Hpg4m5/EgKnJA2/TbOw5sPNVr3bPk=", settings = SETTINGS,
  },
}

local function request_of(scheme, is_form)
  return {
    body = is_form and FORM or JSON, query = is_form and QUERY or QUERY .. HASH,
    type = is_form and "application/x-www-form-urlencoded" or "application/json",
    signature = is_form and scheme.form or scheme.json, settings = scheme.settings,
  }
end

--- Some byte replaced, removed, inserted, moved, or the end cut off.
local function change(text)
  local i, kind = math.random(#text), math.random(5)
  local byte = string.char(math.random(0, 255))
  if kind == 1 then return text:sub(1, i - 1) .. byte .. text:sub(i + 1) end
  if kind == 2 then return text:sub(1, i - 1) .. text:sub(i + 1) end
  if kind == 3 then return text:sub(1, i) .. byte .. text:sub(i + 1) end
  if kind == 4 then return text:sub(1, i - 1) end
  local without, place = text:sub(1, i - 1) .. text:sub(i + 1), math.random(#text)
  return without:sub(1, place - 1) .. text:sub(i, i) .. without:sub(place)
end

--- Some field removed, repeated, put into another place, or an empty one inserted.
local function change_fields(text)
  local fields, kind = {}, math.random(4)
  for field in (text .. "&"):gmatch "([^&]*)&" do fields[#fields + 1] = field end
  local i, place = math.random(#fields), math.random(#fields)
  if kind == 1 then table.remove(fields, i)
  elseif kind == 2 then table.insert(fields, place, fields[i])
  elseif kind == 3 then table.insert(fields, place, table.remove(fields, i))
  else table.insert(fields, place, "") end
  return table.concat(fields, "&")
end

local function is_same(request, before)
  local of_body = before.body == FORM and meaning.form or tostring
  return of_body(request.body) == of_body(before.body)
    and meaning.query(request.query) == meaning.query(before.query)
    and request.signature == before.signature
    and meaning.settings(request.settings, "partner") == meaning.settings(before.settings, "partner")
end

--- Whether a request says what one of the signed ones says. The type of a form is not signed: it is a form,
--- or refused for being none.
local function is_genuine(request)
  for _, scheme in pairs(schemes) do
    if is_same(request, request_of(scheme, true)) or is_same(request, request_of(scheme, false)) then
      return true
    end
  end
  return false
end

local forge = {
  function(request) request.body = change(request.body) end,
  function(request) request.query = change(request.query) end,
  function(request) request.signature = change(request.signature) end,
  function(request) request.query = change_fields(request.query) end,
  function(request) request.body = change_fields(request.body) end,
  function(request) request.settings = change(request.settings or SETTINGS) end,
  function(request) request.settings = request.settings == nil and SETTINGS or nil end,
  function(request) request.type = change(request.type) end,
  function(request) request.signature = { request.signature, request.signature } end,
  function(request)
    for _, scheme in pairs(schemes) do
      for _, other in ipairs { scheme.form, scheme.json } do
        if other ~= request.signature and math.random(2) == 1 then request.signature = other end
      end
    end
  end,
}

describe("a request signed with", function()
  for name, scheme in pairs(schemes) do
    it(name .. " is refused when it was changed in anything that says something", function()
      math.randomseed(SEED)
      local receiver = webhook.new {
        url = "https://mycompany.com/myapp.php?" .. QUERY, auth_token = "12345", keys = { partner = "12345" },
      }
      local refused = 0
      while refused < COUNT do
        local is_form = math.random(2) == 1
        local request = request_of(scheme, is_form)
        forge[math.random(#forge)](request)
        if math.random(2) == 1 then pcall(forge[math.random(#forge)], request) end -- nothing may be left
        if not is_genuine(request) then
          local reply = signing.receive(receiver, request)
          assert.is_true(reply.status ~= 204 and reply.event == nil, ("%s\n%s\n%s\n%s"):format(
            request.body, request.query, tostring(request.signature), tostring(request.settings)))
          refused = refused + 1
        end
      end
    end)
  end

  it("any of them is accepted unchanged", function()
    local receiver = webhook.new {
      url = "https://mycompany.com/myapp.php?" .. QUERY, auth_token = "12345", keys = { partner = "12345" },
    }
    for name, scheme in pairs(schemes) do
      for _, is_form in ipairs { true, false } do
        assert.are.equal(204, signing.receive(receiver, request_of(scheme, is_form)).status, name)
      end
    end
  end)
end)
