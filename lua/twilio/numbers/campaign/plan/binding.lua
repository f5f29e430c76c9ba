--- Binds a target to its phone numbers, besides its status. A port-in with other numbers than were planned, or a
--- SID that names another number, is no longer the target that was confirmed.

local array = require "twilio.numbers.util.array"
local ascii = require "twilio.numbers.util.ascii"
local listed_numbers = require "twilio.numbers.campaign.plan.listed_numbers"
local phone_number = require "twilio.numbers.util.phone_number"

local binding = {}

local SHOWN = 3 -- numbers in a sentence
local UNREADABLE = "?" -- stands for an item without a number or SID that can be read

--- The name of a number in a plan: its digits, else its SID.
local function name_of(item)
  return item.number or item.sids[1] and "PU" .. item.sids[1]:sub(3) or UNREADABLE
end

local function is_name(text)
  if phone_number.written(text) == text and text ~= nil then return true end -- nearly always
  return type(text) == "string" and name_of(listed_numbers.read(text)) == text
    or name_of(listed_numbers.read { phone_number_sid = text }) == text
end

--- The numbers of a port-in, sorted; nil if there is no list of them that can be read.
---@param port_in twilio.numbers.PortIn
---@return string[]?
function binding.numbers(port_in)
  local list = listed_numbers.of(port_in)
  if not list then return nil end
  local names = {}
  for i, item in ipairs(list) do names[i] = name_of(item) end
  ascii.sort(names)
  return names
end

--- A single number as the API writes it; nil if it is no text.
---@param number twilio.numbers.PortInPhoneNumber
---@return string?
function binding.number(number)
  local text = number.phone_number
  return type(text) == "string" and text or nil
end

--- Whether the `numbers` of a plan's target are a list of such names, or missing.
---@param item table
---@return boolean
function binding.is_sound(item)
  if item.numbers == nil then return true end
  if type(item.numbers) ~= "table" or array.problem(item.numbers) or item.phone_number_sid then
    return false
  end
  for _, name in ipairs(item.numbers) do
    if not is_name(name) then return false end
  end
  return true
end

--- The elements that one list has more often than another.
local function surplus(list, other)
  local counts, rest = {}, {}
  for _, name in ipairs(other) do counts[name] = (counts[name] or 0) + 1 end
  for _, name in ipairs(list) do
    local count = counts[name] or 0
    if count > 0 then counts[name] = count - 1 else rest[#rest + 1] = name end
  end
  return rest
end

local function is_number(name) return name:find "^%+?%d" ~= nil end

--- Removes the pairs that are one number, written with and without its country code.
local function drop_respelled(gone, come)
  for i = #gone, 1, -1 do
    for j = #come, 1, -1 do
      local are_numbers = is_number(gone[i]) and is_number(come[j])
      if are_numbers and phone_number.is_respelled(gone[i], come[j]) then
        table.remove(gone, i)
        table.remove(come, j)
        break
      end
    end
  end
end

local function listed(names, verb)
  if #names == 0 then return nil end
  local shown = {}
  for i = 1, math.min(#names, SHOWN) do
    shown[i] = names[i] == UNREADABLE and "one that cannot be read" or names[i]
  end
  local more = #names > SHOWN and (" and %d more"):format(#names - SHOWN) or ""
  return ("%s%s %s"):format(table.concat(shown, ", "), more, verb)
end

local function counted(count)
  return ("%d number%s"):format(count, count == 1 and "" or "s")
end

--- Whether two sorted lists have the same elements.
local function are_equal(list, other)
  if #list ~= #other then return false end
  for i = 1, #list do
    if list[i] ~= other[i] then return false end
  end
  return true
end

local function change_of_set(planned, now)
  if not planned and not now then return nil end
  if not planned then
    return ("had numbers that could not be read, and has %s"):format(counted(#now))
  elseif not now then
    return ("had %s, which cannot be read now"):format(counted(#planned))
  end
  if are_equal(planned, now) then return nil end -- nearly always
  local gone, come = surplus(planned, now), surplus(now, planned)
  drop_respelled(gone, come)
  if #gone == 0 and #come == 0 then return nil end
  local came, went = listed(come, "came"), listed(gone, "went")
  return ("had %s and has %d: %s"):format(counted(#planned), #now,
    came and went and came .. ", " .. went or came or went)
end

local function change_of_number(planned, now)
  if phone_number.is_same(planned, now) then return nil end
  local none = "no number that can be read"
  return ("named %s and names %s"):format(phone_number.written(planned) or none,
    phone_number.written(now) or none)
end

--- How a target's numbers differ from the planned ones, in words; nil if they do not. A plan of version 1
--- binds the number of a single-number target, but no list.
---@param plan twilio.numbers.Plan
---@param planned twilio.numbers.Target? the plan's; nil for a row of the ledger that no plan has
---@param port_in twilio.numbers.PortIn as it is now
---@param number twilio.numbers.PortInPhoneNumber? if only that number is meant
---@return string?
function binding.change(plan, planned, port_in, number)
  if not planned then return "is not in the plan" end
  local is_old = plan.version == 1
  if not number then
    if is_old then return nil end
    return change_of_set(planned.numbers, binding.numbers(port_in))
  elseif is_old and planned.phone_number == nil then
    return nil
  end
  return change_of_number(planned.phone_number, binding.number(number))
end

return binding
