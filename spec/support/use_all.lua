--- Uses a client for a request of each kind, for specs in which something fails. Prints what each came to,
--- one line each: what was asked for, the outcome, and the kind of the error. "raised" is the outcome where
--- Lua's own "not enough memory" was raised. The last line is whether the client works in the end.
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
  if result then
    print(what, "done", "-")
  elseif numbers.is_error(err) then
    print(what, err.outcome or "-", err.kind)
  elseif tostring(err):find("not enough memory", 1, true) then
    print(what, "raised", "memory")
  else
    error("no error of the one type: " .. tostring(err))
  end
end

--- Calls a method, and shows what it gives or raises. Gives the same.
local function try(what, f, ...)
  local ok, result, err = pcall(f, ...)
  if not ok then result, err = nil, result end
  show(what, result, err)
  return result
end

--- Takes all of an iterator. What it raises ends it.
local function take(what, iterate, ...)
  local ok, iterator = pcall(iterate, ...)
  if not ok then return show(what, nil, iterator) end
  while true do
    local is_over, name
    ok, name = pcall(function()
      local first, second, third = iterator()
      is_over = first == nil
      if first ~= nil then show(type(first) == "string" and what .. " " .. first or what, second, third) end
    end)
    if not ok then show(what, nil, name) end
    if not ok or is_over then return end
  end
end

-- A call of the system's that fails may leave a request without an answer, which a limit ends then. Else no
-- request meets a limit, however slow the machine is.
local is_hasty = os.getenv "FAIL_CALL" ~= nil
local before = descriptors()
local options = { base_url = base_url, http_version = http_version, allow_http = true,
  concurrency = 2, timeout = is_hasty and 0.8 or 20, connect_timeout = is_hasty and 0.5 or 10,
  retry = { attempts = 3, base = 0.001 } }
local _ = os.getenv "COUNT_MALLOC_FROM_NOW"
local client = try("new", numbers.new, options) or assert(numbers.new(options))
local port_ins = client.port_ins

local port_in = try("fetch", port_ins.fetch, port_ins, kw(1))
if port_in then try("decoded", function() return port_in:numbers()() and port_in:to_json() end) end
try("DELETE " .. kw(1), port_ins.cancel, port_ins, kw(1))
take("DELETE", port_ins.cancel_each, port_ins, { kw(2), kw(3), kw(4) })
try("POST", client.bulk_eligibilities.create, client.bulk_eligibilities,
  { phone_numbers = { { phone_number = "+14155550123" } } })
take("fetch", port_ins.fetch_each, port_ins, { kw(5), kw(6), kw(7) })
try("list", function()
  for item, err in port_ins:list { limit = 3 } do
    if err then return nil, err end
    assert(item)
  end
  return true
end)

local works = false
for _ = 1, 5 do works = works or client.port_ins:fetch(kw(1)) ~= nil end
client:close()
if descriptors() > before then print((descriptors() - before) .. " descriptors are left") end
print(works and "works" or "works no more")
