--- A TCP proxy before a PostgreSQL server, whose network can be paused.

local support = require "spec.support"

local run, quote = support.run, support.quote

local stalling_proxy = {}
stalling_proxy.__index = stalling_proxy

--- Starts one before a port of this machine.
function stalling_proxy.start(port)
  local self = setmetatable({ folder = run "mktemp -d":gsub("%s+$", "") }, stalling_proxy)
  self.control = self.folder .. "/control"
  run(("perl spec/support/stalling_proxy.pl %s %s </dev/null >%s 2>%s &"):format(port, quote(self.control),
    quote(self.folder .. "/port"), quote(self.folder .. "/errors")))
  for _ = 1, 500 do
    self.port, self.pid = support.read_file(self.folder .. "/port"):match "^(%d+) (%d+)\n"
    if self.port then return self end
    run "sleep 0.02"
  end
  error("the proxy did not start: " .. support.read_file(self.folder .. "/errors"))
end

--- The URL of a database that leads through it.
function stalling_proxy:through(url)
  return (url:gsub(":%d+/", ":" .. self.port .. "/"))
end

--- Pauses the network one way ("to" the server, or "from" it), or "both", for so many seconds. Then all goes
--- on, or all connections are cut.
function stalling_proxy:pause(way, seconds, is_cut)
  support.write_file(self.control .. ".new", way)
  os.rename(self.control .. ".new", self.control)
  local ending = is_cut and "printf cut >%s.cut; mv %s.cut %s" or "rm -f %s"
  local name = quote(self.control)
  run(("(sleep %s; %s) </dev/null >/dev/null 2>&1 &"):format(seconds, ending:format(name, name, name)))
end

--- Waits until it is not paused.
function stalling_proxy:wait()
  for _ = 1, 3000 do
    local file = io.open(self.control)
    if not file then return end
    file:close()
    run "sleep 0.02"
  end
  error "the network stayed paused"
end

function stalling_proxy:stop()
  run("kill " .. self.pid .. "; rm -rf " .. quote(self.folder))
end

return stalling_proxy
