--- The tasks of a loop: coroutines that wait side by side, each for a queue.

local queues = require "twilio.numbers.runtime.queue"

local running, yield, resume, status =
  coroutine.running, coroutine.yield, coroutine.resume, coroutine.status
local debugging = package.loaded.debug -- a program may not have it

---@class twilio.numbers.Task
---@field thread thread
---@field ended fun(task: twilio.numbers.Task, ok: boolean, why: any, traceback: string?)

---@class twilio.numbers.Tasks
---@field threads table<thread, twilio.numbers.Task> the tasks that have not ended; weak: a task without a
---  holder is collected
---@field ready twilio.numbers.Queue tasks that can go on
local tasks = {}
tasks.__index = tasks

--- What a task yields when it waits. Anything else that it yields only lets others go first.
local WAITING = {}

---@return twilio.numbers.Tasks
function tasks.new()
  local threads = setmetatable({}, { __mode = "kv" })
  return setmetatable({ threads = threads, ready = queues.new() }, tasks)
end

--- A task to be started by `run`. The caller holds it until it has ended.
---@param body function
---@param ended fun(task: twilio.numbers.Task, ok: boolean, why: any, traceback: string?)
---@return twilio.numbers.Task
function tasks:create(body, ended)
  local task = { thread = coroutine.create(body), ended = ended, ready = self.ready }
  self.threads[task.thread] = task
  return task
end

--- Runs a task until it waits or has ended.
---@param task twilio.numbers.Task
function tasks:run(task)
  local ok, what = resume(task.thread)
  if status(task.thread) == "dead" then
    self.threads[task.thread] = nil
    task:ended(ok, what, not ok and debugging and debugging.traceback(task.thread) or nil)
  elseif what ~= WAITING then
    self.ready:put(task)
  end
end

--- Runs the tasks that can go on. Those that become ready meanwhile have their turn later.
function tasks:run_ready()
  local ready = self.ready
  for _ = ready.first, ready.last do
    local task = ready:take()
    if task then self:run(task) end
  end
end

local function make_ready(task) task.ready:put(task) end

--- Called by a task: returns when the queue has an item; the others go on meanwhile. False outside of a task.
---@param queue twilio.numbers.Queue
---@return boolean
function tasks:wait(queue)
  local thread = running()
  local task = thread and self.threads[thread]
  if not task then return false end
  repeat
    queue:on_put(make_ready, task)
    yield(WAITING)
  until queue:has_items()
  return true
end

--- Runs a task to its end, in a thread that belongs to a waiter.
---@param task { body: function, ended: function }
function tasks.run_alone(task)
  local traceback
  local ok, why = xpcall(task.body, function(why)
    traceback = debugging and debugging.traceback()
    return why
  end)
  task:ended(ok, why, traceback)
end

return tasks
