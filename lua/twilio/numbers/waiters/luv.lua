--- Waits inside a program on luv, libuv for Lua, while all its other work goes on:
---
---     local client = numbers.new { waiter = require "twilio.numbers.waiters.luv" }
---     coroutine.wrap(function() print(client.port_ins:fetch "KW…") end)()
---     luv.run()
---
--- A call suspends the coroutine that makes it. The main program, while luv does not run, runs luv itself until
--- its answer is there.

local coroutines = require "twilio.numbers.waiters.coroutines"
local optional = require "twilio.numbers.util.optional"

local luv = optional.load("luv", "Debian's package lua-luv or the rock luv")

--- Seconds between two turns at most, as of the blocking waiter: for work that no descriptor tells of.
local LONGEST = 1

--- The same where the core has no descriptor.
local BLIND = 0.005

--- Turns one client's loop while it has callers. It exists only as long: a client that is at rest does not keep
--- luv running, and can be collected.
---@class twilio.numbers.waiters.Turner
---@field loop twilio.numbers.Loop
---@field callers table<table, boolean> those that wait; this holds their coroutines
---@field woken table[] those whose queue has got something
local turner = {}
turner.__index = turner

local turners = {} -- by loop

function turner.open(loop)
  local timer = assert(luv.new_timer())
  local self = setmetatable({ loop = loop, callers = {}, woken = {}, timer = timer }, turner)
  self.work = function() self:turn() end
  local fd = loop.engine:fd()
  if fd then
    self.poll = assert(luv.new_poll(fd))
    assert(self.poll:start("r", self.work))
  end
  turners[loop] = self
  return self
end

function turner:stop_polling()
  if not self.poll then return end
  self.poll:close()
  self.poll = nil
end

function turner:close()
  turners[self.loop] = nil
  self:stop_polling()
  self.timer:close()
end

--- Has luv turn the loop when its engine has work, or ends the turner after the last caller.
function turner:schedule()
  if next(self.callers) == nil then return self:close() end
  local longest = self.poll and LONGEST or BLIND
  local seconds = not self.loop.closed and self.loop.engine:timeout() or longest
  if self.woken[1] then seconds = 0 end -- by those that were just resumed
  luv.update_time()
  self.timer:start(math.ceil(math.min(seconds, longest) * 1000), 0, self.work)
end

--- Resumes the callers that were woken. What one of them raises is raised when all have gone on.
function turner:resume()
  local woken, failure = self.woken, nil
  self.woken = {}
  for _, caller in ipairs(woken) do
    if self.callers[caller] and caller.thread then
      failure = coroutines.resume(caller.thread) or failure
    end
  end
  if turners[self.loop] == self then self:schedule() end
  if failure then error(failure, 0) end
end

function turner:turn()
  if not self.loop.closed then self.loop:turn(0) end
  self:resume()
end

--- The queue has got something. The caller goes on later: here, others are in the middle of their work.
local function wake(caller)
  local self = caller.turner
  caller.listens = false
  if not self.callers[caller] then return end
  self.woken[#self.woken + 1] = caller
  self.timer:start(0, 0, self.work)
end

---@type twilio.numbers.Waiter
local waiter = { suspends = true, spawn = coroutines.spawn }

function waiter.objection()
  if coroutines.current() or not luv.loop_mode() then return nil end
  return "a callback of luv cannot wait: make this call in a coroutine, as by coroutine.wrap"
end

function waiter.wait(loop, queue)
  local self = turners[loop] or turner.open(loop)
  local caller = { turner = self, thread = coroutines.current() }
  self.callers[caller] = true
  repeat
    if not caller.listens then
      caller.listens = true
      queue:on_mail(wake, caller)
    end
    self:schedule()
    if caller.thread then coroutine.yield() else luv.run "once" end
  until queue:has_mail()
  self.callers[caller] = nil
  if not caller.thread and next(self.callers) == nil then
    self:close()
    luv.run "nowait" -- ends the closing: luv 1.44 crashes in a process that exits before
  end
end

--- The descriptor is about to be closed.
function waiter.close(loop)
  if turners[loop] then turners[loop]:stop_polling() end
end

return waiter
