--- Reads a text by the core and by lua-cjson, and tells what they disagree on. csrc/README.md lists the
--- differences that are wanted; each has its rule here.

local cjson = require "cjson"
local core = require "twilio.numbers.core"

--- lua-cjson reads numbers as the locale of its last instance has them, and letters as the present one has.
local function in_c(f, ...)
  local before = os.setlocale()
  os.setlocale "C"
  local ok, value = pcall(f, ...)
  os.setlocale(before)
  return ok, value
end

local _, oracle = in_c(cjson.new)
oracle.decode_max_depth(100)
oracle.decode_invalid_numbers(false)

local huge, type_of = math.huge, math.type or type
local BEYOND = 2 ^ 63

--- lua-cjson 2.1.0 reads every number as a float, its newest version whole ones as integers.
local has_integers = tostring(1 / oracle.decode "-0") == tostring(huge)

local compare = { version = cjson._VERSION, has_integers = has_integers }

local function is_same_number(ours, theirs)
  if not has_integers then return ours + 0.0 == theirs end
  if ours == theirs and type_of(ours) == type_of(theirs) then return ours ~= 0 or 1 / ours == 1 / theirs end
  local is_beyond = ours >= BEYOND or ours <= -BEYOND
  return is_beyond and (theirs < 0) == (ours < 0) and (theirs + 0.0 == BEYOND or theirs + 0.0 == -BEYOND)
end

local function is_same(ours, theirs)
  if type(ours) ~= type(theirs) then return false end
  if type(ours) == "number" then return is_same_number(ours, theirs) end
  if type(ours) ~= "table" then return ours == theirs end
  for key, item in pairs(ours) do
    if not is_same(item, theirs[key]) then return false end
  end
  for key in pairs(theirs) do
    if ours[key] == nil then return false end
  end
  return true
end

local function ask(text) return in_c(oracle.decode, text) end

--- Whether the number there is one that no double holds. Of whole ones lua-cjson's newest version makes the
--- integer at the end of the range.
local function is_beyond_doubles(text, position)
  local accepts, value = ask(text:match("^%-?[%d%.]+[eE]?[+-]?%d*", position) or "")
  return accepts and (value == huge or value == -huge
    or has_integers and (value + 0.0 == BEYOND or value + 0.0 == -BEYOND))
end

--- The byte that a refusal names.
local function position_of(text, why)
  local position = type(why) == "string" and tonumber((why:match "^%l[%l ,%]}]+ at byte (%d+)$"))
  return position and position >= 1 and position <= #text + 1 and position or nil
end

--- What is wrong, or nil.
---@param text string
---@return string?
function compare.problem(text)
  local ours, why = core.decode(text)
  local position = ours == nil and position_of(text, why)
  if ours == nil and not position then return "refused without a reason: " .. tostring(why) end
  if text:find("\0", 1, true) then return ours ~= nil and "a zero byte was accepted" or nil end
  local accepts, theirs = ask((text:gsub("^\239\187\191", "")))
  if ours == nil then
    local is_wanted = not accepts
      or why:find("out of range", 1, true) and is_beyond_doubles(text, position)
    return not is_wanted and "refused: " .. why or nil
  end
  if not accepts then return "accepted; lua-cjson: " .. tostring(theirs) end
  return not is_same(ours, theirs) and "another value" or nil
end

return compare
