--- A process that forks at some point of a client's life. Both processes then fetch, each another port-in,
--- and cancel, each another one. Prints a line for each process: its name, and what came of what was under
--- way. The child ends as a script does, so its Lua state is closed.
--- usage: forks.lua POINT HTTP_VERSION

local sandbox = require "spec.support.sandbox"
local unistd = require "posix.unistd"
local wait = require "posix.sys.wait"

local point, http_version = arg[1], arg[2]
local function kw(number) return sandbox.sid("KW", number) end

local client, iterator
local function make() client = sandbox.client { http_version = http_version, concurrency = 3 } end

local prepare = {
  ["before the client is made"] = function() end,
  ["before its first request"] = function() make() end,
  ["after its first request"] = function()
    make()
    assert(client.port_ins:fetch(kw(1)))
  end,
  ["while it cancels"] = function()
    make()
    sandbox.fault { fault = "held", seconds = 0.3, method = "DELETE", path = kw(2) }
    sandbox.fault { fault = "held", seconds = 0.3, method = "DELETE", path = kw(3) }
    iterator = client.port_ins:cancel_each { kw(2), kw(3), kw(4) }
    local sid, done, err = iterator()
    assert(sid == kw(4) and done, err)
  end,
}
prepare[point]()
io.stdout:flush()

local child = unistd.fork()
local name = child == 0 and "child" or "parent"
local mine = child == 0 and 6 or 5
local cancelled = child == 0 and 10 or 8
if not client then make() end
for _ = 1, 5 do
  local port_in = assert(client.port_ins:fetch(kw(mine)))
  assert(port_in:sid() == kw(mine))
end
local words = { name }
if iterator then
  for _, done, err in iterator do words[#words + 1] = done and "done" or err.kind .. " " .. err.outcome end
end
assert(client.port_ins:cancel(kw(cancelled)))
for _, port_in, err in client.port_ins:fetch_each { kw(mine), kw(mine), kw(mine), kw(mine) } do
  assert(port_in, err)
  assert(port_in:sid() == kw(mine))
end
io.stdout:write(table.concat(words, ", ") .. "\n")
io.stdout:flush()
if child ~= 0 then
  local _, _, status = wait.wait(child)
  assert(status == 0, status)
  assert(client.port_ins:fetch(kw(mine))) -- the child has gone, and left the connections alone
  client:close()
end
