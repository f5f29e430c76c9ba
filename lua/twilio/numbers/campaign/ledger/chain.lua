--- The audit chain: one row for each step of a person, each HTTP attempt and each new state of a target. Rows are
--- only added. Each has a SHA-256 of its content and of the hash before it, so the last hash, the head, stands for
--- all of them. What names persons is in the hash as a salted digest, so that it can be removed later.

local row_types = require "twilio.numbers.campaign.ledger.row_types"
local schema = require "twilio.numbers.campaign.ledger.schema"
local system = require "twilio.numbers.util.system"

local checked = row_types.checked

local chain = {}

local HEAD = schema.list "audit_heads"

---@class twilio.numbers.AuditEntry
---@field event "plan"|"approve"|"apply"|"resume"|"retry-failed"|"release"|"purge"|"purged"|"end"|"canary"|"halted"|"migrated"|"found"|"intended"|"answered"|"state"
---@field run string? the run that added it
---@field target integer? the target's place in the plan
---@field attempt integer? the number of the HTTP attempt
---@field state string? the target's state from then on
---@field outcome string? of an attempt or a run
---@field http_status integer?
---@field code string?
---@field request_id string?
---@field host string? the machine
---@field who string? the user
---@field note string? further words

local written = {
  "chain", "position", "happened_at", "event", "run", "target", "attempt", "state", "outcome",
  "http_status", "code", "request_id", "digest", "host", "who", "note", "salt", "hash",
}

--- Of what is personal.
local function digest_of(row)
  return system.sha256_list(row.salt, row.host, row.who, row.note)
end

--- The time is in milliseconds.
local function hash_of(before, row)
  return system.sha256_list(before, row.position, row.happened_at * 1000, row.event, row.run,
    row.target, row.attempt, row.state, row.outcome, row.http_status, row.code, row.request_id,
    row.digest)
end

--- The hash before a campaign's first row.
---@param campaign string
---@return string
function chain.origin(campaign)
  return system.sha256("audit chain of campaign " .. campaign)
end

local count = 0 -- of salts

--- A text that cannot be guessed, though the digest that it goes into is known.
local function new_salt()
  local file = io.open("/dev/urandom", "rb")
  local random = file and file:read(16) or ""
  if file then file:close() end
  count = count + 1
  local rest = ("%d %.0f %s"):format(count, system.now() * 1e6, tostring {})
  return system.sha256(random .. rest):sub(1, 32)
end

--- Begins a campaign's chain, unless it has one. Chains are numbered, since their rows are many.
local function begin_chain(db, campaign)
  local ok, err = schema.lock(db)
  if not ok then return nil, err end
  return db:run([[INSERT INTO audit_heads (campaign, chain, length, hash)
    SELECT ?, coalesce(max(chain), 0) + 1, 0, ? FROM audit_heads
    WHERE 1 = 1 ON CONFLICT (campaign) DO NOTHING]], campaign, chain.origin(campaign))
end

--- In SQLite the transaction has the whole database. (There, RETURNING would take as long as three statements.)
local TAKE = {
  sqlite = "SELECT " .. HEAD .. " FROM audit_heads WHERE campaign = ?",
  postgresql = "SELECT " .. HEAD .. " FROM audit_heads WHERE campaign = ? FOR UPDATE",
}

--- Takes the end of a campaign's chain, until the transaction ends.
local function take_head(db, campaign)
  local row, err = checked(db, "audit_heads", db:row(TAKE[db.kind], campaign))
  if row ~= false then return row, err end
  local ok
  ok, err = begin_chain(db, campaign)
  if not ok then return nil, err end
  return checked(db, "audit_heads", db:row(TAKE[db.kind], campaign))
end

local INSERT = ("INSERT INTO audit_chain (%s) VALUES (%s)"):format(table.concat(written, ", "),
  ("?, "):rep(#written - 1) .. "?")

--- The values in the order of `written`.
local function insert(db, row)
  return db:run(INSERT, row.chain, row.position, row.happened_at, row.event, row.run, row.target,
    row.attempt, row.state, row.outcome, row.http_status, row.code, row.request_id, row.digest,
    row.host, row.who, row.note, row.salt, row.hash)
end

--- Adds rows at the end of a campaign's chain, within a transaction.
---@param db twilio.numbers.Database
---@param campaign string
---@param entries twilio.numbers.AuditEntry[]
---@param now number seconds since 1970
---@return { length: integer, hash: string }? # the new head
---@return twilio.numbers.Error?
function chain.append(db, campaign, entries, now)
  local head, err = take_head(db, campaign)
  if not head then return nil, err end
  local position, hash = head.length, head.hash
  now = math.floor(now * 1000 + 0.5) / 1000
  for _, row in ipairs(entries) do
    position = position + 1
    row.chain, row.position, row.happened_at = head.chain, position, now
    if row.host or row.who or row.note then
      row.salt = new_salt()
      row.digest = digest_of(row)
    end
    hash = hash_of(hash, row)
    row.hash = hash
    local ok
    ok, err = insert(db, row)
    if not ok then return nil, err end
  end
  local ok
  ok, err = db:run("UPDATE audit_heads SET length = ?, hash = ? WHERE campaign = ?", position, hash,
    campaign)
  if not ok then return nil, err end
  return { length = position, hash = hash }
end

--- A campaign's head; false if its chain has no row.
---@param db twilio.numbers.Database
---@param campaign string
---@return { chain: integer, length: integer, hash: string }|false|nil
---@return twilio.numbers.Error?
function chain.head(db, campaign)
  if db.version == 1 then return false end
  local sql = ("SELECT %s FROM audit_heads WHERE campaign = ?"):format(HEAD)
  return checked(db, "audit_heads", db:row(sql, campaign))
end

--- What is wrong with a row that should follow a hash; nil if nothing is.
---@param before string the hash before it
---@param row table as it is in the ledger
---@param position integer where it should be
---@return string?
function chain.problem(before, row, position)
  if row.position ~= position then return ("row %d is missing"):format(position) end
  local has_persons = row.host ~= nil or row.who ~= nil or row.note ~= nil
  local are_persons_right = not has_persons or row.salt and row.digest == digest_of(row)
  if not are_persons_right or hash_of(before, row) ~= row.hash then
    return ("row %d was changed"):format(position)
  end
end

return chain
