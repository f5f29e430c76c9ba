--- The lines of a text.

local text_lines = {}

--- Each line and its number. A text without a line break at its end has its last line, too.
---@param text string whose lines end with LF
---@return fun(): integer?, string?
function text_lines.each(text)
  local number, next_line = 0, (text .. "\n"):gmatch "([^\n]*)\n"
  return function()
    number = number + 1
    local line = next_line()
    return line and number, line
  end
end

return text_lines
