--- Webhooks: what is signed rightly is taken; what says something else than what was signed is refused; any
--- request at all is answered. Keys are named "partner", and sign without the receiver's code.

local clean = require "spec.attack.lua.clean"
local core = require "twilio.numbers.core"
local encoding = require "twilio.numbers.util.url_query"
local hmac = require "spec.attack.lua.hmac"
local meaning = require "spec.support.webhook_meaning"
local signing = require "spec.support.signing"
local types = require "spec.attack.lua.types"
local values = require "spec.attack.lua.values"
local webhook = require "twilio.numbers.webhook"

local TOKEN, KEY, NAME = "a-token-that-is-secret", "a-key-that-is-secret", "partner"
local SETTINGS = "key=" .. NAME .. ",algorithm=HMAC_SHA256"
local FORM, JSON = "application/x-www-form-urlencoded", "application/json"
local FIELDS = {
  "event_type", "port_in_request_sid", "port_in_phone_number_sid", "phone_number_sid", "phone_number",
  "status",
  "last_date_updated", "portable", "not_portable_reason", "not_portable_reason_code", "rejection_reason", "x",
}
local NAMES = {
  "PortInCompleted", "PortInPhoneNumberRejected", "port_in_phone_number_completed", "PortInX",
  "PortOutPhoneNumberCompleted",
}
local WORDS = {
  "&", "=", "?", "%", "%26", "%3D", "+", "bodySHA256=", "&bodySHA256=" .. ("0"):rep(64),
  "last_date_updated=", ",",
  "key=", "algorithm=HMAC_SHA1", '"', "{", "}", "\\u0000", "#", "https://", "@",
  (" "):rep(30000), ("a"):rep(30000), ("%"):rep(30000),
}

local function field_value(random)
  if random:one_in(4) then return random:pick(NAMES) end
  return values.text(random)
end

local function query_of(random)
  local parts = {}
  for i = 1, random:int(4) - 1 do
    parts[i] = random:pick { "foo", "bar", "a", "f%C3%B6", "" } .. random:pick { "=", "=", "" }
      .. encoding.encode(random:bytes(4))
  end
  return table.concat(parts, "&")
end

local function url_of(random)
  local query = query_of(random)
  return "https://" .. random:pick { "", "", "user:word@" } .. random:pick { "example.com", "Example.COM" }
    .. random:pick { "", "", ":443", ":8443" }
    .. random:pick { "", "/", "/hooks/porting", "/a b", "/%C3%A9.php" }
    .. (query == "" and "" or "?" .. query)
end

local function form_of(random)
  local parts = {}
  for i = 1, random:int(6) do
    parts[i] = encoding.encode(random:pick(FIELDS)) .. "=" .. encoding.encode(field_value(random))
  end
  return table.concat(parts, "&")
end

local function json_of(random)
  local object = {}
  for _ = 1, random:int(6) do
    object[random:pick(FIELDS)] = random:one_in(3) and values.json(random) or field_value(random)
  end
  return core.encode(object) or "{}"
end

--- Sorted, and each once. No name of a field has a zero byte.
local function signed_fields(form)
  local parts = {}
  for _, pair in ipairs(encoding.pairs_of(form)) do parts[#parts + 1] = pair[1] .. "\0" .. pair[2] end
  table.sort(parts)
  for i = #parts, 1, -1 do
    if parts[i] == parts[i - 1] then table.remove(parts, i) else parts[i] = parts[i]:gsub("%z", "", 1) end
  end
  return table.concat(parts)
end

--- A request as Twilio makes it, and the text that is signed.
local function request_of(random, url)
  local query = url:match "%?(.*)$" or ""
  if random:one_in(2) then
    local body = form_of(random)
    return { body = body, query = query, type = FORM }, url .. signed_fields(body)
  end
  local body = json_of(random)
  local hash = "bodySHA256=" .. core.sha256(body)
  query = query == "" and hash or query .. "&" .. hash
  return { body = body, query = query, type = JSON }, url:gsub("%?.*$", "") .. "?" .. query
end

local function copy_of(request)
  local copy = {}
  for name, value in pairs(request) do copy[name] = value end
  return copy
end

--- Signed by the auth token, with the openssl command, which is slow: so it is done once for some.
local function by_token(random)
  local url = url_of(random)
  local request, text = request_of(random, url)
  request.signature, request.url = signing.sign(TOKEN, text), url
  return request
end

local POOL, pool = 12, {}
local function some_by_token(random)
  local place = random:int(POOL)
  pool[place] = pool[place] or by_token(require("spec.attack.lua.random").new(place))
  return copy_of(pool[place])
end

local function by_key(random)
  local url = url_of(random)
  local request, text = request_of(random, url)
  request.signature, request.settings, request.url = hmac.sign(KEY, text), SETTINGS, url
  return request
end

local function receiver_of(random, url)
  return assert(webhook.new {
    url = url, auth_token = TOKEN, keys = { [NAME] = KEY }, replay_window = random:pick { 1e9, math.huge },
    on_event = random:one_in(3) and function() error "\27[2J" end or nil, after_answer = random:one_in(4),
  })
end

local event_methods = types.methods "twilio.numbers.WebhookEvent"

local function problem_of_event(event)
  for _, func in ipairs(event_methods) do
    local problem = types.problem(func, event[func.name](event))
    if problem then return problem end
  end
  for _, field in ipairs(types.found.classes["twilio.numbers.WebhookEvent"].fields) do
    if not types.fits(field.type, event[field.name]) then return field.name .. " is not of its type" end
  end
  return clean.problem(tostring(event), 400)
end

local function problem_of_reply(reply)
  local problem = clean.problem(reply.message, 504) or clean.secret(reply.message, { TOKEN, KEY })
  if problem then return "the message has " .. problem end
  if reply.event then return problem_of_event(reply.event) end
end

local function genuine(random)
  local request = random:one_in(3) and some_by_token(random) or by_key(random)
  local reply = signing.receive(receiver_of(random, request.url), request)
  local is_taken = reply.event ~= nil or reply.status == 400 or reply.status == 413
    or reply.message:find "^it is older" or reply.message:find "^the form"
  if not is_taken then return reply.message, values.show(request) end
  return problem_of_reply(reply), values.show(request)
end

local function is_same(request, before)
  local of_body = before.type == FORM and meaning.form or tostring
  return of_body(request.body) == of_body(before.body)
    and meaning.query(request.query) == meaning.query(before.query)
    and request.signature == before.signature
    and meaning.settings(request.settings, NAME) == meaning.settings(before.settings, NAME)
end

local parts = { "body", "query", "signature", "settings", "type" }

local function forged(random)
  local before = random:one_in(3) and some_by_token(random) or by_key(random)
  local request = copy_of(before)
  for _ = 1, random:int(2) do
    local part = random:pick(parts)
    request[part] = random:mutate(request[part] or SETTINGS, WORDS)
  end
  if random:one_in(8) then request.type = request.type == FORM and JSON or FORM end
  if random:one_in(8) then request.settings = request.settings == nil and SETTINGS or nil end
  local reply = signing.receive(receiver_of(random, request.url), request)
  if reply.event and not is_same(request, before) then
    return "a forged request was taken", values.show { request, before }
  end
  return problem_of_reply(reply), values.show(request)
end

local HEADERS = {
  "X-Twilio-Signature", "x-twilio-signature", "Content-Type", "X-Twilio-Webhooks-Signature-Settings", "",
}

--- Any request, as a program may hand it on.
local function any(random)
  local request = by_key(random)
  local headers = {}
  for _ = 1, random:int(5) - 1 do
    headers[random:pick(HEADERS)] = random:pick { request.signature, request.type, SETTINGS,
      values.text(random), { values.text(random), request.signature }, {}, 1, true }
  end
  local given = {
    method = random:pick { "POST", "POST", "POST", "GET", "post", 1 }, headers = headers,
    query = random:pick { request.query, values.text(random), 1, false },
    body = random:pick { request.body, values.text(random), ("a=b&"):rep(600), ("x"):rep(70000) },
  }
  local reply = receiver_of(random, url_of(random)):receive(given)
  if reply.event then return "an unsigned request was taken", values.show(given) end
  return problem_of_reply(reply), values.show(given)
end

return function(random)
  return random:pick { genuine, forged, forged, any }(random)
end
