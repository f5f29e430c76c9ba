--- Builds and starts the server that answers to the byte; see raw_server.c.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local raw_server = {}

--- A certificate for this machine that signs itself, with a name of one's own choice in it.
local function make_certificate(folder, name)
  local output, code = support.run(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 "
    .. "-nodes -days 1 -subj %s -addext subjectAltName=IP:127.0.0.1 -keyout %s/server.key "
    .. "-out %s/server.pem"):format(support.quote("/CN=127.0.0.1/O=" .. name), folder, folder))
  assert(code == 0, output)
end

---@param name string? an organization that its certificate names; the sandbox's certificate if missing
---@return { http: string, https: string, ca_file: string, stop: function, requests: function,
---  forget: function }
function raw_server.start(name)
  local folder = support.run "mktemp -d":gsub("%s+$", "")
  local certificates = sandbox.ca_file:gsub("/ca%.pem$", "")
  if name then
    make_certificate(folder, name)
    certificates = folder
  end
  local output, code = support.run(("cc -std=gnu11 -O1 -Wall -Wextra -Werror -o %s/raw_server "
    .. "spec/support/raw_server.c -lssl -lcrypto"):format(folder))
  assert(code == 0, output)
  local server, log = { ca_file = name and folder .. "/server.pem" or sandbox.ca_file }, folder .. "/log"
  local pipe = assert(io.popen(table.concat({ "exec", folder .. "/raw_server",
    certificates .. "/server.pem", certificates .. "/server.key", log }, " ")))
  local http, https, pid = pipe:read "*l":match "^(%d+) (%d+) (%d+)$"
  server.http, server.https = "http://127.0.0.1:" .. http, "https://127.0.0.1:" .. https
  function server.stop()
    support.run("kill " .. pid)
    pipe:close()
    support.run("rm -rf " .. support.quote(folder))
  end
  --- What came in, as "METHOD path", oldest first.
  function server.requests()
    local list = {}
    for line in support.read_file(log):gmatch "[^\n]+" do list[#list + 1] = line end
    return list
  end
  function server.forget() support.write_file(log, "") end
  return server
end

return raw_server
