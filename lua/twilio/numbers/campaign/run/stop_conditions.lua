--- When a run has to stop beginning anything: it was interrupted, its time is over, the credentials
--- are not accepted, too much has failed, or the ledger cannot be written.

local system = require "twilio.numbers.util.system"


---@class twilio.numbers.StopConditions
---@field stopped "interrupted"|"deadline"|"unauthorized"|"failures"|"canary"|"held"|"ledger"|"raised"|nil
---@field err twilio.numbers.Error? why, where an error is
---@field failures integer
local stop_conditions = {}
stop_conditions.__index = stop_conditions

local WATCH = 0.05 -- seconds between two looks

--- What makes it end at once, so that nothing that only waits is sent any more.
local at_once = { interrupted = true, deadline = true, unauthorized = true, ledger = true }

---@param client twilio.numbers.Client
---@param options twilio.numbers.ApplyOptions
---@param total integer how many are to be cancelled
function stop_conditions.new(client, options, total)
  local most = options.max_failures
  if options.max_failure_percent then
    local share = math.floor(total * options.max_failure_percent / 100)
    most = math.min(most or share, share)
  end
  return setmetatable({
    client = client, failures = 0, most = most, interrupted = options.interrupted,
    ends = options.ends, -- by the monotonic clock
  }, stop_conditions)
end

--- Stops it; the first reason stays.
function stop_conditions:stop(why, err)
  if self.stopped then return end
  self.stopped, self.err = why, err
  if at_once[why] and not self.client.closed then self.client:wind_down(true) end
end

--- Whether to begin nothing more.
function stop_conditions:on()
  if not self.stopped and self.interrupted and self.interrupted() then self:stop "interrupted" end
  if not self.stopped and self.ends and system.now() >= self.ends then self:stop "deadline" end
  return self.stopped ~= nil
end

--- Seconds until its time is over.
function stop_conditions:time_left()
  return self.ends and self.ends - system.now() or math.huge
end

--- What ends the sending, and is no reason not to find out what became of what was sent.
local ends_sending = { deadline = true, failures = true, held = true }

--- Whether it may still be looked what became of what was sent. If so, only what ends all may stop that.
function stop_conditions:may_prove()
  if self:on() and not ends_sending[self.stopped] then return false end
  self.before, self.stopped, self.ends, self.most = self.stopped, nil, nil, nil
  self:release()
  return true
end

--- It was looked: why nothing more was sent counts again.
function stop_conditions:proved()
  self.stopped = self.stopped or self.before
end

--- One more has failed, unless it was only held back.
function stop_conditions:count(err)
  if err.stopped == "closed" then return end
  if err.http_status == 401 or err.http_status == 403 then return self:stop("unauthorized", err) end
  self:fail()
end

--- One more has failed, as an answer or a look has shown.
function stop_conditions:fail()
  self.failures = self.failures + 1
  if self.most and self.failures > self.most then self:stop "failures" end
end

--- Calls a function of the caller's. What it raises stops the run, and is raised by `surface`.
function stop_conditions:call(hook, ...)
  local ok, result = pcall(hook, ...)
  if ok then return result end
  self.raised = self.raised or { result }
  self:stop "raised"
end

--- Raises what a function of the caller's has raised.
function stop_conditions:surface()
  if self.raised then error(self.raised[1], 0) end
end

--- Waits, unless something stops it meanwhile.
function stop_conditions:sleep(seconds)
  local ends = system.now() + seconds
  while not self:on() do
    local left = ends - system.now()
    if left <= 0 then return end
    self.client:sleep(math.min(left, WATCH))
  end
end

--- Looks again and again while a group of tasks is at work, for none of them may be awake.
---@param is_at_work fun(): boolean
function stop_conditions:watch(is_at_work)
  while is_at_work() and not self:on() do self.client:sleep(WATCH) end
end

--- The client may send again.
function stop_conditions:release()
  if not self.client.closed then self.client:wind_down(false) end
end

return stop_conditions
