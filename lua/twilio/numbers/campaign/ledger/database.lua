--- The ledger's database: SQLite in a file, or PostgreSQL by a URL, through LuaDBI. Every statement is
--- prepared once, and every failure, however LuaDBI tells it, is `nil, err` of kind "ledger".

local driver = require "twilio.numbers.campaign.ledger.driver"
local failure = require "twilio.numbers.campaign.ledger.failure"
local file_watch = require "twilio.numbers.campaign.ledger.file_watch"
local places = require "twilio.numbers.campaign.ledger.place"
local pool = require "twilio.numbers.campaign.ledger.pool"
local sqlite_file = require "twilio.numbers.campaign.ledger.sqlite_file"
local system = require "twilio.numbers.util.system"
local utf8 = require "twilio.numbers.util.utf8"

---@class twilio.numbers.Database
---@field kind "sqlite"|"postgresql"
---@field name string what a person is told, without a password
---@field file string? where SQLite's file really is, whatever links lead there
---@field place twilio.numbers.LedgerPlace
---@field call fun(f: function, ...): boolean, any, any calls a function of LuaDBI in protected mode
---@field session string[]? what a new connection is told first
---@field files twilio.numbers.CampaignFiles? those that `keep_in_place` watches
local database = {}
database.__index = database

local function connect(self)
  local connection, err = driver.connect(self.place)
  if not connection then return nil, err end
  self.connection, self.statements = connection, {}
  return self
end

--- LuaDBI sends numbers to PostgreSQL, and reads them, as the locale writes them.
local function call_in_c_locale(f, ...) return pcall(system.in_c_locale, f, ...) end

local function new(place)
  return setmetatable({ kind = place.kind, name = place.name, place = place,
    call = place.kind == "sqlite" and pcall or call_in_c_locale }, database)
end

--- Where its file really is, whatever links lead there; "" if it has none.
local function path_of(self)
  local row, err = self:row "PRAGMA database_list"
  return row and row.file, err
end

local function open_sqlite(place, must_exist)
  local self, path = new(place), place.path
  local objection = sqlite_file.objection(path, must_exist)
  if objection then return nil, objection end
  sqlite_file.make_private(path)
  local db, err = connect(self)
  if not db then return nil, err end
  db.file, err = path_of(db)
  if db.file and db.file ~= "" then return db end
  db:close()
  return nil, err or failure.of(path, "a ledger has to be a file")
end

--- Opens it, and makes an SQLite file that is not there unless it must be.
---@param where string a file's path, or postgresql://...
---@param must_exist boolean?
---@return twilio.numbers.Database?
---@return twilio.numbers.Error?
function database.open(where, must_exist)
  local place = places.read(where)
  if place.kind == "sqlite" then return open_sqlite(place, must_exist) end
  local self, err = connect(new(place))
  if not self then return nil, err end
  local other
  other, err = connect(new(place))
  local ok
  if other then ok, err = pool.check(self, other) end
  if ok then return self end
  self:close()
  return nil, err
end

--- Whether a PostgreSQL connection was lost.
local function is_lost(self)
  if self.kind == "sqlite" or not self.connection then return false end
  local ok, is_alive = pcall(self.connection.ping, self.connection)
  return not (ok and is_alive)
end

--- Connects to PostgreSQL again, if the connection was lost.
---@return true?
---@return twilio.numbers.Error?
function database:reconnect()
  if self.connection and not is_lost(self) then return true end
  self:close()
  self.is_closed = false
  local ok, err = connect(self)
  for _, sql in ipairs(self.session or {}) do
    if ok then ok, err = self:rows(sql) end
  end
  if ok then return true end
  self:close() -- a connection without its settings is not used
  self.is_closed, err.is_lost = false, true
  return nil, err
end

local function path_to(self) return self.kind == "sqlite" and (self.file or self.name) or nil end

--- Two of LuaDBI's ways to fail, a raised error and nil with a message, as one.
local function guarded(self, f, ...)
  local ok, result, why = self.call(f, ...)
  if not ok then result, why = nil, result end
  if result then return result end
  local err = failure.of(self.name, why or "it cannot be used any more", path_to(self))
  err.is_lost = is_lost(self)
  return nil, err
end

local function prepared(self, sql)
  local statement = self.statements[sql]
  if statement then return statement end
  local why
  statement, why = guarded(self, driver.prepare, self.connection, sql)
  self.statements[sql] = statement
  return statement, why
end

local function cleaned(...)
  local values, count = { ... }, select("#", ...)
  for i = 1, count do
    if type(values[i]) == "string" then values[i] = utf8.clean(values[i]) end
  end
  return (table.unpack or unpack)(values, 1, count)
end

local function execute(self, sql, ...)
  if not self.connection then
    local err = failure.of(self.name, "it is closed")
    err.is_lost = self.kind == "postgresql" and not self.is_closed
    return nil, err
  end
  local statement, err = prepared(self, sql)
  if not statement then return nil, err end
  local ok
  if utf8.are_plain(...) then -- nearly always
    ok, err = guarded(self, statement.execute, statement, ...)
  else
    ok, err = guarded(self, statement.execute, statement, cleaned(...))
  end
  if not ok then return nil, err end
  return statement
end

--- Runs a statement that gives no rows.
---@param sql string with "?" for each of the arguments
---@return integer? affected how many rows it has changed
---@return twilio.numbers.Error?
function database:run(sql, ...)
  local statement, err = execute(self, sql, ...)
  if not statement then return nil, err end
  return statement:affected()
end

local function read_rows(statement, rows)
  for row in statement:rows(true) do rows[#rows + 1] = row end
end

--- Runs a statement and reads all of its rows, by their columns' names.
---@return table[]?
---@return twilio.numbers.Error?
function database:rows(sql, ...)
  local statement, err = execute(self, sql, ...)
  if not statement then return nil, err end
  local rows = {}
  local ok, why = self.call(read_rows, statement, rows)
  if not ok then return nil, failure.of(self.name, why, path_to(self)) end
  return rows
end

--- The first row, or false if there is none.
function database:row(sql, ...)
  local rows, err = self:rows(sql, ...)
  if not rows then return nil, err end
  return rows[1] or false
end

--- The error for a ledger that cannot be used as it is.
---@param message string
---@return nil
---@return twilio.numbers.Error
function database:refuse(message)
  return nil, failure.plain(self.name, message)
end

--- The error for a damaged ledger.
---@param what string what is wrong, in words
---@return nil
---@return twilio.numbers.Error
function database:damaged(what)
  return nil, failure.damaged(self.name, what)
end

--- Lets SQLite check its file and its indexes. (`quick_check` would not compare the indexes with their tables.)
--- PostgreSQL checks its own files.
---@return true?
---@return twilio.numbers.Error?
function database:check()
  if self.kind ~= "sqlite" then return true end
  local row, err = self:row "PRAGMA integrity_check(1)"
  if row == nil then return nil, err end
  local verdict = row and row.integrity_check or "no answer"
  if verdict == "ok" then return true end
  return self:damaged("SQLite says: " .. tostring(verdict):sub(1, 200))
end

--- From now on a transaction fails when one of SQLite's files, or one of the files named, was deleted, moved or
--- replaced: what is written to such a file is lost.
---@param ... string paths of further files
function database:keep_in_place(...)
  if self.kind ~= "sqlite" then return end
  self.files = self.files or file_watch.record(self.file, self.file .. "-wal")
  self.files:add(...)
end

local function check_place(self)
  local gone = self.files and self.files:find_changed()
  if not gone then return true end
  return nil, failure.moved(self.name, gone)
end

local begin = {
  sqlite = { write = "BEGIN IMMEDIATE", read = "BEGIN" },
  postgresql = { write = "BEGIN", read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" },
}

local function within(self, opening, work)
  local begun, err = self:run(opening)
  if not begun then return nil, err end
  local ok, result, why = pcall(work)
  if ok and result ~= nil then
    local done
    done, why = self:run "COMMIT"
    if done then return result end
  end
  self:run "ROLLBACK"
  if not ok then error(result, 0) end
  return nil, why
end

--- Does all or nothing of what a function does: it commits unless that gives nil and an error, or
--- raises.
---@param work fun(): any, twilio.numbers.Error?
---@return any # what `work` gave
---@return twilio.numbers.Error?
function database:transaction(work)
  local result, err = within(self, begin[self.kind].write, work)
  local ok, why = check_place(self)
  if result ~= nil and not ok then return nil, why end
  return result, err
end

-- PostgreSQL takes a table for small until it has counted its rows: it would read all of them for each page, and for
-- each row of another table. The settings end with the transaction.
local FOR_LARGE = [[SELECT set_config('enable_nestloop', 'off', true) AS a,
  set_config('enable_bitmapscan', 'off', true) AS b, set_config('enable_sort', 'off', true) AS c]]

--- Reads a consistent state in several statements, while other connections may write.
---@param work fun(): any, twilio.numbers.Error?
---@return any # what `work` gave
---@return twilio.numbers.Error?
function database:snapshot(work)
  return within(self, begin[self.kind].read, function()
    local ok, err = true, nil
    if self.kind == "postgresql" then ok, err = self:row(FOR_LARGE) end
    if ok then return work() end
    return nil, err
  end)
end

--- Seconds since 1970: the database's own clock where several machines share it.
---@return number?
---@return twilio.numbers.Error?
function database:now()
  if self.kind == "sqlite" then return system.time() end
  local row, err = self:row "SELECT CAST(extract(epoch FROM clock_timestamp()) AS float8) AS now"
  if not row then return nil, err end
  return row.now
end

--- Closes it. Doing it twice is harmless.
function database:close()
  self.is_closed = true
  if not self.connection then return end
  for _, statement in pairs(self.statements) do pcall(statement.close, statement) end
  pcall(self.connection.close, self.connection)
  self.connection, self.statements = nil, {}
end

database.__gc = database.close
database.__close = database.close

return database
