--- Drives a client's transport: hands each finished call to its queue, tells the hooks, and lets the tasks go
--- on. One loop for each client.

local argument_error = require "twilio.numbers.util.argument_error"
local queues = require "twilio.numbers.runtime.queue"
local task_sets = require "twilio.numbers.runtime.tasks"
local block = require("twilio.numbers.runtime.waiter").blocking.wait

local next = next

--- Follows a loop's calls. nginx's observer detects callers that are gone. A waiter sets one in its `open`.
---@class twilio.numbers.LoopObserver
---@field on_begin fun(self, call: twilio.numbers.Call) a call was begun
---@field on_done fun(self, call: twilio.numbers.Call) a call is done, and comes to its caller
---@field on_turn fun(self, loop: twilio.numbers.Loop) the loop was turned; no task has run yet
---@field is_busy fun(self): boolean whether it has work to do though no transfer is open
---@field takes fun(self, call: twilio.numbers.Call): boolean whether it follows a dropped call to its
---  end; if not, the call is cancelled

---@class twilio.numbers.Loop
---@field engine twilio.numbers.Transport under the name by which waiters know it
---@field waiter twilio.numbers.Waiter
---@field observer twilio.numbers.LoopObserver|false
---@field calls table<integer, table> the calls that are under way, by the number of their transfer; weak: a
---  call without a holder is collected, and thereby cancelled
---@field tasks twilio.numbers.Tasks
---@field finished twilio.numbers.Queue calls that are done, until the hooks are told of them
---@field portion number how many finished calls a turn takes at most; the others are left to the next turn. With
---  hooks it takes all
---@field is_behind boolean whether the last turn may have left some
---@field may_be_single boolean whether the transport may carry out a call by itself, see `is_single`
---@field may_object boolean whether there may be a reason why it is impossible to wait
---@field closed boolean
local loop = {}
loop.__index = loop

local pcall, put = pcall, queues.put

--- Notes whether the transport can carry out a call by itself, and nothing is to be told of one.
local function note_single(self)
  self.may_be_single = self.engine.perform ~= nil and not self.hooks and not self.observer
end

---@param transport twilio.numbers.Transport
---@param waiter twilio.numbers.Waiter
---@param judge fun(transport: twilio.numbers.Transport, call: twilio.numbers.Call, status: integer?, object: table?): boolean
---  called with each call whose transfer is done, and with what `take` gave; whether the transport tries it again
---@param hooks twilio.numbers.Hooks?
---@return twilio.numbers.Loop
function loop.new(transport, waiter, judge, hooks)
  local self = setmetatable({ -- false rather than nil: a field that is missing is looked up in the class
    engine = transport, waiter = waiter, judge = judge, hooks = hooks or false,
    observer = false, closed = false, may_object = waiter.objection ~= nil,
    portion = math.huge, is_behind = false,
    calls = setmetatable({}, { __mode = "v" }), tasks = task_sets.new(), finished = queues.new(),
  }, loop)
  note_single(self)
  if waiter.open then waiter.open(self) end
  return self
end

--- Has the observer follow the loop's calls from now on.
---@param observer twilio.numbers.LoopObserver
function loop:observe(observer)
  self.observer = observer
  note_single(self)
end

--- Has calls that have hooks of their own tell them. The others tell these, if there were none before.
---@param hooks twilio.numbers.Hooks
function loop:use_hooks(hooks)
  if self.hooks then return end
  self.hooks = hooks
  note_single(self)
  self.engine:observe()
end

--- Whether a call may be carried out by the transport at once: waiting blocks the thread and nothing else, and there
--- are no tasks, which could begin or go on meanwhile.
function loop:is_single()
  return self.may_be_single and self.waiter.wait == block and next(self.tasks.threads) == nil
end

--- Raises where it is impossible to wait, before anything is begun.
function loop:check()
  local objection = self.may_object and self.waiter.objection()
  if objection then argument_error.raise(objection) end
end

--- Whether the process is about to end: then pauses end, too.
function loop:is_ending()
  return self.waiter.is_ending ~= nil and self.waiter.is_ending()
end

--- Whether anything is under way, or has finished and was left to the next turn.
function loop:is_busy()
  return not self.closed and (self.engine:running() > 0 or self.is_behind
    or self.observer and self.observer:is_busy() or false)
end

--- The client was closed: the call comes back as it is.
local function bring_back(self, number, call)
  self.calls[number] = nil
  call.queue:put(call)
end

--- Tells the hooks of the attempts that began or ended.
local function tell_hooks(self)
  local engine, calls, hooks = self.engine, self.calls, self.hooks
  for number, started, ended in engine.events, engine do
    local call = calls[number]
    if call then (call.hooks or hooks):tell(call, started, ended) end
  end
end

--- From now on the call comes to its queue when its transfer is done. The caller holds it until then.
---@param call { transfer: table, number: integer, queue: twilio.numbers.Queue }
function loop:expect(call)
  self.calls[call.number] = call
  if self.closed then return bring_back(self, call.number, call) end -- by a finalizer, just now
  if self.observer then self.observer:on_begin(call) end
  if self.hooks then tell_hooks(self) end
end

--- Ends a call whose caller seems to be gone, unless the observer follows it to its end. The call comes to
--- its queue, in case that the caller is there after all.
function loop:drop(call)
  call.dropped = true
  if self.observer and self.observer:takes(call) then return end
  self.calls[call.number] = nil
  call.transfer:close()
  call.queue:put(call)
end

--- A call that comes to the queue after so many seconds. A pause comes earlier when the process is about
--- to end. If the client was closed, the call comes at once, and has no transfer.
---@param queue twilio.numbers.Queue
---@param seconds number
---@param is_pause boolean?
---@return table
function loop:sleep(queue, seconds, is_pause)
  local call = { transfer = false, number = 0, queue = queue, is_pause = is_pause }
  local transfer, number, message = self.engine:sleep(seconds)
  call.transfer, call.number = transfer, number -- no finalizer may take it before it is known, so nothing is made here
  if not transfer then
    if number ~= "closed" then error(message, 0) end
    queue:put(call)
    return call
  end
  self.calls[number] = call
  if self.closed then bring_back(self, number, call) end -- by a finalizer, just now
  return call
end

--- Gives back what a call holds. Doing it twice is harmless.
function loop.release(call)
  local transfer = call.transfer
  if not transfer then return end
  call.is_released = true
  transfer:close()
end

--- Ends all pauses now.
function loop:end_pauses()
  for number, call in pairs(self.calls) do
    if call.is_pause then
      self.calls[number] = nil
      call.transfer:close()
      call.queue:put(call)
    end
  end
end

--- Has one of those that wait for the queue check again why it waits: an item with nothing in it.
function loop.wake(_, queue)
  if queue.waiting > 0 then queue:put {} end
end

--- Hands a call that is done to its queue, unless it was ended meanwhile. Then another one may have its
--- number.
local function deliver(self, call)
  local calls, number, observer = self.calls, call.number, self.observer
  if calls[number] ~= call or call.is_released then return end
  if observer and call.transfer:is_closed() then return end
  calls[number] = nil
  if observer and call.id then observer:on_done(call) end
  put(call.queue, call)
end

--- Takes the finished calls, as many as a turn may, and returns whether there was any. Each response is read before
--- the hooks are called, since they are told whether there will be another attempt. They are told of all. The transport
--- tries a call again whose response is of no use. An error that is raised by reading is raised again where the caller
--- reads the response.
local function take_finished(self)
  local engine, calls, judge = self.engine, self.calls, self.judge
  local transfer, number, status, object = engine:take()
  local any, left = transfer ~= nil, self.hooks and math.huge or self.portion
  while transfer do
    local call = calls[number]
    local ok, is_tried_again = true, not call
    if call and call.id then ok, is_tried_again = pcall(judge, engine, call, status, object) end -- else a pause
    if not (ok and is_tried_again) then
      if self.hooks then self.finished:put(call) else deliver(self, call) end
    end
    left = left - 1
    if left == 0 or self.closed then break end -- closed by a finalizer
    transfer, number, status, object = engine:take()
  end
  self.is_behind = left == 0
  return any
end

--- Tells the hooks, which may do anything, then delivers.
local function tell_and_deliver(self)
  local finished = self.finished
  tell_hooks(self)
  for call in finished.take, finished do deliver(self, call) end
end

--- Works until something has happened or the time is over, then runs the tasks that can go on.
---@param seconds number? nil to take only what has finished
---@return boolean # whether anything was finished
function loop:turn(seconds)
  local any = false
  if not self.closed then
    if seconds then self.engine:step(self.tasks.ready:has_items() and 0 or seconds) end
    any = take_finished(self)
    if self.hooks then tell_and_deliver(self) end
    if self.observer then self.observer:on_turn(self) end
  end
  self.tasks:run_ready()
  return any
end

--- Returns when the queue has an item. In a task, the others go on meanwhile.
---@param queue twilio.numbers.Queue
function loop:wait(queue)
  if queue:has_items() then return end
  queue.waiting = queue.waiting + 1
  if not self.tasks:wait(queue) then self.waiter.wait(self, queue) end
  queue.waiting = queue.waiting - 1
end

--- A task to be started. The caller holds it until it has ended.
---@param body function
---@param ended fun(task: twilio.numbers.Task, ok: boolean, why: any, traceback: string?)
---@return twilio.numbers.Task
function loop:task(body, ended)
  if self.waiter.spawn then return { body = body, ended = ended } end
  return self.tasks:create(body, ended)
end

--- Runs a task until it waits for the first time.
---@param task twilio.numbers.Task
function loop:start(task)
  if not self.waiter.spawn then return self.tasks:run(task) end
  task.thread = self.waiter.spawn(task_sets.run_alone, task, self)
end

--- Releases a task that has ended.
---@param task twilio.numbers.Task
function loop:join(task)
  if self.waiter.join then self.waiter.join(task.thread) end
end

--- Closes the transport; all calls that were under way come back as they are.
function loop:close()
  if self.waiter.close and not self.closed then self.waiter.close(self) end
  self.closed = true
  self.engine:close()
  for number, call in pairs(self.calls) do bring_back(self, number, call) end
end

return loop
