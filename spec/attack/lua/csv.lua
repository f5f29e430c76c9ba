--- CSV: what is written is read again, a reader meets any text, and no cell of a plan runs in a spreadsheet.

local ascii = require "twilio.numbers.util.ascii"
local clean = require "spec.attack.lua.clean"
local corpus = require "spec.attack.lua.corpus"
local csv = require "twilio.numbers.util.csv"
local encoding = require "twilio.numbers.util.encoding"
local format = require "twilio.numbers.util.format"
local redact = require "twilio.numbers.util.redact"
local values = require "spec.attack.lua.values"

local WORDS = { '"', '""', ",", "\r\n", "\n", "\r", ";", "\t", "sep=;\n",
  "\255\254", "\239\187\191", '"a"', ",," }

local function rows_of(random)
  local rows, width = {}, random:int(4)
  for i = 1, random:int(4) do
    rows[i] = {}
    for j = 1, width do rows[i][j] = values.text(random) end
  end
  return rows, width
end

local function is_blank(row) return not table.concat(row):find("[^" .. ascii.BLANK .. "]") end

local function round_trip(random)
  local rows, width = rows_of(random)
  local lines, kept = {}, {}
  for i, row in ipairs(rows) do
    lines[i] = csv.line(row, width)
    if not is_blank(row) then kept[#kept + 1] = row end
  end
  local text = table.concat(lines, random:pick { "\n", "\r\n", "\r" })
  if encoding.decode(text) ~= text then return end -- its first bytes are taken for a mark of what it is
  local read, why = csv.parse(text)
  if not read then return "not read: " .. why, values.show(text) end
  if #read ~= #kept then return "another number of rows", values.show(text) end
  for i, row in ipairs(kept) do
    if #read[i] ~= width then return "another number of cells", values.show(text) end
    for j = 1, width do
      if read[i][j] ~= row[j] then return "another cell", values.show { text, row[j], read[i][j] } end
    end
  end
end

local function reads_any(random)
  local rows, width = rows_of(random)
  local lines = {}
  for i, row in ipairs(rows) do lines[i] = csv.line(row, width) end
  local text = random:mutate(random:one_in(3) and random:pick(corpus.csv) or table.concat(lines, "\n"), WORDS)
  local read, why = csv.parse(text)
  if not read then return clean.problem(why, 200), values.show(text) end
  local line = 0
  for _, row in ipairs(read) do
    if row.line <= line then return "lines are not counted", values.show(text) end
    line = row.line
  end
  local column
  column, why = csv.column(read, random:pick { "", "a", values.text(random) },
    function() return random:one_in(2) end)
  if not column then return clean.problem(why, 4000), values.show(text) end
end

--- Whether a spreadsheet takes a cell for a formula, whatever separates cells for it. A plain number, or
--- one that is masked by stars, does nothing.
local function runs(cell)
  for part in (cell .. ";"):gmatch "([^;\t\r\n]*)[;\t\r\n]" do
    local rest = part:match "^ *(.*)$"
    local is_number = rest:find "^[+-]%d+%.?%d* *$" or rest:find "^[+-][%d .()/*-]*%*%*[%d .()/*-]*$"
    if rest:find "^[=@+-]." and not is_number then return true end
  end
  return false
end

local function written_for_spreadsheets(random)
  local rows, width = rows_of(random)
  local mask, columns, shown = redact.filter(random:one_in(2)), {}, {}
  for j = 1, width do columns[j] = ("column%d"):format(j) end
  for i, row in ipairs(rows) do
    shown[i] = {}
    for j, name in ipairs(columns) do shown[i][name] = mask(row[j]) end
  end
  local text = format.csv(columns, shown)
  local problem = clean.problem(text, 1e6, true)
  if problem then return problem, values.show(text) end
  for _, row in ipairs(assert(csv.parse(text))) do
    for _, cell in ipairs(row) do
      if runs(cell) then return "a spreadsheet runs a cell", values.show { cell, text } end
    end
  end
end

return function(random)
  return random:pick { round_trip, reads_any, written_for_spreadsheets }(random)
end
