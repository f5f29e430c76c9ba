--- Brings a ledger of an earlier version to this one: first a copy of an SQLite file beside it, then all changes in
--- one transaction. They only add tables and columns. The audit chain begins with the states that are found.

local brakes = require "twilio.numbers.campaign.ledger.brakes"
local schema = require "twilio.numbers.campaign.ledger.schema"
local system = require "twilio.numbers.util.system"

local migration = {}

--- Why a run of an earlier version ended that halts a campaign now.
local halts = { canary = true, failures = true }

--- Where the copy of a file is kept: a path that is not taken.
local function backup_path(db)
  local path, count = ("%s.version-%d"):format(db.file, db.version), 0
  local candidate = path
  while system.file_identity(candidate) do
    count = count + 1
    candidate = ("%s.%d"):format(path, count)
  end
  return candidate
end

local function back_up(db)
  if db.kind ~= "sqlite" then return true end
  return db:rows(("VACUUM INTO '%s'"):format((backup_path(db):gsub("'", "''"))))
end

--- A campaign that was stopped stays so.
local function keep_halt(self, campaign)
  local run, err = self.db:row([[SELECT id, ended_at, ended_as FROM runs WHERE campaign = ?
    ORDER BY started_at DESC LIMIT 1]], campaign)
  if run == nil then return nil, err end
  if not run or not halts[run.ended_as] then return true end
  return self.db:run([[UPDATE brakes SET halted = ?, halted_at = ?, halted_by = ?
    WHERE campaign = ?]], run.ended_as, run.ended_at, run.id, campaign)
end

local function note_states(self, campaign)
  local rows, err = self.db:rows([[SELECT number, state, attempts FROM targets
    WHERE campaign = ? ORDER BY number]], campaign)
  if not rows then return nil, err end
  return self:transaction_part(campaign, function()
    local host, pid, who = system.process()
    self:note { event = "migrated", host = host, who = who, note = ("process %d"):format(pid) }
    for _, row in ipairs(rows) do
      self:note { event = "found", target = row.number, state = row.state, attempt = row.attempts }
    end
    return true
  end)
end

local function migrate(self)
  local db = self.db
  local ok, err = schema.lock(db)
  if not ok then return nil, err end
  local row
  row, err = db:row "SELECT version FROM campaign_schema"
  if not row then return nil, err end
  if row.version == schema.VERSION then return true end -- another process has done it
  for version = db.version + 1, schema.VERSION do
    ok, err = schema.create(db, version)
    if not ok then return nil, err end
  end
  ok, err = db:run "ALTER TABLE campaign_schema ADD COLUMN log TEXT"
  if ok then ok, err = db:run("UPDATE campaign_schema SET version = ?", schema.VERSION) end
  local campaigns
  if ok then campaigns, err = db:rows "SELECT id FROM campaigns" end
  for _, campaign in ipairs(campaigns or {}) do
    ok, err = brakes.enter(self, campaign.id)
    if ok then ok, err = keep_halt(self, campaign.id) end
    if ok then ok, err = note_states(self, campaign.id) end
    if not ok then return nil, err end
  end
  return campaigns and true, err
end

--- Brings a ledger to this version, if it is of an earlier one.
---@param self twilio.numbers.Ledger
---@return true?
---@return twilio.numbers.Error?
function migration.run(self)
  local db = self.db
  if db.version == schema.VERSION then return true end
  local ok, err = back_up(db)
  if ok then ok, err = self.db:transaction(function() return migrate(self) end) end
  if not ok then return nil, err end
  db.version = schema.VERSION
  return true
end

return migration
