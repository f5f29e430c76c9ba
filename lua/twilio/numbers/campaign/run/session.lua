--- One run of a campaign by one process, with its stop conditions and its group commit.

local audit = require "twilio.numbers.campaign.ledger.audit"
local cancel = require "twilio.numbers.campaign.run.cancel"
local gate = require "twilio.numbers.campaign.run.gate"
local group_commit = require "twilio.numbers.campaign.ledger.group_commit"
local reconcile = require "twilio.numbers.campaign.run.reconcile"
local stop_conditions = require "twilio.numbers.campaign.run.stop_conditions"
local system = require "twilio.numbers.util.system"

---@class twilio.numbers.CampaignRun
---@field client twilio.numbers.Client
---@field ledger twilio.numbers.Ledger
---@field plan twilio.numbers.Plan
---@field stop_conditions twilio.numbers.StopConditions
---@field gate twilio.numbers.Gate
---@field undo (fun(sheet: string): string?, string?)? makes an undo sheet what is kept of it
---@field concurrency integer
---@field lease number seconds
---@field settle_after number seconds of checks after which a DELETE without a visible effect has had none
---@field tried table<integer, boolean> the targets that were claimed to be cancelled, by their number in the plan
---@field checked_since table<string, number> when an attempt was first checked, by target and attempt
---@field sent integer how many DELETEs were sent
---@field unwritten twilio.numbers.LedgerTarget[] targets whose DELETE was answered when the ledger could no longer
---  be written, in the state that results from the answer
---@field interval number? seconds between the first two fetches of an accepted target
local run = {}
run.__index = run

local WAIT_FOR_OTHERS = 0.5 -- seconds between two checks of the claims of other runs

---@param client twilio.numbers.Client
---@param ledger twilio.numbers.Ledger
---@param plan twilio.numbers.Plan
---@param options twilio.numbers.ApplyOptions
---@return twilio.numbers.CampaignRun
function run.new(client, ledger, plan, options)
  return setmetatable({
    client = client, ledger = ledger, plan = plan, options = options,
    stop_conditions = stop_conditions.new(client, options, plan:count "cancel"),
    group_commit = group_commit.new(client, ledger), gate = gate.new(options),
    undo = options.undo,
    tried = {}, checked_since = {}, sent = 0, unwritten = {},
    concurrency = options.concurrency or client:pace().limit,
    lease = options.lease, settle_after = options.settle_after, interval = options.interval,
  }, run)
end

--- Makes a change to the ledger durable. If that fails, the run stops.
function run:write(change)
  local result, err = self.group_commit:write(change)
  if result == nil then self.stop_conditions:stop("ledger", err) end
  return result
end

local function or_stop(self, otherwise, result, err)
  if result ~= nil then return result end
  self.stop_conditions:stop("ledger", err)
  return otherwise
end

--- Claims targets, and compares each row with the plan.
function run:claim(states, limit, again)
  local rows = or_stop(self, {}, self.ledger:claim(states, limit, again))
  for _, row in ipairs(rows) do
    local problem = audit.objection(self.plan, row)
    if problem then return or_stop(self, {}, self.ledger:damaged(problem)) end
  end
  return rows
end

function run:count(states)
  return or_stop(self, 0, self.ledger:count(states))
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

--- Cancels until so many DELETEs were sent, for a skipped target proves nothing. False if none was sent.
local function send_first(self, count)
  local taken
  repeat
    taken = cancel.some(self, count - self.sent)
  until taken == 0 or self.sent >= count or self.stop_conditions:on()
  return self.sent > 0
end

--- Cancels the first few targets, waits for their proof, and stops the run unless all went well.
local function canary(self)
  local options = self.options
  local before = self.stop_conditions.failures
  if not send_first(self, options.canary) or self.stop_conditions:on() then return end
  reconcile.prove(self, options.canary_pause or options.wait)
  if self.stop_conditions:on() then return end
  local failed = self.stop_conditions.failures - before
  local open = self:count { "accepted", "uncertain", "intended" }
  local goes_on
  if options.on_canary then
    goes_on = self.stop_conditions:call(options.on_canary, { failed = failed, unconfirmed = open })
  else
    goes_on = failed == 0 and open == 0
  end
  if not goes_on and not self.stop_conditions:on() then self.stop_conditions:stop "canary" end
end

--- Cancels batch after batch, until no target is planned.
local function cancel_all(self)
  local options = self.options
  while not self.stop_conditions:on() do
    local taken = cancel.some(self, options.batch or math.huge)
    if taken == 0 or not options.batch then return end
    local is_over = self:count { "planned" } == 0
    if options.batch_pause and not is_over then self.stop_conditions:sleep(options.batch_pause) end
  end
end

--- Waits for targets that other runs have claimed. A run at work changes its rows within its lease, and the claims of
--- a dead one expire. The wait ends when neither has happened during this run's own lease.
local function wait_for_others(self, sign)
  local now = system.now()
  if sign ~= self.sign then self.sign, self.sign_since = sign, now end
  local longest = self.lease + 2 * WAIT_FOR_OTHERS
  if now - self.sign_since > longest then return self.stop_conditions:stop "held" end
  self.stop_conditions:sleep(WAIT_FOR_OTHERS)
  reconcile.settle(self)
end

--- Works on the campaign until nothing is left to do. Other machines may work on it, too. The targets of one that
--- dies are free when its lease is over.
function run:work()
  local options = self.options
  reconcile.settle(self)
  self:stage("cancelling", self:count { "planned" })
  if options.canary and not self.stop_conditions:on() then canary(self) end
  local is_waiting
  repeat
    cancel_all(self)
    local others, sign = self.ledger:held_by_others()
    others = or_stop(self, 0, others, sign)
    if others > 0 and not self.stop_conditions:on() then
      if not is_waiting then self:stage("waiting", others) end
      is_waiting = true
      wait_for_others(self, sign)
    end
  until others == 0 or self.stop_conditions:on()
  if options.wait > 0 and self.stop_conditions:may_prove() then
    self:stage("confirming", self:count { "accepted", "uncertain", "intended" })
    reconcile.prove(self, options.wait)
    self.stop_conditions:proved()
  end
  self.stop_conditions:surface()
end

return run
