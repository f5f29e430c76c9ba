--- Keeps the intents of one campaign and the entry of another apart in PostgreSQL, where neither sees what the other has
--- not committed yet. Intents share the lock, so they do not wait for each other. It is held until the transaction
--- ends. Every transaction takes its locks in one order, so that no two wait for each other: this one, `schema.lock`,
--- the brakes, the end of the audit chain. An SQLite ledger has one writer.

local entry_lock = {}

local KEY = 1953067888
local TAKE = ("SELECT 1 AS one FROM (SELECT pg_advisory_xact_lock(%d)) AS l"):format(KEY)
local SHARE = ("SELECT 1 AS one FROM (SELECT pg_advisory_xact_lock_shared(%d)) AS l"):format(KEY)

local function lock(db, sql)
  if db.kind ~= "postgresql" then return true end
  local row, err = db:row(sql)
  return row ~= nil or nil, err
end

--- For intents: no plan is entered until the transaction ends.
---@param db twilio.numbers.Database
---@return true?
---@return twilio.numbers.Error?
function entry_lock.share(db) return lock(db, SHARE) end

--- For the entry of a plan: it waits for the transactions that have intents, and holds up new ones.
---@param db twilio.numbers.Database
---@return true?
---@return twilio.numbers.Error?
function entry_lock.take(db) return lock(db, TAKE) end

return entry_lock
