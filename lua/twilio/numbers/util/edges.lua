--- Names what stands at the ends of a text and does not show: the line break of a file from another system, a blank.
--- A message that shows only the rest would show nothing wrong.

local ascii = require "twilio.numbers.util.ascii"

local edges = {}

--- Patterns for one end of a text, with what they find.
local unseen = {
  { "[\r\n]", "a line break" },
  { "[ \t\v\f]", "a blank" },
  { "\194\160", "a no-break space" },
  { "\239\187\191", "a byte order mark" },
  { "\226\128[\139-\143]", "a character without width" },
  { "[" .. ascii.CONTROL .. "]", "a control character" },
}

--- In words, in brackets, for the end of a message; empty if nothing is unseen.
---@param text string
---@return string
function edges.note(text)
  for _, one in ipairs(unseen) do
    if text:find(one[1] .. "$") then return (" (it ends in %s)"):format(one[2]) end
    if text:find("^" .. one[1]) then return (" (it begins with %s)"):format(one[2]) end
  end
  return ""
end

return edges
