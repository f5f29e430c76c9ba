--- Asks whether many numbers can be hosted, and waits: lua poll_eligibility.lua +1415... +1415...
local client = require("twilio.numbers").new()

local items = {}
for i, number in ipairs(arg) do items[i] = { phone_number = number } end
local bulk, err = client.bulk_eligibilities:create { phone_numbers = items }
if not bulk then error(tostring(err)) end

bulk, err = bulk:wait { interval = tonumber(os.getenv "INTERVAL") or 5, timeout = 600 }
if not bulk then error(tostring(err)) end
for result in bulk:numbers() do
  local why = result.ineligibility_reason or result.eligibility_status
  print(result.phone_number, result:is_eligible() and "eligible" or why)
end
