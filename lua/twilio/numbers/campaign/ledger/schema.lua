--- The ledger's tables, for SQLite and PostgreSQL alike. Times are seconds since 1970.

local ascii = require "twilio.numbers.util.ascii"

local schema = {
  VERSION = 2,
  --- The states of a target, in the order in which they are counted and shown.
  ---   planned    to be cancelled; no DELETE of it is in flight
  ---   intended   a DELETE is about to be sent, was sent, or was lost with its process
  ---   accepted   answered by 204, or seen as canceling
  ---   confirmed  seen as canceled by a GET
  ---   refused    the API refused the DELETE
  ---   uncertain  it may or may not have taken effect
  ---   skipped    not cancelled, `why` says why
  STATES = {
    "planned", "intended", "accepted", "confirmed", "refused", "uncertain", "skipped",
  },
  --- Locks the PostgreSQL database against other holders of this lock, until the transaction ends.
  LOCK = "SELECT 1 AS one FROM (SELECT pg_advisory_xact_lock(1953067887)) AS l",
}

--- The tables, with the version that brought each of them.
local statements = {
  -- log: see log_marker.lua; since version 2
  { 1, [[CREATE TABLE campaign_schema (version INTEGER NOT NULL, log TEXT)]] },
  { 1, [[CREATE TABLE campaigns (
    id TEXT PRIMARY KEY, account_sid TEXT NOT NULL, plan TEXT NOT NULL, planned INTEGER NOT NULL,
    reason TEXT, ticket TEXT, created_at DOUBLE PRECISION NOT NULL)]] },
  { 1, [[CREATE TABLE runs (
    id TEXT PRIMARY KEY, campaign TEXT NOT NULL, command TEXT NOT NULL, host TEXT NOT NULL,
    pid INTEGER NOT NULL, who TEXT NOT NULL, started_at DOUBLE PRECISION NOT NULL,
    ended_at DOUBLE PRECISION, ended_as TEXT)]] },
  -- run, lease_until: the run that has claimed the target, and until when
  { 1, [[CREATE TABLE targets (
    campaign TEXT NOT NULL, number INTEGER NOT NULL, port_in_sid TEXT NOT NULL,
    phone_number_sid TEXT, phone_number TEXT, planned_status TEXT, state TEXT NOT NULL, why TEXT,
    seen TEXT, http_status INTEGER, code TEXT, request_id TEXT, attempts INTEGER NOT NULL,
    intended_at DOUBLE PRECISION, changed_at DOUBLE PRECISION NOT NULL, run TEXT,
    lease_until DOUBLE PRECISION, again TEXT,
    PRIMARY KEY (campaign, number))]] },
  { 1, [[CREATE INDEX targets_by_state ON targets (campaign, state, number)]] },
  { 1, [[CREATE INDEX targets_by_port_in ON targets (lower(port_in_sid))]] },
  { 1, [[CREATE TABLE attempts (
    campaign TEXT NOT NULL, target INTEGER NOT NULL, attempt INTEGER NOT NULL, run TEXT NOT NULL,
    intended_at DOUBLE PRECISION NOT NULL, answered_at DOUBLE PRECISION, seconds DOUBLE PRECISION,
    outcome TEXT, http_status INTEGER, code TEXT, request_id TEXT, message TEXT,
    PRIMARY KEY (campaign, target, attempt))]] },
  -- see brakes.lua
  { 2, [[CREATE TABLE brakes (
    campaign TEXT PRIMARY KEY, failures INTEGER NOT NULL, halted TEXT,
    halted_at DOUBLE PRECISION, halted_by TEXT, canary INTEGER, canary_run TEXT,
    canary_passed_at DOUBLE PRECISION)]] },
  -- see chain.lua
  { 2, [[CREATE TABLE audit_heads (
    campaign TEXT PRIMARY KEY, chain INTEGER NOT NULL UNIQUE, length INTEGER NOT NULL,
    hash TEXT NOT NULL)]] },
  { 2, [[CREATE TABLE audit_chain (
    chain INTEGER NOT NULL, position INTEGER NOT NULL, happened_at DOUBLE PRECISION NOT NULL,
    event TEXT NOT NULL, run TEXT, target INTEGER, attempt INTEGER, state TEXT, outcome TEXT,
    http_status INTEGER, code TEXT, request_id TEXT, digest TEXT, host TEXT, who TEXT, note TEXT,
    salt TEXT, hash TEXT NOT NULL, PRIMARY KEY (chain, position))]] },
  -- see purge.lua
  { 2, [[CREATE TABLE purges (
    campaign TEXT PRIMARY KEY, purged_at DOUBLE PRECISION NOT NULL, plan_id TEXT NOT NULL)]] },
}

---@class twilio.numbers.LedgerColumn
---@field name string
---@field type "TEXT"|"INTEGER"|"DOUBLE PRECISION"
---@field is_needed boolean never null
---@field since integer the version that brought it

--- The columns of each table, from its statement.
---@return table<string, twilio.numbers.LedgerColumn[]>
local function read_columns()
  local tables = {}
  for _, statement in ipairs(statements) do
    local name, list = statement[2]:match "^CREATE TABLE ([a-z_]+) %((.*)%)$"
    if name then
      tables[name] = {}
      for item in list:gmatch "[^,]+" do
        local column, rest = item:match "^[ \n]*([a-z_]+) ([A-Z].*)$"
        if column then
          table.insert(tables[name], { name = column,
            type = rest:match "^DOUBLE PRECISION" or rest:match "^[A-Z]+",
            is_needed = rest:find "NOT NULL" ~= nil or rest:find "PRIMARY KEY" ~= nil,
            since = column == "log" and 2 or statement[1] })
        end
      end
    end
  end
  return tables
end

schema.columns = read_columns()

--- The names of a table's columns, as a statement lists them.
---@param name string
---@return string
function schema.list(name)
  local names = {}
  for i, column in ipairs(schema.columns[name]) do names[i] = column.name end
  return table.concat(names, ", ")
end

--- How long to wait while another process writes; and the size of a page in a new file. Undo sheets have about a
--- kilobyte each: larger pages are written in fewer calls.
local patience = {
  sqlite = { "PRAGMA busy_timeout = 10000", "PRAGMA page_size = 8192" }, postgresql = {},
}

--- An intent must be on the disk before its DELETE is sent, whatever the database's defaults are. In SQLite,
--- readers must not wait for the writer. In PostgreSQL, a transaction that waited for a row has to see its new
--- version.
local settings = {
  sqlite = { "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL" },
  postgresql = {
    [[SELECT set_config('synchronous_commit', 'on', false) AS value
      WHERE current_setting('synchronous_commit') = 'off']],
    [[SELECT set_config('default_transaction_isolation', 'read committed', false) AS value]],
    -- libpq writes notices to the standard error, such as that a table is there already.
    [[SELECT set_config('client_min_messages', 'warning', false) AS value]],
    -- A process that was stopped in the middle of a change must not hold up the others for ever.
    [[SELECT set_config('idle_in_transaction_session_timeout', '15000', false) AS value]],
  },
}

--- The columns that the database has, with their tables and types.
local list_columns = {
  sqlite = [[SELECT m.name AS owner, c.name AS name, lower(c.type) AS type
    FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table']],
  postgresql = [[SELECT CAST(table_name AS text) AS owner, CAST(column_name AS text) AS name,
    CAST(data_type AS text) AS type FROM information_schema.columns
    WHERE table_schema = current_schema()]],
}

--- The database's tables with the types of their columns.
---@return table<string, table<string, string>>?
---@return twilio.numbers.Error?
local function read_types(db)
  local rows, err = db:rows(list_columns[db.kind])
  if not rows then return nil, err end
  local types = {}
  for _, row in ipairs(rows) do
    types[row.owner] = types[row.owner] or {}
    types[row.owner][row.name] = row.type
  end
  return types
end

--- Which table or column of a version is missing; false if none is, "all" if all tables are.
---@return string|false
local function find_missing(types, version)
  local count, missing = 0, false
  for name, columns in pairs(schema.columns) do
    count = count + (types[name] and 1 or 0)
    for _, column in ipairs(columns) do
      local is_there = types[name] and types[name][column.name] == ascii.lower(column.type)
      if column.since <= version and not is_there then
        missing = types[name] and ("the table %s lacks its column %s"):format(name, column.name)
          or ("the table %s is missing"):format(name)
      end
    end
  end
  return count == 0 and "all" or missing
end

--- Makes the tables that a version has brought.
---@param db twilio.numbers.Database
---@param version integer
---@return true?
---@return twilio.numbers.Error?
function schema.create(db, version)
  for _, statement in ipairs(statements) do
    if statement[1] == version then
      local ok, err = db:run(statement[2])
      if not ok then return nil, err end
    end
  end
  return true
end

--- Locks a PostgreSQL database against others that make or change tables.
---@return true?
---@return twilio.numbers.Error?
function schema.lock(db)
  if db.kind ~= "postgresql" then return true end
  local row, err = db:row(schema.LOCK)
  return row ~= nil or nil, err
end

--- Two processes may do this at once, so it checks again under the lock. (to_regclass would not notice tables
--- that the other process has made meanwhile.)
local function create_all(db)
  local ok, err = schema.lock(db)
  if not ok then return nil, err end
  local types
  types, err = read_types(db)
  if not types then return nil, err end
  if find_missing(types, schema.VERSION) ~= "all" then return true end
  for version = 1, schema.VERSION do
    ok, err = schema.create(db, version)
    if not ok then return nil, err end
  end
  return db:run("INSERT INTO campaign_schema (version) VALUES (?)", schema.VERSION)
end

local function set_up(db, list)
  for _, sql in ipairs(list) do
    local ok, err = db:rows(sql)
    if not ok then return nil, err end
  end
  return true
end

--- The ledger's version; or false, if it has none that can be read.
local function read_version(db, types)
  if not (types.campaign_schema and types.campaign_schema.version) then return false end
  local rows, err = db:rows "SELECT version FROM campaign_schema"
  if not rows then return nil, err end
  local version = #rows == 1 and rows[1].version
  if type(version) ~= "number" then return db:damaged "it has no version" end
  return version
end

--- Checks the tables. False if all are missing, and need not be there.
local function check_tables(db, must_exist)
  local types, err = read_types(db)
  if not types then return nil, err end
  local missing = find_missing(types, 1)
  if missing == "all" then
    if must_exist then return db:refuse "there is no campaign in it" end
    db.version = schema.VERSION
    return false
  end
  local version
  version, err = read_version(db, types)
  if version == nil then return nil, err end
  if version and (version < 1 or version > schema.VERSION or version % 1 ~= 0) then
    return db:refuse(("it is of version %.0f, this library keeps version %d"):format(
      version, schema.VERSION))
  end
  missing = find_missing(types, version or schema.VERSION)
  if missing then return db:damaged(missing) end
  db.version = version
  return true
end

--- Makes the tables unless they must exist; checks their columns and their version. A ledger of an earlier version
--- stays as it is, see migration.lua. Writes nothing to what is no ledger, and must be one.
---@param db twilio.numbers.Database
---@param must_exist boolean?
---@return true?
---@return twilio.numbers.Error?
function schema.prepare(db, must_exist)
  local ok, err = set_up(db, patience[db.kind])
  if ok then ok, err = db:check() end
  local are_there
  if ok then are_there, err = check_tables(db, must_exist) end
  if are_there == nil then return nil, err end
  ok, err = set_up(db, settings[db.kind])
  db.session = settings[db.kind]
  if ok and not are_there then
    ok, err = db:transaction(function() return create_all(db) end)
  end
  return ok and true, err
end

return schema
