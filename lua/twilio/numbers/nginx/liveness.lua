--- Whether callers that wait are still there. In nginx a caller may go away: its client hung up, or another
--- thread ended the request. No event tells Lua, and the garbage collector may take long. But a caller that
--- is there waits for its semaphore, which counts those that wait for it.

local core = require "twilio.numbers.core"

local now = core.now

---@class twilio.numbers.nginx.Liveness
---@field waiters table<twilio.numbers.Queue, table<table, boolean>> the semaphores of those that wait for a
---  queue; weak, for it keeps no queue
---@field missed table<twilio.numbers.Queue, integer> in how many checks in a row no caller was there; weak
local liveness = {}
liveness.__index = liveness

local INTERVAL = 0.2 -- seconds between two checks
local MISSES = 2 -- checks: at the first one, a caller may be about to go on
local RESPITE = 100 -- checks until a shared queue without callers is suspected again
local KILOBYTES = 200 -- of garbage to collect at a time

---@return twilio.numbers.nginx.Liveness
function liveness.new()
  local weak = { __mode = "k" }
  return setmetatable({
    waiters = setmetatable({}, weak), missed = setmetatable({}, weak), checked = 0, to_collect = 0,
  }, liveness)
end

--- Waits for a semaphore that the queue's next item posts.
---@param queue twilio.numbers.Queue
---@param semaphore table
---@param seconds number
---@return boolean # whether it was posted
function liveness:wait(queue, semaphore, seconds)
  local waiters = self.waiters[queue]
  if not waiters then
    waiters = {}
    self.waiters[queue] = waiters
  end
  waiters[semaphore] = true
  local woken, why = semaphore:wait(seconds)
  waiters[semaphore] = nil
  if not woken and why ~= "timeout" then error(why, 0) end
  return woken
end

--- Whether callers wait for the queue according to itself, and none of them is there.
local function is_deserted(self, queue)
  if queue.waiting == 0 then return false end
  for semaphore in pairs(self.waiters[queue] or {}) do
    if semaphore:count() < 0 then return false end
  end
  return true
end

--- A call whose only caller is gone is over. An iterator's call may have another caller that has the
--- iterator: the collector finds that out, and is given the time for it.
local function desert(self, loop, call)
  if call.queue.single then return loop:drop(call) end
  self.missed[call.queue] = -RESPITE
  self.to_collect = 2 -- cycles: one may have begun before
end

local function check(self, loop, misses, present)
  self.checked = now()
  local missed, seen = self.missed, {}
  for _, call in pairs(loop.calls) do
    local queue = call.queue
    if not seen[queue] then
      seen[queue] = true
      local is_missing = queue ~= present and is_deserted(self, queue)
      missed[queue] = is_missing and (missed[queue] or 0) + 1 or nil
    end
    if not call.dropped and (missed[queue] or 0) >= misses then desert(self, loop, call) end
  end
end

--- Ends, at intervals, the calls whose callers are gone.
---@param loop twilio.numbers.Loop
---@param present twilio.numbers.Queue? a queue whose caller is there though it does not wait
function liveness:check(loop, present)
  if self.to_collect > 0 and collectgarbage("step", KILOBYTES) then
    self.to_collect = self.to_collect - 1
  end
  if now() - self.checked >= INTERVAL then check(self, loop, MISSES, present) end
end

--- The same at once, after nginx has resumed all whose semaphores were posted.
---@param loop twilio.numbers.Loop
---@param present twilio.numbers.Queue?
function liveness:check_now(loop, present)
  check(self, loop, 1, present)
end

return liveness
