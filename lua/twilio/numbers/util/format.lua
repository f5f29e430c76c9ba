--- Rows as text: a table for the eye, CSV, JSON.

local argument_error = require "twilio.numbers.util.argument_error"
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

--- Has a text made piece by piece: each goes to `write`, or all of them are returned as one.
---@param make fun(write: fun(text: string))
---@param write (fun(text: string))?
---@return string # empty if there is `write`
function format.pieces(make, write)
  if write ~= nil and type(write) ~= "function" then
    argument_error.argument("write", "a function", write)
  end
  local parts = {}
  make(write or function(text) parts[#parts + 1] = text end)
  return table.concat(parts)
end

--- The columns in which there is anything, and how wide each is.
local function measure(columns, rows)
  local widths, is_used, list = {}, {}, {}
  for _, name in ipairs(columns) do widths[name] = #name end
  for row in rows do
    for _, name in ipairs(columns) do
      local width = #cell(row[name])
      is_used[name] = is_used[name] or width > 0
      widths[name] = math.max(widths[name], width)
    end
  end
  for _, name in ipairs(columns) do
    if is_used[name] then list[#list + 1] = name end
  end
  return list, widths
end

--- Writes columns side by side under their titles, each as wide as it needs, without those that are empty.
---@param columns string[]
---@param open fun(): fun(): table? gives all rows, by column name, each time that it is called
---@param write fun(text: string)
function format.write_aligned(columns, open, write)
  local shown, widths = measure(columns, open())
  local function line(get)
    local parts = {}
    for i, name in ipairs(shown) do
      local text = get(name)
      parts[i] = text .. (" "):rep(widths[name] - #text)
    end
    write((table.concat(parts, "  "):gsub(" +$", "")) .. "\n")
  end
  line(function(name) return name end)
  for row in open() do line(function(name) return cell(row[name]) end) end
end

--- An array's items, one after the other.
local function each(list)
  local i = 0
  return function()
    i = i + 1
    return list[i]
  end
end

--- The same of an array of rows, as one text.
---@param columns string[]
---@param rows table[] by column name
---@return string
function format.aligned(columns, rows)
  return format.pieces(function(write)
    format.write_aligned(columns, function() return each(rows) end, write)
  end)
end

local function csv_line(columns, row)
  local fields = {}
  for i, name in ipairs(columns) do
    local value = row[name]
    fields[i] = type(value) == "string" and csv.without_formulas(value) or value
  end
  return csv.line(fields, #columns)
end

--- Writes CSV with a header, and without formulas.
---@param columns string[]
---@param rows fun(): table? gives one row after the other
---@param write fun(text: string)
function format.write_csv(columns, rows, write)
  write(csv.line(columns, #columns) .. "\n")
  for row in rows do write(csv_line(columns, row) .. "\n") end
end

--- The same of an array of rows, as one text.
function format.csv(columns, rows)
  return format.pieces(function(write) format.write_csv(columns, each(rows), write) end)
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

--- Writes an array of such objects, one a line.
---@param rows fun(): table?
---@param write fun(text: string)
function format.write_array(names, rows, write)
  local before = "[\n"
  for row in rows do
    write(before .. format.object(names, row))
    before = ",\n"
  end
  write((before == "[\n" and before or "") .. "\n]")
end

--- An array of such objects, one a line.
function format.array(names, rows)
  return "[\n" .. table.concat(format.objects(names, rows), ",\n") .. "\n]"
end

return format
