--- The inputs that a batch has had. SIDs and phone numbers take about 22 bytes each.

local key_set = require("twilio.numbers.core").key_set

---@class twilio.numbers.Seen
local seen = {}
seen.__index = seen

---@return twilio.numbers.Seen
function seen.new()
  return setmetatable({ singles = key_set(1), pairs = key_set(2), texts = {} }, seen)
end

--- Adds an input, and returns whether it is new.
---@param first string
---@param second string?
---@return boolean
function seen:add(first, second)
  local is_new
  if second then is_new = self.pairs:add(first, second) else is_new = self.singles:add(first) end
  if is_new ~= nil then return is_new end
  local text = second and first .. " " .. second or first -- such as a SID in capital letters
  if self.texts[text] then return false end
  self.texts[text] = true
  return true
end

return seen
