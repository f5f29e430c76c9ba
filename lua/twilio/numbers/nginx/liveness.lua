--- Whether callers that wait are still there. In nginx a caller may go away: its client hung up, or another
--- thread ended the request. No event tells Lua, and the garbage collector may take long. But a caller that
--- is there is in the wait for its wakeup. That holds however late the worker is: no time is part of it.

local core = require "twilio.numbers.core"

local now = core.now

---@class twilio.numbers.nginx.Liveness
---@field waits table<twilio.numbers.Queue, table<twilio.numbers.nginx.Wakeup, boolean>> what those wait for that
---  wait for a queue; weak, for it keeps no queue
---@field missed table<twilio.numbers.Queue, integer> in how many checks in a row no caller was found; weak
local liveness = {}
liveness.__index = liveness

local INTERVAL = 0.2 -- seconds between two checks
local MISSES = 2 -- checks: at the first one, a caller may be turning the loop
local RESPITE = 100 -- checks until a queue without callers is suspected again
local KILOBYTES = 200 -- of garbage to collect at a time

---@return twilio.numbers.nginx.Liveness
function liveness.new()
  local weak = { __mode = "k" }
  return setmetatable({
    waits = setmetatable({}, weak), missed = setmetatable({}, weak), checked = 0, to_collect = 0,
  }, liveness)
end

--- Waits for a wakeup because of the queue. Whatever a caller waits for, it waits here.
---@param queue twilio.numbers.Queue
---@param wakeup twilio.numbers.nginx.Wakeup
---@param seconds number
---@return boolean # whether it was posted
function liveness:wait(queue, wakeup, seconds)
  local waits = self.waits[queue]
  if not waits then
    waits = {}
    self.waits[queue] = waits
  end
  waits[wakeup] = true
  local is_posted = wakeup:wait(seconds)
  waits[wakeup] = nil
  return is_posted
end

--- How many callers of the queue left in the middle of a wait; nil if one is there.
local function count_gone(self, queue)
  local gone = 0
  for wakeup in pairs(self.waits[queue] or {}) do
    if wakeup:has_waiter() then return nil end
    gone = gone + 1
  end
  return gone
end

--- "there", "gone", or "unknown": a caller that is in no wait may be turning the loop, or be held up by a hook, or
--- have been ended in one.
local function state_of(self, queue)
  local gone = queue.waiting > 0 and count_gone(self, queue)
  if not gone then return "there" end
  return queue.single and gone > 0 and "gone" or "unknown"
end

--- The collector finds out whether a call has a caller, and is given the time for it. An iterator's call may
--- have another caller that has the iterator.
local function suspect(self, queue)
  local missed = (self.missed[queue] or 0) + 1
  self.missed[queue] = missed < MISSES and missed or -RESPITE
  if missed >= MISSES then self.to_collect = 2 end -- cycles: one may have begun before
end

--- Ends the calls whose callers are gone, at once.
---@param loop twilio.numbers.Loop
function liveness:check_now(loop)
  self.checked = now()
  local states = {}
  for _, call in pairs(loop.calls) do
    local queue = call.queue
    if not states[queue] then
      states[queue] = state_of(self, queue)
      if states[queue] == "unknown" then suspect(self, queue) else self.missed[queue] = nil end
    end
    if states[queue] == "gone" and not call.dropped then loop:drop(call) end
  end
end

--- The same at intervals.
---@param loop twilio.numbers.Loop
function liveness:check(loop)
  if self.to_collect > 0 and collectgarbage("step", KILOBYTES) then
    self.to_collect = self.to_collect - 1
  end
  if now() - self.checked >= INTERVAL then self:check_now(loop) end
end

return liveness
