--- Masks the numbers of accounts at carriers in a text: with them and a PIN, a number can be ported away. One stands
--- after the word "account" or a name that ends in it and "number", as in JSON. The API's account SIDs are none.

local ascii = require "twilio.numbers.util.ascii"

local account_numbers = {}

local WORDS = { "[Aa][Cc][Cc][Oo][Uu][Nn][Tt]", "[Aa][Cc][Cc][Tt]%.?" }
local KINDS = { "^[ _-]?[Nn]umbers?()", "^[ _-]?[Nn][Oo]%.?()", "^[ _-]?[Nn][Rr]%.?()", "^()" }
local BETWEEN = "^[" .. ascii.BLANK .. "\\\"'(#:=]+()"
local VALUE = "^[0-9A-Za-z][0-9A-Za-z*._/-]*"
local LEAST = 4 -- digits

local function masked(value)
  local count = select(2, value:gsub("%d", ""))
  if count < LEAST or value:find "^[A-Z][A-Z]%x%x%x%x%x%x%x%x" then return nil end
  local left = count - 2
  return (value:gsub("%d", function()
    left = left - 1
    return left >= 0 and "*" or nil
  end))
end

--- Where the value after a word begins.
local function start_of_value(text, place)
  for _, kind in ipairs(KINDS) do
    local after = text:match(kind, place)
    local value = after and text:match(BETWEEN, after)
    if value then
      return text:match("^is ()", value) or value
    end
  end
end

--- The text with its account numbers masked, but for their last two digits.
---@param text string
---@return string
function account_numbers.mask(text)
  for _, word in ipairs(WORDS) do
    local parts, kept, place = {}, 1, 1
    while true do
      local first, last = text:find(word, place)
      if not first then break end
      place = last + 1
      local from = start_of_value(text, place)
      local value = from and text:match(VALUE, from)
      local hidden = value and masked(value)
      if hidden then
        parts[#parts + 1] = text:sub(kept, from - 1) .. hidden
        kept, place = from + #value, from + #value
      end
    end
    if kept > 1 then text = table.concat(parts) .. text:sub(kept) end
  end
  return text
end

return account_numbers
