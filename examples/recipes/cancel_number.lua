--- Cancels one number, whatever port-in it is in: lua cancel_number.lua +14155550111
local client = require("twilio.numbers").new()

local found, sids = {}, {}
for summary, err in client.port_ins:list() do -- its items have no numbers
  if err then error(tostring(err)) end
  sids[#sids + 1] = summary:sid()
end
for sid, port_in, err in client.port_ins:fetch_each(sids) do
  if err then error(sid .. ": " .. tostring(err)) end
  for number in port_in:numbers() do
    local is_it = number.phone_number == arg[1]
    if is_it and not number:is_terminal() then found[#found + 1] = number end
  end
end
if #found ~= 1 then error(("%s is open in %d port-ins"):format(arg[1], #found)) end

local accepted, err = found[1]:cancel() -- it cannot be undone
if not accepted then error(("%s: %s"):format(err.outcome, tostring(err))) end
local proof = found[1]:wait { for_status = "canceled", interval = 1, timeout = 300 }
print(arg[1], proof and proof:status() or "accepted, not yet canceled: look again")
