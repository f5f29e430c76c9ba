--- Connects to a ledger's database by LuaDBI. What a driver says of a failure is told without passwords.

local ascii = require "twilio.numbers.util.ascii"
local failure = require "twilio.numbers.campaign.ledger.failure"

local driver = {}

local names = { sqlite = "SQLite3", postgresql = "PostgreSQL" }

local function load_driver(name)
  local package = ascii.lower(name)
  local ok, dbi = pcall(require, "DBI")
  if ok then ok = pcall(require, "dbd." .. package) end
  if ok then return dbi end
  return nil, ("LuaDBI's driver %s is missing: install Debian's package lua-dbi-%s, or the rock "
    .. "luadbi-%s"):format(name, package, package)
end

--- LuaDBI loses what PostgreSQL has said when a connection fails.
local function words_of(place, why)
  local text = tostring(why)
  if text:find "no connection to the server" or text:find "server closed the connection" then
    return "no connection: is it there, and are port, database, user and password right?"
  end
  for _, secret in pairs(place.secrets or {}) do
    local at = #secret > 0 and text:find(secret, 1, true)
    while at do
      text = text:sub(1, at - 1) .. "***" .. text:sub(at + #secret)
      at = text:find(secret, at + 3, true)
    end
  end
  return text
end

--- Connects. Each statement is by itself, or between `BEGIN` and `COMMIT`.
---@param place twilio.numbers.LedgerPlace
---@return table? # LuaDBI's connection
---@return twilio.numbers.Error?
function driver.connect(place)
  local name = names[place.kind]
  local dbi, problem = load_driver(name)
  if not dbi then return nil, failure.of(place.name, problem) end
  local ok, connection, why = pcall(dbi.Connect, name, place.path or place.connection)
  if not ok then connection, why = nil, connection end
  if not connection then return nil, failure.of(place.name, words_of(place, why)) end
  -- What this says of SQLite is of no use: it tells of a rollback where there was nothing to roll back.
  connection:autocommit(true)
  return connection
end

--- The connection of each statement. A statement of PostgreSQL uses its connection when it is collected, and LuaDBI does
--- not keep that alive: collected before, it would crash the process.
local owners = setmetatable({}, { __mode = "k" })

--- Prepares a statement.
---@param connection table LuaDBI's
---@param sql string
---@return table? # LuaDBI's statement
---@return string?
function driver.prepare(connection, sql)
  local statement, why = connection:prepare(sql)
  if statement then owners[statement] = connection end
  return statement, why
end

return driver
