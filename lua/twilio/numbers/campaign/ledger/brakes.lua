--- The brakes of a campaign: its failures, its first targets (the canary), and whether it is halted. They are the
--- campaign's and not a process's, so they are in the ledger. Each run checks them in the statement that claims a
--- target for its DELETE. Only `release` takes them off.

local row_types = require "twilio.numbers.campaign.ledger.row_types"
local schema = require "twilio.numbers.campaign.ledger.schema"

--- The part of a ledger that keeps the brakes.
---@class twilio.numbers.LedgerBrakes: twilio.numbers.LedgerTransactions
---@field run string? internal
---@field most_failures integer? internal: how many failures the run in progress allows the campaign
---@field halted string? internal: why the campaign is halted, as far as this run knows
local methods = {}

local brakes = { methods = methods }

local ALL = schema.list "brakes"

local UNLIMITED = 2147483647

--- A whole number as PostgreSQL takes it, which refuses "2.0".
local function whole(value) return ("%d"):format(value) end

--- The condition under which a target may be cancelled, for a statement on `targets`. Its values are those of
--- `brakes.values`.
brakes.CONDITION = [[EXISTS (SELECT 1 FROM brakes WHERE brakes.campaign = targets.campaign
  AND halted IS NULL AND failures <= ?
  AND (canary_run IS NULL OR canary_passed_at IS NOT NULL OR canary_run = ?))]]

--- Internal.
---@param self twilio.numbers.LedgerBrakes
---@return integer
---@return string
function brakes.values(self)
  return whole(math.min(self.most_failures or UNLIMITED, UNLIMITED)), self.run
end

--- A campaign's brakes.
---@class twilio.numbers.Brakes
---@field failures integer how many targets have failed since the last release
---@field halted "failures"|"canary"|nil why no more is sent
---@field halted_at number? since when
---@field halted_by string? the run that has halted it
---@field canary integer? how many are cancelled first
---@field canary_run string? the run that cancels them
---@field canary_passed_at number? when they were confirmed

--- Internal. Enters the brakes of a campaign that has none yet.
---@param self twilio.numbers.LedgerBrakes
---@param campaign string
---@return integer?
---@return twilio.numbers.Error?
function brakes.enter(self, campaign)
  return self.db:run([[INSERT INTO brakes (campaign, failures) VALUES (?, 0)
    ON CONFLICT (campaign) DO NOTHING]], campaign)
end

local function read(self, lock)
  local row, err = row_types.checked(self.db, "brakes", self.db:row(
    ("SELECT %s FROM brakes WHERE campaign = ?%s"):format(ALL, lock), self.campaign))
  if row == false then return self.db:damaged "the campaign's brakes are missing" end
  return row, err
end

local function halt(self, reason)
  local now, err = self:now()
  if not now then return nil, err end
  local changed
  changed, err = self.db:run([[UPDATE brakes SET halted = ?, halted_at = ?, halted_by = ?
    WHERE campaign = ? AND halted IS NULL]], reason, now, self.run, self.campaign)
  if not changed then return nil, err end
  if changed > 0 then self:note { event = "halted", run = self.run, outcome = reason } end
  self.halted = self.halted or reason
  return true
end

--- Internal. Adds failures within a transaction, and halts the campaign if they are too many.
---@param self twilio.numbers.LedgerBrakes
---@param count integer
---@return true?
---@return twilio.numbers.Error?
function brakes.add(self, count)
  local row, err = row_types.checked(self.db, "brakes", self.db:row(
    "UPDATE brakes SET failures = failures + ? WHERE campaign = ? RETURNING " .. ALL, count,
    self.campaign))
  if row == false then return self.db:damaged "the campaign's brakes are missing" end
  if not row then return nil, err end
  if row.halted or row.failures <= (self.most_failures or UNLIMITED) then return true end
  return halt(self, "failures")
end

--- Internal. Why a target may not be cancelled now: "halted", "canary" while another run cancels the first ones;
--- false if it may. Halts the campaign if it has more failures than this run allows.
---@return "halted"|"canary"|false|nil
---@return twilio.numbers.Error?
function methods:is_braked()
  local row, err = read(self, "")
  if not row then return nil, err end
  if row.halted then
    self.halted = row.halted
    return "halted"
  elseif row.failures > (self.most_failures or UNLIMITED) then
    local ok
    if self.notes then ok, err = halt(self, "failures")
    else ok, err = self:transaction(function() return halt(self, "failures") end) end
    return ok and "halted", err
  end
  local is_others = row.canary_run and not row.canary_passed_at and row.canary_run ~= self.run
  return is_others and "canary" or false
end

--- Internal. Whether another process has halted the campaign. An intent that became durable after the halt, since it had
--- begun before, is known by this. Only one process works on an SQLite ledger.
---@return boolean?
---@return twilio.numbers.Error?
function methods:is_halted_elsewhere()
  if self.db.kind == "sqlite" then return false end
  local row, err = read(self, "")
  if not row then return nil, err end
  return row.halted ~= nil
end

--- Internal. Halts the campaign: no run sends anything until it is released.
---@param reason "canary"|"failures"
---@return true?
---@return twilio.numbers.Error?
function methods:halt(reason)
  return self:transaction(function() return halt(self, reason) end)
end

local function has_ended(self, run)
  local row, err = self.db:row("SELECT ended_at FROM runs WHERE id = ?", run)
  if row == nil then return nil, err end
  return not row or row.ended_at ~= nil
end

local function take_canary(self, count)
  local lock = self.db.kind == "postgresql" and " FOR UPDATE" or ""
  local row, err = read(self, lock)
  if not row then return nil, err end
  if row.halted then return { is = "halted" } end
  local is_open = row.canary_run ~= nil and not row.canary_passed_at
  if is_open then
    local is_over = row.canary_run == self.run or nil
    if not is_over then is_over, err = has_ended(self, row.canary_run) end
    if is_over == nil then return nil, err end
    if not is_over then return { is = "others" } end
    count = count or row.canary
  elseif not count or row.canary_passed_at and row.canary_passed_at >= self.started_at then
    return { is = "none" }
  end
  local changed
  changed, err = self.db:run([[UPDATE brakes SET canary = ?, canary_run = ?, canary_passed_at = NULL
    WHERE campaign = ?]], whole(count), self.run, self.campaign)
  if not changed then return nil, err end
  self:note { event = "canary", run = self.run, outcome = "begun" }
  return { is = "mine", count = count }
end

--- Internal. Makes this run the one that cancels the first targets. A canary that passed after this run had begun
--- counts for it. One whose run has ended without a result is taken over.
---@param count integer? how many; nil if this run was not asked for any
---@return { is: "mine"|"none"|"others"|"halted", count: integer? }?
---@return twilio.numbers.Error?
function methods:begin_canary(count)
  return self:transaction(function() return take_canary(self, count) end)
end

--- Internal. The first targets went well, so all runs may go on.
---@return true?
---@return twilio.numbers.Error?
function methods:pass_canary()
  return self:transaction(function()
    local now, err = self:now()
    if not now then return nil, err end
    local changed
    changed, err = self.db:run([[UPDATE brakes SET canary_passed_at = ? WHERE campaign = ?
      AND canary_run = ?]], now, self.campaign, self.run)
    if not changed then return nil, err end
    self:note { event = "canary", run = self.run, outcome = "passed" }
    return true
  end)
end

--- Internal. Takes the brakes off, if `check` accepts the targets that are planned.
---@param check fun(numbers: integer[]): true?, twilio.numbers.Error?
---@return true?
---@return twilio.numbers.Error?
function methods:take_off(check)
  return self:transaction(function()
    local rows, err = self.db:rows([[SELECT number FROM targets WHERE campaign = ?
      AND state = 'planned' ORDER BY number]], self.campaign)
    if not rows then return nil, err end
    local numbers = {}
    for i, row in ipairs(rows) do numbers[i] = row.number end
    local ok
    ok, err = check(numbers)
    if not ok then return nil, err end
    ok, err = self.db:run([[UPDATE brakes SET failures = 0, halted = NULL, halted_at = NULL,
      halted_by = NULL, canary = NULL, canary_run = NULL, canary_passed_at = NULL
      WHERE campaign = ?]], self.campaign)
    if not ok then return nil, err end
    self.halted = nil
    return true
  end)
end

return brakes
