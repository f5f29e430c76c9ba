--- Fetches a target: its port-in, and its number if only one number is meant.

local errors = require "twilio.numbers.api.error"

local fetch_target = {}

--- Every field of a response may be null. A response that names no port-in or number proves nothing.
local function unnamed(what)
  return nil, errors.new { kind = "unreadable", outcome = "not_sent",
    message = ("the answer does not name the %s that it is about"):format(what) }
end

local function names_port_in(port_in)
  return type(port_in.port_in_request_sid) == "string"
end

--- The target's number in the port-in's list, and how often the list has it.
local function find_number(port_in, target)
  local found, count
  count = 0
  for number in port_in:numbers() do
    if number.phone_number == target.phone_number then found, count = number, count + 1 end
  end
  return found, count
end

--- Gives a target with only an E.164 number the SID that the port-in lists for it. True; or the class that says
--- why there is none.
---@return true|string
function fetch_target.resolve(port_in, target)
  if target.phone_number_sid or not target.phone_number then return true end
  local number, count = find_number(port_in, target)
  if count == 0 then return "missing" end
  if count > 1 or not number:sid() then return "ambiguous" end
  target.phone_number_sid = number:sid()
  return true
end

--- Fetches the port-in, and the number if one is meant. A target with an E.164 number gets its SID.
---@param client twilio.numbers.Client
---@param target twilio.numbers.Target
---@param port_in twilio.numbers.PortIn? if it was fetched already
---@return twilio.numbers.PortIn? port_in
---@return twilio.numbers.PortInPhoneNumber|twilio.numbers.Error|nil number or why there is no port-in
---@return string? class "missing" or "ambiguous", if the number cannot be identified
function fetch_target.fetch(client, target, port_in)
  local err
  if not port_in then
    port_in, err = client.port_ins:fetch(target.port_in_sid)
    if not port_in then return nil, err end
  end
  if not names_port_in(port_in) then return unnamed "port-in" end
  local resolved = fetch_target.resolve(port_in, target)
  if resolved ~= true then return port_in, nil, resolved end
  if not target.phone_number_sid then return port_in end
  local number
  number, err = client.port_in_phone_numbers:fetch(target.port_in_sid, target.phone_number_sid)
  if not number then return nil, err end
  if not number:sid() then return unnamed "phone number" end
  return port_in, number
end

return fetch_target
