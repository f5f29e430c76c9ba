--- Looks at each port-in of a CSV file and cancels it, so many at once: without a plan and a ledger.
---
---     lua look_and_cancel.lua FILE CONCURRENCY

local numbers = require "twilio.numbers"

local sids = {}
for line in io.lines(arg[1]) do
  if line:find "^KW" then sids[#sids + 1] = line end
end

local client, place, tasks = assert(numbers.new { concurrency = tonumber(arg[2]) }), 0, {}
for i = 1, tonumber(arg[2]) do
  tasks[i] = function()
    while place < #sids do
      place = place + 1
      local sid = sids[place]
      local port_in = assert(client.port_ins:fetch(sid))
      if port_in:is_cancelable() then assert(client.port_ins:cancel(sid)) end
    end
    return true
  end
end
local _, errs = client:gather(tasks)
assert(next(errs) == nil)
client:close()
