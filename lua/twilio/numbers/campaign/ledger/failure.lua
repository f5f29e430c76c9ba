--- The errors of a ledger's database, with a hint of what a person can do.

local errors = require "twilio.numbers.api.error"
local excerpt = require "twilio.numbers.util.excerpt"
local system = require "twilio.numbers.util.system"

local failure = {}

local SHOWN = 500 -- bytes of what a database says
local STATE = "what was sent is in the API's own state"
local RESCUE = "keep it as it is; restore a copy of it, or make a new plan and a new ledger: "
  .. STATE

--- What SQLite and LuaDBI say, and what a person can do.
local hints = {
  ["disk I/O error"] = "is the disk full, or failing?",
  ["database or disk is full"] = "make room, then resume",
  ["unable to open database file"] = "is it, or its folder, missing or read-only?",
  ["readonly database"] = "it can only be read",
  ["database is locked"] = "another process is writing to it",
  ["malformed"] = "it is damaged: " .. RESCUE,
  ["not a database"] = "it is another file, or damaged: " .. RESCUE,
  ["prepared statement"] = "is a pool in front of it that hands out connections by transaction?",
  ["no such table"] = "it is damaged: " .. RESCUE,
  ["no such column"] = "it is damaged: " .. RESCUE,
}

---@param name string the database's
---@param message string
---@return twilio.numbers.Error
function failure.plain(name, message)
  return errors.new { kind = "ledger", message = ("ledger %s: %s"):format(name, message) }
end

--- The error for a failure that SQLite or LuaDBI reports.
---@param name string the database's
---@param what any
---@param path string? SQLite's file
---@return twilio.numbers.Error
function failure.of(name, what, path)
  local message = excerpt(what, SHOWN)
    :gsub("^Error preparing statement handle: ", ""):gsub("^Execute failed ", "")
  -- SQLite says the same for a file that another process has locked, and for a disk without locks.
  local is_locked = path and message:find("database is locked", 1, true)
  local problem = is_locked and system.lock_problem(path)
  if problem then
    return failure.plain(name, ("files on its disk cannot be locked: %s (keep the ledger on a "
      .. "local disk, or in PostgreSQL)"):format(problem))
  end
  for words, hint in pairs(hints) do
    if message:find(words, 1, true) then message = ("%s (%s)"):format(message, hint) end
  end
  return failure.plain(name, message)
end

--- The error for content that cannot be right.
---@param name string the database's
---@param what string what is wrong, in words
---@return twilio.numbers.Error
function failure.damaged(name, what)
  return failure.of(name, ("it is damaged, %s (%s)"):format(what, RESCUE))
end

--- The error for a file that is no longer at its place.
---@param name string the database's
---@param path string the file's
---@return twilio.numbers.Error
function failure.moved(name, path)
  return failure.of(name, ("%s was deleted, moved or replaced meanwhile (put it back, or make a "
    .. "new plan and a new ledger: %s)"):format(path, STATE))
end

return failure
