--- The interface of waiters, and the blocking one. A waiter decides how a caller waits for a call: it
--- is the one place that knows whether waiting may block the thread.
---
--- `wait(loop, queue)` returns once `queue:has_mail()`. Progress is made by `loop:turn(seconds)`, the
--- only function that works on transfers and the only one that waits. A waiter for another event loop
--- watches `loop.engine:fd()` for reading. It calls `loop:turn(0)` when the descriptor is ready or
--- `loop.engine:timeout()` seconds have passed. It suspends its caller until the function is called
--- that it gave to `queue:on_mail(f, argument)`. Several callers may wait for one queue.
---
---@class twilio.numbers.Waiter
---@field wait fun(loop: twilio.numbers.Loop, queue: twilio.numbers.Queue) returns once the queue has items; required
---@field suspends boolean? whether the thread goes on meanwhile; a waiter without it counts as blocking,
---  and inside nginx that is written to the error log
---@field objection (fun(): string?)? why it is impossible to wait here, called before anything is
---  begun; always possible if missing
---@field spawn (fun(body: function, task: table, loop: twilio.numbers.Loop): any)? runs a task beside the
---  caller, and gives what `join` takes; tasks are coroutines of the loop if missing
---@field join fun(thread: any)? releases a task that has ended
---@field is_ending (fun(): boolean)? whether the process is about to end
---@field share (fun(loop: twilio.numbers.Loop, limit: table, account_sid: string))? makes the client keep
---  to a limit that several processes share
---@field report (fun(text: string))? logs what a hook raised, where unrelated callers share a client; without
---  it the client's next call raises it
---@field open (fun(loop: twilio.numbers.Loop))? called with each new client's loop, which it may observe
---@field close (fun(loop: twilio.numbers.Loop))? called when a client is closed, before its descriptor is

local argument_error = require "twilio.numbers.util.argument_error"

local waiters = {}

--- Blocks the thread. A second at a time, so that signal handlers run.
---@type twilio.numbers.Waiter
waiters.blocking = {
  wait = function(loop, queue)
    repeat loop:turn(1) until queue:has_items()
  end,
}

--- Raises unless the value is a waiter.
---@param waiter any
---@return twilio.numbers.Waiter
function waiters.check(waiter)
  if type(waiter) ~= "table" or type(waiter.wait) ~= "function" then
    argument_error.argument("waiter", "a table with a function wait", waiter)
  end
  return waiter
end

return waiters
