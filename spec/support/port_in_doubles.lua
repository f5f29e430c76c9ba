--- Port-ins and their numbers as campaigns see them, made of what the API would answer.

local status = require "twilio.numbers.api.status"

local doubles = {}

--- An object that reads fields from `raw` and has these methods.
local function object(raw, methods)
  methods.raw = function() return raw end
  return setmetatable({}, { __index = function(_, name)
    if methods[name] then return methods[name] end
    return raw[name]
  end })
end

--- One number of a port-in.
---@param raw table
function doubles.number(raw)
  local normal = status.normal(raw.port_in_phone_number_status)
  return object(raw, {
    status = function() return normal end,
    is_terminal = function() return status.phase("number", normal) == "done" end,
    sid = function() return raw.phone_number_sid or raw.port_in_phone_number_sid end,
    port_in_sid = function() return raw.port_in_request_sid end,
  })
end

---@param raw table
function doubles.port_in(raw)
  return object(raw, {
    status = function() return status.normal(raw.port_in_request_status) end,
    sid = function() return raw.port_in_request_sid end,
    numbers = function()
      local i = 0
      return function()
        i = i + 1
        local item = type(raw.phone_numbers) == "table" and raw.phone_numbers[i]
        return item and doubles.number(type(item) == "string" and { phone_number = item } or item) or nil
      end
    end,
  })
end

--- A SID made of its prefix and a number.
function doubles.sid(prefix, number)
  return prefix .. ("%032x"):format(number)
end

return doubles
