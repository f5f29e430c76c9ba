--- How one waits for an answer: the one place that knows whether waiting may block.
---
--- A waiter is a table with `wait(loop, inbox)`, which returns once `inbox:has_mail()`. Progress is
--- made by `loop:turn(seconds)`, the only call that works and the only one that waits. Another
--- event loop gives a waiter of its own: it watches `loop.engine:fd()` for reading, calls
--- `loop:turn(0)` when that is ready or `loop.engine:timeout()` seconds have passed, and suspends
--- whoever waits until the function is called that it gave to `inbox:on_mail`; several may wait at
--- one inbox.
---
---@class twilio.numbers.Waiter
---@field wait fun(loop: twilio.numbers.Loop, inbox: twilio.numbers.Inbox)
---@field objection (fun(): string?)? why it is impossible to wait here, asked before anything is
---  begun; always possible if missing
---@field spawn (fun(body: function, task: table): any)? runs a task beside the caller, and gives what
---  `join` takes; tasks are coroutines of the loop if missing
---@field is_ending (fun(): boolean)? whether the process is about to end
---@field join fun(thread: any)? lets go of a task that has ended
---@field share (fun(loop: twilio.numbers.Loop, limit: table, account_sid: string))? makes it keep to
---  a limit that several processes share
---@field open (fun(loop: twilio.numbers.Loop))? told of each new client's loop

local waiting = {}

--- Blocks the thread. A second at a time, so that a signal's handler gets its turn.
---@type twilio.numbers.Waiter
waiting.blocking = {
  wait = function(loop, inbox)
    repeat loop:turn(1) until inbox:has_mail()
  end,
}

--- Inside an nginx worker, the waiter that does not stop it; elsewhere the blocking one.
---@return twilio.numbers.Waiter
function waiting.default()
  local ngx = rawget(_G, "ngx")
  if type(ngx) == "table" and ngx.get_phase then return require "twilio.numbers.nginx.waiter" end
  return waiting.blocking
end

return waiting
