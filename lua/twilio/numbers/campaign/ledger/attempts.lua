--- The DELETEs of a run. Each one is durable before it is sent, and so is its outcome before anything follows
--- from it. A target changes its state only from the expected one, and only by the run that has claimed it.

local brakes = require "twilio.numbers.campaign.ledger.brakes"
local entry_lock = require "twilio.numbers.campaign.ledger.entry_lock"
local schema = require "twilio.numbers.campaign.ledger.schema"
local target_rows = require "twilio.numbers.campaign.ledger.target_rows"

--- The part of a ledger that records DELETEs, and the states of their targets.
---@class twilio.numbers.LedgerAttempts: twilio.numbers.LedgerRuns, twilio.numbers.LedgerBrakes
local attempts = {}

--- The row is compared with the plan where it is changed: to read it would take as long as two statements.
local INTEND = [[UPDATE targets SET state = 'intended', attempts = ?, intended_at = ?,
  changed_at = ?, lease_until = ?, again = NULL WHERE campaign = ? AND number = ?
  AND state = 'planned' AND run = ? AND attempts = ? AND port_in_sid = ?
  AND phone_number_sid IS %s ? AND phone_number IS %s ? AND planned_status IS %s ? AND ]]
  .. brakes.CONDITION

local intend_texts = {
  sqlite = INTEND:format("", "", ""),
  postgresql = INTEND:gsub("IS %%s", "IS NOT DISTINCT FROM"),
}

local ROW = ("SELECT %s FROM targets WHERE campaign = ? AND number = ?"):format(
  schema.list "targets")

--- Whether the ledger has another campaign. That is asked once a transaction: until its end none is entered. If there
--- is one, no other process checks and records intents until then.
local function has_others(self)
  local db, notes = self.db, self.notes
  if notes and notes.has_others ~= nil then return notes.has_others end
  local row, err = entry_lock.share(db)
  if row then
    row, err = db:row("SELECT 1 AS one FROM campaigns WHERE id <> ? LIMIT 1", self.campaign)
  end
  local ok = row ~= nil
  if row then ok, err = schema.lock(db) end
  if not ok then return nil, err end
  if notes then notes.has_others = row ~= false end
  return row ~= false
end

--- Whether the port-in, or a number of it, is unsettled in another campaign of this ledger.
local function is_open_elsewhere(self, target)
  local row, err = has_others(self)
  if not row then return row, err end
  row, err = self.db:row([[SELECT 1 AS one FROM targets WHERE lower(port_in_sid) = lower(?)
    AND campaign <> ? AND state IN ('intended', 'accepted', 'uncertain') LIMIT 1]],
    target.port_in_sid, self.campaign)
  if row == nil then return nil, err end
  return row ~= false
end

--- Why a target was not recorded as intended: its row differs from the plan, which is an error, the campaign's brakes
--- are on, or it is no longer this run's.
local function why_not_intended(self, target, plan)
  local row, err = self.db:row(ROW, self.campaign, target.number)
  if row == nil then return nil, err end
  local problem = row and target_rows.objection(plan, row)
  if problem then return self.db:damaged(problem) end
  return self:is_braked()
end

--- Internal. Records that a DELETE is about to be sent. False if the target is no longer this run's; "elsewhere"
--- if it is unsettled in another campaign of this ledger; "halted" or "canary" if the campaign's brakes are on.
---@param target twilio.numbers.LedgerTarget
---@param plan twilio.numbers.Plan the campaign's; it is an error if the row differs from it
---@return boolean|"elsewhere"|"halted"|"canary"|nil
---@return twilio.numbers.Error?
function attempts:intend(target, plan)
  local db = self.db
  local now, err = self:now()
  if not now then return nil, err end
  local is_open
  is_open, err = is_open_elsewhere(self, target)
  if is_open == nil then return nil, err elseif is_open then return "elsewhere" end
  local planned, changed = plan:target(target.number), 0
  if planned and planned.class == "cancel" then
    changed, err = db:run(intend_texts[db.kind], target.attempts + 1, now, now, now + self.lease,
      self.campaign, target.number, self.run, target.attempts, planned.port_in_sid,
      planned.phone_number_sid, planned.phone_number, planned.status, brakes.values(self))
  end
  if not changed then return nil, err end
  if changed == 0 then return why_not_intended(self, target, plan) end
  local attempt, ok = target.attempts + 1
  ok, err = db:run([[INSERT INTO attempts (campaign, target, attempt, run, intended_at)
    VALUES (?, ?, ?, ?, ?)]], self.campaign, target.number, attempt, self.run, now)
  if not ok then return nil, err end
  self:note { event = "intended", run = self.run, target = target.number, attempt = attempt,
    state = "intended" }
  self:later(function() target.attempts, target.intended_at = attempt, now end)
  if target.sheet then return self:keep_undo(target, target.sheet.form, target.sheet.text) end
  return true
end

--- A new state of a target, and the reason.
---@class twilio.numbers.Finding
---@field state string
---@field why string?
---@field seen string? its status in normal form
---@field http_status integer? of the last error, where that stays
---@field keep boolean? renew the claim
---@field free boolean? any run may claim it, this one included

local function move(self, target, finding, err)
  local db = self.db
  local now, why = self:now()
  if not now then return nil, why end
  err = err or {}
  local lease_until = finding.keep and now + self.lease or nil
  local changed
  changed, why = db:run([[UPDATE targets SET state = ?, why = ?, seen = coalesce(?, seen),
    http_status = ?, code = ?, request_id = ?, changed_at = ?, lease_until = ?, run = ?
    WHERE campaign = ? AND number = ? AND state = ? AND run = ?]], finding.state, finding.why,
    finding.seen, err.http_status or finding.http_status, err.code and tostring(err.code),
    err.request_id, now, lease_until, not finding.free and self.run or nil, self.campaign,
    target.number, target.state, self.run)
  if not changed then return nil, why end
  if changed == 0 then return false end
  self:later(function() target.state, target.why = finding.state, finding.why end)
  return true
end

--- Internal. Moves a target to another state. False if it is no longer this run's, or its state in the ledger is
--- another than `target.state`.
---@param target twilio.numbers.LedgerTarget
---@param finding twilio.numbers.Finding
---@param err twilio.numbers.Error? the error that is the reason
---@return boolean?
---@return twilio.numbers.Error?
function attempts:move(target, finding, err)
  local is_moved, why = move(self, target, finding, err)
  if is_moved and finding.state ~= target.state then
    self:note { event = "state", run = self.run, target = target.number, state = finding.state,
      outcome = finding.seen }
  end
  return is_moved, why
end

--- The response to a DELETE, or why there is none.
---@class twilio.numbers.AttemptOutcome
---@field outcome "accepted"|"refused"|"uncertain"|"not_sent"
---@field seconds number how long it took
---@field err twilio.numbers.Error?
---@field http_status integer? where there is no error
---@field request_id string?

--- Internal. Records the outcome of the last attempt, and moves the target to the resulting state.
---@param target twilio.numbers.LedgerTarget
---@param attempt twilio.numbers.AttemptOutcome
---@param finding twilio.numbers.Finding
---@return boolean?
---@return twilio.numbers.Error?
function attempts:record_outcome(target, attempt, finding)
  local db, err = self.db, attempt.err or {}
  local now, why = self:now()
  if not now then return nil, why end
  local ok
  ok, why = db:run([[UPDATE attempts SET answered_at = ?, seconds = ?, outcome = ?,
    http_status = ?, code = ?, request_id = ?, message = ?
    WHERE campaign = ? AND target = ? AND attempt = ?]], now, attempt.seconds, attempt.outcome,
    err.http_status or attempt.http_status, err.code and tostring(err.code),
    err.request_id or attempt.request_id,
    attempt.err and tostring(attempt.err), self.campaign, target.number, target.attempts)
  if not ok then return nil, why end
  local is_moved
  is_moved, why = move(self, target, finding, attempt.err)
  if is_moved == nil then return nil, why end
  self:note { event = "answered", target = target.number, attempt = target.attempts,
    state = is_moved and finding.state or nil, outcome = attempt.outcome,
    http_status = err.http_status or attempt.http_status,
    code = err.code and tostring(err.code), request_id = err.request_id or attempt.request_id }
  return is_moved
end

return attempts
