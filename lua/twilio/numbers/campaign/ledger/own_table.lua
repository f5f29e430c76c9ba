--- Tables that a ledger has only if they are used. Their rows are no part of what is compared with the plan.

local schema = require "twilio.numbers.campaign.ledger.schema"

local own_table = {}

local IS_THERE = {
  sqlite = "SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = ?",
  postgresql = [[SELECT 1 AS one FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_name = ?]],
}

---@param db twilio.numbers.Database
---@param name string
---@return boolean?
---@return twilio.numbers.Error?
function own_table.exists(db, name)
  local row, err = db:row(IS_THERE[db.kind], name)
  if row == nil then return nil, err end
  return row ~= false
end

--- Makes a table if it is missing, within a transaction.
---@param db twilio.numbers.Database
---@param name string
---@param sql string
---@return true?
---@return twilio.numbers.Error?
function own_table.make(db, name, sql)
  local known, err = own_table.exists(db, name)
  if known then return true elseif known == nil then return nil, err end
  local ok = true
  if db.kind == "postgresql" then ok, err = db:row(schema.LOCK) end -- two may do it at once
  if ok ~= nil then ok, err = db:run(sql) end
  return ok and true, err
end

--- Removes a campaign's rows, if the table is there.
---@param db twilio.numbers.Database
---@param name string
---@param campaign string the campaign's id
---@return true?
---@return twilio.numbers.Error?
function own_table.clear(db, name, campaign)
  local known, err = own_table.exists(db, name)
  if not known then return known == false or nil, err end
  local ok
  ok, err = db:run(("DELETE FROM %s WHERE campaign = ?"):format(name), campaign)
  return ok and true, err
end

return own_table
