--- An nginx for the specs of what happens inside one: started with a configuration, asked by HTTP,
--- and gone when the specs are.

local core = require "twilio.numbers.core"
local support = require "spec.support"

local nginx = {}
nginx.__index = nginx

local PATIENCE = 120 -- seconds for an answer, for the machine may be busy
local LONGEST = 60 -- seconds until a condition holds

local quote, run = support.quote, support.run

local function required(name)
  return os.getenv(name) or error(name .. " is not set: run the specs by `sh spec/run.sh`")
end

local here = run("pwd -P"):gsub("%s+$", "")
local own_pid = support.read_file("/proc/self/stat"):match "^%d+"

--- What a function of the examples' script says of this nginx.
local function told(command)
  return (run(". examples/support/nginx.sh; " .. command):gsub("%s+$", ""))
end

local frame = [[
daemon off;
%(user)s
%(master)s
pid "%(dir)s/nginx.pid";
error_log "%(dir)s/error.log" %(level)s;
%(modules)s
env TWILIO_ACCOUNT_SID; env TWILIO_AUTH_TOKEN; env SANDBOX_URL; env SANDBOX_CA; env LD_PRELOAD;
%(main)s
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path "%(dir)s/tmp"; proxy_temp_path "%(dir)s/tmp";
  fastcgi_temp_path "%(dir)s/tmp"; uwsgi_temp_path "%(dir)s/tmp"; scgi_temp_path "%(dir)s/tmp";
  default_type text/plain;
  lua_package_path "%(here)s/lua/?.lua;%(here)s/?.lua;%(libraries)s;";
  lua_package_cpath "%(here)s/.build/luajit/?.so;%(clibraries)s;";
  %(http)s
  server {
    listen 127.0.0.1:%(port)d;
    location = /ping { content_by_lua_block { ngx.print "pong" } }
    location = /folder { content_by_lua_block { ngx.print "%(dir)s" } }
    %(server)s
  }
}
]]

local function write_configuration(self)
  local text = frame:gsub("%%%((%w+)%)[sd]", function(name)
    local value = self.values[name] or self[name]
    return (tostring(value or ""):gsub("%%%((%w+)%)[sd]", self))
  end)
  support.write_file(self.dir .. "/nginx.conf", text)
end

--- Ends with the specs, and then ends nginx.
local watchdog = [[
nginx=$1 owner=$2
while kill -0 "$nginx" 2>/dev/null; do
  kill -0 "$owner" 2>/dev/null || kill "$nginx"
  sleep 1
done
]]

local engine

--- The port may be another process's, which may not answer, or be another job's nginx.
local function is_up(self)
  return self:is_running() and select(2, self:get("/folder", { timeout = 2 })) == self.dir
end

local function launch(self)
  write_configuration(self)
  local command = ("cd %s; %s nohup %s -p %s -c %s/nginx.conf "
    .. "</dev/null >output 2>&1 & echo $!"):format(quote(self.dir), self.values.environment or "",
    quote(self.program), quote(self.dir), quote(self.dir))
  self.pid = run(command):match "%d+"
  os.execute(("sh -c %s watchdog %s %s >/dev/null 2>&1 &"):format(
    quote(watchdog), self.pid, own_pid))
  for attempt = 1, 500 do
    if is_up(self) then return true end
    if attempt > 20 and not self:is_running() then return false end -- before, it may not be yet
    run "sleep 0.02"
  end
  return false
end

--- Starts one.
---@param values table `http`, `server`, `main`: parts of the configuration; `level` of the log;
---  `workers`: a master and so many, else one process; `environment`: words like NAME=value
function nginx.start(values)
  required "TWILIO_AUTH_TOKEN"
  local dir = run("mktemp -d"):gsub("%s+$", "")
  run("mkdir " .. quote(dir .. "/tmp"))
  local self = setmetatable({
    user = run("id -u"):find "^0" and "user root;" or "", -- no other user may read its folder
    certificates = required("SANDBOX_CA"):match "^(.*)/", -- the sandbox's
    values = values, dir = dir, here = here, level = values.level or "warn",
    program = told 'command -v "$NGINX_PROGRAM"', modules = told "nginx_load_modules",
    libraries = told 'echo "${NGINX_LUA_PATH:+$NGINX_LUA_PATH;}"',
    clibraries = told 'echo "${NGINX_LUA_CPATH:+$NGINX_LUA_CPATH;}"',
    master = values.workers and ("worker_processes %d;"):format(values.workers)
      or "master_process off;",
  }, nginx)
  engine = engine or core.engine { concurrency = 500, retry = false, http_version = "1.1" }
  for _ = 1, 10 do
    self.port = math.random(10000, 13900)
    if launch(self) then return self end
    local output = support.read_file(dir .. "/output")
    if not output:find "Address already in use" then
      error("nginx did not start: " .. output .. self:log())
    end
    os.remove(dir .. "/error.log")
  end
  error "nginx found no free port"
end

--- Begins a request; `finish` gives its answer.
---@param path string
---@param options { method: string?, body: string?, content_type: string?, timeout: number? }?
function nginx:send(path, options)
  options = options or {}
  return engine:submit(options.method or "GET", ("http://127.0.0.1:%d%s"):format(self.port, path),
    nil, { body = options.body, content_type = options.content_type, timeout = options.timeout or PATIENCE })
end

--- The status and the body, or nil and why there is no answer.
function nginx.finish(_, transfer)
  while not transfer:done() do engine:step(1) end
  engine:take(transfer)
  local status, _, why = transfer:result()
  local text = status and transfer:text() or why
  transfer:close()
  return status, text
end

function nginx:get(path, options)
  return self:finish(self:send(path, options))
end

--- Hangs up on a request that was sent.
function nginx.abort(_, transfer)
  transfer:close()
end

--- Lets what is under way go on for a moment.
function nginx.step(_, seconds)
  engine:step(seconds or 0)
end

function nginx:log()
  local ok, text = pcall(support.read_file, self.dir .. "/error.log")
  return ok and text or ""
end

--- Waits until the condition holds, but not for ever; gives what it gave.
function nginx.eventually(_, condition)
  local ends = core.now() + LONGEST
  while true do
    local value = condition()
    if value or core.now() > ends then return value end
    run "sleep 0.01"
  end
end

--- A signal to the master, or to the one process.
function nginx:signal(name)
  run(("kill -s %s %s"):format(name, self.pid))
end

--- A zombie has no command line.
function nginx:is_running()
  local file = io.open("/proc/" .. self.pid .. "/cmdline")
  local command = file and file:read "*a"
  if file then file:close() end
  return command ~= nil and command ~= ""
end

--- The process ids of the workers.
function nginx:workers()
  local pids = {}
  for pid in run("pgrep -P " .. self.pid):gmatch "%d+" do pids[#pids + 1] = pid end
  return pids
end

function nginx:stop()
  if self.stopped then return end
  self.stopped = true
  self:signal "TERM"
  local has_ended = self:eventually(function() return not self:is_running() end)
  if not has_ended then self:signal "KILL" end
  run("rm -rf " .. quote(self.dir))
  assert(has_ended, "nginx did not end at TERM")
end

return nginx
