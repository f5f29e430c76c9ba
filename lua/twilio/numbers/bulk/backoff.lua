--- How long to wait between two polls of something that changes slowly.

local call_options = require "twilio.numbers.client.call_options"
local options_of = require "twilio.numbers.util.options"

local GROWTH, MOST = 1.5, 12
local LAST_POLL = 1 -- second
local UNREADABLE = 3 -- responses in a row, after which the failure does not count as passing

---@class twilio.numbers.WaitOptions
---@field interval number? seconds between the first two fetches. Default: 5.
---@field max_interval number? seconds; how far `interval` grows while nothing changes. Default: 12 times `interval`.
---@field timeout number? seconds until it ends anyway; one more if an answer is slow. Default: no limit.
---@field deadline number? seconds for each fetch with all its attempts. Default: `retry.deadline`.
---@field send_within number? seconds after which a fetch is not sent any more. Default: no such limit.
---@field retry twilio.numbers.RetryPolicy|false|nil when a fetch is repeated at once. Default: the client's.
---@field headers table<string, string>|nil further headers of each fetch. Default: none.
---@field context any handed to the hooks as `event.context`. Default: none.

---@class twilio.numbers.Backoff
---@field interval number seconds of the first wait
---@field most number seconds of the longest wait
---@field timeout number? seconds
---@field clock { now: fun(self): number } the client, by whose clock it waits
---@field ends number? when the time is over, by that clock
---@field call table options of each poll

local backoff = {}

backoff.options = options_of.schema(call_options.fields_but_timeout):extended {
  interval = { kind = "seconds", default = 5 },
  max_interval = { kind = "seconds" },
  timeout = { kind = "seconds" },
}

--- Checks the options and starts the clock.
---@param clock { now: fun(self): number } the client
---@param options twilio.numbers.WaitOptions
---@param schema twilio.numbers.util.Schema? an extension of `backoff.options`, if there may be others
---@return twilio.numbers.Backoff
function backoff.new(clock, options, schema)
  options = (schema or backoff.options):check(options)
  local interval, timeout = options.interval, options.timeout
  options.timeout = nil
  local call = call_options.pick(options)
  call_options.prepare(call) -- raises for what is wrong, before anything is fetched
  return {
    call = call,
    interval = interval, most = options.max_interval or interval * MOST,
    timeout = timeout, clock = clock, ends = timeout and clock:now() + timeout,
  }
end

--- The next wait in seconds, after the last one; and the same, cut to the time that is left.
---@param plan twilio.numbers.Backoff
---@param last number?
---@return number
---@return number
function backoff.next(plan, last)
  local wait = last and math.min(last * GROWTH, plan.most) or plan.interval
  local left = plan.ends and plan.ends - plan.clock:now()
  return wait, left and math.min(wait, left) or wait
end

--- The options of a poll, which ends with the time that is left. The last one begins when that is over.
---@param plan twilio.numbers.Backoff
---@return table? # nil if there are none
function backoff.poll_options(plan)
  local options, left = {}, plan.ends and math.max(plan.ends - plan.clock:now(), LAST_POLL)
  for name, value in pairs(plan.call) do options[name] = value end
  if left then options.deadline = math.min(left, options.deadline or left) end
  return next(options) ~= nil and options or nil
end

function backoff.is_over(plan)
  return plan.ends ~= nil and plan.clock:now() >= plan.ends
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
