--- Reads the columns of a file that a spreadsheet has written: CSV, or one value a line.

local cli = require "cli"
local listing = require "listing"
local numbers = require "twilio.numbers"
local csv = numbers.csv

local sheet = {
  --- Names of the columns that are taken where none is named.
  port_in_columns = { "port_in_request_sid", "port_in_sid", "sid" },
  number_columns = { "phone_number", "phone", "number", "telephone_number", "telephone", "tel" },
}

local SHOWN = 200 -- bytes of a cell

--- A country's two letters, as a converter for argparse.
function sheet.country(text)
  local fine, why = pcall(numbers.normalize, "", { country = text })
  if fine then return text end
  return nil, (tostring(why):gsub("^.-country: ", ""))
end

--- A cell without what spreadsheets put around a text to keep it one: ="+1415...", '+1415...
---@param text string
---@return string
function sheet.cell(text)
  return text:match '^="%s*([^"]-)%s*"$' or text:match "^'%s*(.-)$" or text
end

--- A reader of cells for E.164 numbers, or for numbers as they are written in a country.
---@param country string?
---@return fun(cell: string): string?, string?
function sheet.number_reader(country)
  return function(cell) return numbers.normalize(sheet.cell(cell), { country = country }) end
end

--- A reader of cells for SIDs.
---@param prefix string
---@return fun(cell: string): string?, string?
function sheet.sid_reader(prefix)
  local pattern = "^" .. prefix .. ("%x"):rep(32) .. "$"
  return function(cell)
    local text = sheet.cell(cell)
    if text:find(pattern) then return text end
    if text:find "^[%d#]" then return nil, (select(2, numbers.normalize(text))) end
  end
end

--- A cell for a message, in quotes.
---@param cell string
---@return string
function sheet.shown(cell)
  local text = numbers.visible(cell)
  return '"' .. (#text > SHOWN and numbers.visible(cell:sub(1, SHOWN)) .. "..." or text) .. '"'
end

--- What to do if a value was given instead of a file that has it: the same command, with the value on its standard input.
local function hint_for(path, reader)
  if not path:find "^%a%a%x+$" and not path:find "^%+?[%d(][%d%s()./-]*$" then return nil end
  if not reader(path) then return "A file is expected." end
  local words = {}
  for i, word in ipairs(arg) do words[i] = word == path and "-" or word end
  return ("A file is expected. For one value: echo %s | %s"):format(cli.quoted(path),
    cli.command((table.unpack or unpack)(words)))
end

--- The rows of a file: CSV, or what `list` and `fetch` print. Another file ends the script.
---@param path string "-" for standard input
---@param reader fun(cell: string): string?, string? of what the file is expected to have
---@return table[]
function sheet.rows(path, reader)
  local text = cli.read_text(path, hint_for(path, reader))
  local rows, problem = listing.rows(text)
  if not rows and not problem then rows, problem = csv.parse(text) end
  if not rows then cli.exit(cli.bad_rows, path .. ": " .. problem) end
  return rows
end

--- The titles of columns in which there are such values, as the options that name them.
local function suggestion(rows, reader, option)
  local words = {}
  for i, title in ipairs(rows[1] or {}) do
    local count = 0
    for r = 2, #rows do
      if reader(rows[r][i] or "") then count = count + 1 end
    end
    if count > 0 and not reader(title) then
      words[#words + 1] = ("%s %s"):format(option, cli.quoted(title:match "^%s*(.-)%s*$"))
    end
  end
  return #words > 0 and ". Give " .. table.concat(words, ", or ") or ""
end

--- The cells of a column, with their lines. A file without the column ends the script.
---@param path string
---@param rows table[]
---@param name string|string[] the column's name, or the names of which it may have one
---@param reader fun(cell: string): string?, string?
---@param option string the option that names the column
---@return { line: integer, value: string }[]
function sheet.column(path, rows, name, reader, option)
  local cells, problem = csv.column(rows, name, function(cell) return reader(cell) ~= nil end)
  if cells then return cells end
  if not problem:find "Line %d+ has" then problem = problem .. suggestion(rows, reader, option) end
  return cli.exit(cli.bad_rows, path .. ": " .. problem)
end

--- The sound values of a file's column, each once, in order. Bad ones are reported by their line
--- and end the script before anything is sent, unless they are to be skipped.
---@param path string "-" for standard input
---@param name string|string[]
---@param reader fun(cell: string): string?, string?
---@param what string for messages: "a port-in SID"
---@param skip_invalid boolean?
---@return string[]
function sheet.values(path, name, reader, what, skip_invalid)
  local values, seen, bad = {}, {}, 0
  for _, cell in ipairs(sheet.column(path, sheet.rows(path, reader), name, reader, "--column")) do
    local value, why = reader(cell.value)
    if not value then
      bad = bad + 1
      cli.warn(("%s, line %d: not %s: %s%s"):format(path, cell.line, what, sheet.shown(cell.value),
        why and ": " .. why or ""))
    elseif seen[value] then
      cli.warn(("%s, line %d: %s again, as in line %d"):format(path, cell.line, value, seen[value]))
    else
      seen[value] = cell.line
      values[#values + 1] = value
    end
  end
  cli.stop_at_bad_rows(bad, #values, path, skip_invalid)
  return values
end

return sheet
