--- Whether callers that wait are still there. In nginx a caller may go away: its client hung up, or another
--- thread ended the request. No event tells Lua, and the garbage collector may take long. But each waiting
--- caller wakes ten times a second, and leaves a heartbeat at the queue that it waits for.

local core = require "twilio.numbers.core"

local now = core.now

---@class twilio.numbers.nginx.Liveness
---@field round integer how many checks there were
---@field beats table<twilio.numbers.Queue, integer> the round after which a queue's last heartbeat came;
---  weak, for it keeps no queue
---@field suspect_until integer the round in which it is known again which callers are there
local liveness = {}
liveness.__index = liveness

local INTERVAL = 0.15 -- seconds between two checks, longer than a waiter sleeps
local MISSES = 3 -- checks without a heartbeat: at least two are a whole round of nginx's timers apart
local RESPITE = 100 -- checks until a shared queue without a heartbeat is suspected again
local KILOBYTES = 200 -- of garbage to collect at a time

---@return twilio.numbers.nginx.Liveness
function liveness.new()
  return setmetatable({
    beats = setmetatable({}, { __mode = "k" }), round = 0, suspect_until = 0,
    checked = 0, to_collect = 0, ticked = false,
  }, liveness)
end

--- There was no check for a while, so nothing may be sent until it is known which callers are left.
function liveness:suspect()
  self.suspect_until = self.round + MISSES + 2
end

--- Whether it is not known yet which callers are left.
---@return boolean
function liveness:is_suspect()
  return self.round < self.suspect_until
end

--- A caller that waits for this queue is there.
---@param queue twilio.numbers.Queue
function liveness:beat(queue)
  self.beats[queue] = self.round
end

--- nginx's timers run. While a worker is busy with what handlers hand each other they do not, for seconds,
--- and no caller can leave a heartbeat.
function liveness:tick()
  self.ticked = true
end

--- Whether callers wait for the queue and none of them has left a heartbeat for too long.
local function is_deserted(self, queue)
  local beats, last_round = self.beats, self.round - 1
  if queue.waiting == 0 then beats[queue] = last_round end
  return last_round - (beats[queue] or last_round) >= MISSES
end

--- A call whose only caller is gone is over. An iterator's call may have another caller that has the
--- iterator: the collector finds that out, and is given the time for it.
local function desert(self, loop, call)
  if call.queue.single then return loop:drop(call) end
  self.beats[call.queue] = self.round + RESPITE
  self.to_collect = 2 -- cycles: one may have begun before
end

--- Ends, at intervals, the calls whose callers are gone.
---@param loop twilio.numbers.Loop
function liveness:check(loop)
  if self.to_collect > 0 and collectgarbage("step", KILOBYTES) then
    self.to_collect = self.to_collect - 1
  end
  if not self.ticked or now() - self.checked < INTERVAL then return end
  self.ticked, self.checked, self.round = false, now(), self.round + 1
  for _, call in pairs(loop.calls) do
    if not call.dropped and is_deserted(self, call.queue) then desert(self, loop, call) end
  end
end

return liveness
