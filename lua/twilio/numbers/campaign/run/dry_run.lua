--- Checks all that `apply` checks, against the API's state and the ledger's, and changes neither.

local document = require "twilio.numbers.campaign.plan.document"
local extent = require "twilio.numbers.campaign.plan.extent"
local options_of = require "twilio.numbers.util.options"
local plan_target = require "twilio.numbers.campaign.plan.target"
local preflight = require "twilio.numbers.campaign.run.preflight"

---@class twilio.numbers.DryRunOptions
---@field confirm integer? how many targets are to be cancelled. Default: not checked.
---@field confirm_numbers integer? how many telephone numbers that is. Default: not checked.
---@field max_age number? as for `apply`. Default: 1 day.
---@field skip_changed boolean? as for `apply`: targets that have changed are counted rather than an error. Default: false.
---@field concurrency integer? how many are fetched at once. Default: the client's.
---@field interrupted (fun(): any)? return true to stop
---@field on_target (fun(target: twilio.numbers.LedgerTarget))? called when a target was fetched
---@field on_stage (fun(stage: twilio.numbers.Stage, count: integer))? called when the fetches begin

--- What `apply` would do now.
---@class twilio.numbers.DryRun
---@field extent twilio.numbers.Extent what it would cancel
---@field skipped string[] what it would leave out, and why

local schema = options_of.schema {
  confirm = { kind = "whole" },
  confirm_numbers = { kind = "whole" },
  max_age = { kind = "number", default = 24 * 3600 },
  skip_changed = { kind = "boolean" },
  concurrency = { kind = "count" },
  interrupted = { kind = "function" },
  on_target = { kind = "function" },
  on_stage = { kind = "function" },
}

local dry_run = {}

--- What needs no fetch. A campaign that has begun goes on whatever its age and version are.
local function check_plan(client, plan, options, is_begun)
  local ok, err = preflight.account(client, plan.account_sid)
  if ok then ok, err = preflight.host(client, plan) end
  if ok and options.confirm then ok, err = preflight.confirmed(options, plan:extent()) end
  if is_begun then return ok, err end
  if ok and plan.version ~= document.VERSION then ok, err = preflight.version(plan) end
  if ok then ok, err = preflight.age(plan, options.max_age) end
  return ok, err
end

--- Whether a DELETE of the plan may have been sent; and the numbers of the targets that the ledger still has to
--- cancel, false if it does not know the plan.
local function read_ledger(ledger, plan)
  if not ledger then return false, false end
  local ok, err = ledger:check_others(plan)
  if not ok then return nil, err end
  local is_begun, planned
  is_begun, err = ledger:is_begun(plan.id)
  if is_begun == nil then return nil, err end
  planned, err = ledger:planned(plan.id)
  if planned == nil then return nil, err end
  return is_begun, planned
end

local function result_of(plan, planned, skipped)
  local result = { extent = extent.new(), skipped = {} }
  for number, target in plan:each() do
    if target.class == "cancel" and skipped[number] then
      table.insert(result.skipped, ("%s %s"):format(plan_target.name(target), skipped[number]))
    elseif target.class == "cancel" and (not planned or planned[number]) then
      extent.add(result.extent, target)
    end
  end
  return result
end

--- See `campaign.check`.
---@param client twilio.numbers.Client
---@param plan twilio.numbers.Plan
---@param options twilio.numbers.DryRunOptions?
---@param ledger twilio.numbers.Ledger?
---@return twilio.numbers.DryRun?
---@return twilio.numbers.Error?
function dry_run.check(client, plan, options, ledger)
  options = schema:check(options or {})
  local written, err = preflight.as_written(plan)
  if not written then return nil, err end
  local is_begun, planned = read_ledger(ledger, written)
  if is_begun == nil then return nil, planned end
  local ok, skipped
  ok, err = check_plan(client, written, options, is_begun)
  if not ok then return nil, err end
  options.skip_changed = options.skip_changed or is_begun
  skipped, err = preflight.statuses(client, written, planned, options)
  if not skipped then return nil, err end
  return result_of(written, planned, skipped)
end

return dry_run
