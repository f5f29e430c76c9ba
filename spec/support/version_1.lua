--- A plan and a ledger as they were written before plans had hosts and numbers: byte for byte and statement
--- by statement what the library of that time has left. Only accounts, times and states are put in.

local core = require "twilio.numbers.core"

local version_1 = {}

--- A plan's text. `lines` are its targets' JSON objects.
function version_1.plan(account_sid, lines, protected)
  local body = ('"account_sid":"%s",\n"created_at":"%s",\n"window":172800,\n"accounts":[],\n'
    .. '"protected":[%s],\n"targets":[\n%s\n]}}\n'):format(account_sid,
    os.date "!%Y-%m-%dT%H:%M:%SZ", protected and '"' .. protected .. '"' or "",
    table.concat(lines, ",\n"))
  return ('{"twilio_numbers_plan":1,"sha256":"%s","plan":{\n'):format(core.sha256(body)) .. body
end

function version_1.port_in(sid, class, status)
  return ('{"port_in_sid":"%s","class":"%s","status":"%s"}'):format(sid, class or "cancel",
    status or "in_review")
end

function version_1.number(sid, number_sid, phone_number)
  return (('{"port_in_sid":"%s","phone_number_sid":"%s","phone_number":"%s","class":"cancel",'
    .. '"status":"in_review"}'):format(sid, number_sid, phone_number))
end

local statements = {
  [[CREATE TABLE campaign_schema (version INTEGER NOT NULL)]],
  [[INSERT INTO campaign_schema VALUES(1)]],
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
  [[CREATE TABLE attempts (
    campaign TEXT NOT NULL, target INTEGER NOT NULL, attempt INTEGER NOT NULL, run TEXT NOT NULL,
    intended_at DOUBLE PRECISION NOT NULL, answered_at DOUBLE PRECISION, seconds DOUBLE PRECISION,
    outcome TEXT, http_status INTEGER, code TEXT, request_id TEXT, message TEXT,
    PRIMARY KEY (campaign, target, attempt))]],
  [[CREATE INDEX targets_by_state ON targets (campaign, state, number)]],
  [[CREATE INDEX targets_by_port_in ON targets (lower(port_in_sid))]],
}

local RUN = "ops-1-15912-1795878976-1830423"

--- What a refused DELETE has left, or none at all.
local function add_target(execute, id, number, target, state, now)
  local was_sent = state == "refused"
  execute([[INSERT INTO targets VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, NULL, ?, ?, ?, ?, NULL, NULL)]],
    id, number, target.port_in_sid, target.phone_number_sid, target.phone_number, target.status, state,
    state == "skipped" and target.class or nil, was_sent and 409 or nil, was_sent and "20409" or nil,
    was_sent and 1 or 0, was_sent and now or nil, now, was_sent and RUN or nil)
  if not was_sent then return end
  execute([[INSERT INTO attempts VALUES (?, ?, 1, ?, ?, ?, 0.01, 'refused', 409, '20409', NULL, 'no')]],
    id, number, RUN, now, now)
end

--- Makes a ledger with that plan. `states` are those of its targets, "planned", "skipped" or "refused".
function version_1.ledger(place, text, states)
  local db = assert(require "DBI".Connect("SQLite3", place))
  db:autocommit(true)
  local function execute(sql, ...)
    local statement = assert(db:prepare(sql))
    assert(statement:execute(...))
    statement:close()
  end
  for _, sql in ipairs(statements) do execute(sql) end
  local plan, id = core.decode(text).plan, core.decode(text).sha256
  local planned, now = 0, os.time()
  for _, target in ipairs(plan.targets) do
    planned = planned + (target.class == "cancel" and 1 or 0)
  end
  execute("INSERT INTO campaigns VALUES (?, ?, ?, ?, NULL, NULL, ?)", id, plan.account_sid, text, planned,
    now)
  execute("INSERT INTO runs VALUES (?, ?, 'apply', 'ops-1', 15912, 'robin', ?, ?, 'done')", RUN, id, now, now)
  for number, target in ipairs(plan.targets) do
    add_target(execute, id, number, target, states[number], now)
  end
  db:close()
end

return version_1
