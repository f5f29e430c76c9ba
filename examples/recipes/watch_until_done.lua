--- Shows each change of port-ins until all are at an end: lua watch_until_done.lua KW... KW...
local client = require("twilio.numbers").new()

local interval = tonumber(os.getenv "INTERVAL") or 5 -- seconds between two looks at first
for port_in, change, err in client.port_ins:watch(arg, { interval = interval }) do
  print(port_in:sid(), change.from, change.to, err and "not watched: " .. tostring(err) or "")
  for _, number in ipairs(change.numbers) do
    print("", number.phone_number, number.from, number.to)
  end
end
