--- A program on cqueues that fetches port-ins while its other work, here a clock, goes on:
---     lua examples/recipes/in_cqueues.lua KW... KW...
local cqueues = require "cqueues"
local numbers = require "twilio.numbers"

local client = numbers.new { waiter = require "twilio.numbers.waiters.cqueues" }
local controller, ticks, open = cqueues.new(), 0, #arg

for _, sid in ipairs(arg) do
  controller:wrap(function()
    local port_in, err = client.port_ins:fetch(sid) -- suspends this coroutine only
    print(sid, port_in and port_in:status() or tostring(err))
    open = open - 1
  end)
end
controller:wrap(function()
  while open > 0 do
    cqueues.sleep(0.01)
    ticks = ticks + 1
  end
end)
assert(controller:loop())
print(ticks > 0 and "the clock went on" or "the clock stood still")
client:close()
