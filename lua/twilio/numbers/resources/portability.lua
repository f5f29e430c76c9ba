--- Portability: whether a number can be ported in.

local lazily = require "twilio.numbers.util.lazily"
local ascii = require "twilio.numbers.util.ascii"
local batch = lazily.require "twilio.numbers.bulk.batch"
local contract = require "twilio.numbers.api.contract"
local record = require "twilio.numbers.api.record"

---@alias twilio.numbers.PortabilityReason
---| "not_e164" # 22102: not a valid E.164 number
---| "unsupported_country_or_rate_center" # 22130
---| "already_in_target_account" # 22131
---| "in_another_twilio_account" # 22132
---| "manual_porting_available" # 22133
---| "internal_error" # 22135: ask again
---| "in_one_of_your_accounts" # 22136
---| "port_in_already_open" # 22137
---| "required_fields_missing" # 22171
---| "several_countries_or_not_e164" # 22172

--- By the API's reason code.
local reasons = {
  [22102] = "not_e164",
  [22130] = "unsupported_country_or_rate_center",
  [22131] = "already_in_target_account",
  [22132] = "in_another_twilio_account",
  [22133] = "manual_porting_available",
  [22135] = "internal_error",
  [22136] = "in_one_of_your_accounts",
  [22137] = "port_in_already_open",
  [22171] = "required_fields_missing",
  [22172] = "several_countries_or_not_e164",
}

--- The codes that leave open whether the number can be ported.
local leaves_open = { [22135] = true, [22171] = true }

---@class twilio.numbers.Portability: twilio.numbers.Record
---@field phone_number string? in E.164 format
---@field account_sid string? the target account
---@field portable boolean? whether the number can be ported; nil where the answer leaves that open
---@field pin_and_account_number_required boolean? whether the losing carrier asks for them
---@field not_portable_reason string? why not
---@field not_portable_reason_code integer? the same as a code; see `reason()`
---@field number_type "LOCAL"|"UNKNOWN"|"MOBILE"|"TOLL-FREE"|nil the kind of number
---@field country string? two letters
---@field messaging_carrier string? older API versions only
---@field voice_carrier string? older API versions only
---@field url string? its URL
local portability = {}

--- The name of the reason code, or the code itself where it has no name here; nil if there is none.
---@return twilio.numbers.PortabilityReason|integer|string|nil
function portability:reason()
  local code = self.not_portable_reason_code
  code = ascii.whole(code) or code
  local is_code = type(code) == "string" or type(code) == "number" and code % 1 == 0
  return is_code and (reasons[code] or code) or nil
end

--- Internal. For `tostring`.
---@return string
function portability:describe()
  local verdict = self.portable and "portable"
    or self.portable == false and "not portable" or "not known"
  local reason = self:reason()
  if reason ~= nil then verdict = verdict .. ": " .. record.text(reason, "an unreadable code") end
  return ("%s (%s)"):format(record.text(self.phone_number, "?"), verdict)
end

local class = record.class("Portability", contract.resources["numbers.v1.porting_portability"],
  portability)

--- The answer also comes in the shape of an error, with a code and a message.
local function code_of_error(self)
  local own = record.own
  if own(self, "portable") ~= nil then return nil end
  if own(self, "not_portable_reason_code") ~= nil then return nil end
  local code = own(self, "code")
  code = ascii.whole(code) or code
  return reasons[code] and code
end

--- What it says in that shape, by the names that it has otherwise.
local fields_of_errors = {
  phone_number = record.parent,
  portable = function(_, code)
    if leaves_open[code] then return nil end
    return false
  end,
  not_portable_reason_code = function(_, code) return code end,
  not_portable_reason = function(self)
    return record.own(self, "message") or record.own(self, "detail")
  end,
}

function class.otherwise(self, name)
  local read = fields_of_errors[name]
  local code = read and code_of_error(self)
  if code then return read(self, code) end
end

---@class twilio.numbers.CheckOptions: twilio.numbers.CallOptions
---@field target_account_sid string? the account that the number would be ported to. Default: the client's.
---@field address_sid string? the address that it would be used at, AD…; newer API versions only. Default: none.

---@class twilio.numbers.CheckEachOptions: twilio.numbers.BatchOptions
---@field target_account_sid string? the account that the numbers would be ported to. Default: the client's.
---@field address_sid string? the address that they would be used at, AD…; newer API versions only. Default: none.

---@class twilio.numbers.PortabilityChecks
local checks = {}
checks.__index = checks

--- Checks whether a number can be ported in. "Not portable" is a result, not an error. Operation
--- FetchPortingPortability.
---@param phone_number string in E.164 format, such as "+16175551212"; anything else raises
---@param options twilio.numbers.CheckOptions|number|nil
---@return twilio.numbers.Portability?
---@return twilio.numbers.Error?
function checks:check(phone_number, options)
  local raw, err, _, came = self.client:call("FetchPortingPortability", options, phone_number)
  if not raw then return nil, err end
  return record.new(class, raw, nil, phone_number, came)
end

local checking = {
  id = "FetchPortingPortability",
  arguments = function(input)
    if type(input) == "table" then return input.phone_number end
    return input
  end,
  result = function(_, raw, phone_number, _, came)
    return record.new(class, raw, nil, phone_number, came)
  end,
}

--- Checks many concurrently: `for number, portability, err in client.portability:check_each(source) do`. Each
--- input gives one outcome; a malformed one gives an error of kind "invalid". Operation
--- FetchPortingPortability.
---@param source string[]|function|thread phone numbers in E.164 format, or objects with a field `phone_number`:
---  an array, an iterator, or a coroutine
---@param options twilio.numbers.CheckEachOptions?
---@return twilio.numbers.Batch
function checks:check_each(source, options)
  return batch.new(self.client, checking, source, options)
end

return {
  class = class,
  methods = checks,
}
