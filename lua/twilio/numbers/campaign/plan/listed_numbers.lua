--- The numbers that a port-in's answer lists, each with what can be read of it.

local arrays = require "twilio.numbers.util.array"
local ascii = require "twilio.numbers.util.ascii"
local phones = require "twilio.numbers.util.phone_number"

local items = {}

--- The API has two names for a number's SID. Both are read, since they may differ.
local sid_fields = { "port_in_phone_number_sid", "phone_number_sid" }

---@class twilio.numbers.Item
---@field number string? the phone number as `phones.written` gives it
---@field sids string[] in lower case

--- What can be read of a number: of an item of a list, or of one that was fetched by itself. A bare text
--- is taken for the phone number.
---@param item any
---@return twilio.numbers.Item
function items.read(item)
  if type(item) == "string" then item = { phone_number = item } end
  if type(item) ~= "table" then return { sids = {} } end
  local sids = {}
  for _, name in ipairs(sid_fields) do
    local sid = item[name]
    if type(sid) == "string" and #sid == 34 and sid:find "^PU%x+$" then
      sids[#sids + 1] = ascii.lower(sid)
    end
  end
  return { number = phones.written(item.phone_number), sids = sids }
end

--- All of a port-in's; nil where there is no list that can be read.
---@param port_in twilio.numbers.PortIn
---@return twilio.numbers.Item[]?
function items.of(port_in)
  local list = port_in:raw().phone_numbers
  if type(list) ~= "table" or arrays.problem(list) then return nil end
  local read = {}
  for i, item in ipairs(list) do read[i] = items.read(item) end
  return read
end

return items
