--- A plan: what a campaign would cancel and what it would leave, and why. It is bound to its account,
--- its targets and the statuses that were seen: its file carries a hash of every byte.

local classes = require "twilio.numbers.campaign.classes"
local core = require "twilio.numbers.core"
local date = require "twilio.numbers.date"
local errors = require "twilio.numbers.error"
local masking = require "twilio.numbers.campaign.masking"
local tables = require "twilio.numbers.campaign.tables"
local targets = require "twilio.numbers.campaign.targets"

---@class twilio.numbers.Plan
---@field id string its hash
---@field account_sid string
---@field created_at string ISO 8601
---@field window number seconds around a port date in which it is too late
---@field accounts string[] further accounts whose port-ins may be cancelled
---@field protected string[] SIDs and numbers that must not be
---@field targets twilio.numbers.Target[]
local plan = {}
plan.__index = plan
plan.__name = "twilio.numbers.Plan"

local VERSION = 1

local head_fields = { "account_sid", "created_at", "window", "accounts", "protected" }
local target_fields = {
  "port_in_sid", "phone_number_sid", "phone_number", "class", "note", "status",
}

--- All that the hash covers.
local function body_of(fields)
  local head = {}
  for i, name in ipairs(head_fields) do
    local value = fields[name]
    local is_empty = type(value) == "table" and #value == 0
    head[i] = ('"%s":%s'):format(name, is_empty and "[]" or assert(core.encode(value)))
  end
  return ('%s,\n"targets":%s}}\n'):format(table.concat(head, ",\n"),
    tables.array(target_fields, fields.targets))
end

local function head_of(id)
  return ('{"twilio_numbers_plan":%d,"sha256":"%s","plan":{\n'):format(VERSION, id)
end

local function bad(message)
  return nil, errors.new { kind = "plan", message = message, outcome = "not_sent" }
end

--- A plan of these parts, which `planning` has found.
---@return twilio.numbers.Plan
function plan.new(fields)
  local body = body_of(fields)
  fields.id, fields.body = core.sha256(body), body
  return setmetatable(fields, plan)
end

local function read_target(item)
  if type(item) ~= "table" or not classes.exists(item.class) then return false end
  for _, name in ipairs(target_fields) do
    if item[name] ~= nil and type(item[name]) ~= "string" then return false end
  end
  if item.class ~= "cancel" then return true end
  local target = targets.read {
    port_in_sid = item.port_in_sid, phone_number_sid = item.phone_number_sid,
  }
  return target ~= nil and item.status ~= nil
    and (item.phone_number == nil or item.phone_number_sid ~= nil)
end

local function is_sound(fields)
  if type(fields) ~= "table" or type(fields.targets) ~= "table" or type(fields.window) ~= "number"
    or type(fields.account_sid) ~= "string" or not date.seconds(fields.created_at)
    or type(fields.accounts) ~= "table" or type(fields.protected) ~= "table" then
    return false
  end
  for _, item in ipairs(fields.targets) do
    if not read_target(item) then return false end
  end
  return true
end

--- Reads a plan's text. One that was altered, be it by a character, is refused.
---@param text string
---@return twilio.numbers.Plan?
---@return twilio.numbers.Error? # of kind "plan"
function plan.read(text)
  local head = '^{"twilio_numbers_plan":(%d+),"sha256":"(%x+)","plan":{\n()'
  local version, id, start = text:match(head)
  if not version then return bad "this is no plan" end
  if tonumber(version) ~= VERSION then
    return bad(("the plan is of version %s, this library reads version %d"):format(
      version, VERSION))
  end
  local body = text:sub(start)
  if core.sha256(body) ~= id or head_of(id) ~= text:sub(1, start - 1) then
    return bad "the plan was altered since it was made: make a new one"
  end
  local object = core.decode(text)
  local fields = object and object.plan
  if not is_sound(fields) then return bad "the plan cannot be read" end
  fields.id, fields.body = id, body
  return setmetatable(fields, plan)
end

--- The plan as JSON text, which `read` takes: what to keep, and what to hand over.
---@return string
function plan:to_json()
  return head_of(self.id) .. self.body
end

--- How many there are of a class; all of them, if none is named.
---@param class string?
---@return integer
function plan:count(class)
  local count = 0
  for _, target in ipairs(self.targets) do
    if class == nil or target.class == class then count = count + 1 end
  end
  return count
end

--- How many would need a person's look: those that could not be found, or judged.
---@return integer
function plan:problems()
  local count = 0
  for _, target in ipairs(self.targets) do
    if classes.is_problem(target.class) then count = count + 1 end
  end
  return count
end

local columns = {
  "class", "port_in_sid", "phone_number_sid", "phone_number", "status", "note",
}

local function rows_of(self, unmasked)
  local mask, rows = masking.filter(unmasked), {}
  for i, target in ipairs(self.targets) do
    rows[i] = {}
    for _, name in ipairs(columns) do rows[i][name] = mask(target[name]) end
  end
  return rows
end

--- The plan as a table for the eye, a line each.
---@param unmasked boolean? phone numbers in full
---@return string
function plan:table(unmasked)
  return tables.aligned(columns, rows_of(self, unmasked))
end

--- The plan as CSV.
---@param unmasked boolean? phone numbers in full
---@return string
function plan:csv(unmasked)
  return tables.csv(columns, rows_of(self, unmasked))
end

--- The plan as JSON for another program: counts by class, and all targets. What `read` takes is not this,
--- but `to_json`, which has everything in full.
---@param unmasked boolean? phone numbers in full
---@return string
function plan:listing(unmasked)
  local counts, names = {}, {}
  for i, class in ipairs(classes.all) do
    names[i], counts[class.name] = class.name, self:count(class.name)
  end
  local head = ('{"plan":"%s","account_sid":"%s","created_at":"%s",\n'):format(self.id,
    self.account_sid, self.created_at)
  return head .. ('"counts":%s,\n"targets":%s}\n'):format(tables.object(names, counts),
    tables.array(columns, rows_of(self, unmasked)))
end

--- The counts in words: "5 to be cancelled, 2 ported already".
---@return string
function plan:summary()
  local parts = {}
  for _, class in ipairs(classes.all) do
    local count = self:count(class.name)
    if count > 0 or class.name == "cancel" then
      parts[#parts + 1] = ("%d %s"):format(count, class.words)
    end
  end
  return table.concat(parts, ", ")
end

--- The rules that it was made by, for a look at another time.
---@param now number seconds since 1970
---@return twilio.numbers.PlanRules
function plan:rules(now)
  local rules = { window = self.window, accounts = {}, protected = {}, now = now }
  rules.accounts[self.account_sid:lower()] = true
  for _, sid in ipairs(self.accounts) do rules.accounts[sid:lower()] = true end
  for _, name in ipairs(self.protected) do rules.protected[name:lower()] = true end
  return rules
end

function plan:__tostring()
  return ("plan %s of %s: %s"):format(self.id:sub(1, 12), self.account_sid, self:summary())
end

return plan
