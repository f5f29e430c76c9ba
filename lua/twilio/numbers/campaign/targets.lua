--- What is to be cancelled: port-ins, or single numbers of port-ins, from whatever a caller has.

local request = require "twilio.numbers.request"

---@class twilio.numbers.Target
---@field port_in_sid string
---@field phone_number_sid string? only that number of the port-in
---@field phone_number string? the number in E.164, as it was asked for or as the API gave it
---@field class string what the plan makes of it, see `classes`
---@field note string? more about that
---@field status string? in normal form, as it was seen

local targets = {}

local function is(id, first, second)
  return type(first) == "string" and request.path(id, first, second) ~= nil
end

local function is_port_in(text) return is("FetchPortingPortIn", text) end
local function is_e164(text) return is("FetchPortingPortability", text) end

local function is_number_sid(text)
  return type(text) == "string" and #text == 34 and text:find "^PU%x+$" ~= nil
end

--- The two parts of an input: a text, a pair, or a table with names.
local function parts(input)
  if type(input) ~= "table" then return input, nil end
  if type(input.sid) == "function" then -- a record of this library
    if type(input.port_in_sid) == "function" then return input:port_in_sid(), input:sid() end
    return input:sid(), nil
  end
  return input.port_in_sid or input[1],
    input.phone_number_sid or input.phone_number or input[2]
end

local function bad(first, second)
  local shown = tostring(first) .. (second ~= nil and ", " .. tostring(second) or "")
  return nil, ("neither a port-in SID, nor one with a phone number SID or an E.164 number: %s")
    :format(shown:gsub("%c", "?"):sub(1, 80))
end

--- A target, not looked at yet; or nil and what is wrong with the input.
---@param input any a port-in SID; { port-in SID, phone number SID or E.164 }, also by name as
---  `port_in_sid` with `phone_number_sid` or `phone_number`; a port-in or one of its numbers
---@return twilio.numbers.Target?
---@return string?
function targets.read(input)
  local first, second = parts(input)
  if second == "" then second = nil end
  if not is_port_in(first) then return bad(first, second) end
  local target = { port_in_sid = first }
  if second == nil then return target end
  if is_number_sid(second) then
    target.phone_number_sid = second
  elseif is_e164(second) then
    target.phone_number = second
  else
    return bad(first, second)
  end
  return target
end

--- What tells two targets apart. The contract allows both cases of a SID's digits.
---@param target twilio.numbers.Target
---@return string
function targets.key(target)
  local part = target.phone_number_sid or target.phone_number or ""
  return (target.port_in_sid .. " " .. part):lower()
end

--- What a person is shown.
---@param target twilio.numbers.Target
---@return string
function targets.name(target)
  local part = target.phone_number_sid or target.phone_number
  return part and target.port_in_sid .. " " .. part or target.port_in_sid
end

return targets
