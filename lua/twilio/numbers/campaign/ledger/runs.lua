--- The runs of a ledger: which process works on a campaign, and since when. Of an SQLite ledger only one
--- process at a time can be at work, which the lock ensures.

local brakes = require "twilio.numbers.campaign.ledger.brakes"
local lock = require "twilio.numbers.campaign.ledger.lock"
local log_marker = require "twilio.numbers.campaign.ledger.log_marker"
local migration = require "twilio.numbers.campaign.ledger.migration"
local recorded_states = require "twilio.numbers.campaign.ledger.recorded_states"
local row_types = require "twilio.numbers.campaign.ledger.row_types"
local schema = require "twilio.numbers.campaign.ledger.schema"
local system = require "twilio.numbers.util.system"

--- The part of a ledger that begins and ends a run.
---@class twilio.numbers.LedgerRuns: twilio.numbers.LedgerTransactions
---@field run string? internal: the id of the run in progress, or of the last one
---@field started_at number? internal: when that began, in seconds since 1970
---@field lease number? internal: seconds for which a claim of the run holds
---@field only_again boolean? internal: whether the run tries again what was refused, and nothing else
---@field lock twilio.numbers.Database? internal: held while the run is in progress
local runs = {}

--- The process that holds the lock, in words.
local function describe_holder(self)
  local row = self.db:row(([[SELECT %s FROM runs WHERE ended_at IS NULL
    ORDER BY started_at DESC LIMIT 1]]):format(schema.list "runs"))
  if not row or row_types.misfit("runs", row) then return "another process" end
  return ("process %d of %s on %s (%s)"):format(row.pid, row.who, row.host, row.command)
end

local function take_lock(self)
  if self.db.kind ~= "sqlite" then return true end
  local held, err = lock.take(self.db.file)
  if held then
    self.lock = held
    self.db:keep_in_place(held.file)
    return true
  end
  if not err.is_held then return nil, err end
  return self.db:refuse(("%s is at work on it: wait until that has ended, or end it"):format(
    describe_holder(self)))
end

--- Ends the runs of processes that died. In SQLite every other run is one: this process has the lock.
local function end_dead_runs(self, now)
  if self.db.kind ~= "sqlite" then return true end
  local ok, err = self.db:run([[UPDATE runs SET ended_at = ?, ended_as = 'died'
    WHERE ended_at IS NULL]], now)
  if not ok then return nil, err end
  return self.db:run "UPDATE targets SET lease_until = NULL WHERE lease_until IS NOT NULL"
end

--- Checks the file and the campaign again, under the lock.
local function check_again(self, campaign)
  local ok, err = self.db:check()
  if not ok then return nil, err end
  local record
  record, err = recorded_states.read(self.db, campaign)
  if record == nil then return nil, err end
  if not (record and record.purge) then return true end
  return self.db:refuse "what is personal was removed from the campaign: make a new plan"
end

local function add_run(self, campaign, command, lease, state)
  local db, host, pid, who = self.db, system.process()
  return self:attempt(state, function()
    local now, err = self:now()
    if not now then return nil, err end
    local ended
    ended, err = end_dead_runs(self, now)
    if not ended then return nil, err end
    -- The host tells machines apart, the process id their processes, the monotonic clock a process's runs.
    local id = ("%s-%d-%.0f-%.0f"):format(host, pid, now, system.now() * 1000)
    while id == self.run do id = id .. "+" end
    local added
    added, err = db:run([[INSERT INTO runs (id, campaign, command, host, pid, who, started_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)]], id, campaign, command, host, pid, who, now)
    if added then added, err = brakes.enter(self, campaign) end
    if not added then return nil, err end
    self.run, self.campaign, self.lease, self.only_again = id, campaign, lease, false
    self.started_at, self.halted = now, nil
    self:note { event = command, run = id, host = host, who = who,
      note = ("process %d"):format(pid) }
    return true
  end)
end

--- Internal. Begins a run of a campaign. Fails if another process works on the same SQLite ledger.
---@param campaign string
---@param command string the command, for the report
---@param lease number seconds for which a claim holds
---@param state table? kept between the calls, if it is called again because the database was lost
---@return true?
---@return twilio.numbers.Error?
function runs:begin_run(campaign, command, lease, state)
  local ok, err = take_lock(self)
  if ok then ok, err = migration.run(self) end
  if ok then ok, err = check_again(self, campaign) end
  if ok and self.db.kind == "sqlite" then ok, err = log_marker.begin(self.db) end
  if ok then ok, err = add_run(self, campaign, command, lease, state or {}) end
  if not ok then self:close_lock() end
  return ok and true, err
end

--- Internal. Releases the lock of an SQLite ledger.
function runs:close_lock()
  if not self.lock then return end
  log_marker.finish(self.db)
  self.lock:close()
  self.lock = nil
end

--- Internal. Ends the run, and releases its claims that have no DELETE in flight.
---@param as string how, for the report
---@param state table? kept between the calls, if it is called again because the database was lost
---@return true?
---@return twilio.numbers.Error?
function runs:end_run(as, state)
  local db = self.db
  local ok, err = self:attempt(state or {}, function()
    local now, why = self:now()
    if not now then return nil, why end
    local freed
    freed, why = db:run([[UPDATE targets SET lease_until = NULL WHERE campaign = ? AND run = ?
      AND state <> 'intended']], self.campaign, self.run)
    if not freed then return nil, why end
    -- A refused target that was planned again, and not tried again, is refused as before.
    freed, why = db:rows([[UPDATE targets SET state = 'refused', again = NULL WHERE campaign = ?
      AND again = ? AND state = 'planned' AND (run IS NULL OR run = ?) RETURNING number]],
      self.campaign, self.run, self.run)
    if not freed then return nil, why end
    for _, row in ipairs(freed) do
      self:note { event = "state", run = self.run, target = row.number, state = "refused" }
    end
    self:note { event = "end", run = self.run, outcome = as }
    return db:run("UPDATE runs SET ended_at = ?, ended_as = ? WHERE id = ?", now, as, self.run)
  end)
  self:close_lock()
  return ok and true, err
end

return runs
