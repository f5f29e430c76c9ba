--- What stands between a plan and its DELETEs: the confirmation, the account, the plan's age, and one
--- more look at every target. Then a run, and what it came to.

local brakes = require "twilio.numbers.campaign.brakes"
local classes = require "twilio.numbers.campaign.classes"
local crew = require "twilio.numbers.campaign.crew"
local date = require "twilio.numbers.date"
local errors = require "twilio.numbers.error"
local looking = require "twilio.numbers.campaign.looking"
local misuse = require "twilio.numbers.misuse"
local plans = require "twilio.numbers.campaign.plan"
local reports = require "twilio.numbers.campaign.report"
local runs = require "twilio.numbers.campaign.run"
local targets = require "twilio.numbers.campaign.targets"

---@class twilio.numbers.ApplyOptions
---@field confirm integer? how many are to be cancelled; needed by `apply` and `retry_failed`
---@field reason string? kept in the ledger
---@field ticket string? the same
---@field concurrency integer? how many at once, the client's if missing
---@field max_age number? seconds after which a plan is stale; a day if missing
---@field skip_changed boolean? leave out what has changed since the plan, rather than refuse all of it
---@field canary integer? so many first
---@field canary_pause number? seconds for which their outcomes are watched, `wait` if missing
---@field on_canary (fun(result: { failed: integer, unconfirmed: integer }): boolean)? whether to go on;
---  without it, only if all of them are confirmed
---@field batch integer? so many between two pauses
---@field batch_pause number? seconds
---@field max_failures integer? one more ends it
---@field max_failure_percent number? the same, of all that are to be cancelled
---@field deadline number? seconds after which no DELETE is sent any more; what was sent is still watched
---@field wait number? seconds for which what was accepted is watched until it is canceled; 300 if missing,
---  0 for not at all
---@field interval number? seconds between the first two of those looks
---@field settle_after number? seconds of looking after which a DELETE whose answer was lost, and that shows no
---  effect, had none; 60 if missing. More than the API may still be at work on what the client gave up
---@field lease number? seconds after which what a dead machine had comes free; 600 if missing. More than a
---  DELETE with all its attempts may take
---@field interrupted (fun(): any)? asked again and again: true ends it
---@field on_target (fun(target: twilio.numbers.LedgerTarget, err: twilio.numbers.Error?))? told of each
---  that has come to another state, and before that of each that was looked at: "checked"
---@field on_stage (fun(stage: string, count: integer))? told what begins, with how many:
---  "checking", "settling", "cancelling", "waiting" for what others have claimed, "confirming"

---@class twilio.numbers.CampaignResult
---@field verdict "success"|"partial"|"nothing"|"unauthorized"|"interrupted"|"ledger"
---@field stopped string? why it ended before all were tried
---@field err twilio.numbers.Error? the same, where an error is why
---@field report twilio.numbers.Report? where the ledger can be read

local DAY = 24 * 3600

local defaults = { max_age = DAY, wait = 300, settle_after = 60, lease = 600 }

local kinds = {
  confirm = "count", concurrency = "count", canary = "count", batch = "count",
  max_failures = "whole", max_failure_percent = "number", max_age = "number",
  canary_pause = "number", batch_pause = "number", deadline = "number", wait = "number",
  interval = "number", settle_after = "number", lease = "number", reason = "string",
  ticket = "string", skip_changed = "boolean", on_canary = "function", interrupted = "function",
  on_target = "function", on_stage = "function",
}

local wanted = {
  count = "a whole number above 0", whole = "a whole number", number = "a number from 0",
  string = "a text", boolean = "true or false", ["function"] = "a function",
}

local function fits(kind, value)
  if kind == "count" or kind == "whole" then
    return type(value) == "number" and value % 1 == 0 and value >= (kind == "count" and 1 or 0)
  elseif kind == "number" then
    return type(value) == "number" and value >= 0 and value <= 1e9
  end
  return type(value) == kind
end

--- The options with what is missing.
local function check_options(client, options)
  if type(options) ~= "table" then misuse.argument("options", "a table", options) end
  local checked = {}
  for name, value in pairs(options) do
    local kind = kinds[name]
    if not kind then misuse.raise(("unknown option '%s'"):format(tostring(name))) end
    local is_zero = name == "confirm" and value == 0
    if not is_zero and not fits(kind, value) then misuse.argument(name, wanted[kind], value) end
    checked[name] = value
  end
  local most = client:pace().limit
  if checked.concurrency and checked.concurrency > most then
    misuse.argument("concurrency", ("at most %d, the client's own (an option of numbers.new),")
      :format(most), checked.concurrency)
  end
  for name, value in pairs(defaults) do
    if checked[name] == nil then checked[name] = value end
  end
  return checked
end

local function refuse(message, changes)
  return nil, errors.new { kind = "plan", message = message, outcome = "not_sent",
    changes = changes }
end

local function check_account(client, account_sid)
  if account_sid == client.account_sid then return true end
  return refuse(("the plan is of account %s, the credentials are of %s"):format(
    account_sid, client.account_sid))
end

local function check_count(given, count)
  if given == count then return true end
  if given == nil then
    return refuse(("%d are to be cancelled: confirm that number"):format(count))
  end
  return refuse(("%d are to be cancelled, and %d were confirmed"):format(count, given))
end

local function check_age(plan, max_age)
  local age = os.time() - date.seconds(plan.created_at)
  if age <= max_age then return true end
  return refuse(("the plan is %.0f minutes old, %.0f are allowed: make a new one"):format(
    age / 60, max_age / 60))
end

--- What has changed with a target since it was planned, and what it is now; nil if nothing has. Or an
--- error.
local function change_of(client, plan, target)
  local port_in, number = looking.fetch(client, target)
  local class, note, status
  if port_in then
    class, note, status = classes.of(port_in, number, plan:rules(os.time()))
  else
    class, note = classes.of_error(number)
    if class == "failed" then return nil, number end
  end
  if class == target.class and status == target.status then return nil end
  return ("was %s and is %s%s"):format(target.status, status or class,
    class ~= "cancel" and note and " (" .. note .. ")" or ""), nil,
    class == "cancel" and "changed" or class
end

--- Looks at all that are to be cancelled once more. Why some are to be skipped, or nil and the error that
--- refuses the plan.
---@return table<twilio.numbers.Target, string>?
---@return twilio.numbers.Error?
local function check_statuses(client, plan, options)
  local list, changes, skipped, i, failure = {}, {}, {}, 0, nil
  for _, target in ipairs(plan.targets) do
    if target.class == "cancel" then list[#list + 1] = target end
  end
  if options.on_stage then options.on_stage("checking", #list) end
  local stop = brakes.new(client, { interrupted = options.interrupted }, #list)
  local function next_target()
    i = i + 1
    return not failure and list[i] or nil
  end
  crew.work({ client = client, brakes = stop,
    concurrency = options.concurrency or client:pace().limit }, next_target, function(_, target)
    local change, err, class = change_of(client, plan, target)
    failure = failure or err
    if change then
      changes[#changes + 1] = targets.name(target) .. " " .. change
      skipped[target] = class .. ": " .. change
    end
    if options.on_target then
      stop:call(options.on_target, { port_in_sid = target.port_in_sid, state = "checked",
        phone_number_sid = target.phone_number_sid })
    end
  end, #list)
  stop:release()
  stop:surface()
  if stop.stopped == "interrupted" then
    return nil, errors.new { kind = "interrupted", outcome = "not_sent",
      message = "interrupted before anything was sent" }
  end
  if failure then return nil, failure end
  if #changes == 0 or options.skip_changed then return skipped end
  table.sort(changes)
  return refuse(("the plan is stale: %d of %d have changed since it was made. Make a new one. "
    .. "First of them: %s"):format(#changes, #list, changes[1]), changes)
end

local function verdict_of(stopped, report)
  if stopped == "ledger" or not report then return "ledger" end
  if stopped == "interrupted" or stopped == "unauthorized" then return stopped end
  if report.planned == 0 and report.problems == 0 then return "nothing" end
  return report:is_success() and not stopped and "success" or "partial"
end

local function result_of(ledger, campaign, stop)
  local report, err = reports.read(ledger, campaign)
  return {
    verdict = verdict_of(stop.stopped, report), stopped = stop.stopped,
    err = stop.err or err, report = report,
  }
end

--- Works on a campaign, if `prepare` succeeds when it is this process's turn.
local function run_campaign(client, ledger, campaign, plan, command, options, prepare)
  local ok, err = ledger:begin_run(campaign.id, command, options.lease)
  if not ok then return nil, err end
  if prepare then
    ok, err = prepare()
    if not ok then
      ledger:end_run "refused"
      return nil, err
    end
  end
  local run = runs.new(client, ledger, plan, options)
  local fine, why = pcall(run.work, run)
  run.brakes:release()
  local ended_as = fine and (run.brakes.stopped or "done") or "raised"
  ok, err = ledger:end_run(ended_as)
  if not fine then error(why, 0) end
  if not ok then run.brakes:stop("ledger", err) end
  run.brakes:release()
  return result_of(ledger, campaign, run.brakes)
end

local applying = {}

--- See `campaign.apply`.
function applying.apply(client, ledger, plan, options)
  options = check_options(client, options or {})
  local ok, err = check_account(client, plan.account_sid)
  if ok then ok, err = check_count(options.confirm, plan:count "cancel") end
  if not ok then return nil, err end
  local is_there
  is_there, err = ledger:has(plan.id)
  if is_there == nil then return nil, err end
  if not is_there then
    ok, err = check_age(plan, options.max_age)
    local skipped
    if ok then skipped, err = check_statuses(client, plan, options) end
    if not skipped then return nil, err end
    ok, err = ledger:enter(plan, { reason = options.reason, ticket = options.ticket }, skipped)
    if ok == nil then return nil, err end
  end
  local campaign
  campaign, err = ledger:find(plan.id)
  if not campaign then return nil, err end
  return run_campaign(client, ledger, campaign, plan, "apply", options)
end

local function campaign_of(client, ledger, id)
  local campaign, err = ledger:find(id)
  if not campaign then return nil, err end
  local ok
  ok, err = check_account(client, campaign.account_sid)
  if not ok then return nil, err end
  local text
  text, err = ledger:plan_text(campaign.id)
  if not text then return nil, err end
  local plan
  plan, err = plans.read(text)
  return plan and campaign, plan or err
end

--- See `campaign.resume`.
function applying.resume(client, ledger, id, options)
  options = check_options(client, options or {})
  local campaign, plan = campaign_of(client, ledger, id)
  if not campaign then return nil, plan end
  return run_campaign(client, ledger, campaign, plan, "resume", options)
end

--- See `campaign.retry_failed`.
function applying.retry_failed(client, ledger, id, options)
  options = check_options(client, options or {})
  local campaign, plan = campaign_of(client, ledger, id)
  if not campaign then return nil, plan end
  return run_campaign(client, ledger, campaign, plan, "retry-failed", options, function()
    return ledger:plan_refused(function(count) return check_count(options.confirm, count) end)
  end)
end

return applying
