--- A PostgreSQL server of the specs' own: on a free port of this machine, in a folder that goes with it,
--- ended with the specs or after some minutes.

local core = require "twilio.numbers.core"
local database = require "twilio.numbers.campaign.ledger.database"
local support = require "spec.support"

local run, quote = support.run, support.quote
local postgresql = {}
postgresql.__index = postgresql

local LIFETIME, LONGEST = 900, 120 -- seconds for a server, and until it has started or ended

local function binaries()
  local path = run "ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1"
  return path:match "^%S+"
end

--- Why there can be none; nil if there can.
function postgresql.objection()
  if not binaries() then return "PostgreSQL's server is not installed" end
  if not pcall(require, "dbd.postgresql") then return "LuaDBI's driver for PostgreSQL is missing" end
end

--- A block of specs that need the server. Where there can be none, a pending spec in their place says why.
---@param name string
---@param body fun()
function postgresql.describe(name, body)
  local busted = require "busted" -- here, since the benches start servers without it
  busted.describe(name, function()
    local objection = postgresql.objection()
    if not objection then return body() end
    busted.pending(objection)
  end)
end

--- It refuses to run as root.
local function as_user(command)
  if run "id -u":match "^0" then
    return "setpriv --reuid=nobody --regid=nogroup --clear-groups " .. command
  end
  return command
end

local function must(command)
  local output, code = run(command)
  if code ~= 0 then error(command .. ": " .. output) end
  return output
end

--- By its own words: another server may have the port.
local function is_up(self)
  local output = support.read_file(self.dir .. "/output")
  return output:find("ready to accept connections", 1, true) ~= nil
end

--- Without fsync the disk of a busy machine is not waited for: the server may fail here, the machine may not.
local function launch(self, port)
  self.port = port or 20000 + tonumber(run "echo $$":match "%d+") % 9000
  local command = as_user(("timeout %d %s/postgres -D %s -p %d -h 127.0.0.1 -k %s "
    .. "-c fsync=off"):format(LIFETIME,
    self.binaries, quote(self.dir .. "/data"), self.port, quote(self.dir)))
  self.pid = run(("cd %s; nohup %s </dev/null >%s 2>&1 & echo $!"):format(quote(self.dir), command,
    quote(self.dir .. "/output"))):match "%d+"
  local ends = core.now() + LONGEST
  repeat
    if is_up(self) then return true end
    if select(2, run("kill -0 " .. self.pid)) ~= 0 then return false end
    run "sleep 0.02"
  until core.now() > ends
  return false
end

--- Starts one, with a database for a ledger at `url`.
function postgresql.start()
  local self = setmetatable({ binaries = binaries() }, postgresql)
  self.dir = run "mktemp -d":gsub("%s+$", "")
  must(("chmod 777 %s"):format(quote(self.dir)))
  must(("cd %s; "):format(quote(self.dir)) .. as_user(("%s/initdb -D %s/data -U specs -A trust "
    .. "--no-sync -E UTF8 --locale=C"):format(self.binaries, quote(self.dir))))
  for _ = 1, 10 do
    if launch(self) then
      self.url = ("postgresql://specs:unused-password@127.0.0.1:%d/postgres"):format(self.port)
      return self
    end
  end
  error("PostgreSQL did not start: " .. support.read_file(self.dir .. "/output"))
end

--- A fresh database beside the others; gives its URL.
function postgresql:database(name)
  must(("%s/createdb -h 127.0.0.1 -p %d -U specs %s"):format(self.binaries, self.port, name))
  return (self.url:gsub("postgres$", name))
end

--- A copy of a database that has no connections.
function postgresql:copy(from, name)
  must(("%s/createdb -h 127.0.0.1 -p %d -U specs -T %s %s"):format(self.binaries, self.port, from, name))
  return (self.url:gsub("postgres$", name))
end

--- Ends all other connections to a database.
function postgresql.end_connections(url)
  local other = assert(database.open(url))
  assert(other:rows [[SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()]])
  other:close()
end

--- Ends its process, which was told so by a signal.
local function await_end(self, signal)
  run(("kill -%s %s"):format(signal, self.pid))
  local ends = core.now() + LONGEST
  while select(2, run("kill -0 " .. self.pid)) == 0 do
    assert(core.now() < ends, "PostgreSQL did not end")
    run "sleep 0.02"
  end
end

--- Ends it, and its connections.
function postgresql:halt() await_end(self, "INT") end

--- Starts it again after `halt`, on the same port.
function postgresql:resume()
  if not launch(self, self.port) then error "PostgreSQL did not start again" end
end

--- Ends it for good, without writing what is in memory.
function postgresql:stop()
  await_end(self, "QUIT")
  run("rm -rf " .. quote(self.dir))
end

return postgresql
