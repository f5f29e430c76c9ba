--- Which values a column of the ledger may hold. A damaged file may hold a number instead of a text, or a time
--- that cannot be written as a date.

local schema = require "twilio.numbers.campaign.ledger.schema"

local row_types = {}

local LATEST = 1e11 -- seconds since 1970: dates of four digits and more
local MOST = 2 ^ 53 -- the largest integer that every Lua represents exactly

local type = type

local function fits(kind, value)
  if kind == "TEXT" then return type(value) == "string" end
  if type(value) ~= "number" or value < 0 then return false end
  if kind == "INTEGER" then return value <= MOST and value % 1 == 0 end
  return value <= LATEST
end

--- The columns of each table: their names, their types, and whether they are never null. Every row is checked, so
--- these are arrays.
local tables = {}
for name, columns in pairs(schema.columns) do
  local of_table = { names = {}, kinds = {}, is_needed = {} }
  for i, column in ipairs(columns) do
    of_table.names[i], of_table.kinds[i] = column.name, column.type
    of_table.is_needed[i] = column.is_needed
  end
  tables[name] = of_table
end

--- The first column of a row whose value is not of the column's type, or missing.
---@param name string the table's
---@param row table
---@return string? column
function row_types.misfit(name, row)
  local of_table = tables[name]
  local names, kinds = of_table.names, of_table.kinds
  for i = 1, #names do
    local value = row[names[i]]
    if value == nil then
      if of_table.is_needed[i] then return names[i] end
    elseif not fits(kinds[i], value) then
      return names[i]
    end
  end
end

--- A row that a query gave, if its values can be right; false for none.
---@param db twilio.numbers.Database
---@param name string the table's
---@param row table|false|nil
---@param err twilio.numbers.Error?
---@return table|false|nil
---@return twilio.numbers.Error?
function row_types.checked(db, name, row, err)
  if not row then return row, err end
  local column = row_types.misfit(name, row)
  if not column then return row end
  return db:damaged(("in %s, a value of %s cannot be there"):format(name, column))
end

return row_types
