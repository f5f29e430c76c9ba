--- Checks a plan before anything is entered or sent. It is refused for another host, account or count than was
--- confirmed, or for its age. Targets that have changed since refuse it, too, or are left out.

local ascii = require "twilio.numbers.util.ascii"
local binding = require "twilio.numbers.campaign.plan.binding"
local classify = require "twilio.numbers.campaign.plan.classify"
local date = require "twilio.numbers.util.date"
local endpoint = require "twilio.numbers.api.endpoint"
local errors = require "twilio.numbers.api.error"
local extent = require "twilio.numbers.campaign.plan.extent"
local fetch_target = require "twilio.numbers.campaign.plan.fetch_target"
local plan_target = require "twilio.numbers.campaign.plan.target"
local redact = require "twilio.numbers.util.redact"
local stop_conditions = require "twilio.numbers.campaign.run.stop_conditions"
local system = require "twilio.numbers.util.system"
local worker_pool = require "twilio.numbers.campaign.run.worker_pool"

local preflight = {}

local function refuse(message, changes)
  return nil, errors.new { kind = "plan", message = message, outcome = "not_sent",
    changes = changes }
end

function preflight.account(client, account_sid)
  if account_sid == client.account_sid then return true end
  return refuse(("the plan is of account %s, the credentials are of %s"):format(
    account_sid, client.account_sid))
end

--- Refuses a campaign from which what is personal was removed.
function preflight.purged()
  return refuse "what is personal was removed from the campaign: make a new plan"
end

--- Refuses a plan of an earlier version.
function preflight.version(plan)
  return refuse(("the plan is of version %d, which binds neither its host nor the numbers of its "
    .. "port-ins: make a new plan"):format(plan.version))
end

--- A plan of version 1 does not say where it was made.
function preflight.host(client, plan)
  local base_url = endpoint.normal(client.base_url)
  if plan.base_url == nil or plan.base_url == base_url then return true end
  return refuse(("the plan was made at %s, the client is for %s"):format(plan.base_url, base_url))
end

local function confirm_count(given, count)
  if given == count then return true end
  if given == nil then
    return refuse(("%d are to be cancelled: confirm that number"):format(count))
  end
  return refuse(("%d are to be cancelled, and %d were confirmed"):format(count, given))
end

--- Checks what was confirmed. The telephone numbers have to be confirmed, too, where the count of targets does not
--- tell their count.
---@param options twilio.numbers.ApplyOptions
---@param sum twilio.numbers.Extent of what is to be cancelled
---@return true?
---@return twilio.numbers.Error?
function preflight.confirmed(options, sum)
  local ok, err = confirm_count(options.confirm, sum.targets)
  if not ok then return nil, err end
  local given = options.confirm_numbers
  if given == sum.numbers or given == nil and not extent.differs(sum) then return true end
  local words = extent.words(sum) .. " are to be cancelled"
  if given == nil then
    return refuse(("%s: confirm the %d numbers as well (confirm_numbers)"):format(words,
      sum.numbers))
  end
  return refuse(("%s, and %d numbers were confirmed"):format(words, given))
end

local SKEW = 300 -- seconds by which the clocks of two machines may differ

function preflight.age(plan, max_age)
  local age = math.floor(system.time()) - date.seconds(plan.created_at)
  if age < -SKEW then
    return refuse(("the plan is dated in the future, %s: check the clock, or make a new plan")
      :format(plan.created_at))
  end
  if age <= max_age then return true end
  return refuse(("the plan is %.0f minutes old, %.0f are allowed: make a new one"):format(
    age / 60, max_age / 60))
end

--- Whether a target in memory equals its text, as far as that decides what is cancelled.
local function is_as_written(target, written)
  if target == nil or target.class ~= written.class then return false end
  return written.class ~= "cancel" or target.port_in_sid == written.port_in_sid
    and target.phone_number_sid == written.phone_number_sid and target.status == written.status
end

--- Whether the targets that a program has read of a plan are as they were.
local function are_as_written(plan, written)
  local targets = rawget(plan, "targets")
  if not targets then return true end
  for number, target in written:each() do
    if not is_as_written(targets[number], target) then return false end
  end
  return #targets == written:count()
end

--- A copy of the plan from its text. Refused if the program has changed the plan's targets since it was made.
---@param plan twilio.numbers.Plan
---@return twilio.numbers.Plan?
---@return twilio.numbers.Error?
function preflight.as_written(plan)
  local written, err = plan:copy()
  if not written then return nil, err end
  if are_as_written(plan, written) then return written end
  return refuse "the plan was altered since it was made: make a new one"
end

--- How a target has changed since it was planned, in words, and its class now; nil if it has not. Or an error.
local function change_of(client, plan, target, options)
  local port_in, number = fetch_target.fetch(client, target)
  local class, note, status
  if port_in then
    class, note, status = classify.of(target, port_in, number, plan:rules(system.time()))
  else
    class, note = classify.of_error(number)
    if class == "failed" then return nil, number end
  end
  -- The run will send nothing for it, and watch it until it is canceled.
  if status == "canceling" and options.skip_changed then return nil end
  if class == target.class and status == target.status then
    return binding.change(plan, target, port_in, number), nil, "changed"
  end
  local now = status ~= target.status and status or class
  return ("was %s and is %s%s"):format(target.status, now,
    class ~= "cancel" and note and " (" .. note .. ")" or ""), nil,
    class == "cancel" and "changed" or class
end

--- Whether a target is still to be cancelled.
local function is_left(planned, number, target)
  return target.class == "cancel" and (not planned or planned[number]) and true or false
end

--- How many are.
local function count_left(plan, planned)
  if not planned then return plan:count "cancel" end
  local count = 0
  for number, target in plan:each() do
    if is_left(planned, number, target) then count = count + 1 end
  end
  return count
end

--- Fetches all targets again that are to be cancelled. Returns why some are to be skipped; or nil and the error
--- that refuses the plan.
---@param client twilio.numbers.Client
---@param plan twilio.numbers.Plan
---@param planned table<integer, true>|false the numbers of those still planned; false before it is entered
---@param options twilio.numbers.ApplyOptions
---@return table<integer, string>? # by their places in the plan
---@return twilio.numbers.Error?
function preflight.statuses(client, plan, planned, options)
  local changes, skipped, failure = {}, {}, nil
  local count, next_planned = count_left(plan, planned), plan:each()
  if options.on_stage then options.on_stage("checking", count) end
  local stop = stop_conditions.new(client, { interrupted = options.interrupted }, count)
  local function next_target()
    local number, target
    repeat
      number, target = next_planned()
    until failure or not number or is_left(planned, number, target)
    return not failure and number and { number = number, target = target } or nil
  end
  worker_pool.work({ client = client, stop_conditions = stop,
    concurrency = options.concurrency or client:pace().limit }, next_target, function(_, item)
    local target = item.target
    local change, err, class = change_of(client, plan, target, options)
    failure = failure or err
    if change then
      changes[#changes + 1] = plan_target.name(target) .. " " .. change
      skipped[item.number] = class .. ": " .. change
    end
    if options.on_target then
      stop:call(options.on_target, { port_in_sid = target.port_in_sid, state = "checked",
        phone_number_sid = target.phone_number_sid })
    end
  end, count)
  stop:release()
  stop:surface()
  if stop.stopped == "interrupted" then
    return nil, errors.new { kind = "interrupted", outcome = "not_sent",
      message = "interrupted before anything was sent" }
  end
  if failure then return nil, failure end
  if #changes == 0 or options.skip_changed then return skipped end
  ascii.sort(changes)
  return refuse(("the plan is stale: %d of %d have changed since it was made. Make a new one. "
    .. "First of them: %s"):format(#changes, count, redact.text(changes[1])), changes)
end

return preflight
