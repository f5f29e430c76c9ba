--- A ledger's file before SQLite opens it.

local failure = require "twilio.numbers.campaign.ledger.failure"
local system = require "twilio.numbers.util.system"

local sqlite_file = {}

--- Makes an empty file that only its owner can read, where there is none: the ledger holds phone numbers. SQLite
--- gives its other files the same mode. If that fails, SQLite says why.
---@param path string
function sqlite_file.make_private(path)
  local is_path = path ~= ":memory:" and not path:find "^file:"
  if is_path and not system.file_identity(path) then system.make_private(path) end
end

--- Why a file cannot be opened, as far as that is known without SQLite: to an empty file SQLite writes, and removes its
--- log. (The log is looked at first: another process may be making the ledger.)
---@param path string
---@param must_exist boolean?
---@return twilio.numbers.Error?
function sqlite_file.objection(path, must_exist)
  local has_log, log_size = system.file_identity(path .. "-wal")
  local is_there, size = system.file_identity(path)
  if not is_there then return must_exist and failure.of(path, size) or nil end
  if size > 0 then return nil end
  if has_log and log_size > 0 then
    return failure.damaged(path, "the file is empty, and its log is not")
  end
  return must_exist and failure.plain(path, "the file is empty, not a ledger") or nil
end

return sqlite_file
