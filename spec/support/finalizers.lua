--- Closes a client, and a transfer, by a finalizer at one allocation after another while it is at work.
--- A process of its own: in a large heap the collector's cycles are too long to end within a call.
--- Also makes a call by one while the client sleeps.
--- Prints how many calls and reads were cut off, and how many descriptors are left over.

-- LuaJIT leaves a compiled loop for the collector's work, and enters it anew. With a cycle at each allocation
-- that never ends. What was compiled before stays so, so nothing is loaded before.
if jit then jit.off() end

local core = require "twilio.numbers.core"
local lazily = require "twilio.numbers.util.lazily"
local sandbox = require "spec.support.sandbox"

local KW = sandbox.sid("KW", 1)

--- Calls a function when the value that this gives is collected.
local function on_collection(f)
  if newproxy then -- luacheck: ignore 113
    local proxy = newproxy(true) -- luacheck: ignore 113
    getmetatable(proxy).__gc = f
    return proxy
  end
  return setmetatable({}, { __gc = f })
end

--- Has the collector at work all the time, and calls a function in the midst of it, from the cycle with
--- that number on which a value is found unreachable. Gives how many cycles there were.
local function collect_eagerly(cycle, f, body)
  local cycles, is_over = 0, false
  local is_5_4 = _VERSION == "Lua 5.4"
  local pause, multiplier = collectgarbage("setpause", 0), collectgarbage("setstepmul", 1000000)
  local function relax()
    is_over = true
    if is_5_4 then collectgarbage("incremental", 200, 100, 13) end
    collectgarbage("setpause", pause)
    collectgarbage("setstepmul", multiplier)
  end
  local function next_cycle()
    if is_over then return end
    cycles = cycles + 1
    if cycles < cycle then return on_collection(next_cycle) end
    relax()
    f()
  end
  if is_5_4 then collectgarbage("incremental", 1, 1000, 4) end -- steps of 16 bytes
  collectgarbage() -- the next cycle is due by the settings from before until then
  on_collection(next_cycle)
  local ok, why = pcall(body)
  relax()
  if not ok then error(why, 0) end
  return cycles
end

--- How many sockets and sets of sockets are open; pipes are popen's own.
local function descriptors()
  local pipe = assert(io.popen("ls -l /proc/$PPID/fd"))
  local text = pipe:read "*a"
  pipe:close()
  return select(2, text:gsub("socket:", "")) + select(2, text:gsub("eventpoll", ""))
end

local function fetch(client, within) return client.port_ins:fetch(KW, within) end

--- A call with a body makes more objects before it is sent.
local function create(client)
  return client.webhook_configuration:create { port_in_target_url = "https://example.com/" }
end

--- Closes the client in that cycle of the collector while it is called. Gives how many cycles there were,
--- and whether the call was cut off.
local function call_and_close(cycle, call, within)
  local client = sandbox.client { http_version = "1.1" }
  local was_cut_off = false
  local cycles = collect_eagerly(cycle, function() client:close() end, function()
    local ok, result, err = pcall(call, client, within)
    if not ok then
      assert(result:find("the client is closed", 1, true), result)
    elseif err then
      assert(err.kind == "closed", tostring(err))
      was_cut_off = true
    end
  end)
  client:close()
  return cycles, was_cut_off
end

--- The same with a transfer whose answer is read.
local function read_and_close(cycle)
  local engine = core.engine { ca_file = sandbox.ca_file, retry = false }
  local transfer = sandbox.finish(engine, engine:submit("GET", sandbox.url .. "/_sandbox/log"))
  local was_cut_off = false
  local cycles = collect_eagerly(cycle, function()
    engine:close()
    transfer:close()
  end, function()
    local ok, why = pcall(function()
      for _ = 1, 2 do
        assert(type(transfer:object()) == "table")
        assert(transfer:text():find("requests", 1, true))
        assert(type(transfer:info()) == "table")
        assert(type(transfer:header "Content-Type") == "string")
      end
    end)
    if not ok then
      assert(why:find("the transfer is closed", 1, true), why)
      was_cut_off = true
    end
  end)
  transfer:close()
  engine:close()
  return cycles, was_cut_off
end

--- Fetches in that cycle of the collector while the client sleeps, which must end all the same.
local function sleep_and_fetch(cycle)
  local client = sandbox.client { http_version = "1.1" }
  fetch(client)
  local cycles = collect_eagerly(cycle, function() fetch(client) end, function()
    for _ = 1, 10 do client:sleep(0) end
  end)
  client:close()
  return cycles
end

--- Tries so many cycles, over all that there are. Gives in how many something was cut off.
local function try_all(tries, run, ...)
  local cycles, cut_off = run(math.huge, ...), 0
  for try = 1, tries do
    local _, was_cut_off = run(math.ceil(try * cycles / tries), ...)
    if was_cut_off then cut_off = cut_off + 1 end
  end
  return cut_off
end

lazily.load_all() -- to compile a part with a cycle at each allocation would take minutes
sandbox.reset()
local before = descriptors()
local calls = try_all(40, call_and_close, fetch) + try_all(40, call_and_close, fetch, 9)
  + try_all(40, call_and_close, create)
local reads = try_all(10, read_and_close)
try_all(10, sleep_and_fetch)
collectgarbage()
collectgarbage()
print(("%d calls, %d reads, %d descriptors"):format(calls, reads, descriptors() - before))
