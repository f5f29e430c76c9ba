--- Texts and numbers in the same form in every locale. Lua's `lower`, `upper`, classes such as `%a`, `<` between
--- texts, `tonumber` and `tostring` follow the process's locale, which a program may set at any time. What
--- is sent, read, stored and compared must not. (`%d` and `%x` are the same in every locale.)

local core = require "twilio.numbers.core"

local byte = string.byte

local ascii = {
  --- For sets in patterns: "[" .. ascii.BLANK .. "]+".
  BLANK = " \t\n\v\f\r",
  CONTROL = "%z\1-\31\127",
}

---@type fun(text: string): string
ascii.lower = core.small_letters

---@type fun(text: string): string
ascii.upper = core.capital_letters

--- The text without the blanks around it. Its time grows with the length only, for a text may come from outside: a
--- pattern with two repetitions of the same characters would take the square of it.
---@param text string
---@param blanks string? a set's characters. Default: `BLANK`.
---@return string
function ascii.trim(text, blanks)
  local other = "[^" .. (blanks or ascii.BLANK) .. "]"
  local from = text:find(other)
  return from and text:match("^.*" .. other, from) or ""
end

--- The number that is written with digits and nothing else; nil for anything else.
---@param text any
---@return integer?
function ascii.whole(text)
  if type(text) ~= "string" or not text:find "^%d+$" then return nil end
  return tonumber(text)
end

local PLACES = 15 -- of a fraction: more cannot be told apart

--- The same with a fraction after a point.
---@param text any
---@return number?
function ascii.decimal(text)
  if type(text) ~= "string" then return nil end
  local whole, rest = text:match "^(%d+)(.*)$"
  local fraction = rest and rest:match "^%.?(%d*)$"
  if not fraction then return nil end
  local number = ascii.whole(whole)
  if fraction == "" then return number end
  fraction = fraction:sub(1, PLACES)
  return number + tonumber(fraction) / 10 ^ #fraction
end

--- A number as text, with a point whatever the locale's separator is.
---@param number number
---@param form string? how `string.format` writes it: one conversion. Default: as `tostring` does.
---@return string
function ascii.number(number, form)
  local text = form and form:format(number) or tostring(number)
  return (text:gsub("[^0-9A-Za-z+-]+", "."))
end

--- Any value as text.
---@param value any
---@return string
function ascii.text(value)
  return type(value) == "number" and ascii.number(value) or tostring(value)
end

--- Whether one text comes before another by their bytes.
---@param a string
---@param b string
---@return boolean
function ascii.is_before(a, b)
  if a == b then return false end
  local i, one, other = 1, byte(a), byte(b)
  while one == other do
    i = i + 1
    one, other = byte(a, i), byte(b, i)
  end
  return (one or -1) < (other or -1)
end

--- Sorts an array of texts by their bytes.
---@param list string[]
---@return string[] # the same array
function ascii.sort(list)
  table.sort(list, ascii.is_before)
  return list
end

return ascii
