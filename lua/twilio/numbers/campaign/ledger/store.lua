--- The ledger: what is intended is durable before it is done, and what became of it after. Every
--- change of a target's state is a guarded one: it happens only from the state that it starts at, and
--- only by the run that has claimed the target.

local ascii = require "twilio.numbers.util.ascii"
local audit = require "twilio.numbers.campaign.ledger.audit"
local database = require "twilio.numbers.campaign.ledger.database"
local errors = require "twilio.numbers.api.error"
local insert_plan = require "twilio.numbers.campaign.ledger.insert_plan"
local lock = require "twilio.numbers.campaign.ledger.lock"
local row_types = require "twilio.numbers.campaign.ledger.row_types"
local schema = require "twilio.numbers.campaign.ledger.schema"
local system = require "twilio.numbers.util.system"

---@alias twilio.numbers.TargetState
---| "planned" # to be cancelled; no DELETE of it is in flight, as far as is known
---| "intended" # in the ledger before the DELETE is sent; after a crash it is unknown whether it was
---| "accepted" # answered with 204, or seen as canceling
---| "confirmed" # seen as canceled by a GET
---| "refused" # the API refused it, or it was ported after all; `code` and `why` tell more
---| "uncertain" # it may or may not have taken effect
---| "skipped" # not cancelled, because of the plan or a change; see `why`

---@class twilio.numbers.Ledger
---@field place string internal: where it is
---@field db twilio.numbers.Database internal
---@field STATES twilio.numbers.TargetState[] internal
---@field enter function internal
---@field run string? internal: the id of the run in progress
---@field campaign string? internal: the campaign that the run is for
local ledger = {}
ledger.__index = ledger
ledger.STATES = schema.STATES

---@class twilio.numbers.LedgerCampaign
---@field id string the hash of its plan
---@field account_sid string the plan's account
---@field planned integer how many targets it is to cancel
---@field reason string? the option
---@field ticket string? the option
---@field created_at number when it was entered, in seconds since 1970

---@class twilio.numbers.LedgerTarget
---@field number integer its place in the plan
---@field port_in_sid string the port-in's SID
---@field phone_number_sid string? the SID of the only number that is meant
---@field phone_number string? that number
---@field planned_status string? its status when it was planned
---@field state twilio.numbers.TargetState its state now
---@field why string? more about the state
---@field attempts integer how many DELETEs were intended
---@field intended_at number? when the last one was, in seconds since 1970
---@field seen string? the last status that was fetched, in normal form
---@field http_status integer? of the last error
---@field code string? of the last error
---@field request_id string? of the last error
---@field changed_at number when its state changed, in seconds since 1970
---@field run string? the run that worked on it
---@field campaign string internal: the campaign's id
---@field again string? internal: the `retry_failed` that is to try it again
---@field lease_until number? internal: until when it is claimed
---@field claimed number? internal: when the run claimed it, by the monotonic clock
---@field claimed_at number? internal: the same in seconds since 1970

--- Internal. Opens a ledger, and makes one where there is none unless it must be there. Its rows are
--- compared with its plans.
---@param place string a file's path, or postgresql://user:password@host:port/database
---@param must_exist boolean?
---@return twilio.numbers.Ledger?
---@return twilio.numbers.Error? # of kind "ledger"
function ledger.open(place, must_exist)
  local db, err = database.open(place, must_exist)
  if not db then return nil, err end
  local ok
  ok, err = schema.prepare(db, must_exist)
  if ok then ok, err = audit.all(db) end
  if ok then
    db:keep_in_place()
    return setmetatable({ db = db, place = place }, ledger)
  end
  db:close()
  return nil, err
end

--- Internal. All changes that the function makes to the ledger, or none if it gives nil.
---@param work fun(): any, twilio.numbers.Error?
---@return any # what the function gave
---@return twilio.numbers.Error?
function ledger:transaction(work)
  return self.db:transaction(work)
end

local function complaint(self, message)
  return nil, errors.new { kind = "ledger",
    message = ("ledger %s: %s"):format(self.db.name, message) }
end

--- All campaigns in it, oldest first.
---@return twilio.numbers.LedgerCampaign[]?
---@return twilio.numbers.Error?
function ledger:campaigns()
  return self.db:rows [[SELECT id, account_sid, planned, reason, ticket, created_at FROM campaigns
    ORDER BY created_at, id]]
end

--- Internal. A campaign by its id or the id's beginning; the only one, if none is named.
---@param id string?
---@return twilio.numbers.LedgerCampaign?
---@return twilio.numbers.Error?
function ledger:find(id)
  local all, err = self:campaigns()
  if not all then return nil, err end
  local found, ids = {}, {}
  for _, row in ipairs(all) do
    ids[#ids + 1] = row.id:sub(1, 12)
    if not id or row.id:sub(1, #id) == id then found[#found + 1] = row end
  end
  if #found == 1 then return found[1] end
  local list = #ids > 0 and table.concat(ids, ", ") or "none"
  if #found > 1 then return complaint(self, "it has several campaigns, say which: " .. list) end
  if id then return complaint(self, ("it has no campaign %s, only: %s"):format(id, list)) end
  return complaint(self, "there is no campaign in it")
end

--- Internal. Whether a DELETE of a campaign may have been sent. One that is known not to have been does not count.
---@param id string
---@return boolean?
---@return twilio.numbers.Error?
function ledger:is_begun(id)
  local row, err = self.db:row(
    [[SELECT 1 AS one FROM attempts WHERE campaign = ?
      AND (outcome IS NULL OR outcome <> 'not_sent') LIMIT 1]], id)
  if row == nil then return nil, err end
  return row ~= false
end

--- Internal. All rows of a campaign, compared with its plan. False if there is no such campaign.
---@param id string
---@return twilio.numbers.CampaignRecord|false|nil
---@return twilio.numbers.Error?
function ledger:read(id)
  return audit.read(self.db, id)
end

--- Internal. The error for rows that contradict the plan.
---@param what string
---@return nil
---@return twilio.numbers.Error
function ledger:damaged(what)
  return self.db:damaged(what)
end

ledger.enter = insert_plan.enter

local function who_holds(self)
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
  return complaint(self, ("%s is at work on it: wait until that has ended, or end it"):format(
    who_holds(self)))
end

--- Those runs are dead: nobody but the holder of the lock is at work.
local function bury_the_dead(self, now)
  if self.db.kind ~= "sqlite" then return true end
  local ok, err = self.db:run([[UPDATE runs SET ended_at = ?, ended_as = 'died'
    WHERE ended_at IS NULL]], now)
  if not ok then return nil, err end
  return self.db:run "UPDATE targets SET lease_until = NULL WHERE lease_until IS NOT NULL"
end

--- Checks the file and the campaign again, under the lock.
local function is_in_order(self, campaign)
  local ok, err = self.db:check()
  if not ok then return nil, err end
  local record
  record, err = self:read(campaign)
  return record ~= nil, err
end

local function add_run(self, campaign, command, lease)
  local db, host, pid, who = self.db, system.process()
  return db:transaction(function()
    local now, err = db:now()
    if not now then return nil, err end
    local buried
    buried, err = bury_the_dead(self, now)
    if not buried then return nil, err end
    -- Machines differ by name, processes by number, and what one does by a clock that only goes on.
    local id = ("%s-%d-%.0f-%.0f"):format(host, pid, now, system.now() * 1000)
    while id == self.run do id = id .. "+" end
    local added
    added, err = db:run([[INSERT INTO runs (id, campaign, command, host, pid, who, started_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)]], id, campaign, command, host, pid, who, now)
    self.run, self.campaign, self.lease, self.only_again = id, campaign, lease, false
    return added, err
  end)
end

--- Internal. Begins to work on a campaign. Of an SQLite ledger only one process at a time can.
---@param campaign string
---@param command string what it does, for the report
---@param lease number seconds for which a claim holds
---@return true?
---@return twilio.numbers.Error?
function ledger:begin_run(campaign, command, lease)
  local ok, err = take_lock(self)
  if ok then ok, err = is_in_order(self, campaign) end
  if ok then ok, err = add_run(self, campaign, command, lease) end
  if not ok then self:close_lock() end
  return ok and true, err
end

--- Internal. Gives back the lock of an SQLite ledger.
function ledger:close_lock()
  if self.lock then self.lock:close() end
  self.lock = nil
end

--- Internal. Ends the run, and gives back what it had claimed and not begun.
---@param as string how, for the report
---@return true?
---@return twilio.numbers.Error?
function ledger:end_run(as)
  local db = self.db
  local ok, err = db:transaction(function()
    local now, why = db:now()
    if not now then return nil, why end
    local freed
    freed, why = db:run([[UPDATE targets SET lease_until = NULL WHERE campaign = ? AND run = ?
      AND state <> 'intended']], self.campaign, self.run)
    if not freed then return nil, why end
    -- What it had planned once more, and has not come to, is as refused as it was.
    freed, why = db:run([[UPDATE targets SET state = 'refused', again = NULL WHERE campaign = ?
      AND again = ? AND state = 'planned' AND (run IS NULL OR run = ?)]], self.campaign, self.run,
      self.run)
    if not freed then return nil, why end
    return db:run("UPDATE runs SET ended_at = ?, ended_as = ? WHERE id = ?", now, as, self.run)
  end)
  self:close_lock()
  return ok and true, err
end

--- A run that only tries again what was refused leaves alone what else is planned.
local SCOPE = "AND ? IN ('', again)"

local function scope_of(self, states)
  return self.only_again and states[1] == "planned" and self.run or ""
end

local TARGET = schema.list "targets"

local function by_number(a, b) return a.number < b.number end

--- Internal. Claims targets that nobody else has: from PostgreSQL several machines may ask at once, and a lease
--- that is over frees what a dead one had.
---@param states string[]
---@param limit integer
---@param again boolean? also those that this run has claimed before
---@return twilio.numbers.LedgerTarget[]?
---@return twilio.numbers.Error?
function ledger:claim(states, limit, again)
  local now, err = self.db:now()
  if not now then return nil, err end
  local mine = again and "OR run = ?" or "AND run <> ?"
  -- What an ended run had is nobody's, whatever is left of its lease.
  local is_free = [[lease_until IS NULL OR lease_until < ?
    OR EXISTS (SELECT 1 FROM runs WHERE runs.id = targets.run AND ended_at IS NOT NULL)]]
  local unlocked = self.db.kind == "postgresql" and "FOR UPDATE SKIP LOCKED" or ""
  local rows
  rows, err = self.db:rows(([[WITH picked AS (SELECT number FROM targets
    WHERE campaign = ? AND state IN ('%s') %s AND (run IS NULL OR ((%s) %s))
    ORDER BY number LIMIT ? %s)
    UPDATE targets SET run = ?, lease_until = ?
    WHERE campaign = ? AND number IN (SELECT number FROM picked) RETURNING %s]]):format(
      table.concat(states, "', '"), SCOPE, is_free, mine, unlocked, TARGET),
    self.campaign, scope_of(self, states), now, self.run, ("%d"):format(limit), self.run,
    now + self.lease, self.campaign)
  if not rows then return nil, err end
  table.sort(rows, by_number)
  return rows
end

--- Internal. How many of this campaign are in those states.
---@param states string[]
---@return integer?
---@return twilio.numbers.Error?
function ledger:count(states)
  local row, err = self.db:row(([[SELECT count(*) AS n FROM targets WHERE campaign = ?
    AND state IN ('%s') %s]]):format(table.concat(states, "', '"), SCOPE), self.campaign,
    scope_of(self, states))
  return row and row.n, err
end

--- Internal. How many are still to be cancelled that another run has claimed, or has left; and a text that
--- changes when one of those rows does.
---@return integer?
---@return string|twilio.numbers.Error|nil
function ledger:held_by_others()
  local row, err = self.db:row(([[SELECT count(*) AS n, max(lease_until) AS latest,
    max(changed_at) AS changed FROM targets WHERE campaign = ?
    AND state IN ('planned', 'intended') AND run <> ? %s]]):format(SCOPE), self.campaign, self.run,
    scope_of(self, { "planned" }))
  if not row then return nil, err end
  return row.n, ("%d %s %s"):format(row.n, ascii.text(row.latest), ascii.text(row.changed))
end

--- Internal. The numbers of those that are still planned; false if the campaign was not entered.
---@param id string
---@return table<integer, true>|false|nil
---@return twilio.numbers.Error?
function ledger:planned(id)
  local rows, err = self.db:rows("SELECT number, state FROM targets WHERE campaign = ?", id)
  if not rows then return nil, err end
  local numbers = {}
  for _, row in ipairs(rows) do numbers[row.number] = row.state == "planned" or nil end
  return #rows > 0 and numbers
end

--- Whether another campaign has that port-in, or a number of it, in the open.
local function is_open_elsewhere(self, target)
  local db = self.db
  local row, err = db:row("SELECT 1 AS one FROM campaigns WHERE id <> ? LIMIT 1", self.campaign)
  if row and db.kind == "postgresql" then row, err = db:row(schema.LOCK) end -- two may look at once
  if not row then return row, err end
  row, err = db:row([[SELECT 1 AS one FROM targets WHERE lower(port_in_sid) = lower(?)
    AND campaign <> ? AND state IN ('intended', 'accepted', 'uncertain') LIMIT 1]],
    target.port_in_sid, self.campaign)
  if row == nil then return nil, err end
  return row ~= false
end

--- Internal. A DELETE is about to be sent. False if the target is not this run's any longer; "elsewhere" if another
--- campaign of this ledger has it in the open.
---@param target twilio.numbers.LedgerTarget
---@param plan twilio.numbers.Plan the campaign's; a row that differs from it is an error
---@return boolean|"elsewhere"|nil
---@return twilio.numbers.Error?
function ledger:intend(target, plan)
  local db = self.db
  local now, err = db:now()
  if not now then return nil, err end
  local is_open
  is_open, err = is_open_elsewhere(self, target)
  if is_open == nil then return nil, err elseif is_open then return "elsewhere" end
  local rows
  rows, err = db:rows([[UPDATE targets SET state = 'intended', attempts = ?, intended_at = ?,
    changed_at = ?, lease_until = ?, again = NULL WHERE campaign = ? AND number = ?
    AND state = 'planned' AND run = ? AND attempts = ? RETURNING ]] .. TARGET, target.attempts + 1,
    now, now, now + self.lease, self.campaign, target.number, self.run, target.attempts)
  if not rows then return nil, err end
  if #rows == 0 then return false end
  local problem = audit.objection(plan, rows[1])
  if problem then return db:damaged(problem) end
  target.attempts, target.intended_at = target.attempts + 1, now
  local ok
  ok, err = db:run([[INSERT INTO attempts (campaign, target, attempt, run, intended_at)
    VALUES (?, ?, ?, ?, ?)]], self.campaign, target.number, target.attempts, self.run, now)
  if not ok then return nil, err end
  return true
end

--- What is known of a target by now, and what state that makes it.
---@class twilio.numbers.Finding
---@field state string
---@field why string?
---@field seen string? its status in normal form
---@field keep boolean? keep the claim
---@field free boolean? anybody may claim it, this run, too

--- Internal. Moves a target on from the state that it was claimed in. False if it is not this run's any longer.
---@param target twilio.numbers.LedgerTarget
---@param finding twilio.numbers.Finding
---@param err twilio.numbers.Error? what the API said, if that is why
---@return boolean?
---@return twilio.numbers.Error?
function ledger:move(target, finding, err)
  local db = self.db
  local now, why = db:now()
  if not now then return nil, why end
  local changed
  changed, why = db:run([[UPDATE targets SET state = ?, why = ?, seen = coalesce(?, seen),
    http_status = ?, code = ?, request_id = ?, changed_at = ?, lease_until = ?, run = ?
    WHERE campaign = ? AND number = ? AND state = ? AND run = ?]], finding.state, finding.why,
    finding.seen, err and err.http_status, err and err.code and tostring(err.code),
    err and err.request_id, now, finding.keep and now + self.lease or nil,
    not finding.free and self.run or nil, self.campaign, target.number, target.state, self.run)
  if not changed then return nil, why end
  if changed == 0 then return false end
  target.state, target.why = finding.state, finding.why
  return true
end

--- What came of a DELETE.
---@class twilio.numbers.Answer
---@field outcome "accepted"|"refused"|"uncertain"|"not_sent"
---@field seconds number how long it took
---@field err twilio.numbers.Error?
---@field http_status integer? where there is no error
---@field request_id string?

--- Internal. Enters how the last attempt ended, and moves the target on from there.
---@param target twilio.numbers.LedgerTarget
---@param answer twilio.numbers.Answer
---@param finding twilio.numbers.Finding
---@return boolean?
---@return twilio.numbers.Error?
function ledger:answer(target, answer, finding)
  local db, err = self.db, answer.err or {}
  local now, why = db:now()
  if not now then return nil, why end
  local ok
  ok, why = db:run([[UPDATE attempts SET answered_at = ?, seconds = ?, outcome = ?,
    http_status = ?, code = ?, request_id = ?, message = ?
    WHERE campaign = ? AND target = ? AND attempt = ?]], now, answer.seconds, answer.outcome,
    err.http_status or answer.http_status, err.code and tostring(err.code),
    err.request_id or answer.request_id,
    answer.err and tostring(answer.err), self.campaign, target.number, target.attempts)
  if not ok then return nil, why end
  return self:move(target, finding, answer.err)
end

--- Internal. Plans once more what the API has refused, if that many are agreed to; this run is for those.
---@param check fun(count: integer): true?, twilio.numbers.Error?
---@return true?
---@return twilio.numbers.Error?
function ledger:plan_refused(check)
  return self.db:transaction(function()
    local count, err = self.db:run([[UPDATE targets SET state = 'planned', run = NULL,
      lease_until = NULL, again = ? WHERE campaign = ? AND state = 'refused']], self.run,
      self.campaign)
    if not count then return nil, err end
    self.only_again = true
    return check(count)
  end)
end

--- Closes the ledger. Closing twice is harmless.
function ledger:close()
  self:close_lock()
  self.db:close()
end

ledger.__close = ledger.close

return ledger
