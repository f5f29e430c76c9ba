--- Phone numbers as texts, compared by their digits. The API may write one number in several ways.

local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"

local phone_number = {}

local LEAST = 7 -- digits; shorter numbers are too much alike
local MOST = 15 -- digits, by E.164
local NATIONAL = 9 -- digits of a whole number without its country code

--- Blanks that do not break and hyphens of several kinds are characters of two or three bytes.
local function plain(text)
  return (text:gsub("\194\160", " "):gsub("\226\128[\128-\175]", "-"))
end

--- A number in one spelling: its digits, after a plus if the text has one. Without a plus, leading zeros
--- are a dialling prefix and are dropped. Nil if the text has less than 7 digits, or anything else, such as
--- letters or a second number.
---@param text any
---@return string?
function phone_number.written(text)
  if type(text) ~= "string" then return nil end
  if text:find "^%+[1-9]%d+$" and #text > LEAST and #text <= MOST + 1 then return text end -- most of them
  local mark, rest = plain(text):match "^[ \t\n\v\f\r]*(%+?)(.*)$"
  rest = rest:gsub("%(0%)", "") -- a prefix for calls within the country
  local digits = rest:gsub("[" .. ascii.BLANK .. "%.%-%(%)]", "")
  if mark == "" then digits = digits:gsub("^0+", "") end
  if not digits:find "^[1-9]%d+$" or #digits < LEAST or #digits > MOST then return nil end
  return mark .. digits
end

--- Whether a value is a number in E.164 format, as the API takes it.
---@param value any
---@return boolean
phone_number.is_e164 = core.is_e164

local function split(written)
  return written:match "^(%+?)(%d+)$"
end

--- Whether one number is another with a prefix for calls within the country after its country code, as
--- in 44 020 7946 0958.
local function has_prefix(long, short)
  if #long ~= #short + 1 then return false end
  for i = 1, 3 do
    local without = long:sub(1, i) .. long:sub(i + 2)
    if long:sub(i + 1, i + 1) == "0" and without == short then return true end
  end
  return false
end

--- Whether two numbers, in that spelling, may be the same one. Either their digits are equal; or one has
--- no plus, so that it may lack its country code, and the longer number ends with the shorter.
---@param a string
---@param b string
---@param least integer how many digits the shorter number must have in the second case
---@return boolean
function phone_number.may_be_one(a, b, least)
  local a_mark, long = split(a)
  local b_mark, short = split(b)
  if long == short or has_prefix(long, short) or has_prefix(short, long) then return true end
  if a_mark == "+" and b_mark == "+" then return false end
  if #long < #short then long, short = short, long end
  return #short >= least and long:sub(-#short) == short
end

--- The same for a number that lacks no more than its country code.
---@param a string
---@param b string
---@return boolean
function phone_number.is_respelled(a, b)
  return phone_number.may_be_one(a, b, NATIONAL)
end

--- Whether two texts are the same number, however it is written.
---@param a any
---@param b any
---@return boolean
function phone_number.is_same(a, b)
  if a == b then return true end
  a, b = phone_number.written(a), phone_number.written(b)
  return a ~= nil and b ~= nil and phone_number.is_respelled(a, b)
end

--- The last digits, which numbers that may be the same have in common.
---@param written string
---@return string
function phone_number.tail(written)
  return written:sub(-LEAST)
end

return phone_number
