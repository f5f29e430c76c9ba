--- How one waits for an answer: the one place that knows whether waiting may block.
---
--- A waiter is a table with `wait(engine, transfer)`, which returns when `transfer:done()`. It makes
--- progress with `engine:step(seconds)`, the only call that works and the only one that waits.
--- Another event loop gives its own: watch `engine:fd()` for reading and call `engine:step()`
--- whenever it is ready or `engine:timeout()` seconds have passed.
---
---@class twilio.numbers.Waiter
---@field wait fun(engine: table, transfer: table)

local waiting = {}

--- Blocks the thread. A second at a time, so that a signal's handler gets its turn.
---@type twilio.numbers.Waiter
waiting.blocking = {
  wait = function(engine, transfer)
    repeat engine:step(1) until transfer:done()
  end,
}

return waiting
