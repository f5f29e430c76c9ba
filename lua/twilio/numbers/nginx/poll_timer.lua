--- Turns a client's loop inside an nginx worker. nginx gives Lua no way to wait for libcurl's sockets, so a
--- timer polls them every few milliseconds, and at once when there is a new request. It exists only while
--- something is under way.

local core = require "twilio.numbers.core"
local ngx = require "ngx"
local semaphore = require "ngx.semaphore"

local now, at, min, max = core.now, ngx.timer.at, math.min, math.max

---@class twilio.numbers.nginx.PollTimer
---@field loop twilio.numbers.Loop
---@field detached twilio.numbers.nginx.Detached
---@field liveness twilio.numbers.nginx.Liveness
---@field shared_limit twilio.numbers.nginx.SharedLimit?
---@field wakeups table a semaphore that ends a pause
---@field shift integer counts the timers and callers that took over the loop; only the last one turns it
---@field running boolean whether the loop is turned
---@field due number when the next poll is expected
---@field busy number when the loop last had an event
---@field unfinished boolean whether the last poll has left anything that may still be sent
---@field holding boolean whether sending is on hold
---@field semaphores table[] that are not in use
local poll_timer = {}
poll_timer.__index = poll_timer

local SHORTEST, LONGEST = 0.001, 0.01 -- seconds between two polls while a request is in flight
local PATIENCE = 1 -- seconds between two polls while only pauses are under way
local CROWDED = 0.002 -- seconds between two polls for a place under the limit that workers share
local LOST = 0.1 -- seconds that a poll may be overdue
local DESERTED = 0.5 -- seconds without a poll after which waiting callers may have gone long ago
local NO_LIMIT = 2 ^ 31 - 1

---@param loop twilio.numbers.Loop
---@param detached twilio.numbers.nginx.Detached
---@param liveness twilio.numbers.nginx.Liveness
---@return twilio.numbers.nginx.PollTimer
function poll_timer.new(loop, detached, liveness)
  return setmetatable({
    loop = loop, detached = detached, liveness = liveness,
    wakeups = semaphore.new(0), pausing = false, shift = 0, running = false, due = 0, busy = 0,
    unfinished = false, holding = false, semaphores = {},
  }, poll_timer)
end

--- The time until the next poll. It grows while nothing happens. A response that took half a second is found
--- some milliseconds late, which costs less than frequent polls.
local function pause_length(self)
  local engine, detached = self.loop.engine, self.detached
  local pause = min(engine:timeout() or PATIENCE, detached:any() and detached.INTERVAL or PATIENCE)
  if engine:in_flight() > 0 then pause = min(pause, LONGEST, (now() - self.busy) / 16) end
  if self.shared_limit and self.shared_limit:is_short() then pause = min(pause, CROWDED) end
  if self.holding then pause = min(pause, LONGEST) end
  return max(pause, SHORTEST)
end

--- While it is not known which callers are left, nothing is sent.
local function hold(self)
  local engine = self.loop.engine
  if self.liveness:is_suspect() then
    engine:allow(0)
    self.holding = true
  elseif self.holding then
    self.holding = false
    if not self.shared_limit then engine:allow(NO_LIMIT) end
  end
end

local function poll(self)
  local loop, shared_limit = self.loop, self.shared_limit
  if shared_limit then shared_limit:adjust() end
  hold(self)
  if loop:is_ending() then loop:end_pauses() end
  if loop:turn(0) then self.busy = now() end
  if shared_limit then shared_limit:adjust() end
  self.unfinished = not loop.closed and loop.engine:running() > 0
end

--- Returns when the pause is over, or at a new request. Any other failure raises: the caller's loop would
--- never yield otherwise.
local function sleep(self, pause)
  self.due, self.pausing = now() + pause, true
  local woken, why = self.wakeups:wait(pause)
  self.pausing = false
  if not woken then self.liveness:tick() end
  if why and why ~= "timeout" then error(why, 0) end
end

local function poll_until(self, is_over)
  local shift = self.shift + 1
  self.shift, self.running = shift, true
  -- If waiting callers are gone by now, their requests must not be sent.
  if self.unfinished and now() > self.due + DESERTED then self.liveness:suspect() end
  while self.shift == shift and not is_over() do
    poll(self)
    if is_over() then break end
    sleep(self, pause_length(self))
  end
  if self.shared_limit then self.shared_limit:adjust() end -- the places are no longer needed
  if self.shift == shift then self.running = false end
end

local function in_timer(_, self)
  poll_until(self, function() return not self.loop:is_busy() end)
end

--- Has the loop turned at the end of this round of nginx's events.
function poll_timer:wake()
  if self.pausing then
    self.pausing, self.busy = false, now()
    self.wakeups:post(1)
  elseif not self.running then
    self.running = at(0, in_timer, self) ~= nil
    self.busy, self.due = now(), self.running and now() or 0
  end
end

--- Whether the loop has no timer: nginx refused one, dropped it because too many were running, or an error
--- ended it.
function poll_timer:is_lost()
  return now() > self.due + LOST
end

--- Turns the loop in the timer's place, until the caller's wait is over.
---@param is_over fun(): boolean
function poll_timer:stand_in(is_over)
  poll_until(self, is_over)
  if self.loop:is_busy() then self:wake() end
end

--- A semaphore with nothing in it, to be given back.
function poll_timer:borrow()
  return table.remove(self.semaphores) or semaphore.new(0)
end

function poll_timer:give_back(lent)
  self.semaphores[#self.semaphores + 1] = lent
end

return poll_timer
