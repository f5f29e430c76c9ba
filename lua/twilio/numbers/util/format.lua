--- Rows as text: a table for the eye, CSV, JSON.

local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local csv = require "twilio.numbers.util.csv"
local excerpt = require "twilio.numbers.util.excerpt"
local utf8 = require "twilio.numbers.util.utf8"

local format = {}

local MOST = 1000 -- bytes of a cell

local function cell(value)
  return value == nil and "" or excerpt(value, MOST)
end

--- The columns in which there is anything.
local function used(columns, rows)
  local list = {}
  for _, name in ipairs(columns) do
    local is_used = false
    for _, row in ipairs(rows) do is_used = is_used or cell(row[name]) ~= "" end
    if is_used then list[#list + 1] = name end
  end
  return list
end

--- Columns side by side under their titles, each as wide as it needs, without those that are empty.
---@param columns string[]
---@param rows table[] by column name
---@return string
function format.aligned(columns, rows)
  columns = used(columns, rows)
  local widths = {}
  for i, name in ipairs(columns) do
    widths[i] = #name
    for _, row in ipairs(rows) do widths[i] = math.max(widths[i], #cell(row[name])) end
  end
  local function line(get)
    local parts = {}
    for i, name in ipairs(columns) do
      local text = get(name)
      parts[i] = text .. (" "):rep(widths[i] - #text)
    end
    return (table.concat(parts, "  "):gsub(" +$", "")) .. "\n"
  end
  local lines = { line(function(name) return name end) }
  for _, row in ipairs(rows) do
    lines[#lines + 1] = line(function(name) return cell(row[name]) end)
  end
  return table.concat(lines)
end

local function csv_line(columns, row)
  local fields = {}
  for i, name in ipairs(columns) do
    local value = row[name]
    fields[i] = type(value) == "string" and csv.without_formulas(value) or value
  end
  return csv.line(fields, #columns)
end

--- CSV with a header, and without formulas.
---@param columns string[]
---@param rows fun(): table? gives one row after the other
function format.csv_of(columns, rows)
  local lines = { csv.line(columns, #columns) }
  for row in rows do lines[#lines + 1] = csv_line(columns, row) end
  return table.concat(lines, "\n") .. "\n"
end

--- The same of an array of rows.
function format.csv(columns, rows)
  local i = 0
  return format.csv_of(columns, function()
    i = i + 1
    return rows[i]
  end)
end

local function json_of(value)
  if type(value) == "number" then return ascii.number(value, "%.14g") end
  if type(value) == "table" and next(value) == nil then return "[]" end -- there are only arrays here
  return assert(core.encode(value))
end

--- A JSON object with its keys in the given order, without those that are nil. `util/json.lua` sorts the keys and
--- writes numbers otherwise: the hash of a plan depends on this form, so it must not change.
function format.object(names, row)
  local parts = {}
  for _, name in ipairs(names) do
    local value = row[name]
    if value ~= nil then
      if type(value) == "string" then value = utf8.clean(value) end
      parts[#parts + 1] = ('"%s":%s'):format(name, json_of(value))
    end
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

--- Such objects, one for each row.
function format.objects(names, rows)
  local lines = {}
  for i, row in ipairs(rows) do lines[i] = format.object(names, row) end
  return lines
end

--- An array of such objects, one a line.
function format.array(names, rows)
  return "[\n" .. table.concat(format.objects(names, rows), ",\n") .. "\n]"
end

return format
