--- A program on luv that fetches port-ins while its other work, here a clock, goes on:
---     lua examples/recipes/in_luv.lua KW... KW...
local luv = require "luv"
local numbers = require "twilio.numbers"

local client = numbers.new { waiter = require "twilio.numbers.waiters.luv" }
local clock, ticks, open = luv.new_timer(), 0, #arg
clock:start(0, 10, function() ticks = ticks + 1 end)

local function show(sid)
  local port_in, err = client.port_ins:fetch(sid) -- suspends this coroutine only
  print(sid, port_in and port_in:status() or tostring(err))
  open = open - 1
  if open == 0 then clock:close() end
end

for _, sid in ipairs(arg) do coroutine.wrap(show)(sid) end
luv.run()
print(ticks > 0 and "the clock went on" or "the clock stood still")
client:close()
