--- What answers have that the contract has not, each once: for a log that tells when the API has changed.

local conformity = require "twilio.numbers.api.conformity"

---@class twilio.numbers.Unknown
---@field operation string the operation's id in the contract
---@field kind "field"|"value"|"code" what is not known: a field, a status or the like, a reason code
---@field name string the field, such as "phone_numbers[].surprise"
---@field value string what came: a word of the API, or the JSON type of what may be personal

local unknowns = {}
unknowns.__index = unknowns

local MOST = 200 -- that are told: the server chooses the names

local told_kinds = { field = true, value = true, code = true }

function unknowns.new()
  return setmetatable({ told = {}, count = 0 }, unknowns)
end

--- What a call's answer has that was not told yet.
---@param call twilio.numbers.Call
---@return twilio.numbers.Unknown[]
function unknowns:of(call)
  local events = {}
  if type(call.object) ~= "table" then return events end
  conformity.compare(call.id, call.object, function(kind, name, value)
    if not told_kinds[kind] or self.count >= MOST then return end
    local key = table.concat({ call.id, kind, name, kind == "field" and "" or value }, "\n")
    if self.told[key] then return end
    self.told[key], self.count = true, self.count + 1
    events[#events + 1] = { operation = call.id, kind = kind, name = name, value = value }
  end)
  return events
end

return unknowns
