--- Begins a run of a campaign: checks the plan and enters it, has a session work on it, and returns the result. A
--- database that is lost meanwhile is waited for, as during the run.

local campaign_report = require "twilio.numbers.campaign.report"
local document = require "twilio.numbers.campaign.plan.document"
local patience = require "twilio.numbers.campaign.run.patience"
local preflight = require "twilio.numbers.campaign.run.preflight"
local session = require "twilio.numbers.campaign.run.session"
local stop_conditions = require "twilio.numbers.campaign.run.stop_conditions"

---@class twilio.numbers.CampaignBeginning
---@field client twilio.numbers.Client
---@field ledger twilio.numbers.Ledger
---@field options twilio.numbers.ApplyOptions
---@field lease number seconds
---@field stop_conditions twilio.numbers.StopConditions only for the waits until the run begins
local beginning = {}
beginning.__index = beginning

---@param client twilio.numbers.Client
---@param ledger twilio.numbers.Ledger
---@param options twilio.numbers.ApplyOptions checked
---@return twilio.numbers.CampaignBeginning
function beginning.new(client, ledger, options)
  return setmetatable({ client = client, ledger = ledger, options = options, lease = options.lease,
    stop_conditions = stop_conditions.new(client, { interrupted = options.interrupted }, 0) },
    beginning)
end

--- Calls a method of the ledger, and once more after each time that the database was lost and found.
local function ask(self, name, ...)
  local ledger = self.ledger
  local result, more = patience.call(self, ledger[name], ledger, ...)
  self.stop_conditions:release()
  return result, more
end

local function verdict_of(stopped, report)
  if stopped == "ledger" or not report then return "ledger" end
  if stopped == "interrupted" or stopped == "unauthorized" then return stopped end
  if report.planned == 0 and report.problems == 0 then return "nothing" end
  return report:is_success() and not stopped and "success" or "partial"
end

local function result_of(ledger, campaign, run)
  local report, err = run:patiently(campaign_report.read, ledger, campaign)
  local stop = run.stop_conditions
  return {
    verdict = verdict_of(stop.stopped, report), stopped = stop.stopped,
    err = stop.err or err, report = report, unwritten = run.unwritten,
  }
end

--- Ends a run that has nothing to do.
local function end_early(ledger, fine, why, err)
  ledger:end_run(fine and "refused" or "raised")
  if not fine then error(why, 0) end
  return nil, err
end

--- Has a session do what a run that has begun is for.
local function work(self, campaign, plan)
  local ledger = self.ledger
  local run = session.new(self.client, ledger, plan, self.options)
  local fine, why = pcall(run.work, run)
  run.stop_conditions:release()
  local ended_as = fine and (run.stop_conditions.stopped or "done") or "raised"
  local ok, err = run:patiently(ledger.end_run, ledger, ended_as, {})
  if not fine then error(why, 0) end
  if not ok then run.stop_conditions:stop("ledger", err) end
  run.stop_conditions:release()
  return result_of(ledger, campaign, run)
end

--- Runs a campaign, unless `prepare`, which is called when the run has begun, refuses that.
local function run_campaign(self, plan, command, prepare)
  local options = self.options
  local ok, err = ask(self, "begin_run", plan.id, command, options.lease, {})
  if not ok then return nil, err end
  local fine, campaign
  fine, ok, err = pcall(prepare)
  if fine and ok and options.undo then ok, err = ask(self, "prepare_undo") end
  if fine and ok and options.approval then
    ok, err = ask(self, "record_approval", plan.id, options.approval)
  end
  if not fine or not ok then return end_early(self.ledger, fine, ok, err) end
  campaign, err = ask(self, "find", plan.id)
  if not campaign then return end_early(self.ledger, true, nil, err) end
  return work(self, campaign, plan)
end

--- Checks a plan until a DELETE may have been sent. Later changes do not refuse it: each target is fetched again
--- before its DELETE. Returns why some are to be skipped; true if no check is needed any more.
local function check(self, plan)
  local is_begun, err = ask(self, "is_begun", plan.id)
  if is_begun ~= false then return is_begun, err end
  local planned
  planned, err = ask(self, "planned", plan.id)
  if planned == nil then return nil, err end
  if planned and next(planned) == nil then return true end
  local options, ok = self.options
  ok, err = preflight.confirmed(options, plan:extent())
  if ok then ok, err = preflight.age(plan, options.max_age) end
  if not ok then return nil, err end
  local skipped, objection = preflight.statuses(self.client, plan, planned, options)
  is_begun, err = ask(self, "is_begun", plan.id) -- another machine may have begun it, and changed the targets
  if is_begun == nil then return nil, err end
  if is_begun and (skipped or objection.kind == "plan") then return true end
  return skipped, objection
end

--- A plan of an earlier version binds too little to begin with. What has begun goes on.
local function check_version(self, plan)
  if plan.version == document.VERSION then return true end
  local is_begun, err = ask(self, "is_begun", plan.id)
  if is_begun == nil then return nil, err elseif is_begun then return true end
  return preflight.version(plan)
end

--- Applies or resumes a plan. `apply` always needs the confirmed number, `resume` until the first DELETE.
---@param plan twilio.numbers.Plan
---@param command "apply"|"resume"
---@return twilio.numbers.CampaignResult?
---@return twilio.numbers.Error?
function beginning:work_off(plan, command)
  local options = self.options
  local ok, err = preflight.account(self.client, plan.account_sid)
  if ok then ok, err = preflight.host(self.client, plan) end
  if ok and (command == "apply" or options.confirm) then
    ok, err = preflight.confirmed(options, plan:extent())
  end
  if not ok then return nil, err end
  return run_campaign(self, plan, command, function()
    local is_fit, why = true, nil
    if command == "apply" then is_fit, why = check_version(self, plan) end
    if not is_fit then return nil, why end
    local skipped, objection = check(self, plan)
    if not skipped then return nil, objection end
    if skipped == true then return true end
    return ask(self, "enter", plan, { reason = options.reason, ticket = options.ticket }, skipped)
  end)
end

--- Tries the refused targets of a plan again.
---@param plan twilio.numbers.Plan
---@return twilio.numbers.CampaignResult?
---@return twilio.numbers.Error?
function beginning:retry_failed(plan)
  return run_campaign(self, plan, "retry-failed", function()
    return ask(self, "plan_refused", function(numbers)
      return preflight.confirmed(self.options, plan:extent_of(numbers))
    end, {})
  end)
end

--- The stored plan of a campaign.
---@param id string? the campaign's, or its beginning
---@return twilio.numbers.Plan?
---@return twilio.numbers.Error?
function beginning:stored_plan(id)
  local campaign, err = ask(self, "find", id)
  if not campaign then return nil, err end
  local record, ok
  record, err = ask(self, "read", campaign.id)
  if not record then return nil, err end
  if record.purge then return preflight.purged() end
  ok, err = preflight.account(self.client, campaign.account_sid)
  if ok then ok, err = preflight.host(self.client, record.plan) end
  return ok and record.plan, err
end

return beginning
