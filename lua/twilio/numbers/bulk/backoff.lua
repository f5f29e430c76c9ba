--- How long to wait between two polls of something that changes slowly.

local argument_error = require "twilio.numbers.util.argument_error"
local core = require "twilio.numbers.core"

local INTERVAL, GROWTH, MOST = 5, 1.5, 12
local LAST_POLL = 1 -- second
local UNREADABLE = 3 -- responses in a row, after which the failure does not count as passing

---@class twilio.numbers.WaitOptions
---@field interval number? seconds between the first two fetches. Default: 5.
---@field max_interval number? seconds; how far `interval` grows while nothing changes. Default: 12 times `interval`.
---@field timeout number? seconds until it ends anyway; one more if an answer is slow. Default: no limit.

local backoff = {}

local function seconds(options, name, otherwise)
  local value = options[name]
  if value == nil then return otherwise end
  if type(value) ~= "number" or not (value > 0 and value <= 1e9) then
    argument_error.argument(name, "a number of seconds above 0 (and up to 1e9)", value)
  end
  return value
end

--- Checks the three options and starts the clock.
---@param options twilio.numbers.WaitOptions
---@param others table<string, boolean> which other options there may be
function backoff.new(options, others)
  if type(options) ~= "table" then argument_error.argument("options", "a table", options) end
  for name in pairs(options) do
    if name ~= "interval" and name ~= "max_interval" and name ~= "timeout" and not others[name] then
      argument_error.raise(("unknown option '%s'"):format(tostring(name)))
    end
  end
  local interval = seconds(options, "interval", INTERVAL)
  local timeout = seconds(options, "timeout", nil)
  return {
    interval = interval, most = seconds(options, "max_interval", interval * MOST),
    timeout = timeout, ends = timeout and core.now() + timeout,
  }
end

--- The next wait in seconds, after the last one; and the same, cut to the time that is left.
function backoff.next(plan, last)
  local wait = last and math.min(last * GROWTH, plan.most) or plan.interval
  local left = plan.ends and plan.ends - core.now()
  return wait, left and math.min(wait, left) or wait
end

--- How long a poll may take, or nil if there is no end. The last poll begins when the time is over.
function backoff.poll_timeout(plan)
  return plan.ends and math.max(plan.ends - core.now(), LAST_POLL)
end

function backoff.is_over(plan)
  return plan.ends ~= nil and core.now() >= plan.ends
end

--- Whether to poll again after a failure, because its cause may pass. A poll changes nothing. Where there is
--- no time limit, unreadable responses are not waited out for ever.
---@param err twilio.numbers.Error
---@param unreadable integer how many responses in a row, this one included, could not be read
---@return boolean
function backoff.may_pass(plan, err, unreadable)
  if err.kind == "busy" then return true end
  if err.stopped == nil or err.stopped == "final" or err.stopped == "closed" then return false end
  return plan.ends ~= nil or unreadable <= UNREADABLE
end

--- Counts unreadable responses in a row.
---@param count integer? as it was before
---@param err twilio.numbers.Error?
---@return integer
function backoff.count_unreadable(count, err)
  return err and err.kind == "unreadable" and (count or 0) + 1 or 0
end

return backoff
