--- Which values a column of the ledger may hold. A damaged file may hold a number instead of a text, or a time
--- that cannot be written as a date.

local schema = require "twilio.numbers.campaign.ledger.schema"

local row_types = {}

local LATEST = 1e11 -- seconds since 1970: dates of four digits and more
local MOST = 2 ^ 53 -- the largest integer that every Lua represents exactly

local type = type

--- The columns of each table: their names, the largest number that each may hold, or false for texts, whether it has to
--- be a whole one, and whether the value is never null. Every row is checked, so these are arrays.
local tables = {}
for name, columns in pairs(schema.columns) do
  local of_table = { names = {}, most = {}, is_whole = {}, is_needed = {} }
  for i, column in ipairs(columns) do
    of_table.names[i], of_table.is_needed[i] = column.name, column.is_needed
    of_table.is_whole[i] = column.type == "INTEGER"
    of_table.most[i] = column.type ~= "TEXT" and (of_table.is_whole[i] and MOST or LATEST)
  end
  tables[name] = of_table
end

--- The first column of a row whose value is not of the column's type, or missing.
---@param name string the table's
---@param row table
---@return string? column
function row_types.misfit(name, row)
  local of_table = tables[name]
  local names, most, is_needed = of_table.names, of_table.most, of_table.is_needed
  for i = 1, #names do
    local value, limit = row[names[i]], most[i]
    if value == nil then
      if is_needed[i] then return names[i] end
    elseif not limit then
      if type(value) ~= "string" then return names[i] end
    elseif type(value) ~= "number" or not (value >= 0 and value <= limit)
      or of_table.is_whole[i] and value % 1 ~= 0 then
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
