--- A plan: which targets a campaign would cancel, which it would not, and why. It is bound to its host, its
--- account, its targets, and their fetched statuses and numbers. Its file has a hash of every byte.

local array = require "twilio.numbers.util.array"
local ascii = require "twilio.numbers.util.ascii"
local binding = require "twilio.numbers.campaign.plan.binding"
local classify = require "twilio.numbers.campaign.plan.classify"
local date = require "twilio.numbers.util.date"
local endpoint = require "twilio.numbers.api.endpoint"
local errors = require "twilio.numbers.api.error"
local format = require "twilio.numbers.util.format"
local guard = require("twilio.numbers.util.methods").guard
local json = require "twilio.numbers.util.json"
local plan_target = require "twilio.numbers.campaign.plan.target"
local protection = require "twilio.numbers.campaign.plan.protection"
local redact = require "twilio.numbers.util.redact"
local system = require "twilio.numbers.util.system"

---@class twilio.numbers.Plan
---@field VERSION integer internal
---@field version integer the format's version
---@field id string the hash of its text
---@field base_url string? where its targets were fetched; nil in a plan of version 1
---@field account_sid string the client's account
---@field created_at string when, in ISO 8601
---@field window number the option
---@field accounts string[] the option
---@field protected string[] the option `protect`
---@field unmatched string[]? entries of `protected` that name no target; nil in a plan of version 1
---@field targets twilio.numbers.Target[] in the order of the inputs
local plan = {}
plan.__index = plan
plan.__name = "twilio.numbers.Plan"

--- Version 1 binds neither the host nor the numbers of a port-in.
local VERSION = 2
plan.VERSION = VERSION

local head_fields = {
  "base_url", "account_sid", "created_at", "window", "accounts", "protected", "unmatched",
}
local target_fields = {
  "port_in_sid", "phone_number_sid", "phone_number", "class", "note", "status", "numbers",
}

--- The text that the hash covers.
local function body_of(fields)
  local head = {}
  for i, name in ipairs(head_fields) do
    local value = fields[name]
    local is_empty = type(value) == "table" and #value == 0
    head[i] = ('"%s":%s'):format(name, is_empty and "[]" or assert(json.encode(value)))
  end
  return ('%s,\n"targets":%s}}\n'):format(table.concat(head, ",\n"),
    format.array(target_fields, fields.targets))
end

local function head_of(version, id)
  return ('{"twilio_numbers_plan":%d,"sha256":"%s","plan":{\n'):format(version, id)
end

local function bad(message)
  return nil, errors.new { kind = "plan", message = message, outcome = "not_sent" }
end

--- Internal. Makes a plan of its fields.
---@param fields table
---@return twilio.numbers.Plan
function plan.new(fields)
  local body = body_of(fields)
  fields.version, fields.id, fields.body = VERSION, system.sha256(body), body
  return setmetatable(fields, plan)
end

local function read_target(item)
  if type(item) ~= "table" or not classify.exists(item.class) then return false end
  for _, name in ipairs(target_fields) do
    local is_text = item[name] == nil or type(item[name]) == "string"
    if name ~= "numbers" and not is_text then return false end
  end
  if not binding.is_sound(item) or item.port_in_sid == nil then return false end
  if item.class ~= "cancel" then return true end
  local target = plan_target.read {
    port_in_sid = item.port_in_sid, phone_number_sid = item.phone_number_sid,
  }
  return target ~= nil and item.status ~= nil
    and (item.phone_number == nil or item.phone_number_sid ~= nil)
end

local function is_array(value)
  return type(value) == "table" and not array.problem(value)
end

local function are_texts(value)
  if not is_array(value) then return false end
  for _, text in ipairs(value) do
    if type(text) ~= "string" then return false end
  end
  return true
end

local LONGEST_URL = 2048

--- Whether the fields are there that version 2 has added. A plan of version 1 must not have them.
local function is_bound(version, fields)
  if version == 1 then return fields.base_url == nil and fields.unmatched == nil end
  local url = fields.base_url
  return endpoint.is_base_url(url) and #url <= LONGEST_URL and endpoint.normal(url) == url
    and are_texts(fields.unmatched) and #fields.unmatched <= #fields.protected
end

local function is_sound(version, fields)
  if type(fields) ~= "table" or not is_array(fields.targets) or type(fields.window) ~= "number"
    or type(fields.account_sid) ~= "string" or not date.seconds(fields.created_at)
    or not are_texts(fields.accounts) or not are_texts(fields.protected)
    or not is_bound(version, fields) then
    return false
  end
  local seen = {}
  for _, item in ipairs(fields.targets) do
    if not read_target(item) then return false end
    local key = item.class == "cancel" and plan_target.key(item)
    if key and seen[key] then return false end
    if key then seen[key] = true end
  end
  return fields.window >= 0
end

--- Internal. Reads a plan's text. A text that was altered, by a single character even, is refused.
---@param text string
---@return twilio.numbers.Plan?
---@return twilio.numbers.Error? # of kind "plan"
function plan.read(text)
  local head = '^{"twilio_numbers_plan":(%d+),"sha256":"(%x+)","plan":{\n()'
  local version, id, start = text:match(head)
  if not version then return bad "this is no plan" end
  version = ascii.whole(version)
  if version < 1 or version > VERSION then
    return bad(("the plan is of version %.0f, this library reads up to version %d"):format(
      version, VERSION))
  end
  local body = text:sub(start)
  if system.sha256(body) ~= id or head_of(version, id) ~= text:sub(1, start - 1) then
    return bad "the plan was altered since it was made: make a new one"
  end
  local object = json.decode(text)
  local fields = object and object.plan
  if not is_sound(version, fields) then return bad "the plan cannot be read" end
  fields.version, fields.id, fields.body = version, id, body
  return setmetatable(fields, plan)
end

--- The plan as JSON text with a hash of every byte, for `campaign.read_plan`.
---@return string
function plan:to_json()
  return head_of(self.version, self.id) .. self.body
end

--- How many targets are of a class; all, if none is named.
---@param class twilio.numbers.PlanClass?
---@return integer
function plan:count(class)
  local count = 0
  for _, target in ipairs(self.targets) do
    if class == nil or target.class == class then count = count + 1 end
  end
  return count
end

--- How many targets a person has to check: those that could not be found or classified.
---@return integer
function plan:problems()
  local count = 0
  for _, target in ipairs(self.targets) do
    if classify.is_problem(target.class) then count = count + 1 end
  end
  return count
end

local columns = {
  "class", "port_in_sid", "phone_number_sid", "phone_number", "status", "note",
}

local function rows_of(self, unmasked)
  local mask, rows = redact.filter(unmasked), {}
  for i, target in ipairs(self.targets) do
    rows[i] = {}
    for _, name in ipairs(columns) do rows[i][name] = mask(target[name]) end
  end
  return rows
end

--- The plan as a text table, one line for each target.
---@param unmasked boolean? phone numbers in full
---@return string
function plan:table(unmasked)
  return format.aligned(columns, rows_of(self, unmasked))
end

--- The plan as CSV.
---@param unmasked boolean? phone numbers in full
---@return string
function plan:csv(unmasked)
  return format.csv(columns, rows_of(self, unmasked))
end

--- The protect list: how many entries it has, how many of them name a target, and which do not.
---@return { entries: integer, matched: integer, unmatched: string[] }? # nil without such a list, and for a
---  plan of version 1
function plan:protection()
  local entries = #self.protected
  if entries == 0 or not self.unmatched then return nil end
  return { entries = entries, matched = entries - #self.unmatched, unmatched = self.unmatched }
end

local SHOWN = 5 -- entries in a sentence

--- The same in words: "Protect list: 12 entries, 3 matched". Entries that name no target are listed, since they
--- may be mistyped.
---@param unmasked boolean? phone numbers in full
---@return string?
function plan:protect_summary(unmasked)
  local list = self:protection()
  if not list then return nil end
  local text = ("Protect list: %d %s, %d matched"):format(list.entries,
    list.entries == 1 and "entry" or "entries", list.matched)
  local mask, shown, rest = redact.filter(unmasked), {}, #list.unmatched - SHOWN
  for i = 1, math.min(#list.unmatched, SHOWN) do shown[i] = mask(list.unmatched[i]) end
  if not shown[1] then return text end
  return ("%s. These match no target: %s%s"):format(text, table.concat(shown, ", "),
    rest > 0 and (" and %d more"):format(rest) or "")
end

local function protect_json(self, mask)
  local list = self:protection()
  if not list then return "" end
  local shown = {}
  for i, entry in ipairs(list.unmatched) do shown[i] = mask(entry) end
  list.unmatched = shown
  return ('"protect":%s,\n'):format(format.object({ "entries", "matched", "unmatched" }, list))
end

--- The plan as JSON for another program: counts by class, and all targets. `campaign.read_plan` reads
--- `to_json`, not this.
---@param unmasked boolean? phone numbers in full
---@return string
function plan:listing(unmasked)
  local counts, names = {}, {}
  for i, class in ipairs(classify.all) do
    names[i], counts[class.name] = class.name, self:count(class.name)
  end
  local head = format.object({ "plan", "base_url", "account_sid", "created_at" }, { plan = self.id,
    base_url = self.base_url, account_sid = self.account_sid, created_at = self.created_at })
  return ('%s,\n%s"counts":%s,\n"targets":%s}\n'):format(head:gsub("}$", ""),
    protect_json(self, redact.filter(unmasked)), format.object(names, counts),
    format.array(columns, rows_of(self, unmasked)))
end

--- The counts in words: "5 to be cancelled, 2 ported already".
---@return string
function plan:summary()
  local parts = {}
  for _, class in ipairs(classify.all) do
    local count = self:count(class.name)
    if count > 0 or class.name == "cancel" then
      parts[#parts + 1] = ("%d %s"):format(count, class.words)
    end
  end
  return table.concat(parts, ", ")
end

--- Internal. The rules by which it was made.
---@param now number seconds since 1970
---@return twilio.numbers.PlanRules
function plan:rules(now)
  self.guard = self.guard or protection.new(self.protected)
  local rules = { window = self.window, accounts = {}, protection = self.guard, now = now }
  rules.accounts[ascii.lower(self.account_sid)] = true
  for _, sid in ipairs(self.accounts) do rules.accounts[ascii.lower(sid)] = true end
  return rules
end

function plan:__tostring()
  return ("plan %s of %s%s: %s"):format(self.id:sub(1, 12), self.account_sid,
    self.base_url and " at " .. self.base_url or "", self:summary())
end

guard(plan, plan, "plan",
  "to_json count problems table csv protection protect_summary listing summary")

return plan
