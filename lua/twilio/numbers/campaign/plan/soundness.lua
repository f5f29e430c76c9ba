--- Whether what a plan's text says can be right. Its hash tells only that it is whole.

local array = require "twilio.numbers.util.array"
local binding = require "twilio.numbers.campaign.plan.binding"
local classify = require "twilio.numbers.campaign.plan.classify"
local date = require "twilio.numbers.util.date"
local endpoint = require "twilio.numbers.api.endpoint"
local plan_target = require "twilio.numbers.campaign.plan.target"
local sid = require "twilio.numbers.util.sid"

local soundness = {}

local texts = {
  "port_in_sid", "phone_number_sid", "phone_number", "class", "note", "status", "scheduled",
}

local function read_target(item)
  if type(item) ~= "table" or not classify.exists(item.class) then return false end
  for _, name in ipairs(texts) do
    if item[name] ~= nil and type(item[name]) ~= "string" then return false end
  end
  if not binding.is_sound(item) or item.port_in_sid == nil then return false end
  if item.class ~= "cancel" then return true end
  local target = plan_target.read {
    port_in_sid = item.port_in_sid, phone_number_sid = item.phone_number_sid,
  }
  return target ~= nil and item.status ~= nil
    and (item.phone_number == nil or item.phone_number_sid ~= nil)
end

--- Whether a value is an array.
function soundness.is_array(value)
  return type(value) == "table" and not array.problem(value)
end

local function are_texts(value)
  if not soundness.is_array(value) then return false end
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

--- Whether the fields of a plan can be right, but for its targets.
---@param version integer
---@param fields table
---@return boolean
function soundness.of_fields(version, fields)
  return type(fields.window) == "number" and fields.window >= 0
    and sid.is_account(fields.account_sid) and date.seconds(fields.created_at) ~= nil
    and are_accounts(fields.accounts) and are_texts(fields.protected) and is_bound(version, fields)
    and (fields.planned_by == nil or type(fields.planned_by) == "string")
end

--- Checks each target on its own, and that none is to be cancelled twice.
---@return fun(target: any): boolean
function soundness.checker()
  local seen = {}
  return function(target)
    if not read_target(target) then return false end
    local key = target.class == "cancel" and plan_target.key(target)
    if key and seen[key] then return false end
    if key then seen[key] = true end
    return true
  end
end

return soundness
