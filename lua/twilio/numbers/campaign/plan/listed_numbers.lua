--- The numbers that a port-in lists, each with what can be read of it.

local array = require "twilio.numbers.util.array"
local ascii = require "twilio.numbers.util.ascii"
local one_number = require "twilio.numbers.util.one_number"
local phone_number = require "twilio.numbers.util.phone_number"
local sid = require "twilio.numbers.util.sid"

local listed_numbers = {}

--- The API has two names for a number's SID. Both are read, since they may differ.
local sid_fields = { "port_in_phone_number_sid", "phone_number_sid" }

---@class twilio.numbers.Item
---@field number string? the phone number as `phone_number.written` gives it
---@field text string? the phone number as it came, if it can be read
---@field sids string[] in lower case

--- Reads a number: an item of a list, or a number that was fetched by itself. A text is taken for the phone
--- number.
---@param item any
---@return twilio.numbers.Item
function listed_numbers.read(item)
  if type(item) == "string" then item = { phone_number = item } end
  if type(item) ~= "table" then return { sids = {} } end
  local sids = {}
  for _, name in ipairs(sid_fields) do
    if sid.is_phone_number(item[name]) then sids[#sids + 1] = ascii.lower(item[name]) end
  end
  local number = phone_number.written(item.phone_number)
  return { number = number, text = number and item.phone_number, sids = sids }
end

--- Whether an item's number may be another one, or several.
---@param item twilio.numbers.Item
---@return boolean
function listed_numbers.is_doubtful(item)
  return item.number ~= nil and not one_number.is_certain(item.text)
end

--- All numbers of a port-in; nil if there is no list that can be read.
---@param port_in twilio.numbers.PortIn
---@return twilio.numbers.Item[]?
function listed_numbers.of(port_in)
  local list = port_in:raw().phone_numbers
  if type(list) ~= "table" or array.problem(list) then return nil end
  local read = {}
  for i, item in ipairs(list) do read[i] = listed_numbers.read(item) end
  return read
end

return listed_numbers
