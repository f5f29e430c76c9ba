--- Lets only one process of this machine work on an SQLite ledger. The lock is an exclusive transaction on an
--- empty file beside the ledger, so the system frees it when the process ends, however it ends. (A lock on the
--- ledger itself would keep readers out as well.)

local database = require "twilio.numbers.campaign.ledger.database"
local errors = require "twilio.numbers.api.error"

local lock = {}

--- Takes the lock. Closing the returned database releases it.
---@param path string the ledger's
---@return twilio.numbers.Database?
---@return twilio.numbers.Error? # `is_held` when another process has it
function lock.take(path)
  local db, err = database.open(path .. "-lock")
  if not db then return nil, err end
  local ok
  ok, err = db:run "BEGIN EXCLUSIVE"
  if ok then return db end
  db:close()
  if err.message:find("database is locked", 1, true) then
    err = errors.new { kind = "ledger", is_held = true,
      message = ("ledger %s: another process is at work on it"):format(path) }
  end
  return nil, err
end

return lock
