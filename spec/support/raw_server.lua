--- Builds and starts the server that answers to the byte; see raw_server.c.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local raw_server = {}

local CA = [[
[ca]
default_ca = own
[own]
database = %s/index
new_certs_dir = %s
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
organizationName = optional
]]

--- A certificate for this machine that signs itself, with a name of one's own choice in it.
local function make_certificate(folder, name, from, to)
  support.write_file(folder .. "/ca", CA:format(folder, folder))
  support.write_file(folder .. "/index", "")
  local output, code = support.run(("cd %s && openssl req -new -newkey ec -pkeyopt "
    .. "ec_paramgen_curve:prime256v1 -nodes -subj %s -addext subjectAltName=IP:127.0.0.1 "
    .. "-keyout server.key -out request && openssl ca -selfsign -batch -notext -config ca -startdate %s "
    .. "-enddate %s -in request -keyfile server.key -out server.pem"):format(folder,
    support.quote("/CN=127.0.0.1/O=" .. name), from or "20200101000000Z", to or "20900101000000Z"))
  assert(code == 0, output)
end

---@param name string? an organization that its certificate names; the sandbox's certificate if missing
---@param from string? when that begins to be valid, such as 20200101000000Z
---@param to string? when it ends
---@return { http: string, https: string, ca_file: string, stop: function, requests: function,
---  forget: function }
function raw_server.start(name, from, to)
  local folder = support.run "mktemp -d":gsub("%s+$", "")
  local certificates = sandbox.ca_file:gsub("/ca%.pem$", "")
  if name then
    make_certificate(folder, name, from, to)
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
