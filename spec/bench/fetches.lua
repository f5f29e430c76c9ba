--- The binding's side of the comparison with bare_loop.c.
--- usage: fetches.lua REQUESTS BASE_URL SID CA_FILE USER PASSWORD

local numbers = require "twilio.numbers"

local requests, base_url, sid, ca_file, user, password = (table.unpack or unpack)(arg)
local client = assert(numbers.new {
  base_url = base_url, ca_file = ca_file ~= "" and ca_file or nil, http_version = "1.1",
  account_sid = user, auth_token = password,
})
for _ = 1, tonumber(requests) do
  local port_in = assert(client.port_ins:fetch(sid))
  assert(port_in.port_in_request_sid == sid)
end
print(requests .. " requests")
client:close()
