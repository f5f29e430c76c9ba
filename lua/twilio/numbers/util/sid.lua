--- SIDs: a prefix of two capital letters, such as KW for a port-in, and 32 hexadecimal digits in either case.

local find, type = string.find, type

local sid = {}

local LENGTH = 34

--- A function that tells whether a value is a SID with this prefix.
---@param prefix string
---@return fun(value: any): boolean
function sid.validator(prefix)
  local pattern = "^" .. prefix .. "%x+$"
  return function(value)
    return type(value) == "string" and #value == LENGTH and find(value, pattern) ~= nil
  end
end

sid.is_account = sid.validator "AC"
sid.is_port_in = sid.validator "KW"
sid.is_phone_number = sid.validator "PU"

return sid
