--- Turns a client's loop inside an nginx worker. nginx gives Lua no way to wait for libcurl's
--- sockets, so a timer looks at them every few milliseconds, and at once when there is a new
--- request. It exists only while something is under way.

local core = require "twilio.numbers.core"
local ngx = require "ngx"
local semaphore = require "ngx.semaphore"

local now, at, min, max = core.now, ngx.timer.at, math.min, math.max

---@class twilio.numbers.nginx.Driver
---@field loop twilio.numbers.Loop
local driver = {}
driver.__index = driver

local SHORTEST, LONGEST = 0.001, 0.01 -- seconds between two looks while a request is in flight
local PATIENCE = 1 -- seconds between two looks while only pauses are under way
local CROWDED = 0.002 -- seconds between two looks for a place under the limit that workers share
local LOST = 0.1 -- seconds that a look may be overdue
local DESERTED = 0.5 -- seconds without a look after which those who wait may have gone long ago
local NO_LIMIT = 2 ^ 31 - 1

---@param loop twilio.numbers.Loop
function driver.new(loop)
  return setmetatable({
    loop = loop,
    kicks = semaphore.new(0), napping = false,
    shift = 0, running = false, -- who turns the loop is on the last shift
    due = 0, -- when the next look is expected
    busy = 0, -- when something last happened
    unfinished = false, -- whether the last look has left anything that may still be sent
    holding = false,
    semaphores = {}, -- that nobody uses at present
  }, driver)
end

--- How long nothing need be done: the longer nothing happened, the longer. An answer that took
--- half a second is found some milliseconds late, which costs less than a look at each.
local function nap(self)
  local engine, orphans = self.loop.engine, self.loop.orphans
  local pause = min(engine:timeout() or PATIENCE, orphans:any() and orphans.INTERVAL or PATIENCE)
  if engine:in_flight() > 0 then pause = min(pause, LONGEST, (now() - self.busy) / 16) end
  local shared_limit = self.loop.shared_limit
  if shared_limit and shared_limit:is_short() then pause = min(pause, CROWDED) end
  if self.holding then pause = min(pause, LONGEST) end
  return max(pause, SHORTEST)
end

--- While it is not known who is left, nothing is sent.
local function hold(self)
  local loop = self.loop
  if loop.presence:is_in_doubt() then
    loop.engine:allow(0)
    self.holding = true
  elseif self.holding then
    self.holding = false
    if not loop.shared_limit then loop.engine:allow(NO_LIMIT) end
  end
end

local function turn(self)
  local loop = self.loop
  local shared_limit = loop.shared_limit
  if shared_limit then shared_limit:adjust() end
  hold(self)
  if loop:is_ending() then loop:end_pauses() end
  if loop:turn(0) then self.busy = now() end
  if shared_limit then shared_limit:adjust() end
  self.unfinished = not loop.closed and loop.engine:running() > 0
end

--- Until the pause is over or there is something new. What else may go wrong must not make a loop
--- of this that never yields.
local function sleep(self, pause)
  self.due, self.napping = now() + pause, true
  local woken, why = self.kicks:wait(pause)
  self.napping = false
  if not woken then self.loop.presence:tick() end
  if why and why ~= "timeout" then error(why, 0) end
end

local function turn_until(self, is_over)
  local shift = self.shift + 1
  self.shift, self.running = shift, true
  -- Those who had asked may have gone meanwhile, and what they asked for is not to be done then.
  if self.unfinished and now() > self.due + DESERTED then self.loop.presence:doubt() end
  while self.shift == shift and not is_over() do
    turn(self)
    if is_over() then break end
    sleep(self, nap(self))
  end
  local shared_limit = self.loop.shared_limit
  if shared_limit then shared_limit:adjust() end -- what is held is no longer needed
  if self.shift == shift then self.running = false end
end

local function in_timer(_, self)
  turn_until(self, function() return not self.loop:is_busy() end)
end

--- There is something new to do: at the end of this round of nginx's events.
function driver:kick()
  if self.napping then
    self.napping, self.busy = false, now()
    self.kicks:post(1)
  elseif not self.running then
    self.running = at(0, in_timer, self) ~= nil
    self.busy, self.due = now(), self.running and now() or 0
  end
end

--- Whether nobody turns the loop: the timer could not be had, was dropped because too many are
--- running, or was ended by an error.
function driver:is_lost()
  return now() > self.due + LOST
end

--- Turns the loop in the timer's place, until that is over for whoever does.
---@param is_over fun(): boolean
function driver:stand_in(is_over)
  turn_until(self, is_over)
  if self.loop:is_busy() then self:kick() end
end

--- A semaphore with nothing in it, to be given back.
function driver:borrow()
  return table.remove(self.semaphores) or semaphore.new(0)
end

function driver:give_back(lent)
  self.semaphores[#self.semaphores + 1] = lent
end

return driver
