--- Which values a column of the ledger may hold. A damaged file may hold a number instead of a text, or a time
--- that cannot be written as a date.

local schema = require "twilio.numbers.campaign.ledger.schema"

local row_types = {}

local LATEST = 1e11 -- seconds since 1970: dates of four digits and more
local MOST = 2 ^ 53 -- the largest integer that every Lua represents exactly

local fits = {
  TEXT = function(value) return type(value) == "string" end,
  INTEGER = function(value)
    return type(value) == "number" and value >= 0 and value <= MOST and value % 1 == 0
  end,
  ["DOUBLE PRECISION"] = function(value)
    return type(value) == "number" and value >= 0 and value <= LATEST
  end,
}

--- The first column of a row whose value is not of the column's type, or missing.
---@param name string the table's
---@param row table
---@return string? column
function row_types.misfit(name, row)
  for _, column in ipairs(schema.columns[name]) do
    local value = row[column.name]
    if value == nil and column.is_needed or value ~= nil and not fits[column.type](value) then
      return column.name
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
