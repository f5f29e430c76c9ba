--- Masks PINs in a text: with a number's PIN, anyone can have the number ported away. A PIN stands after a name that
--- is or ends in "pin", as in JSON, or after that word, also where some words and a mark are between them.

local ascii = require "twilio.numbers.util.ascii"

local pins = {}

local MASK = "***"
local LONGEST = 64 -- bytes of a value without quotes: longer ones are no PINs

local BLANKS = "[" .. ascii.BLANK .. "]*"
local WORD = "[Pp][Ii][Nn]"
local SUFFIXES = { "^[_ -][Cc]ode()", "^[_ -][Nn]umber()" }
local VERBS = { "^ is()", "^ was()" }
local SEPARATOR = "^(\\*[\"']?)" .. BLANKS .. "[:=]" .. BLANKS .. "()"
local PROSE = "^[ \"'(#-]+()" -- between the word and a value without a separator
local ESCAPED = "^[ (#-]*\\+[\"'][ \"'(#-]*()" -- the same in a text of JSON
local STRING_ENDS = "^" .. BLANKS .. "[,:}%]]" -- what follows a string of JSON
-- Such as in "PIN mismatch: 1234". Without quotes, so that it ends with a string of JSON.
local SET_OFF = "^[ A-Za-z]*[:(,#=][ (>]*()"
local FARTHEST = 40 -- bytes between the word and such a value
local VALUE = "^[0-9A-Za-z*#.+-]*[0-9A-Za-z*#]"
local PHONE_NUMBER = "^%+%d%d%d%d%d%d%d%d+$" -- another thing, whatever its name is

--- Whether it is a word or the end of one: "port_out_pin" and "portOutPin", not "shipping" and "spin".
local function is_word(text, first, last)
  if text:find("^[A-Za-z]", last + 1) then return false end
  local before = text:sub(first - 1, first - 1)
  if first == 1 or not before:find "[A-Za-z]" then return true end
  return before:find "[a-z]" ~= nil and text:sub(first, first) == "P"
end

--- The place after what one of the patterns matches there, or that place.
local function skip(text, place, patterns)
  for _, pattern in ipairs(patterns) do
    place = text:match(pattern, place) or place
  end
  return place
end

--- Where the string of JSON around a value ends, if it ends before the value's last byte.
local function end_of_string(text, place, last)
  local value, at = text:sub(place, last), 1
  while true do
    at = value:find('[\\"]', at)
    if not at then return last end
    local is_quote, quote = value:sub(at, at) == '"', place + at - 1
    if is_quote and (quote == #text or text:find(STRING_ENDS, quote + 1)) then return quote - 1 end
    at = at + (is_quote and 1 or 2) -- a backslash escapes what follows it
  end
end

--- The same of a text in quotes that have so many backslashes before them. It may have been cut off: then it ends with the
--- string around it, whose quote has an even number of them.
local function end_of_escaped(text, place, count)
  local at = place
  while true do
    at = text:find('"', at, true)
    if not at then return #text end
    local before = at - 1
    while before >= place and text:sub(before, before) == "\\" do before = before - 1 end
    local found = at - 1 - before
    if found == count then return before end
    if found % 2 == 0 then return at - 1 end
    at = at + 1
  end
end

--- Where a text in quotes ends. In JSON within JSON a quote has backslashes before it.
---@param place integer after the opening quote
local function end_of_quoted(text, place, quote)
  if quote:sub(-1) == "'" then
    local last = (text:find(quote, place, true) or #text + 1) - 1
    return end_of_string(text, place, last)
  end
  if #quote > 1 then return end_of_escaped(text, place, #quote - 1) end
  while true do
    place = text:find('[\\"]', place)
    if not place then return #text end
    if text:sub(place, place) == '"' then return place - 1 end
    place = place + 2 -- a backslash escapes what follows it
  end
end

--- Whether it is a quote that begins or ends a string of JSON: its backslashes belong to one another.
local function is_bare(quote)
  return quote:sub(-1) == '"' and #quote % 2 == 1
end

--- Where a value begins and ends, if it has two digits: other words are no PINs, nor is "2 problems".
local function with_digits(text, place)
  local value = text:sub(place, place + LONGEST - 1):match(VALUE)
  if value and value:find "%d.*%d" then return place, place + #value - 1 end
end

--- Where the value of a name begins and ends, and the quotes that its mask needs: in JSON it may be a number.
---@param place integer after the name
local function value_after(text, place)
  place = skip(text, place, SUFFIXES)
  local name_quote, value = text:match(SEPARATOR, place)
  if not value then
    local after = skip(text, place, VERBS)
    local first, last = with_digits(text, text:match(PROSE, after) or #text + 1)
    if not first then first, last = with_digits(text, text:match(ESCAPED, after) or #text + 1) end
    if first then return first, last end
    local far = text:sub(place, place + FARTHEST):match(SET_OFF)
    return with_digits(text, far and place + far - 1 or #text + 1)
  end
  local quote = text:match("^\\*[\"']", value)
  if quote then
    local after = value + #quote
    local may_end = is_bare(quote) and (#quote > 1 or not is_bare(name_quote))
    if may_end and (after > #text or text:find(STRING_ENDS, after)) then return nil end
    return after, end_of_quoted(text, after, quote)
  end
  local first, last = with_digits(text, value)
  return first, last, is_bare(name_quote) and '"' or name_quote:find '"' and name_quote
end

--- The text with its PINs masked. Valid JSON stays valid.
---@param text string
---@return string
function pins.mask(text)
  local parts, kept, place = {}, 1, 1
  while true do
    local first, last = text:find(WORD, place)
    if not first then break end
    place = last + 1
    if is_word(text, first, last) then
      local from, to, quote = value_after(text, place)
      if from and from <= to and not text:sub(from, to):find(PHONE_NUMBER) then
        quote = quote or ""
        parts[#parts + 1] = text:sub(kept, from - 1) .. quote .. MASK .. quote
        kept, place = to + 1, to + 1
      end
    end
  end
  return kept == 1 and text or table.concat(parts) .. text:sub(kept)
end

return pins
