--- CSV (RFC 4180, and what spreadsheets make of it): quotes, doubled quotes, line breaks inside
--- quotes, CRLF, a byte order mark, blank lines. Small files: it reads a string.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local excerpt = require "twilio.numbers.util.excerpt"

---@class twilio.numbers.CSV
local csv = {}

local SHOWN = 200 -- bytes of a header that a message shows
local MOST = 1e6 -- cells of a row

--- One field from `position` on: its text, the position behind it, and line breaks passed inside.
local function field(text, position)
  if text:sub(position, position) ~= '"' then
    local stop = text:find("[,\r\n]", position) or #text + 1
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
      if after ~= "" and not after:find "[,\r\n]" then
        return nil, "text follows a quoted field"
      end
      return value, quote + 1, breaks
    end
    parts[#parts + 1] = '"'
    from = quote + 2
  end
end

--- One row from `position` on: its fields, the position of the next row, and its line breaks.
local function row(text, position)
  local fields, breaks = {}, 0
  while true do
    local value, after, inside = field(text, position)
    if not value then return nil, after end
    fields[#fields + 1] = value
    breaks = breaks + inside
    if text:sub(after, after) ~= "," then
      local _, stop = text:find("^\r?\n", after)
      if not stop then _, stop = text:find("^\r", after) end
      return fields, (stop or after) + 1, breaks + 1
    end
    position = after + 1
  end
end

--- Reads CSV (RFC 4180) as spreadsheets write it: each row that is not blank is an array of its cells, with
--- the number of its first line as `line`.
---@param text string the whole file's text
---@return table[]?
---@return string? # what is wrong, with its line
function csv.parse(text)
  if type(text) ~= "string" then argument_error.argument("text", "a file's text", text) end
  text = text:gsub("^\239\187\191", "")
  local rows, position, line = {}, 1, 1
  while position <= #text do
    local fields, after, breaks = row(text, position)
    if not fields then return nil, ("line %d: %s"):format(line, after) end
    if table.concat(fields):find("[^" .. ascii.BLANK .. "]") then
      fields.line = line
      rows[#rows + 1] = fields
    end
    position, line = after, line + breaks
  end
  return rows
end

--- The line of the first row that has more cells than the header: those belong to no column.
local function longer_row(rows)
  for _, fields in ipairs(rows) do
    for i = #rows[1] + 1, #fields do
      if fields[i]:find("[^" .. ascii.BLANK .. "]") then return fields.line end
    end
  end
end

--- The values of one column, each as `{ line =, value = }`, without the blanks around them. A file of bare
--- values, without a header, has one column and needs no name.
---@param rows table[] what `parse` gives
---@param name string the column's name in the header
---@param is_value fun(text: string): boolean tells a value from a header
---@return { line: integer, value: string }[]?
---@return string? # what is wrong
function csv.column(rows, name, is_value)
  if type(rows) ~= "table" then argument_error.argument("rows", "rows of csv.parse", rows) end
  if type(name) ~= "string" then argument_error.argument("name", "a column's name", name) end
  if type(is_value) ~= "function" then
    argument_error.argument("is_value", "a function", is_value)
  end
  if #rows == 0 then return nil, "the file has no rows" end
  local function trimmed(text) return text and ascii.trim(text) or "" end
  local first, index = rows[1], nil
  for i, title in ipairs(first) do
    local is_it = trimmed(title) == name
    if is_it and index then return nil, ("there are two columns '%s'"):format(excerpt(name,
      SHOWN)) end
    if is_it then index = i end
  end
  local bare = not index and #first == 1 and is_value(trimmed(first[1]))
  if not index and not bare then
    return nil, ("there is no column '%s', only: %s"):format(excerpt(name, SHOWN),
      excerpt(table.concat(first, ", "), SHOWN))
  end
  local longer = longer_row(rows)
  if longer then return nil, ("line %d: it has more cells than the first line"):format(longer) end
  local values = {}
  for i = bare and 1 or 2, #rows do
    values[#values + 1] = { line = rows[i].line, value = trimmed(rows[i][index or 1]) }
  end
  return values
end

--- A row as text, quoted where needed, without a line break at its end.
---@param fields any[] nil is an empty cell
---@param count integer how many cells the row has
---@return string
function csv.line(fields, count)
  if type(fields) ~= "table" then argument_error.argument("fields", "an array of cells", fields) end
  local is_count = type(count) == "number" and count % 1 == 0 and count >= 0 and count <= MOST
  if not is_count then argument_error.argument("count", "a number of cells", count) end
  local cells = {}
  for i = 1, count do
    local text = fields[i] == nil and "" or ascii.text(fields[i])
    if text:find '[,"\r\n]' then text = '"' .. text:gsub('"', '""') .. '"' end
    cells[i] = text
  end
  return table.concat(cells, ",")
end

local WIDE = "^\239\188[\139\141\157\160]" -- plus, hyphen, equals sign and at sign of double width

--- Whether a spreadsheet would run a text as a formula. It can only show a number, also a phone's.
local function is_formula(text)
  local is_number = not text:find "[^%d %.%-%+%*/()]"
  return text:find "^[=@]" or text:find(WIDE) or text:find "^[+-]" and not is_number
end

--- A text from outside for a file that a spreadsheet may open: what it would run as a formula gets an apostrophe
--- before it. In some countries a semicolon begins a cell, so that counts as well. Numbers stay as they are.
---@param text string
---@return string
function csv.without_formulas(text)
  if type(text) ~= "string" then argument_error.argument("text", "a text", text) end
  return (text:gsub("([^;\t\r\n]+)", function(part)
    local blanks, rest = part:match "^( *)(.*)$"
    return is_formula(rest) and blanks .. "'" .. rest or part
  end))
end

return csv
