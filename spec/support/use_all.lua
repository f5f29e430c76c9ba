--- Uses a client for a request of each kind, for failing_calls_spec: prints what each came to, one line each:
--- what was asked for, the outcome, and the kind of the error. The last line is whether the client works in the end.
--- usage: use_all.lua URL HTTP_VERSION

local numbers = require "twilio.numbers"

local base_url, http_version = arg[1], arg[2]
local function kw(number) return "KW" .. ("%032x"):format(number) end

--- How many descriptors are open.
local function descriptors()
  local count = 0
  for number = 0, 63 do
    local file, _, code = io.open("/proc/self/fd/" .. number)
    if file then file:close() end
    if file or code ~= 2 then count = count + 1 end
  end
  return count
end

local function show(what, result, err)
  if not result and not numbers.is_error(err) then error("no error of the one type: " .. tostring(err)) end
  print(what, result and "done" or err.outcome or "-", result and "-" or err.kind)
end

local before = descriptors()
local client = assert(numbers.new { base_url = base_url, http_version = http_version, allow_http = true,
  concurrency = 2, timeout = 0.5, connect_timeout = 0.3, retry = { attempts = 3, base = 0.001 } })

show("fetch", client.port_ins:fetch(kw(1)))
show("DELETE " .. kw(1), client.port_ins:cancel(kw(1)))
for sid, result, err in client.port_ins:cancel_each { kw(2), kw(3), kw(4) } do show("DELETE " .. sid, result, err) end
show("POST", client.bulk_eligibilities:create { phone_numbers = { { phone_number = "+14155550123" } } })
for _, port_in, err in client.port_ins:fetch_each { kw(5), kw(6), kw(7) } do show("fetch", port_in, err) end
local list = client.port_ins:list { limit = 3 }
for _ = 1, 10 do
  local port_in, err = list()
  if err then show("list", nil, err) end
  if not port_in then break end
end

local works = false
for _ = 1, 5 do works = works or client.port_ins:fetch(kw(1)) ~= nil end
client:close()
if descriptors() > before then print((descriptors() - before) .. " descriptors are left") end
print(works and "works" or "works no more")
