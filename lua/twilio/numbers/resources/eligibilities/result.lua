--- The result of an eligibility check for one number. The API spells some of its fields in two ways: each is read
--- under both names.

local record = require "twilio.numbers.api.record"
local status = require "twilio.numbers.api.status"

---@class twilio.numbers.EligibilityResult: twilio.numbers.Record
---@field phone_number string? in E.164 format
---@field hosting_account_sid string? the account that would host it
---@field account_sid string? the same
---@field country string? two letters
---@field iso_country_code string? the same
---@field phone_number_type string? such as TOLL_FREE
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

local class = record.class("EligibilityResult", {}, result)

local other_names = {
  hosting_account_sid = "account_sid", account_sid = "hosting_account_sid",
  country = "iso_country_code", iso_country_code = "country",
}

function class.otherwise(self, name)
  local other = other_names[name]
  return other and record.own(self, other)
end

return class
