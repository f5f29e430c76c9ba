--- Reads the rows of a table one after the other, in the order of their keys. They are read in pages, so that a few of
--- them are in memory at once. A row whose values cannot be right ends the reading.

local row_types = require "twilio.numbers.campaign.ledger.row_types"
local schema = require "twilio.numbers.campaign.ledger.schema"

---@class twilio.numbers.LedgerCursor
---@field db twilio.numbers.Database
---@field name string the table's
---@field sql string
---@field owner any the campaign's id, or the chain's number
---@field owned_by string the column that has it
---@field keys string[]
---@field rows table[] the page
---@field place integer the last row of it that was given
---@field is_last boolean whether no page follows
local cursor = {}
cursor.__index = cursor

local PAGE = 500
local BEFORE = -1 -- all keys that can be right

--- The column by which a campaign's rows are found, and those that order them.
local tables = {
  targets = { owner = "campaign", keys = { "number" } },
  attempts = { owner = "campaign", keys = { "target", "attempt" } },
  audit_chain = { owner = "chain", keys = { "position" } },
}

--- The owner is not read: each row would have a text of its own for it.
local function sql_of(name, order)
  local names = {}
  for _, column in ipairs(schema.columns[name]) do
    if column.name ~= order.owner then names[#names + 1] = column.name end
  end
  local keys, marks = table.concat(order.keys, ", "), ("?, "):rep(#order.keys - 1) .. "?"
  return ("SELECT %s FROM %s WHERE %s = ? AND (%s) > (%s) ORDER BY %s LIMIT %d"):format(
    table.concat(names, ", "), name, order.owner, keys, marks, keys, PAGE)
end

--- Opens a cursor on a campaign's rows.
---@param db twilio.numbers.Database
---@param name "targets"|"attempts"|"audit_chain"
---@param owner any the campaign's id, or the chain's number
---@return twilio.numbers.LedgerCursor
function cursor.open(db, name, owner)
  local order = tables[name]
  return setmetatable({ db = db, name = name, owner = owner, owned_by = order.owner,
    keys = order.keys, sql = sql_of(name, order), rows = {}, place = 0, is_last = false }, cursor)
end

--- Reads the page after the last row.
local function turn(self)
  local last, after = self.rows[#self.rows], {}
  for i, key in ipairs(self.keys) do after[i] = last and last[key] or BEFORE end
  local rows, err = self.db:rows(self.sql, self.owner, (table.unpack or unpack)(after))
  if not rows then return nil, err end
  self.rows, self.place, self.is_last = rows, 0, #rows < PAGE
  return true
end

--- The next row; false after the last one.
---@return table|false|nil
---@return twilio.numbers.Error?
function cursor:next()
  if self.place == #self.rows then
    if self.is_last then return false end
    local ok, err = turn(self)
    if not ok then return nil, err end
    if #self.rows == 0 then return false end
  end
  self.place = self.place + 1
  local row = self.rows[self.place]
  row[self.owned_by] = self.owner
  return row_types.checked(self.db, self.name, row)
end

return cursor
