--- What iterators, watches and campaigns need of a client's loop.

local loops = require "twilio.numbers.runtime.loop"
local outcome = require "twilio.numbers.api.outcome"
local system = require "twilio.numbers.util.system"

--- A client's methods for waiting; see `base.lua`.
---@class twilio.numbers.ClientWaits
local waits = {}

--- Internal. Whether no further call may be queued; see the option `max_waiting`.
---@return boolean
function waits:is_full()
  return self.engine:is_full()
end

--- Internal. Returns when the queue has an item; see `begin` and `pause`. In a task, the others go on meanwhile.
---@param queue twilio.numbers.Queue
function waits:wait(queue)
  self.loop:wait(queue)
end

--- Internal. A call that comes to the queue after so many seconds, or when the process is about to end.
---@param queue twilio.numbers.Queue
---@param seconds number
---@return table call
function waits:pause(queue, seconds)
  return self.loop:sleep(queue, seconds, true)
end

--- Internal. A call that comes to the queue after so many seconds.
---@param queue twilio.numbers.Queue
---@param seconds number
---@return table call
function waits:deadline(queue, seconds)
  return self.loop:sleep(queue, seconds)
end

--- Internal. The result of a call that came to its queue. What it held is given back: where nothing else may have the
--- transfer, for the next request.
---@param call twilio.numbers.Call
---@param keeps boolean whether the caller still holds it
---@return table|true|nil # the answer's JSON object, or true if there is none to come
---@return twilio.numbers.Error?
---@return table? came what brought it
function waits:collect(call, keeps)
  local result, came, err = call.object, call.transfer, nil
  if not result or call.dropped then result, err = outcome.of(call) end
  if result and result ~= true and self.loop.may_be_single then
    came, call.transfer = came:settle(), false
  elseif not keeps then
    loops.release(call)
  end
  return result, err, came
end

--- Internal. Gives back what a call holds, and cancels it if it is under way. Doing it twice is harmless.
---@param call table
function waits.release(_, call)
  loops.release(call)
end

--- Internal. Has one of those that wait for the queue check again why it waits: an item with nothing in it.
---@param queue twilio.numbers.Queue
function waits:wake(queue)
  self.loop:wake(queue)
end

--- Internal. Seconds on the clock by which it waits.
---@return number
function waits:now()
  local engine = self.engine
  return engine.clock and engine:clock() or system.now()
end

--- Internal. Whether the process is about to end.
---@return boolean
function waits:is_ending()
  return self.loop:is_ending()
end

--- Internal. Whether each call is followed until it is released. Then a call is to be held until its outcome is
--- handed to the caller: an outcome that gets lost before that is logged.
---@return boolean
function waits:is_observed()
  return self.loop.observer ~= false
end

--- Internal. Whether it may be impossible to wait in some places.
---@return boolean
function waits:may_object()
  return self.loop.may_object
end

--- Internal. Raises where it is impossible to wait.
function waits:check()
  self.loop:check()
end

--- Internal. The policy of retries, for those who repeat a call themselves.
---@return integer # how many attempts a call may have
---@return number # seconds of the first wait between two of them, at most
---@return number # seconds of the longest one
function waits:retry_policy()
  return self.engine:policy()
end

return waits
