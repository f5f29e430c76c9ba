--- The parts of a port-in that the page shows. PINs and account numbers are not among them.

local summary = {}

local MOST = 1000 -- numbers that the API allows for a port-in

--- A text or number of the API, which may give any type.
local function text(value)
  local kind = type(value)
  return (kind == "string" or kind == "number") and tostring(value) or nil
end

--- Why a number needs a person: the API's words, with its code.
local function reason_of(number)
  local words, code = text(number.rejection_reason), text(number.rejection_reason_code)
  if number.portable == false and not words then
    words, code = text(number.not_portability_reason), text(number.not_portability_reason_code)
  end
  if words and code then return ("%s (code %s)"):format(words, code) end
  return words or code and "Code " .. code
end

--- A number as the page shows it.
---@param number twilio.numbers.PortInPhoneNumber
function summary.number(number)
  return {
    sid = number:sid(), phone_number = text(number.phone_number), status = number:status(),
    is_cancelable = number:is_cancelable() and number:sid() ~= nil, reason = reason_of(number),
    port_date = not number:is_terminal() and text(number.port_date) or nil,
  }
end

--- Its numbers as the page shows them, and how many there are.
---@param port_in twilio.numbers.PortIn
---@return table[]? # nil for none: an empty table could be an object as well
---@return integer
function summary.numbers(port_in)
  local list, count = {}, 0
  for number in port_in:numbers() do
    count = count + 1
    if count <= MOST then list[count] = summary.number(number) end
  end
  return list[1] and list, count
end

--- A port-in as the page shows it.
---@param port_in twilio.numbers.PortIn
function summary.of(port_in)
  local carrier = port_in.losing_carrier_information
  local numbers, count = summary.numbers(port_in)
  return {
    sid = port_in:sid(), status = port_in:status(), is_terminal = port_in:is_terminal(),
    is_cancelable = port_in:is_cancelable(), number_count = count, numbers = numbers,
    customer_name = type(carrier) == "table" and text(carrier.customer_name) or nil,
    target_date = text(port_in.target_port_in_date),
    reason = text(port_in.order_cancellation_reason),
  }
end

return summary
