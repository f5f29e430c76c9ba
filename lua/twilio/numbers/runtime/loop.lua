--- Turns the engine: hands each finished call to the inbox that it belongs to, tells the hooks,
--- and runs tasks, which are coroutines that wait side by side. One loop for each client.

local inboxes = require "twilio.numbers.runtime.queue"
local misuse = require "twilio.numbers.util.argument_error"
local waiting = require "twilio.numbers.runtime.waiter"

local running, yield, resume, status =
  coroutine.running, coroutine.yield, coroutine.resume, coroutine.status

---@class twilio.numbers.Task
---@field thread thread
---@field ended function

---@class twilio.numbers.Loop
---@field engine table the core's engine
---@field finished twilio.numbers.Inbox calls that are done, of which the hooks are to be told before they are delivered
local loop = {}
loop.__index = loop

--- What a task yields when it waits. Anything else that it yields only lets others go first.
local WAITING = {}

---@param engine table
---@param waiter twilio.numbers.Waiter
---@param judge fun(engine: table, call: twilio.numbers.Call): boolean told of each call whose transfer is
---  done; whether the engine tries it again
---@param hooks twilio.numbers.Hooks?
---@return twilio.numbers.Loop
function loop.new(engine, waiter, judge, hooks)
  local self = setmetatable({
    engine = engine, waiter = waiter, judge = judge, hooks = hooks,
    -- By the number of their transfer. Weak: a call that nobody waits for any more is collected,
    -- and thereby cancelled.
    calls = setmetatable({}, { __mode = "v" }),
    tasks = setmetatable({}, { __mode = "kv" }), -- by their coroutine
    ready = inboxes.new(), finished = inboxes.new(), may_block = not waiter.suspends,
  }, loop)
  if waiter.open then waiter.open(self) end
  return self
end

--- Raises where it is impossible to wait, before anything is begun.
function loop:check()
  local objection = self.waiter.objection and self.waiter.objection()
  if objection then misuse.raise(objection) end
end

--- Whether the process is about to end: who only pauses does so no longer.
function loop:is_ending()
  return self.waiter.is_ending ~= nil and self.waiter.is_ending()
end

--- Whether anything is under way.
function loop:is_busy()
  return not self.closed
    and (self.engine:running() > 0 or self.orphans ~= nil and self.orphans:any())
end

--- The client was closed: the call comes back as it is.
local function bring_back(self, number, call)
  self.calls[number] = nil
  call.inbox:put(call)
end

--- From now on the call comes to its inbox when its transfer is done. Who wants it holds it.
---@param call { transfer: table, number: integer, inbox: twilio.numbers.Inbox }
function loop:expect(call)
  self.calls[call.number] = call
  if self.closed then return bring_back(self, call.number, call) end -- by a finalizer, just now
  if self.orphans then self.orphans:note(call) end
  if self.hooks then self:tell() end
end

--- A call that nobody waits for any more. One that changes something is left to the orphans. Should
--- somebody wait after all, they are told.
function loop:drop(call)
  call.dropped = true
  if self.orphans and self.orphans.takes(call) then return end
  self.calls[call.number] = nil
  call.transfer:close()
  call.inbox:put(call)
end

--- A call that comes to the inbox after so many seconds. A pause comes earlier when the process
--- is about to end. Where the client was closed, it comes at once, and has no transfer.
function loop:sleep(inbox, seconds, is_pause)
  local transfer, number, message = self.engine:sleep(seconds)
  local call = { transfer = transfer, number = number, inbox = inbox, is_pause = is_pause }
  if not transfer then
    if number ~= "closed" then error(message, 0) end
    inbox:put(call)
    return call
  end
  self.calls[number] = call
  if self.closed then bring_back(self, number, call) end -- by a finalizer, just now
  return call
end

--- Gives back what a call holds. Doing it twice is harmless.
function loop.release(call)
  if call.transfer then call.transfer:close() end
end

--- Ends all pauses now.
function loop:end_pauses()
  for number, call in pairs(self.calls) do
    if call.is_pause then
      self.calls[number] = nil
      call.transfer:close()
      call.inbox:put(call)
    end
  end
end

function loop:tell()
  local engine, calls, hooks = self.engine, self.calls, self.hooks
  for number, started, ended in engine.events, engine do
    local call = calls[number]
    if call then hooks:tell(call, started, ended) end
  end
end

--- Lets whoever else waits at the inbox look again: mail with nothing in it.
function loop.nudge(_, inbox)
  if inbox.waiting > 0 then inbox:put {} end
end

--- Hands a call that is done to its inbox, unless it was ended meanwhile. Then another one may have its
--- number.
local function deliver(self, call)
  if self.calls[call.number] ~= call or call.transfer:is_closed() then return end
  self.calls[call.number] = nil
  call.inbox:put(call)
end

--- Whether the engine tries a call again that is done, for its answer is of no use. What goes wrong here
--- comes again where the caller reads it.
local function is_tried_again(self, call)
  if not call.id then return false end -- a pause
  local ok, again = pcall(self.judge, self.engine, call)
  return ok and again
end

--- Takes what is finished. It is read before the hooks are told, for they are told whether there will be
--- another attempt. Gives whether there was any.
local function take_finished(self)
  local engine, calls = self.engine, self.calls
  local transfer, number = engine:take()
  local any = transfer ~= nil
  while transfer do
    local call = calls[number]
    if call and not is_tried_again(self, call) then
      if self.hooks then self.finished:put(call) else deliver(self, call) end
    end
    if self.closed then break end -- by a finalizer
    transfer, number = engine:take()
  end
  return any
end

--- Tells the hooks, which may do anything, then delivers.
local function tell_and_deliver(self)
  local finished = self.finished
  self:tell()
  for call in finished.take, finished do deliver(self, call) end
end

local function run(self, task)
  local ok, what = resume(task.thread)
  if status(task.thread) == "dead" then
    self.tasks[task.thread] = nil
    task:ended(ok, what, not ok and debug and debug.traceback(task.thread) or nil)
  elseif what ~= WAITING then
    self.ready:put(task)
  end
end

--- Works until something has happened or the time is over, then lets go on whoever can.
---@param seconds number
---@return boolean # whether anything was finished
function loop:turn(seconds)
  local any = false
  if not self.closed then
    self.engine:step(self.ready:has_mail() and 0 or seconds)
    any = take_finished(self)
    if self.hooks then tell_and_deliver(self) end
    if self.presence then self.presence:look(self) end
    if self.orphans then self.orphans:look() end
  end
  local ready = self.ready
  for _ = ready.first, ready.last do -- those that become ready now have their turn later
    local task = ready:take()
    if task then run(self, task) end
  end
  return any
end

local function make_ready(task) task.ready:put(task) end

local function wait_in_task(task, inbox)
  repeat
    inbox:on_mail(make_ready, task)
    yield(WAITING)
  until inbox:has_mail()
end

--- Returns when the inbox has mail. In a task, the others go on meanwhile.
---@param inbox twilio.numbers.Inbox
function loop:wait(inbox)
  if inbox:has_mail() then return end
  local thread = running()
  local task = thread and self.tasks[thread]
  if self.may_block then self.may_block = waiting.warn_before(self) end
  inbox.waiting = inbox.waiting + 1
  if task then wait_in_task(task, inbox) else self.waiter.wait(self, inbox) end
  inbox.waiting = inbox.waiting - 1
end

--- A task to be started. Who wants it to live holds it.
---@param body function
---@param ended fun(task: twilio.numbers.Task, ok: boolean, why: any, traceback: string?)
---@return twilio.numbers.Task
function loop:task(body, ended)
  if self.waiter.spawn then return { body = body, ended = ended } end
  local task = { thread = coroutine.create(body), ended = ended, ready = self.ready }
  self.tasks[task.thread] = task
  return task
end

--- The body of a task that the waiter runs.
local function run_alone(task)
  local traceback
  local ok, why = xpcall(task.body, function(why)
    traceback = debug and debug.traceback()
    return why
  end)
  task:ended(ok, why, traceback)
end

--- Runs a task until it waits for the first time.
---@param task twilio.numbers.Task
function loop:start(task)
  if not self.waiter.spawn then return run(self, task) end
  task.thread = self.waiter.spawn(run_alone, task)
end

--- Lets go of a task that has ended.
---@param task twilio.numbers.Task
function loop:join(task)
  if self.waiter.join then self.waiter.join(task.thread) end
end

--- Closes the engine; all that was under way comes back as it is.
function loop:close()
  self.closed = true
  self.engine:close()
  for number, call in pairs(self.calls) do bring_back(self, number, call) end
end

return loop
