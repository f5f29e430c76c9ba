--- Whether a text is one telephone number for certain. Digits at its end may be an extension, or the last of a range of
--- numbers: then it names another number than its digits do.

local ascii = require "twilio.numbers.util.ascii"
local normal_number = require "twilio.numbers.util.normal_number"
local phone_number = require "twilio.numbers.util.phone_number"

local one_number = {}

local MOST = 11 -- digits of a number without a plus that may lack its country code
local SHORT = 4 -- digits; fewer at the end may be an extension

--- Whether the last group of digits is shorter than all before it, or stands behind a hyphen or slash and is short.
local function has_odd_end(text)
  local groups = {}
  for group in text:gmatch "%d+" do groups[#groups + 1] = #group end
  local last = table.remove(groups)
  if #groups == 0 or last >= SHORT then return false end
  local shortest = math.min((table.unpack or unpack)(groups))
  return last < shortest or text:find "[%-/][^%d]*%d+[^%d]*$" ~= nil
end

--- True for a number of a country that is known and has such numbers, or whose spelling leaves no doubt.
---@param text string
---@return boolean
function one_number.is_certain(text)
  local written = phone_number.written(text)
  if not written then return false end
  local mark, digits = written:match "^(%+?)(%d+)$"
  local has_code = mark == "+" or #digits > MOST
  local plan, fits
  if has_code then plan, fits = normal_number.plan_of(digits) end
  if plan and not fits or has_code and mark == "" and not plan then return false end
  if plan and not plan.varies then return true end
  return not has_odd_end(ascii.trim(text))
end

return one_number
