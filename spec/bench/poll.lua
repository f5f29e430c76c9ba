--- One look at many port-ins: by fetching each, and by lists of 100 of them (the filter of SIDs).
---
--- usage: lua poll.lua COUNT

local numbers = require "twilio.numbers"

local count = tonumber(arg[1])
local requests, bytes = 0, 0

local client = assert(numbers.new {
  base_url = os.getenv "SANDBOX_URL", ca_file = os.getenv "SANDBOX_CA",
  on_response = function(event) requests, bytes = requests + 1, bytes + event.bytes end,
})

local sids = {}
for i = 1, count do sids[i] = ("KW%032x"):format(0x10000 + i) end

local function by_fetching()
  local seen = 0
  for _, port_in, err in client.port_ins:fetch_each(sids) do
    seen = seen + (port_in and 1 or error(tostring(err)))
  end
  return seen
end

local function by_listing()
  local seen = 0
  for first = 1, count, 100 do
    local part = {}
    for i = first, math.min(first + 99, count) do part[#part + 1] = sids[i] end
    for port_in, err in client.port_ins:list { sids = part } do
      seen = seen + (port_in and 1 or error(tostring(err)))
    end
  end
  return seen
end

local core = require "twilio.numbers.core"

for _, way in ipairs { { "fetches", by_fetching }, { "lists", by_listing } } do
  way[2]() -- warms up
  requests, bytes = 0, 0
  local cpu, wall = os.clock(), core.now()
  assert(way[2]() == count)
  cpu, wall = os.clock() - cpu, core.now() - wall
  print(("%-8s %5d requests %8.1f KB %7.1f ms CPU %7.1f ms"):format(
    way[1], requests, bytes / 1000, cpu * 1000, wall * 1000))
end
client:close()
