--- How long to wait between two looks at something that changes slowly.

local core = require "twilio.numbers.core"
local misuse = require "twilio.numbers.util.argument_error"

local INTERVAL, GROWTH, MOST = 5, 1.5, 12
local LAST_LOOK = 1 -- second
local UNREADABLE = 3 -- answers in a row, after which it is no passing failure

---@class twilio.numbers.WaitOptions
---@field interval number? seconds between the first two looks, 5 if missing
---@field max_interval number? how far that grows while nothing changes, 12 times `interval` if missing
---@field timeout number? seconds until it ends anyway, or one more if an answer is slow; without, it
---  goes on until it is reached

local intervals = {}

local function seconds(options, name, otherwise)
  local value = options[name]
  if value == nil then return otherwise end
  if type(value) ~= "number" or not (value > 0 and value <= 1e9) then
    misuse.argument(name, "a number of seconds above 0 (and up to 1e9)", value)
  end
  return value
end

--- Checks the three options and starts the clock.
---@param options twilio.numbers.WaitOptions
---@param others table<string, boolean> which other options there may be
function intervals.new(options, others)
  if type(options) ~= "table" then misuse.argument("options", "a table", options) end
  for name in pairs(options) do
    if name ~= "interval" and name ~= "max_interval" and name ~= "timeout" and not others[name] then
      misuse.raise(("unknown option '%s'"):format(tostring(name)))
    end
  end
  local interval = seconds(options, "interval", INTERVAL)
  local timeout = seconds(options, "timeout", nil)
  return {
    interval = interval, most = seconds(options, "max_interval", interval * MOST),
    timeout = timeout, ends = timeout and core.now() + timeout,
  }
end

--- Seconds until the next look after one that was that long, cut to what is left.
function intervals.next(plan, last)
  local wait = last and math.min(last * GROWTH, plan.most) or plan.interval
  local left = plan.ends and plan.ends - core.now()
  return wait, left and math.min(wait, left) or wait
end

--- How long a look may take, or nil if there is no end. The last one begins when the time is over.
function intervals.for_a_look(plan)
  return plan.ends and math.max(plan.ends - core.now(), LAST_LOOK)
end

function intervals.is_over(plan)
  return plan.ends ~= nil and core.now() >= plan.ends
end

--- Whether a failed fetch is worth another: what kept it may pass. A fetch changes nothing. Where there is
--- no end, answers that cannot be read are not waited out for ever.
---@param err twilio.numbers.Error
---@param unreadable integer how many answers in a row, this one included, could not be read
---@return boolean
function intervals.may_pass(plan, err, unreadable)
  if err.stopped == nil or err.stopped == "final" or err.stopped == "closed" then return false end
  return plan.ends ~= nil or unreadable <= UNREADABLE
end

--- Counts answers in a row that cannot be read.
---@param count integer? as it was before
---@param err twilio.numbers.Error?
---@return integer
function intervals.count_unreadable(count, err)
  return err and err.kind == "unreadable" and (count or 0) + 1 or 0
end

return intervals
