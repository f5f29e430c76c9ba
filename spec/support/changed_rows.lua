--- Damage to a ledger: its rows are changed as another program, or a person, may change them. Rows are
--- deleted or added, SIDs changed or swapped, states changed, in every table.

local database = require "twilio.numbers.campaign.ledger.database"
local sandbox = require "spec.support.sandbox"
local schema = require "twilio.numbers.campaign.ledger.schema"

local TABLES = { "targets", "targets", "targets", "attempts", "runs", "brakes", "campaigns", "audit_chain",
  "audit_chain", "audit_heads", "undo_sheets", "approvals", "purges", "campaign_schema" }
local KEYS = { targets = "number", attempts = "attempt", runs = "id", campaigns = "id", brakes = "campaign",
  audit_chain = "position", audit_heads = "campaign", undo_sheets = "target", approvals = "key",
  purges = "campaign" }
local OUTCOMES = { "accepted", "refused", "uncertain", "not_sent" }
local EVENTS = { "plan", "apply", "release", "halted", "intended", "answered", "state", "end", "found" }

--- A SID that the plan does not have, one that it skips, and another of its own.
local function other_sid(random)
  return sandbox.sid("KW", random:pick { 8, 5, 0x200001, 0x200002, 0x200003, 10 })
end

local function quoted(text) return "'" .. text .. "'" end

local changes = {}

function changes.delete(random, _, name)
  return ("DELETE FROM %s WHERE rowid IN (SELECT rowid FROM %s ORDER BY rowid LIMIT %d OFFSET %d)"):format(
    name, name, random:pick { 1, 1, 2, 100 }, random:int(10) - 1)
end

--- A copy of a row, with another key.
function changes.add(random, columns, name)
  local key, list, values = KEYS[name], {}, {}
  for i, column in ipairs(columns) do
    list[i], values[i] = column, column
    if column == key then
      values[i] = random:one_in(3) and tostring(random:int(30)) or quoted(tostring(random:int(30)))
    elseif column == "port_in_sid" then
      values[i] = quoted(other_sid(random))
    end
  end
  return ("INSERT INTO %s (%s) SELECT %s FROM %s ORDER BY rowid LIMIT 1 OFFSET %d"):format(name,
    table.concat(list, ", "), table.concat(values, ", "), name, random:int(10) - 1)
end

local function where(random, name)
  return ("WHERE rowid IN (SELECT rowid FROM %s ORDER BY rowid LIMIT %d OFFSET %d)"):format(name,
    random:pick { 1, 1, 1, 3, 100 }, random:int(12) - 1)
end

function changes.sid(random)
  return ("UPDATE targets SET port_in_sid = '%s' %s"):format(other_sid(random), where(random, "targets"))
end

function changes.swap(random)
  local one, other = random:int(9), random:int(9)
  return ([[UPDATE targets SET port_in_sid = (SELECT port_in_sid FROM targets AS o
    WHERE o.number = %d - targets.number) WHERE number IN (%d, %d)]]):format(one + other, one, other)
end

--- The numbers of two targets are exchanged, so that each has the other's state and attempts.
function changes.exchange(random)
  local one, other = random:int(9), random:int(9)
  return ([[UPDATE targets SET number = 1000 + %d - number WHERE number IN (%d, %d);
    UPDATE targets SET number = number - 1000 WHERE number > 1000]]):format(one + other, one, other)
end

function changes.number_sid(random)
  return ("UPDATE targets SET phone_number_sid = '%s' %s"):format(sandbox.sid("PU", random:pick { 0xa2, 1 }),
    where(random, "targets"))
end

function changes.state(random)
  return ("UPDATE targets SET state = '%s' %s"):format(random:pick(schema.STATES),
    where(random, "targets"))
end

--- A state with all that belongs to it.
function changes.whole_state(random)
  return ("UPDATE targets SET %s %s"):format(random:pick {
    "state = 'confirmed', seen = 'canceled'", "state = 'confirmed', seen = 'canceled', http_status = NULL",
    "state = 'skipped', why = 'canceled'", "state = 'skipped', why = 'too_late: x'",
    "state = 'refused', seen = 'in_review', why = 'x'", "state = 'accepted', seen = 'canceling'",
    "state = 'planned', why = NULL, attempts = 0, intended_at = NULL",
  }, where(random, "targets"))
end

function changes.attempt(random)
  return ("UPDATE attempts SET outcome = '%s', answered_at = intended_at, seconds = 1, http_status = %s %s")
    :format(random:pick(OUTCOMES), random:pick { "204", "NULL", "409", "429" }, where(random, "attempts"))
end

function changes.audit(random)
  return ("UPDATE audit_chain SET %s %s"):format(random:pick {
    ("state = '%s'"):format(random:pick(schema.STATES)), ("event = '%s'"):format(random:pick(EVENTS)),
    ("target = %d"):format(random:int(14)), ("outcome = '%s'"):format(random:pick(OUTCOMES)), "hash = 'x'",
    "position = position + 100", "target = NULL", "run = 'x'",
  }, where(random, "audit_chain"))
end

function changes.brakes(random)
  return ("UPDATE brakes SET %s"):format(random:pick { "halted = 'canary', halted_at = 1",
    "halted = NULL, halted_at = NULL, halted_by = NULL", "failures = 99", "canary = 1",
    "canary_run = (SELECT id FROM runs), canary = 1, canary_passed_at = NULL" })
end

--- Any value of any column.
function changes.value(random, columns, name)
  local value = random:pick { "NULL", "0", "-1", "1.5", "9e18", "''", "'x'", "x'00ff'",
    quoted(other_sid(random)), quoted(random:pick(schema.STATES)), quoted(("x"):rep(100)) }
  return ("UPDATE %s SET %s = %s %s"):format(name, random:pick(columns), value, where(random, name))
end

local KINDS = { "delete", "delete", "add", "sid", "swap", "exchange", "number_sid", "state", "whole_state",
  "whole_state", "attempt", "audit", "brakes", "value", "value" }

local function columns_of(db, name)
  local columns = {}
  for i, row in ipairs(assert(db:rows(("SELECT name FROM pragma_table_info('%s')"):format(name)))) do
    columns[i] = row.name
  end
  return columns
end

--- One change. False if the tables do not allow it.
local function change(random, db)
  local kind, name = random:pick(KINDS), random:pick(TABLES)
  local columns = columns_of(db, name)
  if #columns == 0 then return false end
  local sql = changes[kind](random, columns, name)
  for statement in sql:gmatch "[^;]+" do
    if not db:run(statement) then return false end
  end
  return (sql:gsub("%s+", " "))
end

return function(random, path)
  local db, words = assert(database.open(path, true)), {}
  local count = random:pick { 1, 1, 1, 2, 3 }
  while #words < count do words[#words + 1] = change(random, db) or nil end
  db:close()
  return table.concat(words, "; ")
end
