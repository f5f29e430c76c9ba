--- Finds the name that a mistyped one was meant to be.

local ascii = require "twilio.numbers.util.ascii"

local spelling = {}

local MOST = 2 -- changes of one letter

--- How many letters have to be changed, added, left out, or exchanged with their neighbour, to make one word
--- of the other.
local function distance(a, b)
  local before, last, row = {}, {}, {}
  for j = 0, #b do last[j] = j end
  for i = 1, #a do
    row[0] = i
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      row[j] = math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
      if i > 1 and j > 1 and a:sub(i - 1, i) == b:sub(j - 1, j):reverse() then
        row[j] = math.min(row[j], before[j - 2] + 1)
      end
    end
    before, last, row = last, row, before
  end
  return last[#b]
end

--- The nearest of the names, if one is near: at most two changes, and fewer than half of its letters.
---@param word string
---@param ... table<string, any> the names, as keys
---@return string? # the first in the alphabet, if several are as near
function spelling.nearest(word, ...)
  local best, least = nil, MOST + 1
  for i = 1, select("#", ...) do
    for name in pairs((select(i, ...))) do
      if math.abs(#name - #word) <= MOST then
        local changes = distance(word, name)
        local is_better = changes < least
          or changes == least and best and ascii.is_before(name, best)
        if is_better and changes * 2 < #name then best, least = name, changes end
      end
    end
  end
  return best
end

return spelling
