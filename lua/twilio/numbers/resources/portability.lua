--- Portability: whether a number can be brought over.

local contract = require "twilio.numbers.api.contract"
local each = require "twilio.numbers.bulk.batch"
local record = require "twilio.numbers.api.record"

--- Why not, by the API's reason code.
local reasons = {
  [22102] = "not_e164",
  [22130] = "unsupported_country_or_rate_center",
  [22131] = "already_in_target_account",
  [22132] = "in_another_twilio_account",
  [22133] = "manual_porting_available",
  [22135] = "internal_error",
  [22136] = "in_one_of_your_accounts",
  [22137] = "port_in_already_open",
}

---@class twilio.numbers.Portability: twilio.numbers.Record
---@field phone_number string? E.164
---@field account_sid string? the target account
---@field portable boolean?
---@field pin_and_account_number_required boolean?
---@field not_portable_reason string?
---@field not_portable_reason_code integer?
---@field number_type "LOCAL"|"UNKNOWN"|"MOBILE"|"TOLL-FREE"|nil
---@field country string?
---@field messaging_carrier string?
---@field voice_carrier string?
local portability = {}

--- A name for the reason code: "not_e164", "unsupported_country_or_rate_center",
--- "already_in_target_account", "in_another_twilio_account", "manual_porting_available",
--- "internal_error" (ask again), "in_one_of_your_accounts", "port_in_already_open"; "unknown" for
--- another code, nil for none.
---@return string?
function portability:reason()
  local code = self.not_portable_reason_code
  if code == nil then return nil end
  return reasons[tonumber(code)] or "unknown"
end

function portability:describe()
  local verdict = self.portable and "portable"
    or self.portable == false and "not portable" or "not known"
  local reason = self:reason()
  if reason then verdict = verdict .. ": " .. reason end
  return ("%s (%s)"):format(tostring(self.phone_number or "?"), verdict)
end

local class = record.class("Portability", contract.resources["numbers.v1.porting_portability"],
  portability)

---@class twilio.numbers.PortabilityChecks
local checks = {}
checks.__index = checks

--- Checks whether a number can be ported in. "Not portable" is an answer, not an error. Operation
--- FetchPortingPortability.
---@param phone_number string E.164, such as "+16175551212"; anything else raises
---@param options { target_account_sid: string? }? the account that the number would go to
---@return twilio.numbers.Portability?
---@return twilio.numbers.Error?
function checks:check(phone_number, options)
  local raw, err = self.client:call("FetchPortingPortability", options, phone_number)
  if not raw then return nil, err end
  return record.new(class, raw)
end

local checking = {
  id = "FetchPortingPortability",
  arguments = function(input)
    if type(input) == "table" then return input.phone_number end
    return input
  end,
  result = function(_, raw) return record.new(class, raw) end,
}

--- Checks many, several at once: `for number, portability, err in client.portability:check_each(
--- source) do`. Each input gives one outcome; one that is no phone number gives an error of kind
--- "invalid". Operation FetchPortingPortability.
---@param source string[]|function|thread phone numbers in E.164, or objects with `phone_number`, as a
---  port-in's numbers: an array, an iterator, which is asked only when there is room, or a coroutine
---@param options twilio.numbers.EachOptions|{ target_account_sid: string? }|nil
---@return twilio.numbers.Each # to be called for the next input, portability, err; `close()` ends it
function checks:check_each(source, options)
  return each.new(self.client, checking, source, options)
end

return {
  class = class,
  bind = function(client) return setmetatable({ client = client }, checks) end,
}
