--- CSV (RFC 4180, and what spreadsheets make of it): commas, semicolons or tabs; quotes, doubled quotes, line
--- breaks inside quotes, CRLF, UTF-8 and UTF-16, blank lines. Small files: it reads a string.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local csv_rows = require "twilio.numbers.util.csv_rows"
local encoding = require "twilio.numbers.util.encoding"
local excerpt = require "twilio.numbers.util.excerpt"
local visible = require "twilio.numbers.util.visible"

---@class twilio.numbers.CSV
local csv = {}

local SHOWN = 200 -- bytes of a header that a message shows
local MOST = 1e6 -- cells of a row

--- A file's text in UTF-8, without a byte order mark: UTF-16 is told apart and read. Bytes that are no UTF-8 stay.
---@param bytes string
---@return string?
---@return string? # what it is instead, and what to do
function csv.text(bytes)
  if type(bytes) ~= "string" then argument_error.argument("bytes", "a file's bytes", bytes) end
  return encoding.decode(bytes)
end

--- Reads CSV (RFC 4180) as spreadsheets write it: each row that is not blank is an array of its cells, with
--- the number of its first line as `line`. Commas, semicolons and tabs are told apart, and so are UTF-8 and UTF-16.
---@param text string the whole file's bytes
---@param separator string? what stands between two cells: ",", ";", a tab or "|". Default: it is found out.
---@return table[]?
---@return string? # what is wrong, with its line
function csv.parse(text, separator)
  if type(text) ~= "string" then argument_error.argument("text", "a file's text", text) end
  if separator ~= nil and not (type(separator) == "string" and separator:find "^[,;\t|]$") then
    argument_error.argument("separator", 'one of ",", ";", "\\t" and "|"', separator)
  end
  local decoded, why = encoding.decode(text)
  if not decoded then return nil, why end
  return csv_rows.read(decoded, separator)
end

--- The line of the first row that has more cells than the header: those belong to no column.
local function longer_row(rows)
  for _, fields in ipairs(rows) do
    for i = #rows[1] + 1, #fields do
      if fields[i]:find("[^" .. ascii.BLANK .. "]") then return fields.line end
    end
  end
end

--- A title without what people write in different ways: case, blanks, hyphens, underscores.
local function loose(title)
  title = visible.trim(title):gsub("\194\160", "")
  return (ascii.lower(title):gsub("[^0-9a-z\128-\255]", ""))
end

--- The places of titles that are one of these names in that form.
local function places(titles, names, form)
  local found, wanted = {}, {}
  for _, name in ipairs(names) do wanted[form(name)] = true end
  for i, title in ipairs(titles) do
    local one = form(title)
    if one ~= "" and wanted[one] then found[#found + 1] = i end
  end
  return found
end

--- The same, as the names are written if there is one like that. An earlier name is preferred then.
local function search(titles, names)
  for _, name in ipairs(names) do
    local found = places(titles, { name }, visible.trim)
    if #found > 0 then return found end
  end
  return places(titles, names, loose)
end

local function titles_of(rows)
  local shown = {}
  for i, title in ipairs(rows[1]) do shown[i] = visible.text(visible.trim(title)) end
  return excerpt(table.concat(shown, ", "), SHOWN)
end

--- Why a file without the column is no list of bare values either.
local function why_not_bare(rows, is_value)
  local first = rows[1]
  for _, cell in ipairs(first) do
    if #first > 1 and is_value(visible.trim(cell)) then
      return (". Line %d has values: put a line with the columns' names above it")
        :format(first.line)
    end
  end
  local second = rows[2] and rows[2][1]
  if #first == 1 and second and is_value(visible.trim(second)) then
    return (". If the file has no names of columns, line %d is wrong"):format(first.line)
  end
  return ""
end

local TITLE_ROWS = 20 -- in which a header may stand below other lines

--- Where the header stands further down.
local function lower_header(rows, names)
  for i = 2, math.min(#rows, TITLE_ROWS) do
    if #search(rows[i], names) > 0 then
      return (". Line %d has it: remove the lines above it"):format(rows[i].line)
    end
  end
end

local function names_of(name)
  local names = type(name) == "table" and name or { name }
  for _, one in ipairs(names) do
    if type(one) ~= "string" then argument_error.argument("name", "a column's name", one) end
  end
  if #names == 0 then argument_error.argument("name", "a column's name", name) end
  return names
end

local function check_rows(rows)
  if type(rows) ~= "table" then argument_error.argument("rows", "rows of csv.parse", rows) end
  for i = 1, #rows do
    if type(rows[i]) ~= "table" then argument_error.argument("rows", "rows of csv.parse", rows) end
  end
end

--- What is wrong if not one column was found.
local function problem_of(rows, names, found)
  if #rows == 0 then return "the file has no rows" end
  if #found > 1 then
    return ("there are two columns '%s'"):format(excerpt(rows[1][found[1]], SHOWN))
  end
  return ("there is no column '%s', only: %s"):format(excerpt(names[1], SHOWN), titles_of(rows))
end

--- Which column has this name: as it is written, or else without regard to case, blanks, hyphens and underscores.
---@param rows table[] what `parse` gives
---@param name string|string[] the column's name in the header, or several, of which it has one
---@return integer?
---@return string? # what is wrong, with the names that there are
function csv.find(rows, name)
  check_rows(rows)
  local names = names_of(name)
  local found = rows[1] and search(rows[1], names) or {}
  if #found == 1 then return found[1] end
  return nil, problem_of(rows, names, found)
end

--- The values of one column, each as `{ line =, value = }`, without the blanks around them. A file of bare
--- values, without a header, has one column and needs no name.
---@param rows table[] what `parse` gives
---@param name string|string[] the column's name in the header, or several, of which it has one; see `find`
---@param is_value fun(text: string): boolean tells a value from a header
---@return { line: integer, value: string }[]?
---@return string? # what is wrong
function csv.column(rows, name, is_value)
  check_rows(rows)
  local names = names_of(name)
  if type(is_value) ~= "function" then
    argument_error.argument("is_value", "a function", is_value)
  end
  local found = rows[1] and search(rows[1], names) or {}
  local bare = rows[1] and #found == 0 and #rows[1] == 1 and is_value(visible.trim(rows[1][1]))
  if #found ~= 1 and not bare then
    local hint = rows[1] and #found == 0
      and (lower_header(rows, names) or why_not_bare(rows, is_value)) or ""
    return nil, problem_of(rows, names, found) .. hint
  end
  local longer = longer_row(rows)
  if longer then return nil, ("line %d: it has more cells than the first line"):format(longer) end
  local values, index = {}, found[1] or 1
  for i = bare and 1 or 2, #rows do
    values[#values + 1] = { line = rows[i].line, value = visible.trim(rows[i][index] or "") }
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
    local is_special = text:find '[,;\t"\r\n]' or text:find "^[Ss][Ee][Pp]="
    if is_special then text = '"' .. text:gsub('"', '""') .. '"' end
    cells[i] = text
  end
  return table.concat(cells, ",")
end

local WIDE = "^\239\188[\139\141\157\160]" -- plus, hyphen, equals sign and at sign of double width

--- Whether nothing is calculated of a text with a sign before it: a plain number, or a masked one. Two stars beside each
--- other are no operator, so +141******11 is no formula.
local function is_number(text)
  return text:find "^[+-]%d+%.?%d* *$"
    or text:find "^[+-][%d .*()/-]+$" and text:find("**", 1, true)
end

--- Whether a spreadsheet would run a text as a formula. Of +1-415-555-0121 it would calculate a difference.
local function is_formula(text)
  return text:find "^[=@]" or text:find(WIDE) or text:find "^[+-]." and not is_number(text)
end

--- A text from outside for a file that a spreadsheet may open: what it would run or calculate gets an apostrophe before it.
--- In some countries a semicolon begins a cell, so that counts as well. Plain and masked numbers stay: +14155550100.
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
