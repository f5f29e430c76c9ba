--- Turns the loops of a worker's clients, all of them in one timer. It exists while something is under way,
--- and a moment longer. When nginx has no timer, a caller that waits takes its place.

local core = require "twilio.numbers.core"
local ngx = require "ngx"
local sleepers = require "twilio.numbers.nginx.sleeper"
local wakeups = require "twilio.numbers.nginx.wakeup"

local now, at, min = core.now, ngx.timer.at, math.min
local is_exiting = ngx.worker.exiting

--- There is one, for each worker has its own copy of this module.
---@class twilio.numbers.nginx.Driver
---@field observers twilio.numbers.nginx.Observer[] of the clients that have something under way
---@field listed table<twilio.numbers.nginx.Observer, boolean>
---@field shift integer counts the timers and callers that took over; only the last one turns the loops
---@field is_running boolean whether a timer or caller turns the loops, or a timer is about to
---@field sleeper twilio.numbers.nginx.Sleeper?
---@field is_guarded boolean? whether the watchdog has a timer
---@field is_turning boolean? whether a caller turns a loop while the driver sleeps
---@field due number when the loops are turned next
---@field busy_at number when something was under way last
---@field seen_at number when the watchdog ran last
local driver = {
  observers = {}, listed = {}, shift = 0, is_running = false, due = 0, busy_at = 0, seen_at = 0,
}

local LINGER = 0.25 -- seconds for which the timer goes on at least when nothing is under way
local LOST = 0.1 -- seconds that a turn may be overdue
local LATE = 0.5 -- seconds after which waiting callers may have gone long ago
local GUARD = 1 -- seconds between two rounds of the watchdog
local ROUND = 0.001 -- seconds in which nginx handles all that has happened

--- Takes those with nothing under way off the list. Returns whether any is left.
local function tidy(self)
  local kept = {}
  for _, observer in ipairs(self.observers) do
    local is_busy = observer:has_work()
    self.listed[observer] = is_busy or nil
    if is_busy then kept[#kept + 1] = observer end
  end
  self.observers = kept
  if kept[1] then self.busy_at = now() end
  return kept[1] ~= nil
end

--- The list grows when a hook or a task makes a call with another client.
local function turn_all(self)
  local i = 1
  while self.observers[i] do
    self.observers[i]:turn(0)
    i = i + 1
  end
end

--- Nil if nothing is under way: then a call or the watchdog ends the sleep.
local function pause_of(self)
  local pause, sleeper = nil, self.sleeper
  for _, observer in ipairs(self.observers) do
    local own = observer:pause(sleeper)
    pause = min(pause or own, own)
  end
  local ends_by_itself = sleeper.polls or not self.is_guarded
  return pause or ends_by_itself and LINGER or nil
end

--- How long to sleep whatever comes, if that is right for all clients.
local function moment_of(self)
  local moment
  for _, observer in ipairs(self.observers) do
    local own = observer:moment()
    if not own then return nil end
    moment = min(moment or own, own)
  end
  return moment
end

local function sleep(self, pause)
  local sleeper = self.sleeper
  local moment = sleeper.nap and pause and moment_of(self)
  self.due = now() + (pause or 2 * GUARD)
  if moment and moment <= pause then sleeper:nap(moment) else sleeper:sleep(pause) end
end

--- If the loops were not turned for a while, the worker was held up. Callers that left meanwhile must not
--- have their requests sent: first nginx handles all that has happened. A sleep could end before that.
local function catch_up(self, wait)
  if now() < self.due + LATE then return end
  self.due = now() + ROUND
  wait(wakeups.new(), ROUND)
  for _, observer in ipairs(self.observers) do observer:check_callers() end
end

--- Turns the loops until it is over, or another timer or caller takes over.
---@param is_over fun(): boolean
---@param wait fun(wakeup: twilio.numbers.nginx.Wakeup, seconds: number): boolean how to wait
---@param improve (fun(): twilio.numbers.nginx.Sleeper?)? makes a better sleeper than one that polls, for
---  which the first requests do not wait
local function drive(self, is_over, wait, improve)
  local shift, before = self.shift + 1, self.sleeper
  self.shift, self.is_running, self.sleeper = shift, true, sleepers.polling(wait)
  self.is_turning = false -- by a caller that was ended in the middle
  if before and before.is_asleep then before:wake() end
  catch_up(self, wait)
  while self.shift == shift and not is_over() do
    turn_all(self)
    tidy(self)
    if self.shift ~= shift or is_over() then break end
    if improve then self.sleeper, improve = improve() or self.sleeper, nil end
    sleep(self, pause_of(self))
    if self.shift == shift then catch_up(self, wait) end
  end
  if self.shift == shift then self.is_running, self.sleeper = false, nil end
end

--- The driver is gone if its coroutine was ended, as ngx.exit in a hook does.
local function watch_over(premature, self)
  self.seen_at = now()
  if premature or not self.observers[1] then
    self.is_guarded = false
    if self.sleeper and self.sleeper.is_asleep then self.sleeper:wake() end -- to its end
    return
  end
  if now() > self.due + LATE then self:start() end
  self.is_guarded = at(GUARD, watch_over, self) ~= nil
end

local function in_timer(premature, self)
  local woken
  drive(self, function()
    return not self.observers[1] and (not woken or now() > self.busy_at + LINGER or is_exiting())
  end, wakeups.wait, not premature and function()
    woken = sleepers.woken()
    return woken
  end)
  if woken then woken:close() end
end

--- Has a timer turn the loops, if nginx has one.
function driver:start()
  self.is_running = at(0, in_timer, self) ~= nil
  self.due = self.is_running and now() or 0
end

--- Has the driver sleep no longer than that. It may have changed while a hook waited.
local function sleep_on(self, pause)
  local sleeper = self.sleeper
  if not sleeper or not sleeper.is_asleep then return end
  if sleeper.polls or pause <= 0 then return sleeper:wake() end
  self.due = min(self.due, now() + pause)
  sleeper:arm(pause)
end

--- Sends a caller's request in its place, while the driver sleeps on. It saves a round of nginx's events.
local function serve_at_once(self, observer)
  self.is_turning, self.busy_at = true, now()
  local pause = observer:serve(self.sleeper)
  self.is_turning = false
  if pause then sleep_on(self, pause) else tidy(self) end -- a driver with nothing to do sleeps on
end

--- Has the client's loop turned at once, or at the end of this round of nginx's events.
---@param observer twilio.numbers.nginx.Observer
function driver:wake(observer)
  local is_new = not self.listed[observer]
  if is_new then self.observers[#self.observers + 1], self.listed[observer] = observer, true end
  if self.sleeper and self.sleeper.is_asleep then
    if self.sleeper.polls or self.is_turning or now() > self.due + LATE then
      self.sleeper:wake()
    else
      serve_at_once(self, observer)
    end
  elseif not self.is_running then
    self:start()
  end
  if not self.is_guarded then self.is_guarded = at(GUARD, watch_over, self) ~= nil end
end

--- Whether no loop is turned: nginx refused a timer, dropped it because too many were running, or an error
--- ended it.
function driver:is_lost()
  return now() > self.due + LOST
end

--- Whether a lost driver is found without a caller.
function driver:is_watched()
  return self.is_guarded and now() < self.seen_at + 2 * GUARD
end

--- Turns the loops in the timer's place, until the caller's wait is over or another one takes over.
---@param queue twilio.numbers.Queue
---@param wait fun(wakeup: twilio.numbers.nginx.Wakeup, seconds: number): boolean how the caller waits
function driver:stand_in(queue, wait)
  drive(self, function() return queue:has_items() end, wait)
  if tidy(self) and not self.is_running then self:start() end
end

return driver
