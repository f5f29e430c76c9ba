--- Eligibilities: whether one number can be hosted, answered at once.

local contract = require "twilio.numbers.api.contract"
local eligibility_result = require "twilio.numbers.resources.eligibilities.result"
local record = require "twilio.numbers.api.record"

---@class twilio.numbers.Eligibility: twilio.numbers.Record
---@field results table[]? its results as they came; see `numbers()`
local eligibility = {}

--- Iterates over the results, one for each number.
---@return fun(): twilio.numbers.EligibilityResult?
function eligibility:numbers()
  return record.each(self, "results", eligibility_result)
end

--- Internal. For `tostring`.
---@return string
function eligibility:describe()
  local parts = {}
  for number in self:numbers() do parts[#parts + 1] = number:describe() end
  return #parts > 0 and table.concat(parts, ", ") or "(no results)"
end

local class = record.class("Eligibility", contract.resources["numbers.v1.eligibility"], eligibility)

---@class twilio.numbers.Eligibilities
local eligibilities = {}
eligibilities.__index = eligibilities

--- Checks whether one number can be hosted: one POST. See `client.port_ins:create` for how the fields are checked.
--- Operation CreateEligibility, newer than 1.56.0.
---@param fields twilio.numbers.EligibilityFields with exactly one number
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.Eligibility?
---@return twilio.numbers.Error?
function eligibilities:create(fields, options)
  local raw, err, _, came = self.client:create("CreateEligibility", fields, options)
  if not raw then return nil, err end
  return record.new(class, raw, nil, nil, came)
end

return {
  class = class,
  methods = eligibilities,
}
