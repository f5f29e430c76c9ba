--- The binding's side of the comparison with bare_multi.c: the inputs come from an iterator.
--- usage: checks.lua REQUESTS IN_FLIGHT BASE_URL CA_FILE USER PASSWORD 1.1|2

local numbers = require "twilio.numbers"

local requests, in_flight, base_url, ca_file, user, password, version =
  (table.unpack or unpack)(arg)
local client = assert(numbers.new {
  base_url = base_url, ca_file = ca_file, http_version = version == "2" and "auto" or version,
  account_sid = user, auth_token = password, concurrency = tonumber(in_flight),
})

local function phone_numbers(count)
  local i = -1
  return function()
    i = i + 1
    if i < count then return ("+1415%07d"):format(5540000 + i % 9999) end
  end
end

local portable = 0
for number, portability, err in client.portability:check_each(phone_numbers(tonumber(requests))) do
  if err then error(number .. ": " .. tostring(err)) end
  if portability.portable then portable = portable + 1 end
end
assert(portable == tonumber(requests))
print(portable .. " requests")
client:close()
