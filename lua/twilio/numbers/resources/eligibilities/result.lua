--- The result of an eligibility check for one number.

local record = require "twilio.numbers.api.record"
local status = require "twilio.numbers.api.status"

---@class twilio.numbers.EligibilityResult: twilio.numbers.Record
---@field phone_number string? in E.164 format
---@field hosting_account_sid string? the account that would host it
---@field country string? two letters
---@field eligibility_status string? as the API spells it; see `is_eligible()`
---@field eligibility_sub_status string? as the API spells it
---@field ineligibility_reason string|integer|nil why it is not eligible
---@field next_step string? what to do next
local result = {}

--- Whether the number is eligible; nil if the response does not say.
---@return boolean?
function result:is_eligible()
  local normal = status.normal(self.eligibility_status)
  if normal == nil then return nil end
  return normal == "eligible"
end

--- Internal. For `tostring`.
---@return string
function result:describe()
  return ("%s (%s)"):format(record.text(self.phone_number, "?"),
    status.normal(self.eligibility_sub_status) or status.normal(self.eligibility_status)
      or "no status")
end

return record.class("EligibilityResult", {}, result)
