--- Applies a plan, or goes on with a campaign of a ledger. This file has the options; beginning.lua begins the run.

local argument_error = require "twilio.numbers.util.argument_error"
local beginning = require "twilio.numbers.campaign.run.beginning"
local gate = require "twilio.numbers.campaign.run.gate"
local options_of = require "twilio.numbers.util.options"
local preflight = require "twilio.numbers.campaign.run.preflight"
local system = require "twilio.numbers.util.system"

---@class twilio.numbers.ApplyOptions
---@field confirm integer? how many targets are to be cancelled; required by `apply` and `retry_failed`, and by `resume` until the first DELETE
---@field confirm_numbers integer? how many telephone numbers that is; required as well where the two counts differ
---@field reason string? kept in the ledger and shown in the report
---@field ticket string? the same
---@field concurrency integer? targets at once, at most the client's `concurrency`. Default: the client's.
---@field max_age number? seconds after which `apply` refuses a plan as stale. Default: 1 day.
---@field skip_changed boolean? leave out targets that have changed since the plan, instead of refusing the whole plan. Default: false.
---@field canary integer? cancel so many first, then wait for their confirmation. Default: none.
---@field canary_pause number? seconds to watch them. Default: `wait`.
---@field on_canary (fun(result: twilio.numbers.CanaryResult): boolean)? return true to go on. Default: go on if all are confirmed.
---@field batch integer? pause after so many. Default: no pauses.
---@field batch_pause number? seconds of that pause. Default: 0.
---@field max_failures integer? stop after more than this many failures; 401 and 403 always stop. Default: no limit.
---@field max_failure_percent number? the same, as a percentage of the targets to be cancelled. Default: no limit.
---@field deadline number? seconds from the call on, after which no DELETE is sent; what was sent is still watched. Default: no limit.
---@field wait number? seconds to watch what was accepted; 0 for not at all. Default: 300.
---@field interval number? seconds between the first two fetches of a watched target. Default: 1.
---@field settle_after number? if a lost DELETE shows no effect for so many seconds, it is sent again. Default: 60.
---@field lease number? seconds after which another machine may take over a target from one that died. It has to exceed three times what a fetch and a DELETE may take with all attempts. Default: 600.
---@field approval twilio.numbers.Approval? of the plan by a second person, which the program has verified: recorded in the ledger and shown in the report
---@field undo boolean|(fun(sheet: string): string?, string?)|nil keep each port-in as it was before its DELETE, for `campaign.undo_sheets`. A function encrypts: it gets the JSON, and returns the name of its form and the text to keep, or nil and why it cannot. Default: true.
---@field hours string? hours of the day in which DELETEs are sent: "22:00-06:00" by the machine's time zone, or "22:00-06:00+02:00" or "22:00-06:00Z". Outside of them the run waits. Default: always.
---@field max_rate number? DELETEs a second at most, of this process; below 1 for fewer. Default: no limit.
---@field on_wait (fun(ends_at: number, why: string))? called when the run waits because of `hours` or `max_rate`, with the end of the wait in seconds since 1970
---@field interrupted (fun(): any)|twilio.numbers.core.Interrupts|nil return true to stop; or what `campaign.interrupts` gives
---@field on_target (fun(target: twilio.numbers.LedgerTarget, err: twilio.numbers.Error?))? called when a target has changed its state, and with the state "checked" when it was fetched before the first DELETE
---@field on_stage (fun(stage: twilio.numbers.Stage, count: integer))? called when a stage begins, with its number of targets

---@class twilio.numbers.CanaryResult
---@field failed integer how many of the first failed
---@field unconfirmed integer how many of them are not settled yet
---@field confirmed integer how many of them are proven to be canceled
---@field planned integer how many others would be cancelled next

---@alias twilio.numbers.Stage
---| "checking" # all targets are fetched again
---| "settling" # what earlier runs left unsettled is fetched
---| "cancelling" # DELETEs are sent
---| "waiting" # other machines work on the remaining targets
---| "confirming" # what was accepted is watched

---@alias twilio.numbers.Verdict
---| "success" # everything planned is canceled, and no input needs a check
---| "partial" # not everything is
---| "nothing" # there was nothing to cancel
---| "unauthorized" # the credentials are not accepted
---| "interrupted" # `interrupted` returned true
---| "ledger" # the ledger cannot be read or written

---@alias twilio.numbers.StopReason
---| "interrupted" # `interrupted` returned true
---| "deadline" # `deadline` is over
---| "unauthorized" # 401 or 403
---| "failures" # more than `max_failures` or `max_failure_percent`
---| "canary" # the first targets were not confirmed, or `on_canary` did not return true
---| "halted" # the campaign was halted before, or by another run; see the report's `halt` and `campaign.release`
---| "held" # another machine holds targets, and does not let go of them
---| "undo" # an undo sheet cannot be made
---| "ledger" # the ledger cannot be read or written, or is damaged

---@class twilio.numbers.CampaignResult
---@field verdict twilio.numbers.Verdict how it ended
---@field stopped twilio.numbers.StopReason? why it ended before all targets were tried
---@field err twilio.numbers.Error? the error that stopped it
---@field report twilio.numbers.Report? nil if the ledger cannot be read
---@field unwritten twilio.numbers.LedgerTarget[] targets whose DELETE was answered when the ledger could no longer be written, in the state that results from the answer

local DAY = 24 * 3600

local schema = options_of.schema {
  confirm = { kind = "whole" },
  confirm_numbers = { kind = "whole" },
  reason = { kind = "string" },
  ticket = { kind = "string" },
  concurrency = { kind = "count" },
  max_age = { kind = "number", default = DAY },
  skip_changed = { kind = "boolean" },
  canary = { kind = "count" },
  canary_pause = { kind = "number" },
  on_canary = { kind = "function" },
  batch = { kind = "count" },
  batch_pause = { kind = "number" },
  max_failures = { kind = "whole" },
  max_failure_percent = { kind = "number" },
  deadline = { kind = "number" },
  wait = { kind = "number", default = 300 },
  interval = { kind = "number" },
  settle_after = { kind = "number", default = 60 },
  lease = { kind = "number", default = 600 },
  approval = { kind = "table" },
  undo = { kind = "any" },
  hours = { kind = "string" },
  max_rate = { kind = "positive" },
  on_wait = { kind = "function" },
  interrupted = { kind = "any" },
  on_target = { kind = "function" },
  on_stage = { kind = "function" },
}

--- What is asked whether to stop.
local function as_function(interrupted)
  if getmetatable(interrupted) == "twilio.numbers.interrupts" then -- what it shows of itself
    return function() return interrupted:caught() end
  end
  if interrupted ~= nil and type(interrupted) ~= "function" then
    argument_error.argument("interrupted", "a function, or what campaign.interrupts gives,",
      interrupted)
  end
  return interrupted
end

local function as_json(sheet) return "json", sheet end

local function undo_of(option)
  if option == nil or option == true then return as_json end
  if option ~= false and type(option) ~= "function" then
    argument_error.argument("undo", "a boolean or a function", option)
  end
  return option
end

--- The options with what is missing.
local function check_options(client, options)
  local checked = schema:check(options)
  local most = client:pace().limit
  if checked.concurrency and checked.concurrency > most then
    argument_error.argument("concurrency",
      ("at most %d, the client's own (an option of numbers.new),"):format(most),
      checked.concurrency)
  end
  gate.check(checked)
  checked.undo = undo_of(checked.undo)
  checked.interrupted = as_function(checked.interrupted)
  checked.ends = checked.deadline and system.now() + checked.deadline
  return checked
end

local apply = {}

--- See `campaign.apply`.
function apply.apply(client, ledger, plan, options)
  options = check_options(client, options or {})
  local written, err = preflight.as_written(plan)
  if not written then return nil, err end
  return beginning.new(client, ledger, options):work_off(written, "apply")
end

--- See `campaign.resume`.
function apply.resume(client, ledger, id, options)
  options = check_options(client, options or {})
  local begin = beginning.new(client, ledger, options)
  local plan, err = begin:stored_plan(id)
  if not plan then return nil, err end
  return begin:work_off(plan, "resume")
end

--- See `campaign.retry_failed`.
function apply.retry_failed(client, ledger, id, options)
  options = check_options(client, options or {})
  local begin = beginning.new(client, ledger, options)
  local plan, err = begin:stored_plan(id)
  if not plan then return nil, err end
  return begin:retry_failed(plan)
end

return apply
