--- How one waits for an answer: the one place that knows whether waiting may block.
---
--- A waiter is a table with `wait(loop, inbox)`, which returns once `inbox:has_mail()`. Progress is
--- made by `loop:turn(seconds)`, the only call that works and the only one that waits. Another
--- event loop gives a waiter of its own: it watches `loop.engine:fd()` for reading, calls
--- `loop:turn(0)` when that is ready or `loop.engine:timeout()` seconds have passed, and suspends
--- whoever waits until `inbox.wake`, which it sets to a function, is called.
---
---@class twilio.numbers.Waiter
---@field wait fun(loop: twilio.numbers.Loop, inbox: twilio.numbers.Inbox)

local waiting = {}

--- Blocks the thread. A second at a time, so that a signal's handler gets its turn.
---@type twilio.numbers.Waiter
waiting.blocking = {
  wait = function(loop, inbox)
    repeat loop:turn(1) until inbox:has_mail()
  end,
}

return waiting
