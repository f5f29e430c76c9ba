--- Desks of examples/openresty, each an nginx of its own against the specs' sandbox.

local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local desk = {}
desk.__index = desk

local engine = core.engine { retry = false, http_version = "1.1" }
local next_port = math.random(14000, 18000) -- apart from those of spec.support.nginx

--- A port that no other process listens at. A desk whose port is taken does not try another one.
function desk.free_port()
  local code
  repeat
    next_port = next_port + 1
    code = select(2, support.run(("perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new("
      .. "LocalAddr => qq(127.0.0.1:%d), Listen => 1, ReuseAddr => 1)'"):format(next_port)))
  until code == 0
  return next_port
end

--- The SID of one of the sandbox's port-ins, and of a number of it.
function desk.kw(i) return sandbox.sid("KW", i) end
function desk.pu(i) return sandbox.sid("PU", i) end

--- Waits until a function gives something; gives that.
function desk.eventually(condition)
  local ends = core.now() + 60
  while true do
    local value = condition()
    if value or core.now() > ends then return value end
    engine:step(0)
    support.run "sleep 0.05"
  end
end

--- A desk does not outlive the specs, also when those are killed: then in a session of its own. The second
--- signal ends a desk at once.
function desk.end_with_specs(pid)
  local own_pid = support.read_file("/proc/self/stat"):match "^%d+"
  os.execute(("setsid sh -c 'while kill -0 %s && kill -0 %s; do sleep 1; done; kill %s; sleep 1; kill %s' "
    .. ">/dev/null 2>&1 &"):format(own_pid, pid, pid, pid))
end

--- How a shell starts one.
---@param port integer
---@param environment string? such as "DESK_INTERVAL=1"
---@param arguments string? such as "--live"
function desk.command(port, environment, arguments)
  return ("DESK_CORE=$PWD/.build/luajit %s sh examples/openresty/desk.sh --port %d %s")
    :format(environment or "", port, arguments or "")
end

--- Starts one, and waits until it is open.
---@param options { environment: string?, arguments: string?, port: integer? }?
function desk.start(options)
  options = options or {}
  local port = options.port or desk.free_port()
  local self = setmetatable({ port = port, base = "http://127.0.0.1:" .. port }, desk)
  local log = os.tmpname()
  local command = desk.command(port, "DESK_INTERVAL=0.3 " .. (options.environment or ""), options.arguments)
  -- With `env`: nohup takes no assignments.
  self.pid = support.run(("nohup env %s </dev/null >%s 2>&1 & echo $!"):format(command, log)):match "%d+"
  desk.end_with_specs(self.pid)
  local is_open = desk.eventually(function() return support.read_file(log):find "is open" end)
  assert(is_open, support.read_file(log))
  os.remove(log)
  return self
end

--- Status and body, by curl for the sake of headers.
---@param path string
---@param options string? curl's
---@return integer? status
---@return string body
function desk:ask(path, options)
  local output = support.run(("curl -s -w '\n%%{http_code}' %s %s"):format(options or "",
    support.quote(self.base .. path)))
  local body, status = output:match "^(.*)\n(%d+)$"
  return tonumber(status), body
end

--- What the page is told by events: a stream's text, as soon as one fits the pattern.
---@param pattern string
---@param options string? curl's
---@return string
function desk:events(pattern, options)
  local seconds, text = 1, nil
  assert(desk.eventually(function()
    text = support.run(("curl -s -N -m %d %s %s/events"):format(seconds, options or "", self.base))
    seconds = seconds * 2
    return text:find(pattern)
  end), text)
  return text
end

--- curl's options for a request that the desk's own page makes.
function desk:own_page()
  return "-H " .. support.quote("Origin: " .. self.base)
end

--- What was changed, or tried to be: the sandbox's requests that are no GET.
function desk.changes()
  local changes = {}
  for _, request in ipairs(sandbox.requests()) do
    if request.method ~= "GET" then changes[#changes + 1] = request.method .. " " .. request.uri end
  end
  return changes
end

--- Ends it, and waits until it has ended.
function desk:stop()
  support.run(("kill %s; sleep 0.3; kill %s"):format(self.pid, self.pid))
  assert(desk.eventually(function() return select(2, support.run("kill -0 " .. self.pid)) ~= 0 end))
end

return desk
