--- Objects made of random JSON: whatever an answer has, their methods do not raise and give what the
--- annotations say, and they can be shown.

local clean = require "spec.attack.lua.clean"
local corpus = require "spec.attack.lua.corpus"
local core = require "twilio.numbers.core"
local errors = require "twilio.numbers.api.error"
local fake = require "spec.support.fake_transport"
local json = require "twilio.numbers.util.json"
local record = require "twilio.numbers.api.record"
local types = require "spec.attack.lua.types"
local values = require "spec.attack.lua.values"

local sid = values.sid
local PARENT = {
  PortIn = sid("KW", 1), PortInPhoneNumber = sid("KW", 1), BulkEligibility = sid("EC", 1),
}

--- A class by the name of its annotation, and the fields that it may have.
local function class_of(name, class, operation)
  local full, fields = "twilio.numbers." .. name, {}
  for _, item in ipairs(types.found.classes[full].fields) do fields[#fields + 1] = item.name end
  return { name = name, class = class, methods = types.methods(full), fields = fields, operation = operation }
end

local function resource(name) return require("twilio.numbers.resources." .. name).class end

local classes = {
  class_of("PortIn", resource "port_ins"),
  class_of("PortInPhoneNumber", resource "port_in_phone_numbers"),
  class_of("PortInSummary", resource "port_ins.summary"),
  class_of("Portability", resource "portability"),
  class_of("BulkEligibility", resource "bulk_eligibilities"),
  class_of("Eligibility", resource "eligibilities"),
  class_of("EligibilityResult", require "twilio.numbers.resources.eligibilities.result"),
  class_of("SigningRequestConfiguration", resource "signing_request_configurations"),
  class_of("WebhookConfiguration", resource "webhook_configuration"),
}

local by_class, all_fields = {}, {}
for _, class in ipairs(classes) do
  by_class[class.class] = class
  for _, name in ipairs(class.fields) do all_fields[#all_fields + 1] = name end
end

local sound = {
  "In Review", "Completed", "Canceled", "port_pending", "port_rejected", "COMPLETED", "ELIGIBLE",
  "already-in-twilio", sid("KW", 1), sid("PU", 1), sid("EC", 1), sid("AC", 0), "+14155550111", "2026-05-04",
  true, false, 22131,
}

local WORDS = { "null", '""', "{}", "[]", "[[]]", "true", "-1", "1e300", '"x":', ",", '"Canceled"', "0.5" }

--- What core.decode gives for an answer of the corpus, or some object that has these fields.
local function object_of(random, fields)
  if random:one_in(3) then
    local answer = core.decode(random:mutate(random:pick(corpus.bodies), WORDS))
    if type(answer) == "table" then return answer end
  end
  local object = {}
  for _ = 1, random:int(8) - 1 do
    object[random:pick(fields)] = random:one_in(2) and random:pick(sound) or values.json(random, all_fields)
  end
  local text = core.encode(object)
  local decoded = text and core.decode(text)
  return type(decoded) == "table" and decoded or {}
end

local function is_equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b or a ~= a and b ~= b end
  for key, value in pairs(a) do
    if not is_equal(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

local problem_of

--- What is wrong with a method's results. An iterator's items are looked at as well.
local function problem_of_method(object, func, random, depth)
  local argument = random:pick { false, { deadline = 5 }, 5 } or nil
  if func.name == "wait" then
    argument = { timeout = 0.002, for_status = random:pick { "completed", "terminal" } }
  end
  local first, second, third = object[func.name](object, argument)
  local problem = types.problem(func, first, second, third)
  if problem then return problem end
  if errors.is(second) then return clean.problem(tostring(second), 4000) end
  if func.name == "numbers" then
    for item in first do
      problem = problem_of(by_class[getmetatable(item)], item, random, depth + 1)
      if problem then return "of a number: " .. problem end
    end
  elseif func.name == "fields" then
    for name, value in first, second do
      if name == nil or value == nil or value == core.null then return "a field without a value" end
    end
  end
end

function problem_of(class, object, random, depth)
  local problem = clean.problem(tostring(object), 400)
  if problem then return "tostring gives " .. problem end
  local raw, text = object:raw(), object:to_json()
  if next(raw) ~= nil and not is_equal(raw, json.decode(text)) then return "to_json gives something else" end
  for _, func in ipairs(class.methods) do
    problem = depth < 2 and problem_of_method(object, func, random, depth)
    if problem then return problem end
  end
end

--- Whatever is asked for, the API's answer is random.
local function client_of(random)
  local count = 0
  return fake.client(function()
    count = count + 1
    if count > 20 then return { status = 404, object = {} } end
    local class = random:pick(classes)
    local status = random:pick { 200, 200, 200, 201, 202, 204, 400, 500 }
    return { status = status, object = object_of(random, class.fields) }
  end)
end

local function made(random)
  local class = random:pick(classes)
  local raw = object_of(random, class.fields)
  local object = record.new(class.class, raw, (client_of(random)), PARENT[class.name])
  return problem_of(class, object, random, 0), values.show { class.name, raw }
end

local calls = {
  function(client) return client.port_ins:fetch(sid("KW", 1)) end,
  function(client) return client.port_in_phone_numbers:fetch(sid("KW", 1), sid("PU", 1)) end,
  function(client) return client.portability:check "+14155550111" end,
  function(client) return client.bulk_eligibilities:fetch(sid("EC", 1)) end,
  function(client) return client.webhook_configuration:fetch() end,
  function(client) return client.port_ins:list()() end,
  function(client) return client.signing_request_configurations:list()() end,
}

for _, name in ipairs { "port_in_requests", "configurations", "phone_numbers", "results", "meta" } do
  all_fields[#all_fields + 1] = name
end

local function fetched(random)
  local seen
  local client = fake.client(function()
    local status = random:pick { 200, 200, 200, 400, 404 }
    local response = { status = status, object = object_of(random, all_fields) }
    seen = seen or response
    return response
  end)
  local object, err = random:pick(calls)(client)
  local case = values.show(seen)
  if errors.is(err) then return clean.problem(tostring(err), 4000), case end
  if object == nil then return nil end -- the end of a list
  return problem_of(by_class[getmetatable(object)], object, random, 1), case
end

return function(random)
  return random:pick { made, fetched }(random)
end
