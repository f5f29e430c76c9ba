--- A plan: which targets a campaign would cancel, which it would not, and why. It is bound to its host, its
--- account, its targets, and their fetched statuses and numbers. Its file has a hash of every byte.

local array = require "twilio.numbers.util.array"
local ascii = require "twilio.numbers.util.ascii"
local binding = require "twilio.numbers.campaign.plan.binding"
local classify = require "twilio.numbers.campaign.plan.classify"
local date = require "twilio.numbers.util.date"
local endpoint = require "twilio.numbers.api.endpoint"
local errors = require "twilio.numbers.api.error"
local extent = require "twilio.numbers.campaign.plan.extent"
local format = require "twilio.numbers.util.format"
local guard = require("twilio.numbers.util.methods").guard
local json = require "twilio.numbers.util.json"
local plan_target = require "twilio.numbers.campaign.plan.target"
local presentation = require "twilio.numbers.campaign.plan.presentation"
local protection = require "twilio.numbers.campaign.plan.protection"
local sid = require "twilio.numbers.util.sid"
local system = require "twilio.numbers.util.system"

---@class twilio.numbers.Plan: twilio.numbers.PlanPresentation
---@field VERSION integer internal
---@field version integer the format's version
---@field id string the hash of its text
---@field base_url string? where its targets were fetched; nil in a plan of version 1
---@field account_sid string the client's account
---@field created_at string when, in ISO 8601
---@field window number the option
---@field accounts string[] the option
---@field protected string[] the option `protect`
---@field planned_by string? user and host of the process that made it: robin@ops-1
---@field unmatched string[]? entries of `protected` that name no target; nil in a plan of version 1
---@field targets twilio.numbers.Target[] in the order of the inputs
local plan = {}
plan.__index = plan
plan.__name = "twilio.numbers.Plan"
for name, method in pairs(presentation) do plan[name] = method end

--- Version 1 binds neither the host nor the numbers of a port-in.
local VERSION = 2
plan.VERSION = VERSION

local head_fields = {
  "base_url", "account_sid", "created_at", "window", "accounts", "protected", "unmatched",
  "planned_by",
}
local target_fields = {
  "port_in_sid", "phone_number_sid", "phone_number", "class", "note", "status", "numbers",
  "scheduled",
}

--- The text that the hash covers.
local function body_of(fields)
  local head = {}
  for _, name in ipairs(head_fields) do
    local value = fields[name]
    local is_empty = type(value) == "table" and #value == 0
    if value ~= nil then
      head[#head + 1] = ('"%s":%s'):format(name, is_empty and "[]" or assert(json.encode(value)))
    end
  end
  local lines = format.objects(target_fields, fields.targets)
  return table.concat(head, ",\n") .. ',\n"targets":[\n' .. table.concat(lines, ",\n") .. "\n]}}\n"
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

local function are_accounts(value)
  if not are_texts(value) then return false end
  for _, text in ipairs(value) do
    if not sid.is_account(text) then return false end
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
    or not sid.is_account(fields.account_sid) or not date.seconds(fields.created_at)
    or not are_accounts(fields.accounts) or not are_texts(fields.protected)
    or not is_bound(version, fields)
    or fields.planned_by ~= nil and type(fields.planned_by) ~= "string" then
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

--- How much is to be cancelled: targets, port-ins, single numbers, and the telephone numbers of all of them.
---@return twilio.numbers.Extent
function plan:extent()
  local sum = extent.new()
  for _, target in ipairs(self.targets) do
    if target.class == "cancel" then extent.add(sum, target) end
  end
  return sum
end

--- Internal. The same of some targets, by their numbers in the plan.
---@param numbers integer[]
---@return twilio.numbers.Extent
function plan:extent_of(numbers)
  local sum = extent.new()
  for _, number in ipairs(numbers) do extent.add(sum, self.targets[number] or {}) end
  return sum
end

--- Internal. The rules by which it was made.
---@param now number seconds since 1970
---@return twilio.numbers.PlanRules
function plan:rules(now)
  self.guard = self.guard or protection.new(self.protected)
  local rules = { window = self.window, accounts = {}, protection = self.guard, now = now }
  rules.accounts[ascii.lower(self.account_sid)] = true
  for _, account in ipairs(self.accounts) do rules.accounts[ascii.lower(account)] = true end
  return rules
end

function plan:__tostring()
  return ("plan %s of %s%s: %s"):format(self.id:sub(1, 12), self.account_sid,
    self.base_url and " at " .. self.base_url or "", self:summary())
end

guard(plan, plan, "plan",
  "to_json count problems extent table csv protection protect_summary listing summary")

return plan
