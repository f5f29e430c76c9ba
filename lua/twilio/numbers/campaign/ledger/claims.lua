--- Claims: which run may work on a target, and for how long. A claim is a lease, so that the targets of a run
--- that died become free. From a PostgreSQL ledger several machines may claim at once.

local ascii = require "twilio.numbers.util.ascii"
local schema = require "twilio.numbers.campaign.ledger.schema"

--- The part of a ledger that claims and counts the targets of the run in progress.
---@class twilio.numbers.LedgerClaims: twilio.numbers.LedgerRuns
local claims = {}

--- With `only_again`, the other planned targets are out of scope.
local SCOPE = "AND ? IN ('', again)"

local function scope_of(self, states)
  return self.only_again and states[1] == "planned" and self.run or ""
end

local TARGET = schema.list "targets"

local function by_number(a, b) return a.number < b.number end

local CLAIM = [[WITH picked AS (SELECT number FROM targets
  WHERE campaign = ? AND state IN ('%s') AND number > ? %s AND (run IS NULL OR ((%s) %s))
  ORDER BY number LIMIT ? %s)
  UPDATE targets SET run = ?, lease_until = ?
  WHERE campaign = ? AND number IN (SELECT number FROM picked) RETURNING %s]]

local IS_FREE = [[lease_until IS NULL OR lease_until < ?
  OR EXISTS (SELECT 1 FROM runs WHERE runs.id = targets.run AND ended_at IS NOT NULL)]]

local claim_texts = {} -- the few that there are

local function claim_sql(kind, states, again)
  local key = ("%s %s %s"):format(kind, states, again and "again" or "new")
  if not claim_texts[key] then
    local mine = again and "OR run = ?" or "AND run <> ?"
    claim_texts[key] = CLAIM:format(states, SCOPE, IS_FREE, mine,
      kind == "postgresql" and "FOR UPDATE SKIP LOCKED" or "", TARGET)
  end
  return claim_texts[key]
end

--- Internal. Claims targets that no other run has. A target is free again when the lease of its run is over, or
--- the run has ended.
---@param states string[]
---@param limit integer
---@param again boolean? also targets that this run has claimed before
---@param after integer? only those after this place in the plan
---@return twilio.numbers.LedgerTarget[]?
---@return twilio.numbers.Error?
function claims:claim(states, limit, again, after)
  local now, err = self.db:now()
  if not now then return nil, err end
  local rows
  rows, err = self.db:rows(claim_sql(self.db.kind, table.concat(states, "', '"), again),
    self.campaign, after or 0, scope_of(self, states), now, self.run, ("%d"):format(limit),
    self.run, now + self.lease, self.campaign)
  if not rows then return nil, err end
  table.sort(rows, by_number)
  return rows
end

--- Internal. The targets that this run has claimed, in these states, in the plan's order.
---@param states string[]
---@param limit integer
---@param after integer only those after this place in the plan
---@return twilio.numbers.LedgerTarget[]?
---@return twilio.numbers.Error?
function claims:claimed(states, limit, after)
  return self.db:rows(([[SELECT %s FROM targets WHERE campaign = ? AND state IN ('%s')
    AND number > ? AND run = ? ORDER BY number LIMIT ?]]):format(TARGET,
    table.concat(states, "', '")), self.campaign, after, self.run, ("%d"):format(limit))
end

--- Internal. Lets go of the targets of this run that stayed planned, so that it can claim them once more.
---@return integer?
---@return twilio.numbers.Error?
function claims:let_go()
  return self.db:run([[UPDATE targets SET run = NULL, lease_until = NULL WHERE campaign = ?
    AND run = ? AND state = 'planned']], self.campaign, self.run)
end

--- Internal. Whether there is a planned target that this run has not claimed.
---@return boolean?
---@return twilio.numbers.Error?
function claims:has_claimable()
  local row, err = self.db:row(([[SELECT 1 AS one FROM targets WHERE campaign = ?
    AND state = 'planned' AND (run IS NULL OR run <> ?) %s LIMIT 1]]):format(SCOPE), self.campaign,
    self.run, scope_of(self, { "planned" }))
  if row == nil then return nil, err end
  return row ~= false
end

--- Internal. How many targets of the campaign are in these states.
---@param states string[]
---@return integer?
---@return twilio.numbers.Error?
function claims:count(states)
  local row, err = self.db:row(([[SELECT count(*) AS n FROM targets WHERE campaign = ?
    AND state IN ('%s') %s]]):format(table.concat(states, "', '"), SCOPE), self.campaign,
    scope_of(self, states))
  return row and row.n, err
end

--- Internal. How many targets another run has claimed that are planned or intended; and a text that changes when
--- one of their rows does, which tells whether that run still works.
---@return integer?
---@return string|twilio.numbers.Error|nil # the text, or the error
function claims:held_by_others()
  local row, err = self.db:row(([[SELECT count(*) AS n, max(lease_until) AS latest,
    max(changed_at) AS changed FROM targets WHERE campaign = ?
    AND state IN ('planned', 'intended') AND run <> ? %s]]):format(SCOPE), self.campaign, self.run,
    scope_of(self, { "planned" }))
  if not row then return nil, err end
  return row.n, ("%d %s %s"):format(row.n, ascii.text(row.latest), ascii.text(row.changed))
end

--- Internal. Plans refused targets again, if `check` accepts them. The run is then for them alone.
---@param check fun(numbers: integer[]): true?, twilio.numbers.Error?
---@param state table kept between the calls, if it is called again because the database was lost
---@return true?
---@return twilio.numbers.Error?
function claims:plan_refused(check, state)
  return self:attempt(state, function()
    local rows, err = self.db:rows([[UPDATE targets SET state = 'planned', run = NULL,
      lease_until = NULL, again = ? WHERE campaign = ? AND state = 'refused' RETURNING number]],
      self.run, self.campaign)
    if not rows then return nil, err end
    table.sort(rows, by_number)
    local numbers = {}
    for i, row in ipairs(rows) do
      numbers[i] = row.number
      self:note { event = "state", run = self.run, target = row.number, state = "planned" }
    end
    self.only_again = true
    return check(numbers)
  end)
end

return claims
