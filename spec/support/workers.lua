--- Processes of the example script, side by side on one ledger. What each prints goes into a file.

local campaign = require "twilio.numbers.campaign"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local run, quote = support.run, support.quote

local workers = {}
workers.__index = workers

function workers.new()
  return setmetatable({ folder = run "mktemp -d":gsub("%s+$", "") }, workers)
end

--- Writes the plan of these port-ins, and gives its path.
function workers:write_plan(sids)
  local client = sandbox.client()
  local plan = assert(campaign.plan(client, sids))
  client:close()
  support.write_file(self.folder .. "/plan.json", plan:to_json())
  return self.folder .. "/plan.json"
end

--- Begins the example script in the background; its process id.
function workers:start(words, name)
  local limits = words:find "^release" and "" or " --settle-after 0.5 --wait 20"
  if limits ~= "" and not words:find("--lease", 1, true) then limits = limits .. " --lease 3" end
  local command = ("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s nohup %s examples/cancel_port_ins.lua %s%s "
    .. "</dev/null >%s 2>&1 & echo $!"):format(sandbox.url, sandbox.ca_file, support.lua, words, limits,
    quote(self.folder .. "/" .. name))
  return run(command):match "%d+"
end

function workers.is_alive(pid)
  return select(2, run("kill -0 " .. pid)) == 0
end

--- Waits until these processes have ended.
function workers:wait_for(pids)
  for _ = 1, 30000 do -- minutes, for thousands of targets
    local alive = false
    for _, pid in ipairs(pids) do alive = alive or self.is_alive(pid) end
    if not alive then return end
    run "sleep 0.02"
  end
  error "a worker did not end"
end

--- What a process has printed.
function workers:output(name)
  return support.read_file(self.folder .. "/" .. name)
end

function workers:close() run("rm -rf " .. quote(self.folder)) end

return workers
