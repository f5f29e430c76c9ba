--- nginx's part of a client: observes the loop, for in nginx a caller may go away in the middle of a call.

local core = require "twilio.numbers.core"
local detached = require "twilio.numbers.nginx.detached"
local liveness = require "twilio.numbers.nginx.liveness"
local nearnesses = require "twilio.numbers.nginx.nearness"
local paces = require "twilio.numbers.nginx.pace"

local now, min = core.now, math.min

local LONGEST = 0.01 -- seconds between two polls while a request is in flight
local HEARTBEAT = 0.25 -- seconds between two turns while a request is in flight
local PATIENCE = 1 -- seconds between two turns while only pauses are under way
local CROWDED = 0.002 -- seconds between two turns for a place under the limit that workers share

---@class twilio.numbers.nginx.Observer: twilio.numbers.LoopObserver
---@field loop twilio.numbers.Loop
---@field detached twilio.numbers.nginx.Detached
---@field liveness twilio.numbers.nginx.Liveness
---@field nearness twilio.numbers.nginx.Nearness
---@field pace twilio.numbers.nginx.Pace
---@field answers integer how many the present turn has had
---@field shared_limit twilio.numbers.nginx.SharedLimit?
---@field busy number when the loop last had an event
local observer = {}
observer.__index = observer

---@param loop twilio.numbers.Loop
---@return twilio.numbers.nginx.Observer
function observer.new(loop)
  return setmetatable({
    loop = loop, detached = detached.new(), liveness = liveness.new(), nearness = nearnesses.new(),
    pace = paces.new(), answers = 0, busy = 0,
  }, observer)
end

--- Turns the loop.
---@param seconds number? how long to wait for sockets; nil to take only what has finished
function observer:turn(seconds)
  local loop, shared_limit = self.loop, self.shared_limit
  if shared_limit then shared_limit:adjust() end
  self.liveness:check(loop)
  if loop:is_ending() then loop:end_pauses() end
  self.answers = 0
  if loop:turn(seconds) then self.busy = now() end
  if self.answers > 0 then self.pace:note(self.answers) end
  if shared_limit then shared_limit:adjust() end -- also gives up the places that are no longer needed
end

--- The time until the next turn. With polls it grows while nothing happens: a response that took half a
--- second is found some milliseconds late, which costs less than frequent polls.
local function pause_of(self, sleeper, timeout)
  local pause = min(timeout or PATIENCE, self.detached:any() and HEARTBEAT or PATIENCE)
  if self.loop.engine:in_flight() > 0 then
    pause = min(pause, sleeper.polls and min(LONGEST, (now() - self.busy) / 16) or HEARTBEAT)
  end
  if self.shared_limit and self.shared_limit:is_short() then pause = min(pause, CROWDED) end
  return pause
end

--- The time until the next turn.
---@param sleeper twilio.numbers.nginx.Sleeper has to be woken by the loop's sockets, if it does not poll
---@return number seconds
function observer:pause(sleeper)
  local engine = self.loop.engine
  if not sleeper.polls then sleeper:watch(engine, engine:fd()) end
  return pause_of(self, sleeper, engine:timeout())
end

--- Sends what was queued just now, without a turn of the loop. Returns the time until the next one.
local function begin(self, sleeper)
  if self.shared_limit then return 0 end -- a turn adjusts it
  local engine = self.loop.engine
  local timeout, descriptor = engine:begin()
  sleeper:watch(engine, descriptor)
  return pause_of(self, sleeper, timeout)
end

--- Whether an answer comes while the worker waits for it.
local function comes_soon(self, sleeper)
  local moment = sleeper.hold and self.nearness:moment()
  return moment and sleeper:hold(self.loop.engine, moment)
end

--- Sends a caller's request in its place. If nothing else is in flight, and the answer is there or near, the loop
--- is turned for it as well.
---@param sleeper twilio.numbers.nginx.Sleeper one that does not poll
---@return number? seconds until the next turn; 0 if it is due at once, nil if nothing is under way
function observer:serve(sleeper)
  local engine, nearness = self.loop.engine, self.nearness
  local is_alone = engine:running() <= 1 -- 0 if the answer came while the request was sent
  if is_alone then nearness:begin() end
  local pause = begin(self, sleeper)
  if not is_alone then return pause end
  local is_there = pause <= 0 and nearness:has_time()
  if not is_there and not comes_soon(self, sleeper) then return pause end
  self:turn((self.shared_limit or engine:running() > 0) and 0 or nil)
  return self:has_work() and self:pause(sleeper) or nil
end

--- How long the loop need not be turned, although an answer may come; nil if it has to be turned for each.
---@return number? seconds
function observer:moment()
  return self.pace:moment((self.loop.engine:in_flight()))
end

--- Whether anything is under way.
function observer:has_work()
  return self.loop:is_busy()
end

--- Ends the calls whose callers are gone, at once.
function observer:check_callers()
  self.liveness:check_now(self.loop)
end

function observer:on_begin(call) self.detached:note(call) end

function observer:on_done(call)
  self.answers = self.answers + 1
  self.nearness:finish()
  detached.note_done(call)
end

function observer:on_turn() self.detached:check() end

function observer:is_busy() return self.detached:any() end

function observer.takes(_, call)
  local is_followed = call.detached ~= nil
  if is_followed then detached.note_drop(call) end
  return is_followed
end

return observer
