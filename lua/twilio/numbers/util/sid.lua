--- SIDs: a prefix of two capital letters, such as KW for a port-in, and 32 hexadecimal digits in either case.

local core = require "twilio.numbers.core"

local sid = {}

--- A function that tells whether a value is a SID with this prefix.
---@param prefix string
---@return fun(value: any): boolean
function sid.validator(prefix)
  return core.sid_validator(prefix)
end

sid.is_account = sid.validator "AC"
sid.is_port_in = sid.validator "KW"
sid.is_phone_number = sid.validator "PU"

return sid
