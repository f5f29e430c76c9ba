--- Decides when a run begins nothing new: it was interrupted, its time is over, the credentials are not
--- accepted, too many targets have failed, or the ledger cannot be written.

local system = require "twilio.numbers.util.system"


---@class twilio.numbers.StopConditions
---@field stopped "interrupted"|"deadline"|"unauthorized"|"failures"|"canary"|"halted"|"held"|"undo"|"ledger"|"raised"|nil
---@field err twilio.numbers.Error? the error that is the reason, if any
---@field failures integer
local stop_conditions = {}
stop_conditions.__index = stop_conditions

local INTERVAL = 0.05 -- seconds between two checks of `interrupted` and the deadline

--- The reasons that also end requests which wait for their turn.
local at_once = {
  interrupted = true, deadline = true, unauthorized = true, ledger = true, undo = true,
}

---@param client twilio.numbers.Client
---@param options twilio.numbers.ApplyOptions
---@param total integer how many targets are to be cancelled
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

--- Stops the run. The first reason stays.
function stop_conditions:stop(why, err)
  if self.stopped then return end
  self.stopped, self.err = why, err
  if at_once[why] and not self.client.closed then self.client:wind_down(true) end
end

--- Whether nothing more may begin.
function stop_conditions:on()
  if not self.stopped and self.interrupted and self.interrupted() then self:stop "interrupted" end
  if not self.stopped and self.ends and system.now() >= self.ends then self:stop "deadline" end
  return self.stopped ~= nil
end

--- Seconds until its time is over.
function stop_conditions:time_left()
  return self.ends and self.ends - system.now() or math.huge
end

--- The reasons that end the DELETEs, but not the proof of those that were sent.
local ends_sending = { deadline = true, failures = true, held = true, halted = true, undo = true }

--- Whether what was sent may still be proven. If so, the limits on DELETEs no longer apply.
function stop_conditions:may_prove()
  if self:on() and not ends_sending[self.stopped] then return false end
  self.lifted = { stopped = self.stopped, ends = self.ends, most = self.most }
  self.stopped, self.ends, self.most = nil, nil, nil
  self:release()
  return true
end

--- The proof has ended: the limits on DELETEs apply again, and so does the reason why no more was sent.
function stop_conditions:proved()
  local lifted = self.lifted
  self.stopped, self.ends, self.most = self.stopped or lifted.stopped, lifted.ends, lifted.most
end

--- Counts a failed target, unless its request was only held back. Whether it was counted.
function stop_conditions:count(err)
  if err.stopped == "closed" then return false end
  if err.http_status == 401 or err.http_status == 403 then
    self:stop("unauthorized", err)
    return false
  end
  self:fail()
  return true
end

--- Counts a failed target.
function stop_conditions:fail()
  self.failures = self.failures + 1
  if self.most and self.failures > self.most then self:stop "failures" end
end

--- Calls a user's function. If it raises, the run stops, and `surface` raises the same.
function stop_conditions:call(hook, ...)
  local ok, result = pcall(hook, ...)
  if ok then return result end
  self.raised = self.raised or { result }
  self:stop "raised"
end

--- Raises what a user's function has raised.
function stop_conditions:surface()
  if self.raised then error(self.raised[1], 0) end
end

--- Waits so many seconds, or until the run is stopped or something is over.
---@param seconds number
---@param is_over (fun(): boolean)?
function stop_conditions:sleep(seconds, is_over)
  local ends = system.now() + seconds
  while not self:on() and not (is_over and is_over()) do
    local left = ends - system.now()
    if left <= 0 then return end
    self.client:sleep(math.min(left, INTERVAL))
  end
end

--- Checks the conditions at intervals while a group of tasks is at work, for all of them may be waiting.
---@param is_at_work fun(): boolean
---@param wakeup twilio.numbers.Queue gets an item when the group ends
function stop_conditions:watch(is_at_work, wakeup)
  while is_at_work() and not self.client.closed and not self:on() do
    local pause = self.client:pause(wakeup, INTERVAL)
    self.client:wait(wakeup)
    self.client:release(pause)
    wakeup:take()
  end
end

--- The client may send again.
function stop_conditions:release()
  if not self.client.closed then self.client:wind_down(false) end
end

return stop_conditions
