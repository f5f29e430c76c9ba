--- Plans: a text that was altered is refused. With a hash that fits, whatever it says, reading does not
--- raise; what is accepted can be shown, and is written as it was read.

local ascii = require "twilio.numbers.util.ascii"
local campaign = require "twilio.numbers.campaign"
local clean = require "spec.attack.lua.clean"
local core = require "twilio.numbers.core"
local document = require "twilio.numbers.campaign.plan.document"
local errors = require "twilio.numbers.api.error"
local types = require "spec.attack.lua.types"
local values = require "spec.attack.lua.values"

local sid = values.sid
local CLASSES = { "cancel", "cancel", "completed", "too_late", "invalid", "not_found", "failed", "duplicate" }
local NAMES = {
  "base_url", "account_sid", "created_at", "window", "accounts", "protected", "unmatched", "targets", "class",
  "port_in_sid", "phone_number_sid", "phone_number", "note", "status", "numbers",
}
local WORDS = { '"', "{", "}", "[", "]", ",", ":", "null", '"cancel"', "1e999", "[]", '"numbers":', "\n" }

local function or_nil(random, value)
  if random:one_in(2) then return value end
end

local function target_of(random, number)
  local class, is_number = random:pick(CLASSES), random:one_in(3)
  return {
    port_in_sid = sid("KW", number), class = class, status = random:pick { "in_review", "pending" },
    phone_number_sid = is_number and sid("PU", number) or nil,
    phone_number = is_number and "+14155550111" or nil, note = or_nil(random, values.text(random)),
    numbers = not is_number and random:pick { { "+14155550111" }, {}, { "?" }, { sid("PU", 1) } } or nil,
  }
end

local function fields_of(random)
  local targets = {}
  for i = 1, random:int(4) - 1 do targets[i] = target_of(random, i) end
  return {
    base_url = "https://numbers.twilio.com", account_sid = sid("AC", 0), created_at = "2026-05-04T12:00:00Z",
    window = random:pick { 0, 172800 }, accounts = random:pick { {}, { sid("AC", 1) } },
    protected = { "+14155550999", "+14155550111" }, unmatched = random:pick { {}, { "+14155550999" } },
    targets = targets,
  }
end

--- The same text with another body and the hash of it.
local function with_body(version, body)
  return ('{"twilio_numbers_plan":%s,"sha256":"%s","plan":{\n%s'):format(version, core.sha256(body), body)
end

--- A table somewhere in the fields, the fields among them.
local function table_in(random, value)
  local keys = {}
  for key, item in pairs(value) do
    if type(item) == "table" then keys[#keys + 1] = key end
  end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  if #keys == 0 or random:one_in(3) then return value end
  return table_in(random, value[random:pick(keys)])
end

local function changed(random, fields)
  for _ = 1, random:int(3) do
    local place = table_in(random, fields)
    local key = #place > 0 and random:int(#place) or random:pick(NAMES)
    if random:one_in(4) then place[key] = nil else place[key] = values.json(random, NAMES) end
  end
  return fields
end

local methods = types.methods "twilio.numbers.Plan"
local words_of = { read = true, new = true, rules = true }

local function problem_of_plan(plan, text)
  if plan:to_json() ~= text then return "it is written otherwise than it was read" end
  for _, func in ipairs(methods) do
    for _, unmasked in ipairs(words_of[func.name] and {} or { false, true }) do
      local argument = unmasked
      if func.name == "count" then argument = unmasked and "cancel" or nil end
      local result = plan[func.name](plan, argument)
      local problem = types.problem(func, result)
      if problem then return problem end
      if type(result) == "string" and func.name ~= "to_json" then
        problem = clean.problem(result, 1e6, true)
        if problem then return func.name .. " gives " .. problem end
      end
    end
  end
  for _, target in ipairs(plan.targets) do
    local is_sound = target.class ~= "cancel" or target.port_in_sid:find "^KW%x+$"
      and #target.port_in_sid == 34
      and (target.phone_number_sid == nil or target.phone_number_sid:find "^PU%x+$")
    if not is_sound then return "it would cancel what is no SID" end
  end
  plan:rules(core.time())
  return clean.problem(tostring(plan), 4000)
end

local function read(text)
  local plan, err = campaign.read_plan(text)
  if plan then return problem_of_plan(plan, text), values.show(text) end
  if not errors.is(err) or err.kind ~= "plan" then return "no error of kind plan", values.show(text) end
  return clean.problem(tostring(err), 3000), values.show(text)
end

local function made(random)
  local plan = document.new(fields_of(random))
  local text = plan:to_json()
  local problem, case = read(text)
  if not campaign.read_plan(text) then problem = "a plan that was made is not read" end
  return problem, case
end

local function altered(random)
  local text = document.new(fields_of(random)):to_json()
  local other = random:mutate(text, WORDS)
  if other ~= text and campaign.read_plan(other) then
    return "an altered plan is accepted", values.show(other)
  end
  return read(other)
end

--- Bytes of the body were changed, and the hash made anew.
local function hashed(random)
  local body = document.new(fields_of(random)).body
  return read(with_body(random:pick { "2", "2", "1", "3", "02", "2.0", "99999999999999999999" },
    random:mutate(body, WORDS)))
end

--- Values were changed, and the hash made anew. The order of the fields is another one, which the hash
--- covers.
local function other_values(random)
  local fields = changed(random, fields_of(random))
  local text = core.encode(fields)
  if not text then return end
  return read(with_body(random:pick { "2", "2", "1" }, ascii.trim(text):sub(2) .. "}\n"))
end

return function(random)
  return random:pick { made, altered, hashed, other_values, other_values }(random)
end
