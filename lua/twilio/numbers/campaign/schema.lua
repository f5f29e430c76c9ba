--- The ledger's tables, for SQLite and PostgreSQL alike. Times are seconds since 1970.

local errors = require "twilio.numbers.error"

local schema = {
  VERSION = 1,
  --- Held until a transaction ends, by one at a time of all who use this PostgreSQL database.
  LOCK = "SELECT 1 AS one FROM (SELECT pg_advisory_xact_lock(1953067887)) AS l",
}

local statements = {
  [[CREATE TABLE campaign_schema (version INTEGER NOT NULL)]],
  [[CREATE TABLE campaigns (
    id TEXT PRIMARY KEY, account_sid TEXT NOT NULL, plan TEXT NOT NULL, planned INTEGER NOT NULL,
    reason TEXT, ticket TEXT, created_at DOUBLE PRECISION NOT NULL)]],
  [[CREATE TABLE runs (
    id TEXT PRIMARY KEY, campaign TEXT NOT NULL, command TEXT NOT NULL, host TEXT NOT NULL,
    pid INTEGER NOT NULL, who TEXT NOT NULL, started_at DOUBLE PRECISION NOT NULL,
    ended_at DOUBLE PRECISION, ended_as TEXT)]],
  [[CREATE TABLE targets (
    campaign TEXT NOT NULL, number INTEGER NOT NULL, port_in_sid TEXT NOT NULL,
    phone_number_sid TEXT, phone_number TEXT, planned_status TEXT, state TEXT NOT NULL, why TEXT,
    seen TEXT, http_status INTEGER, code TEXT, request_id TEXT, attempts INTEGER NOT NULL,
    intended_at DOUBLE PRECISION, changed_at DOUBLE PRECISION NOT NULL, run TEXT,
    lease_until DOUBLE PRECISION, again TEXT,
    PRIMARY KEY (campaign, number))]],
  [[CREATE INDEX targets_by_state ON targets (campaign, state, number)]],
  [[CREATE INDEX targets_by_port_in ON targets (lower(port_in_sid))]],
  [[CREATE TABLE attempts (
    campaign TEXT NOT NULL, target INTEGER NOT NULL, attempt INTEGER NOT NULL, run TEXT NOT NULL,
    intended_at DOUBLE PRECISION NOT NULL, answered_at DOUBLE PRECISION, seconds DOUBLE PRECISION,
    outcome TEXT, http_status INTEGER, code TEXT, request_id TEXT, message TEXT,
    PRIMARY KEY (campaign, target, attempt))]],
}

--- An intent must have reached the disk, not only the system, before its DELETE is sent, whatever is usual
--- in a database; in SQLite, who only reads must not wait for who writes; in PostgreSQL, who waited for a row
--- has to see what became of it.
local settings = {
  sqlite = {
    "PRAGMA busy_timeout = 10000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
  },
  postgresql = {
    [[SELECT set_config('synchronous_commit', 'on', false) AS value
      WHERE current_setting('synchronous_commit') = 'off']],
    [[SELECT set_config('default_transaction_isolation', 'read committed', false) AS value]],
  },
}

local function exists(db)
  if db.kind == "sqlite" then
    return db:row [[SELECT 1 AS one FROM sqlite_master
      WHERE type = 'table' AND name = 'campaign_schema']]
  end
  return db:row [[SELECT 1 AS one FROM pg_catalog.pg_tables
    WHERE tablename = 'campaign_schema' AND schemaname = current_schema()]]
end

local function create(db)
  -- Two may come first at once. (to_regclass would not notice what the other has made meanwhile.)
  if db.kind == "postgresql" then
    local ok, err = db:row(schema.LOCK)
    if ok == nil then return nil, err end
    local there
    there, err = exists(db)
    if there == nil then return nil, err elseif there then return true end
  end
  for _, sql in ipairs(statements) do
    local ok, err = db:run(sql)
    if not ok then return nil, err end
  end
  return db:run("INSERT INTO campaign_schema (version) VALUES (?)", schema.VERSION)
end

local function set_up(db)
  for _, sql in ipairs(settings[db.kind]) do
    local ok, err = db:rows(sql)
    if not ok then return nil, err end
  end
  return true
end

--- Makes the tables if they are not there, unless it must find them; checks their version.
---@param db twilio.numbers.Database
---@param must_exist boolean?
---@return true?
---@return twilio.numbers.Error?
function schema.prepare(db, must_exist)
  local there
  local ok, err = set_up(db)
  if ok then there, err = exists(db) end
  if there == nil then return nil, err end
  if not there then
    if must_exist then
      return nil, errors.new { kind = "ledger",
        message = ("ledger %s: there is no campaign in it"):format(db.name) }
    end
    ok, err = db:transaction(function() return create(db) end)
    if not ok then return nil, err end
  end
  local row
  row, err = db:row "SELECT version FROM campaign_schema"
  if row == nil then return nil, err end
  if not row then row = { version = 0 } end
  if row.version ~= schema.VERSION then
    return nil, errors.new { kind = "ledger",
      message = ("ledger %s: it is of version %d, this library keeps version %d"):format(
        db.name, row.version, schema.VERSION) }
  end
  return true
end

return schema
