--- How the answers to each operation are read: what is to be known of it, compiled from the contract.

local contract = require "twilio.numbers.api.contract"
local identity = require "twilio.numbers.api.identity"

--- Fields that an error may share with a resource.
local fields_of_errors = {
  code = true, message = true, more_info = true, status = true,
  type = true, title = true, detail = true, instance = true, errors = true,
}

--- Those of them that an error has not.
local function content_fields(names)
  local fields = {}
  for _, name in ipairs(names) do
    if not fields_of_errors[name] then fields[#fields + 1] = name end
  end
  return fields
end

local function first_text_of(resource, names)
  for _, name in ipairs(names) do
    if contract.resources[resource][name].type == "string" then return name end
  end
end

local function set_of(values)
  local set = {}
  for _, value in ipairs(values or {}) do set[value] = true end
  return set
end

---@class twilio.numbers.Reading
---@field operation table the contract's
---@field success table<integer, boolean> a set of statuses
---@field codes table<any, boolean> a set of error codes that are answers
---@field content string[]? the fields of its resource that an error has not
---@field proof string? one of them that only its answers have: a text, which is soonest read

---@type table<string, twilio.numbers.Reading>
local readings = {} -- by operation id
for id, operation in pairs(contract.operations) do
  local success = set_of(operation.success)
  if operation.also then success[operation.also.status] = true end
  local codes = set_of(operation.answer_on and operation.answer_on.codes)
  local reading = { operation = operation, success = success, codes = codes }
  if operation.returns then
    reading.content = content_fields(identity.fields(operation.returns))
    reading.proof = first_text_of(operation.returns, content_fields(identity.own_fields(id)))
  end
  readings[id] = reading
end

return readings
