--- How CSV is divided into rows and cells, and by which separator.

local ascii = require "twilio.numbers.util.ascii"

local csv_rows = {}

local SEPARATORS = { ",", ";", "\t" } -- an earlier one is preferred

--- One field from `position` on: its text, the position behind it, and line breaks passed inside.
local function field(text, position, separator)
  local ends = "[" .. separator .. "\r\n]"
  if text:sub(position, position) ~= '"' then
    local stop = text:find(ends, position) or #text + 1
    return text:sub(position, stop - 1), stop, 0
  end
  local parts = {}
  local from = position + 1
  while true do
    local quote = text:find('"', from, true)
    if not quote then return nil, "a quoted field is not closed" end
    parts[#parts + 1] = text:sub(from, quote - 1)
    if text:sub(quote + 1, quote + 1) ~= '"' then
      local value = table.concat(parts)
      local breaks = select(2, value:gsub("\r\n", "\n"):gsub("[\r\n]", ""))
      local after = text:sub(quote + 1, quote + 1)
      if after ~= "" and not after:find(ends) then
        return nil, "text follows a quoted field"
      end
      return value, quote + 1, breaks
    end
    parts[#parts + 1] = '"'
    from = quote + 2
  end
end

--- One row from `position` on: its fields, the position of the next row, and its line breaks.
local function row(text, position, separator)
  local fields, breaks = {}, 0
  while true do
    local value, after, inside = field(text, position, separator)
    if not value then return nil, after end
    fields[#fields + 1] = value
    breaks = breaks + inside
    if text:sub(after, after) ~= separator then
      local _, stop = text:find("^\r?\n", after)
      if not stop then _, stop = text:find("^\r", after) end
      return fields, (stop or after) + 1, breaks + 1
    end
    position = after + 1
  end
end

--- All rows from `position` on, which is in line `line`.
local function rows_of(text, position, line, separator)
  local rows = {}
  while position <= #text do
    local fields, after, breaks = row(text, position, separator)
    if not fields then return nil, ("line %d: %s"):format(line, after) end
    if table.concat(fields):find("[^" .. ascii.BLANK .. "]") then
      fields.line = line
      rows[#rows + 1] = fields
    end
    position, line = after, line + breaks
  end
  return rows
end

--- The separators in the first row that is not blank, outside of quotes.
local function separators_in(text)
  local found = {}
  for line in text:gsub('"[^"]*"', "x"):gmatch "[^\r\n]+" do
    if line:find("[^,;" .. ascii.BLANK .. "]") then
      for _, separator in ipairs(SEPARATORS) do
        if line:find(separator, 1, true) then found[#found + 1] = separator end
      end
      return found
    end
  end
  return found
end

local function is_regular(rows)
  for _, fields in ipairs(rows or {}) do
    if #fields ~= #rows[1] then return false end
  end
  return rows ~= nil
end

--- The separator of which each row has as many. Nil if several are so.
local function regular_one(text, found)
  local best
  for _, separator in ipairs(found) do
    if is_regular(rows_of(text, 1, 1, separator)) then
      if best then return nil end
      best = separator
    end
  end
  return best or found[1]
end

--- The separator, where the rows begin, and in which line. A line `sep=;` is for spreadsheets.
local function separator_of(text)
  local named, start = text:match "^[Ss][Ee][Pp]=([,;\t|])\r?\n()"
  if named then return named, start, 2 end
  local found = separators_in(text)
  if #found < 2 then return found[1] or ",", 1, 1 end
  return regular_one(text, found), 1, 1
end

--- The rows of a text. Without a separator it is found out.
---@param text string
---@param separator string?
---@return table[]?
---@return string? # what is wrong, with its line
function csv_rows.read(text, separator)
  local start, line = 1, 1
  if not separator then separator, start, line = separator_of(text) end
  if separator then return rows_of(text, start, line, separator) end
  return nil, "line 1: several of comma, semicolon and tab may separate the cells: leave one"
end

return csv_rows
