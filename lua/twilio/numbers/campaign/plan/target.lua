--- Targets: port-ins or single numbers of port-ins, read from each form that a caller may give.

local ascii = require "twilio.numbers.util.ascii"
local excerpt = require "twilio.numbers.util.excerpt"
local phone_number = require "twilio.numbers.util.phone_number"
local sid = require "twilio.numbers.util.sid"

---@class twilio.numbers.Target
---@field port_in_sid string the port-in's SID
---@field phone_number_sid string? the SID of the only number that is meant
---@field phone_number string? that number, as it was given or as the API writes it
---@field class twilio.numbers.PlanClass whether it is to be cancelled, or why not
---@field note string? more about that
---@field status string? in normal form, as it was fetched
---@field numbers string[]? of a whole port-in: its numbers as they were fetched
---@field scheduled string? its port date, if it has one or one is wanted within 7 days

local plan_target = {}

local SHOWN = 80 -- bytes of an input that a message shows

local names = {
  [1] = "port_in_sid", port_in_sid = "port_in_sid", port_in_request_sid = "port_in_sid",
  [2] = "part", phone_number_sid = "part", port_in_phone_number_sid = "part", phone_number = "part",
}

local function bad(target)
  local part = target.phone_number_sid or target.phone_number
  local shown = ascii.text(target.port_in_sid) .. (part ~= nil and ", " .. ascii.text(part) or "")
  return nil, ("neither a port-in SID, nor one with a phone number SID or an E.164 number: %s")
    :format(excerpt(shown, SHOWN))
end

--- Reads a table, by place and name. An empty part must not make the whole port-in a target. An unknown field is
--- refused, since it may have been meant as a restriction.
local function read_table(input)
  local target, is_empty = {}, false
  for name, value in pairs(input) do
    local field = names[name]
    if not field then return nil, ('unknown field "%s"'):format(excerpt(name, SHOWN)) end
    if field == "part" then
      field = sid.is_phone_number(value) and "phone_number_sid" or "phone_number"
    end
    if value == "" then
      is_empty = true
    elseif target[field] ~= nil and target[field] ~= value then
      return nil, ("two different fields for %s"):format(field)
    else
      target[field] = value
    end
  end
  if is_empty and not target.phone_number_sid and target.phone_number == nil then
    target.phone_number = ""
  end
  return target
end

local function read(input)
  if type(input) ~= "table" then return { port_in_sid = input } end
  if type(input.sid) ~= "function" then return read_table(input) end
  if type(input.port_in_sid) ~= "function" then return { port_in_sid = input:sid() } end
  return { port_in_sid = input:port_in_sid(), phone_number_sid = input:sid() or "" }
end

--- A target that was not fetched yet; or nil and what is wrong with the input.
---@param input any a port-in SID; { port-in SID, phone number SID or E.164 }, also by name as
---  `port_in_sid` with `phone_number_sid` or `phone_number`; a port-in or one of its numbers
---@return twilio.numbers.Target?
---@return string?
function plan_target.read(input)
  local target, problem = read(input)
  if not target then return nil, problem end
  local number_sid, number = target.phone_number_sid, target.phone_number
  local is_sound = sid.is_port_in(target.port_in_sid)
    and (number_sid == nil or sid.is_phone_number(number_sid))
    and (number == nil or phone_number.is_e164(number))
  if is_sound then return target end
  return bad(target)
end

--- A target's key in its own spelling.
---@param target twilio.numbers.Target
---@return string
function plan_target.exact_key(target)
  return target.port_in_sid .. " " .. (target.phone_number_sid or target.phone_number or "")
end

--- A target's key. It is in lower case, since the API allows both cases of a SID's digits.
---@param target twilio.numbers.Target
---@return string
function plan_target.key(target)
  return ascii.lower(plan_target.exact_key(target))
end

--- The name that a person is shown.
---@param target twilio.numbers.Target
---@return string
function plan_target.name(target)
  local part = target.phone_number_sid or target.phone_number
  return part and target.port_in_sid .. " " .. part or target.port_in_sid
end

return plan_target
