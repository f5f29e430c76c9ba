--- Waits inside a program on cqueues while all its other work goes on:
---
---     local client = numbers.new { waiter = require "twilio.numbers.waiters.cqueues" }
---     controller:wrap(function() print(client.port_ins:fetch "KW…") end)
---     controller:loop()
---
--- A call suspends the coroutine of the controller that makes it. Outside of a controller it blocks the thread.
---
--- One of a client's callers, the leader, watches the engine's descriptor and turns the loop for all. When its own
--- answer is there, it makes another one the leader. The others wait for a condition of their own.

local coroutines = require "twilio.numbers.waiters.coroutines"
local optional = require "twilio.numbers.util.optional"

local PACKAGE = "Debian's package lua-cqueues or the rock cqueues"
local cqueues = optional.load("cqueues", PACKAGE)
local conditions = optional.load("cqueues.condition", PACKAGE)

--- Seconds between two turns at most, as of the blocking waiter: for work that no descriptor tells of.
local LONGEST = 1

--- The same where the core has no descriptor.
local BLIND = 0.005

--- Seconds without a turn after which a leader is taken for lost. Its controller may have been given up.
local PATIENCE = 2

--- Who waits for one client's loop. It does not hold the loop.
---@class twilio.numbers.waiters.Callers
---@field leader table?
---@field waiting table<table, boolean> all of them, the leader too
---@field turns integer how often the loop was turned
---@field ends number? when the leader turns the loop at the latest, in cqueues' time
---@field own userdata? the controller in which the client is used outside of any

---@type table<twilio.numbers.Loop, twilio.numbers.waiters.Callers>
local callers_of = setmetatable({}, { __mode = "k" })

local function callers_at(loop)
  local callers = callers_of[loop] or { waiting = {}, turns = 0 }
  callers_of[loop] = callers
  return callers
end

local function wake(caller)
  caller.listens = false
  caller.condition:signal()
end

--- Waits until the engine has work, or the caller is woken.
local function watch(loop, callers, caller)
  if loop.closed then return cqueues.poll(caller.condition, BLIND) end
  local fd, due = loop.engine:fd(), loop.engine:timeout() or LONGEST
  callers.ends = cqueues.monotime() + due
  if due <= 0 then return cqueues.poll(0) end -- all others have their turn
  if not fd then return cqueues.poll(caller.condition, math.min(due, BLIND)) end
  return cqueues.poll({ pollfd = fd, events = "r" }, caller.condition, math.min(due, LONGEST))
end

--- Turns the loop once, when there is work.
local function lead(loop, callers, caller)
  callers.leader = caller
  watch(loop, callers, caller)
  if callers.leader == caller then callers.leader = nil end
  callers.turns = callers.turns + 1
  if not loop.closed then loop:turn(0) end
end

--- Waits until the caller is woken, or the leader seems to be lost. What the caller has begun may be due before the
--- leader would turn the loop.
local function follow(loop, callers, caller)
  local turns = callers.turns
  local due = not loop.closed and loop.engine:timeout() or LONGEST
  local is_earlier = callers.ends and cqueues.monotime() + due < callers.ends
  if is_earlier then callers.leader.condition:signal() end
  local woken = cqueues.poll(caller.condition, PATIENCE) == caller.condition
  if not woken and callers.turns == turns then callers.leader = nil end
end

--- The descriptor is watched no longer: a controller would take another one of that number for it.
local function forget_descriptor(loop)
  local fd = not loop.closed and loop.engine:fd()
  if fd then cqueues.cancel(fd) end
end

--- After the last caller nothing is left with the controller. If the leader goes, another caller takes its place.
local function leave(loop, callers, caller)
  callers.waiting[caller] = nil
  local other = next(callers.waiting)
  if not other then
    forget_descriptor(loop)
  elseif not callers.leader then
    other.condition:signal()
  end
end

local function wait_in_controller(loop, queue)
  local callers, caller = callers_at(loop), { condition = conditions.new() }
  callers.waiting[caller] = true
  repeat
    if not caller.listens then
      caller.listens = true
      queue:on_mail(wake, caller)
    end
    if callers.leader then follow(loop, callers, caller) else lead(loop, callers, caller) end
  until queue:has_mail()
  leave(loop, callers, caller)
end

--- The controller in which the client is used outside of any.
local function own_controller(loop)
  local callers = callers_at(loop)
  callers.own = callers.own or cqueues.new()
  return callers.own
end

local function wait_outside(loop, queue)
  local controller, is_over = own_controller(loop), false
  controller:wrap(function()
    wait_in_controller(loop, queue)
    is_over = true
  end)
  repeat assert(controller:step()) until is_over
end

--- Runs a task as a coroutine of the controller, so that it may also wait for other things.
local function spawn(body, task, loop)
  local controller = cqueues.running() or own_controller(loop)
  controller:wrap(body, task)
end

---@type twilio.numbers.Waiter
local waiter = {
  suspends = true, close = forget_descriptor, spawn = coroutines.SUSPENDS_IN_PCALL and spawn or nil,
}

function waiter.wait(loop, queue)
  if cqueues.running() then return wait_in_controller(loop, queue) end
  return wait_outside(loop, queue)
end

return waiter
