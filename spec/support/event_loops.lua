--- Programs in event loops, alike for all specs: each starts functions that run side by side, and sleeps.

---@class spec.Program
---@field waiter table the waiter for its clients
---@field start fun(body: function) begins a function beside the others
---@field run fun() returns when all of them have ended
---@field sleep fun(seconds: number) lets the others go on
---@field step fun() has those go on that can, without waiting

local event_loops = {}

function event_loops.luv()
  local luv = require "luv"
  local program = { waiter = require "twilio.numbers.waiters.luv" }
  function program.start(body) coroutine.wrap(body)() end
  function program.run() luv.run() end
  function program.step() luv.run "nowait" end
  function program.sleep(seconds)
    local thread, timer = coroutine.running(), luv.new_timer()
    timer:start(math.ceil(seconds * 1000), 0, function()
      timer:close()
      assert(coroutine.resume(thread))
    end)
    coroutine.yield()
  end
  return program
end

function event_loops.cqueues()
  local cqueues = require "cqueues"
  local program = { waiter = require "twilio.numbers.waiters.cqueues", sleep = cqueues.sleep }
  local controller = cqueues.new()
  function program.start(body) controller:wrap(body) end
  function program.run() assert(controller:loop()) end
  function program.step() assert(controller:step(0)) end
  return program
end

--- Whether a library for an event loop is installed for this Lua.
---@param name string
function event_loops.is_installed(name)
  return (pcall(require, name))
end

return event_loops
