--- Errors from random answers: each sentence, field and event is a bounded line of clean text without
--- credentials, and of the type that its annotation says.

local clean = require "spec.attack.lua.clean"
local corpus = require "spec.attack.lua.corpus"
local core = require "twilio.numbers.core"
local errors = require "twilio.numbers.api.error"
local fake = require "spec.support.fake_transport"
local types = require "spec.attack.lua.types"
local values = require "spec.attack.lua.values"

local sid = values.sid
local SECRET = "QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA6c2VjcmV0"
local FIELDS = {
  "code", "message", "more_info", "status", "type", "title", "detail", "instance", "errors", "portable",
  "not_portable_reason", "not_portable_reason_code", "phone_number", "port_in_request_sid", "account_sid",
}
local HEADERS = {
  "Twilio-Request-Id", "Twilio-Concurrent-Requests", "Retry-After", "Location", "Content-Type",
}
local ECHOES = {
  "Authorization: Basic " .. SECRET, "basic%20" .. SECRET, "BASIC  " .. SECRET, "Basic\t" .. SECRET,
  "\"Authorization\":\"Basic " .. SECRET .. "\"", ("x"):rep(1990) .. "Basic " .. SECRET,
  ("\n "):rep(250) .. "Basic " .. SECRET,
}
local WORDS = { "{", "}", '"', ":", ",", "null", "\\u001b[2J", "\\n", "Basic ", "\27[2J", "\0", "<html>" }

local function text_of(random)
  if random:one_in(4) then return random:pick(ECHOES) end
  return values.text(random)
end

--- Most are JSON objects, some of them damaged, others pages of a proxy.
local function body_of(random)
  if random:one_in(4) then return random:mutate(random:pick(corpus.bodies), WORDS) end
  if random:one_in(5) then return "<html>" .. text_of(random) .. "</html>" end
  local object = {}
  for _ = 1, random:int(5) do
    object[random:pick(FIELDS)] = random:one_in(3) and values.json(random, FIELDS) or text_of(random)
  end
  local text = core.encode(object) or ""
  return random:one_in(4) and random:mutate(text, WORDS) or text
end

local function headers_of(random)
  local headers = {}
  for _ = 1, random:int(4) - 1 do
    headers[random:pick(HEADERS)] = random:one_in(3) and tostring(random:int(1000)) or text_of(random)
  end
  return headers
end

local STATUSES = { 200, 201, 202, 204, 301, 400, 400, 401, 403, 404, 404, 408, 409, 429, 500, 503, 999 }
local KINDS = { "network", "timeout", "tls", "too_large", "memory", "unreadable" }

local function response_of(random)
  local text = body_of(random)
  local object = core.decode(text)
  local response = {
    status = random:pick(STATUSES), text = text, object = type(object) == "table" and object or nil,
    headers = headers_of(random), retry = random:one_in(6) and 1 or nil,
  }
  if random:one_in(8) then response.kind, response.message = random:pick(KINDS), "it broke" end
  if random:one_in(8) then response.sent = false end
  response.stopped = random:pick { "final", "unsafe", "attempts", "deadline", "retry_after", "closed" }
  return response
end

--- Each text in a table, its own or deeper, is clean.
local function problem_of_texts(value, most, name)
  if type(value) == "string" then
    local problem = clean.problem(value, most) or clean.secret(value, { SECRET, SECRET:sub(1, 30) })
    return problem and ("%s has %s"):format(name, problem)
  elseif type(value) == "table" then
    for key, item in pairs(value) do
      local problem = problem_of_texts(item, most, name .. "." .. tostring(key))
      if problem then return problem end
    end
  end
end

local function problem_of_fields(value, class)
  for _, field in ipairs(types.found.classes[class].fields) do
    local item = value[field.name]
    if not types.fits(field.type, item) then return ("%s is %s"):format(field.name, tostring(item)) end
    -- The problem details are there as they came, to be read by programs.
    local problem = field.name ~= "problem" and problem_of_texts(item, 2004, field.name)
    if problem then return problem end
  end
end

local function problem_of(err)
  if not errors.is(err) then return "no error: " .. tostring(err) end
  return problem_of_texts(tostring(err), 4000, "tostring") or problem_of_fields(err, "twilio.numbers.Error")
end

local calls = {
  function(client) return client.port_ins:fetch(sid("KW", 1)) end,
  function(client) return client.port_ins:cancel(sid("KW", 1)) end,
  function(client) return client.port_in_phone_numbers:cancel(sid("KW", 1), sid("PU", 1)) end,
  function(client) return client.portability:check "+14155550111" end,
  function(client) return client.bulk_eligibilities:create {
    friendly_name = "x", phone_numbers = { { phone_number = "+14155550111" } } } end,
  function(client) return client.webhook_configuration:delete "PORT_IN" end,
  function(client) return client.port_ins:list()() end,
}

return function(random)
  local seen, problem = {}, nil
  local function hook(event)
    problem = problem or problem_of_fields(event, "twilio.numbers.Event")
  end
  local client = fake.client(function()
    local response = #seen < 5 and response_of(random) or { status = 404 }
    seen[#seen + 1] = response
    return response
  end, { on_request = hook, on_response = hook, on_retry = hook })
  local result, err = random:pick(calls)(client)
  if not problem and not result and err then problem = problem_of(err) end
  if not problem and random:one_in(4) then
    for _, one, failure in client.port_ins:fetch_each { sid("KW", 1), sid("KW", 2), "x" } do
      if not one then problem = problem or problem_of(failure) end
    end
  end
  return problem, values.show(seen)
end
