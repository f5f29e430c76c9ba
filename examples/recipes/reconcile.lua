--- Compares a list of one's own with the API's: lua reconcile.lua FILE.csv
--- The file has the columns port_in_request_sid and status.
local numbers = require "twilio.numbers"
local client = numbers.new()

local file, own, states = assert(io.open(arg[1], "rb")), {}, {}
local rows = assert(numbers.csv.parse(file:read "*a"))
file:close()
for i = 2, #rows do own[rows[i][1]] = numbers.normal_status(rows[i][2]) end

for summary, err in client.port_ins:list() do
  if err then error(tostring(err)) end
  states[summary:sid()] = summary:status()
  if not own[summary:sid()] then print(summary:sid(), "is missing here", summary:status()) end
end
for i = 2, #rows do
  local sid = rows[i][1]
  if not states[sid] then
    print(sid, "is not in the API's list")
  elseif states[sid] ~= own[sid] then
    print(sid, "was " .. own[sid], "is " .. states[sid])
  end
end
