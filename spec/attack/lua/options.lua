--- Every public function with random arguments: it gives what its annotation says, or raises an error about
--- the arguments, at the caller's line. It never raises one of the library's own making.

local annotations = require "spec.support.annotations"
local campaign = require "twilio.numbers.campaign"
local clean = require "spec.attack.lua.clean"
local document = require "twilio.numbers.campaign.plan.document"
local fake = require "spec.support.fake_transport"
local ledgers = require "spec.attack.lua.ledgers"
local numbers = require "twilio.numbers"
local record = require "twilio.numbers.api.record"
local types = require "spec.attack.lua.types"
local values = require "spec.attack.lua.values"
local webhook = require "twilio.numbers.webhook"

local sid = values.sid

--- All names of options and fields that any class annotates, sorted.
local function all_names()
  local set, list = {}, {}
  for _, class in pairs(types.found.classes) do
    for _, field in ipairs(class.fields) do set[field.name] = true end
  end
  for name in pairs(set) do list[#list + 1] = name end
  table.sort(list)
  return list
end

local NAMES = all_names()

--- What fits each kind of argument often enough that the next check is met.
local SOUND = {
  sid("KW", 1), sid("PU", 1), sid("EC", 1), sid("AC", 0), "+14155550111", "PORT_IN", "in_review",
    "2026-05-04",
  "https://127.0.0.1:1", "https://a/b?c=d", 1, 2, 0.5, true, false,
}

--- The names of the options that a parameter of such a type has.
local function names_of(type_)
  local list = {}
  for name in annotations.names_in(type_ or "") do
    for _, field in ipairs((types.found.classes[name]
      or { fields = {} }).fields) do list[#list + 1] = field.name end
  end
  return #list > 0 and list or NAMES
end

local makers = {} -- by their classes: objects that a function takes

local function argument(random, param)
  local make = param and makers[param.type]
  if make and not random:one_in(4) then return make() end
  if random:one_in(3) then return random:pick(SOUND) end
  local names = names_of(param and param.type)
  if not random:one_in(2) then return values.any(random, names) end
  local options = {}
  for _ = 1, random:int(4) do
    options[random:pick(names)] = random:one_in(2) and random:pick(SOUND) or values.any(random, names)
  end
  return options
end

local function respond(request)
  return { status = request.method == "DELETE" and 204 or 200, object = {
    port_in_request_sid = fake.sid_of(request) or sid("KW", 1), port_in_request_status = "Canceled",
    phone_number_sid = sid("PU", 1), phone_number = "+14155550111", portable = true,
  } }
end

local function client_of()
  return (fake.client(respond))
end

local function plan_of()
  return document.new {
    base_url = "https://numbers.twilio.com", account_sid = sid("AC", 0), created_at = "2026-05-04T12:00:00Z",
    window = 0, accounts = {}, protected = {}, unmatched = {},
    targets = { { port_in_sid = sid("KW", 1), class = "cancel", status = "in_review" } },
  }
end

local image, ledger -- of this case

local function open_ledger()
  image = image or ledgers.image({ max_failures = 0 }, 2)
  if not ledger then
    ledgers.put(image)
    ledger = assert(campaign.open(ledgers.PATH, true))
  end
  return ledger
end

makers["twilio.numbers.Client"] = client_of
makers["twilio.numbers.Ledger"] = open_ledger
makers["twilio.numbers.Plan"] = plan_of

local function resource(name) return require("twilio.numbers.resources." .. name).class end

local function made(name, class_of, field)
  return name, function()
    return record.new(class_of, { [field or "port_in_request_sid"] = sid("KW", 1) }, client_of(), sid("KW",
      1))
  end
end

--- What methods belong to: by the name of its class, a function that makes one.
local owners = {
  ["twilio.numbers"] = function() return numbers end,
  ["twilio.numbers.campaign"] = function() return campaign end,
  ["twilio.numbers.webhook"] = function() return webhook end,
  ["twilio.numbers.CSV"] = function() return numbers.csv end,
  ["twilio.numbers.BaseClient"] = client_of,
  ["twilio.numbers.PortIns"] = function() return client_of().port_ins end,
  ["twilio.numbers.PortInPhoneNumbers"] = function() return client_of().port_in_phone_numbers end,
  ["twilio.numbers.PortabilityChecks"] = function() return client_of().portability end,
  ["twilio.numbers.BulkEligibilities"] = function() return client_of().bulk_eligibilities end,
  ["twilio.numbers.Eligibilities"] = function() return client_of().eligibilities end,
  ["twilio.numbers.SigningRequestConfigurations"] = function()
    return client_of().signing_request_configurations
  end,
  ["twilio.numbers.WebhookConfigurations"] = function() return client_of().webhook_configuration end,
  ["twilio.numbers.Batch"] = function() return (client_of().port_ins:fetch_each { sid("KW", 1) }) end,
  ["twilio.numbers.List"] = function() return (client_of().port_ins:list()) end,
  ["twilio.numbers.Watch"] = function() return (client_of().port_ins:watch { sid("KW", 1) }) end,
  ["twilio.numbers.Progress"] = function() return numbers.progress {} end,
  ["twilio.numbers.Plan"] = plan_of,
  ["twilio.numbers.Ledger"] = open_ledger,
  ["twilio.numbers.Report"] = function() return assert(campaign.report(open_ledger())) end,
  ["twilio.numbers.WebhookReceiver"] = function()
    return webhook.new { url = "https://a/", auth_token = "b" }
  end,
}
for name, class in pairs {
  PortIn = resource "port_ins", PortInPhoneNumber = resource "port_in_phone_numbers",
  PortInSummary = resource "port_ins.summary", Portability = resource "portability",
  BulkEligibility = resource "bulk_eligibilities", WebhookConfiguration = resource "webhook_configuration",
  SigningRequestConfiguration = resource "signing_request_configurations",
} do
  local full, make = made("twilio.numbers." .. name, class)
  owners[full] = make
end

--- Not called here: what takes the process's signals, opens or writes files, or is only for nginx. Stores are
--- called by receivers.
local LEFT_OUT = {
  ["twilio.numbers.campaign interrupts"] = true, ["twilio.numbers.campaign open"] = true,
  ["twilio.numbers.campaign write_private"] = true,
  ["twilio.numbers.WebhookReceiver serve"] = true,
}

--- Functions of fields, such as `numbers.redact`, and annotated ones.
local function functions_of(name)
  local list = types.methods(name)
  for _, field in ipairs(types.found.classes[name].fields) do
    local words = field.type:match "^fun%((.*)%)"
    if words then
      list[#list + 1] = {
        name = field.name, params = {}, returns = {}, is_method = words:find "^self" ~= nil,
      }
    end
  end
  return list
end

local cases = {}
for name, make in pairs(owners) do
  for _, func in ipairs(functions_of(name)) do
    if not LEFT_OUT[name .. " " .. func.name] then
      cases[#cases + 1] = { make = make, func = func, name = name .. " " .. func.name }
    end
  end
end
table.sort(cases, function(a, b) return a.name < b.name end)

--- The caller: a chunk of one line with a name that no other has.
local call = assert((loadstring or load)("return function(f, ...) local a, b, c = f(...) return a, b, c end",
  "=the caller"))()

local OWN = "by the program's own metamethod" -- of values.lua

local function problem_of_message(why)
  if type(why) ~= "string" then return "it raised " .. tostring(why) end
  if why:find(OWN, 1, true) then return nil end
  local message = why:match "^the caller:1: (.*)$"
  if not message then return "it raised elsewhere: " .. why end
  for _, word in ipairs { "attempt to", "bad argument", "assertion failed", "stack overflow",
    "expected near" } do
    if message:find(word, 1, true) then return "it raised: " .. why end
  end
  return clean.problem(message, 1100)
end

--- Closes what was opened.
local function clean_up()
  if not ledger then return end
  ledger:close()
  ledger = nil
  ledgers.remove()
end

local function try(random)
  local case = random:pick(cases)
  local owner, func, given = case.make(), case.func, {}
  local count = random:int(#func.params + 2) - 1
  for i = 1, count do given[i] = argument(random, func.params[i]) end
  if func.name == "sleep" and type(given[1]) == "number" then return end
  if func.name == "wait" and type(given[1]) == "table"
    and not getmetatable(given[1]) then given[1].timeout = 0.001 end
  local unpack = table.unpack or unpack
  local shown = values.show { case.name, given, count }
  local is_method = func.is_method
  local ok, a, b, c
  if is_method then
    ok, a, b, c = pcall(call, owner[func.name], owner, unpack(given, 1, count))
  else
    ok, a, b, c = pcall(call, owner[func.name], unpack(given, 1, count))
  end
  if not ok then return problem_of_message(a), shown end
  return types.problem(func, a, b, c), shown
end

return function(random)
  local problem, shown = try(random)
  clean_up()
  return problem, shown
end
