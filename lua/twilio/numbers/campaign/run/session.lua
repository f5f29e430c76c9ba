--- One run of a campaign by one process, with its stop conditions and its group commit.

local cancel = require "twilio.numbers.campaign.run.cancel"
local gate = require "twilio.numbers.campaign.run.gate"
local group_commit = require "twilio.numbers.campaign.ledger.group_commit"
local patience = require "twilio.numbers.campaign.run.patience"
local reconcile = require "twilio.numbers.campaign.run.reconcile"
local stop_conditions = require "twilio.numbers.campaign.run.stop_conditions"
local system = require "twilio.numbers.util.system"
local target_rows = require "twilio.numbers.campaign.ledger.target_rows"

---@class twilio.numbers.CampaignRun
---@field client twilio.numbers.Client
---@field ledger twilio.numbers.Ledger
---@field plan twilio.numbers.Plan
---@field stop_conditions twilio.numbers.StopConditions
---@field gate twilio.numbers.Gate
---@field undo (fun(sheet: string): string?, string?)? makes an undo sheet what is kept of it
---@field concurrency integer
---@field group integer how many targets are claimed at once
---@field lease number seconds
---@field settle_after number seconds of checks after which a DELETE without a visible effect has had none
---@field tried table<integer, boolean> the targets that were claimed to be cancelled, by their number in the plan
---@field unsettled table<integer, true> those of them that stayed planned for a reason that may pass
---@field has_waited boolean? whether the database was lost and found
---@field is_waiting boolean? whether the campaign's first targets are another run's, and not confirmed yet
---@field checked_since table<string, number> when an attempt was first checked, by target and attempt
---@field sent integer how many DELETEs were sent
---@field unwritten twilio.numbers.LedgerTarget[] targets whose DELETE was answered when the ledger could no longer
---  be written, in the state that results from the answer
---@field interval number? seconds between the first two fetches of an accepted target
local run = {}
run.__index = run

local ALONE = 64 -- targets that are claimed at once if no other process can work on the ledger
local WAIT_FOR_OTHERS = 0.5 -- seconds between two checks of the claims of other runs

--- How many targets are claimed at once: each claim is a transaction. Several processes may share a PostgreSQL ledger,
--- and a target that has to wait for the hours or the rate should not be claimed yet.
local function size_of_group(self)
  if self.ledger.is_shared or self.gate:is_needed() then return self.concurrency end
  return math.max(self.concurrency, ALONE)
end

---@param client twilio.numbers.Client
---@param ledger twilio.numbers.Ledger
---@param plan twilio.numbers.Plan
---@param options twilio.numbers.ApplyOptions
---@return twilio.numbers.CampaignRun
function run.new(client, ledger, plan, options)
  local stop = stop_conditions.new(client, options, plan:count "cancel")
  ledger.most_failures = stop.most
  local self = setmetatable({
    client = client, ledger = ledger, plan = plan, options = options, stop_conditions = stop,
    gate = gate.new(options), undo = options.undo,
    tried = {}, unsettled = {}, checked_since = {}, sent = 0, unwritten = {},
    concurrency = options.concurrency or client:pace().limit,
    lease = options.lease, settle_after = options.settle_after, interval = options.interval,
  }, run)
  self.group = size_of_group(self)
  self.group_commit = group_commit.new(client, ledger, function(...) return self:patiently(...) end)
  return self
end

--- Makes a change to the ledger durable. If that fails, the run stops.
function run:write(change)
  local result, err = self.group_commit:write(change)
  if result == nil then self.stop_conditions:stop("ledger", err) end
  return result
end

--- Calls a function of the ledger.
function run:patiently(work, ...)
  return patience.call(self, work, ...)
end

local function or_stop(self, otherwise, result, err)
  if result ~= nil then return result end
  self.stop_conditions:stop("ledger", err)
  return otherwise
end

--- Compares rows of the ledger with the plan.
local function compared(self, ...)
  local rows = or_stop(self, {}, ...)
  for _, row in ipairs(rows) do
    local problem = target_rows.objection(self.plan, row)
    if problem then return or_stop(self, {}, self.ledger:damaged(problem)) end
  end
  return rows
end

--- Claims targets, and compares each row with the plan.
function run:claim(states, limit, again, after)
  local ledger = self.ledger
  return compared(self, self:patiently(ledger.claim, ledger, states, limit, again, after))
end

--- Reads targets that this run has claimed before.
function run:claimed(states, limit, after)
  local ledger = self.ledger
  return compared(self, self:patiently(ledger.claimed, ledger, states, limit, after))
end

--- Whether another run has halted the campaign meanwhile.
function run:is_halted_elsewhere()
  local ledger = self.ledger
  return or_stop(self, true, self:patiently(ledger.is_halted_elsewhere, ledger))
end

function run:count(states)
  return or_stop(self, 0, self:patiently(self.ledger.count, self.ledger, states))
end

--- Whether there is a planned target that this run has not claimed.
function run:has_claimable()
  return or_stop(self, false, self:patiently(self.ledger.has_claimable, self.ledger))
end

--- How many targets other runs have, and a sign of their being at work.
function run:held_by_others()
  local count, sign = self:patiently(self.ledger.held_by_others, self.ledger)
  return or_stop(self, 0, count, sign), sign
end

--- Calls the hook for a target that has changed its state.
function run:tell(target, err)
  local hook = self.options.on_target
  if hook then self.stop_conditions:call(hook, target, err) end
end

--- Calls the hook for a stage that begins.
function run:stage(name, count)
  local hook = self.options.on_stage
  if hook then self.stop_conditions:call(hook, name, count) end
end

--- A target that was tried may be tried once more before the run ends.
function run:come_back_to(target)
  self.unsettled[target.number] = true
end

--- The campaign's brakes are on: the run stops, or waits for the first targets, which another run cancels.
---@param why "halted"|"canary"
---@param target twilio.numbers.LedgerTarget? the one that was about to be cancelled
function run:brake(why, target)
  if why == "canary" then
    self.is_waiting, self.tried[target.number] = true, nil
  else
    self.stop_conditions:stop "halted"
  end
end

--- Cancels until so many DELETEs were sent, for a skipped target proves nothing. False if none was sent.
local function send_first(self, count)
  local taken
  repeat
    taken = cancel.some(self, count - self.sent)
  until taken == 0 or self.sent >= count or self.stop_conditions:on()
  return self.sent > 0
end

--- Waits for targets that other runs have claimed. A run at work changes its rows within its lease, and the claims of
--- a dead one expire. The wait ends when neither has happened during this run's own lease, and the targets could not be
--- claimed after that either: a slow machine may check seldom.
local function wait_for_others(self, sign)
  if sign ~= self.sign then
    self.sign, self.sign_since, self.was_late = sign, system.now(), false
  end
  if self.was_late then return self.stop_conditions:stop "held" end
  self.stop_conditions:sleep(WAIT_FOR_OTHERS)
  self.was_late = system.now() - self.sign_since > self.lease + 2 * WAIT_FOR_OTHERS
  reconcile.settle(self)
end

--- Cancels the first few targets, waits for their proof, and halts the campaign unless all went well. Without a
--- DELETE nothing is proven: the next run begins anew.
local function try_first(self, count)
  local options, stop = self.options, self.stop_conditions
  local before, confirmed = stop.failures, self:count { "confirmed" }
  if not send_first(self, count) or stop:on() then return false end
  reconcile.prove(self, options.canary_pause or options.wait)
  if stop:on() then return false end
  local failed, open = stop.failures - before, self:count { "accepted", "uncertain", "intended" }
  local goes_on
  if options.on_canary then
    goes_on = stop:call(options.on_canary, { failed = failed, unconfirmed = open,
      confirmed = self:count { "confirmed" } - confirmed, planned = self:count { "planned" } })
  else
    goes_on = failed == 0 and open == 0
  end
  if stop:on() then return false end
  local ledger = self.ledger
  if goes_on then return or_stop(self, false, self:patiently(ledger.pass_canary, ledger)) end
  or_stop(self, nil, self:patiently(ledger.halt, ledger, "canary"))
  stop:stop "canary"
  return false
end

--- Has the first targets cancelled, by this run or another, before all others. Whether those may be cancelled now.
local function canary(self)
  local is_told
  while not self.stop_conditions:on() do
    local turn = or_stop(self, nil, self:patiently(self.ledger.begin_canary, self.ledger,
      self.options.canary))
    self.is_waiting = false
    if turn and turn.is == "none" then return true end
    if turn and turn.is == "mine" then return try_first(self, turn.count) end
    if not turn or turn.is == "halted" then return self.stop_conditions:stop "halted" end
    if not is_told then self:stage("waiting", self:count { "planned" }) end
    is_told = true
    local _, sign = self:held_by_others()
    wait_for_others(self, sign)
  end
end

--- Cancels batch after batch, until no target is planned.
local function cancel_all(self)
  local options = self.options
  while not self.stop_conditions:on() and not self.is_waiting do
    local taken = cancel.some(self, options.batch or math.huge)
    if taken == 0 or not options.batch then return end
    local is_over = self:count { "planned" } == 0
    if options.batch_pause and not is_over then self.stop_conditions:sleep(options.batch_pause) end
  end
end

--- Cancels until this run finds no target any more, and no other run has one.
local function cancel_until_done(self)
  local is_told
  repeat
    if canary(self) then cancel_all(self) end
    local others, sign = self:held_by_others()
    if others > 0 and not self.stop_conditions:on() then
      if not is_told then self:stage("waiting", others) end
      is_told = true
      wait_for_others(self, sign)
    end
  until others == 0 and not self.is_waiting or self.stop_conditions:on()
end

--- Watches what was accepted, as far as the stop conditions allow.
local function confirm(self)
  if self.options.wait <= 0 or not self.stop_conditions:may_prove() then return end
  self:stage("confirming", self:count { "accepted", "uncertain", "intended" })
  reconcile.prove(self, self.options.wait)
  self.stop_conditions:proved()
end

--- Whether targets that stayed planned for a reason that may pass are tried once more. Some may have been claimed
--- though the database was lost before it said so.
local function goes_round_again(self)
  local has_some = next(self.unsettled) ~= nil or self.has_waited
  if not has_some or self.stop_conditions:on() then return false end
  for number in pairs(self.unsettled) do self.tried[number] = nil end
  self.unsettled, self.has_waited = {}, false
  or_stop(self, nil, self:patiently(self.ledger.let_go, self.ledger))
  return self:count { "planned" } > 0
end

--- Works on the campaign until nothing is left to do. Other machines may work on it, too. The targets of one that
--- dies are free when its lease is over.
function run:work()
  reconcile.settle(self)
  local brake = or_stop(self, nil, self:patiently(self.ledger.is_braked, self.ledger))
  if brake == "halted" then self:brake "halted" end
  self:stage("cancelling", self:count { "planned" })
  cancel_until_done(self)
  confirm(self)
  if goes_round_again(self) then
    self:stage("cancelling", self:count { "planned" })
    cancel_until_done(self)
    confirm(self)
  end
  self.stop_conditions:surface()
end

return run
