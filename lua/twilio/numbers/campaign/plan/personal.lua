--- What a port-in says of persons: names, addresses, account numbers, PINs. The API may repeat it in an error, and a
--- ledger keeps errors.

local ascii = require "twilio.numbers.util.ascii"

local personal = {}

local LEAST = 3 -- bytes of a value: shorter ones may be parts of any word
local MASK = "***"

local is_public = {
  customer_type = true, address_sid = true, country = true, state = true,
}

local function is_pin(name)
  return type(name) == "string" and ascii.lower(name):find "pin$" ~= nil
end

local function add(values, value)
  if type(value) == "number" then value = ("%.0f"):format(value) end
  if type(value) == "string" and #value >= LEAST then values[#values + 1] = ascii.lower(value) end
end

local function add_all(values, fields)
  for name, value in pairs(fields) do
    if type(value) == "table" then
      add_all(values, value)
    elseif not is_public[name] then
      add(values, value)
    end
  end
end

local function is_longer(a, b) return #a > #b end

--- The personal texts of a port-in, the longest first.
---@param port_in twilio.numbers.PortIn
---@return string[]
function personal.values(port_in)
  local values, raw = {}, port_in:raw()
  local carrier, numbers = raw.losing_carrier_information, raw.phone_numbers
  if type(carrier) == "table" then add_all(values, carrier) end
  for _, item in ipairs(type(numbers) == "table" and numbers or {}) do
    for name, value in pairs(type(item) == "table" and item or {}) do
      if is_pin(name) then add(values, value) end
    end
  end
  table.sort(values, is_longer)
  return values
end

--- A text without these, in whatever case they stand there.
---@param text string
---@param values string[]
---@return string
function personal.mask(text, values)
  for _, value in ipairs(values) do
    local place = 1
    while true do
      local first, last = ascii.lower(text):find(value, place, true)
      if not first then break end
      text = text:sub(1, first - 1) .. MASK .. text:sub(last + 1)
      place = first + #MASK
    end
  end
  return text
end

return personal
