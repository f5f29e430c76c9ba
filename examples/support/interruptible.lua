--- Work that Ctrl-C ends, so that a script can finish its output and exit with 7.

local cli = require "cli"

local interruptible = {}

local EVERY = 0.1 -- seconds between two checks for Ctrl-C while a call waits

local INTERRUPTED = {} -- what ends the work

--- How a client waits: as by default, but it acts on an interrupt.
---@param on_interrupt fun()
local function waiter(on_interrupt)
  return {
    wait = function(loop, queue)
      repeat
        loop:turn(EVERY)
        if cli.is_interrupted() then on_interrupt() end
      until queue:has_mail()
    end,
  }
end

--- Runs work that only reads: the first Ctrl-C ends it at once.
---@param work fun(waiter: table) gets the option `waiter` for its client
---@return boolean # whether it came to its end
function interruptible.run(work)
  local ok, why = pcall(work, waiter(function() error(INTERRUPTED, 0) end))
  if not ok and why ~= INTERRUPTED then error(why, 0) end
  return ok
end

--- The same for work with a client.
---@param work fun(client: twilio.numbers.Client)
---@param concurrency integer? the client's own if missing
---@return boolean # whether it came to its end
function interruptible.read(work, concurrency)
  return interruptible.run(function(own_waiter)
    local client = cli.client(concurrency, own_waiter)
    work(client)
    client:close()
  end)
end

--- Runs work that creates something. What was sent is waited for, so that its outcome is known: the first Ctrl-C stops
--- further attempts, the second gives up.
---@param work fun(client: twilio.numbers.Client)
---@return boolean # whether it was interrupted
function interruptible.create(work)
  local count, client = 0, nil
  cli.outlives_reader = true
  client = cli.client(nil, waiter(function()
    count = count + 1
    if count > 1 then return client:close() end
    client:wind_down(true)
    cli.hint "Waiting for the answer to what was sent. Ctrl-C again gives it up."
    cli.forget_interrupts()
  end))
  work(client)
  client:close()
  return count > 0 or cli.is_interrupted()
end

return interruptible
