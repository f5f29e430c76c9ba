--- Targets a second: fetched and cancelled in a plain loop, and by a campaign with its ledger in
--- memory, on disk, and with several workers on PostgreSQL. campaign.sh runs it.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local core = require "twilio.numbers.core"
local postgresql = require "spec.support.postgresql"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local count = tonumber(os.getenv "TARGETS" or 2000)
local concurrency = 16

local function prepare(latency)
  sandbox.reset()
  local sids = campaigns.port_ins(count)
  sandbox.limit(1000, latency)
  return sids
end

local function plain(sids)
  local client, place = sandbox.client { concurrency = concurrency }, 0
  local tasks = {}
  for i = 1, concurrency do
    tasks[i] = function()
      while place < #sids do
        place = place + 1
        local sid = sids[place]
        local port_in = assert(client.port_ins:fetch(sid))
        if port_in:is_cancelable() then assert(client.port_ins:cancel(sid)) end
      end
      return true
    end
  end
  local began = core.now()
  local _, errs = client:gather(tasks)
  assert(next(errs) == nil)
  local seconds = core.now() - began
  client:close()
  return seconds
end

local function with_ledger(sids, place)
  local client = sandbox.client { concurrency = concurrency }
  local plan = assert(campaign.plan(client, sids))
  local ledger = assert(campaign.open(place))
  assert(ledger:enter(plan, {}))
  local began
  local result = assert(campaign.resume(client, ledger, nil, { confirm = count, wait = 0,
    on_stage = function(stage) if stage == "cancelling" then began = core.now() end end }))
  local seconds = core.now() - began
  assert(result.report.counts.accepted == count, result.report:summary())
  client:close()
  ledger:close()
  return seconds
end

local function show(name, latency, seconds)
  print(("%-44s %5.0f ms  %6.0f targets/s"):format(name, latency * 1000, count / seconds))
end

local function sqlite(folder, latency)
  local place = support.run("mktemp -d " .. folder .. "/bench.XXXXXX"):gsub("%s+$", "")
  local seconds = with_ledger(prepare(latency), place .. "/bench.ledger")
  support.run("rm -rf " .. place)
  return seconds
end

local function workers(server, how_many, latency)
  local sids = prepare(latency)
  local url = server:database("bench" .. how_many)
  local client = sandbox.client()
  local ledger = assert(campaign.open(url))
  assert(ledger:enter(assert(campaign.plan(client, sids)), {}))
  client:close()
  local command = {}
  for _ = 1, how_many do
    command[#command + 1] = ("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s %s "
      .. "examples/cancel_port_ins.lua resume '%s' --confirm %d --concurrency %d --wait 0 >/dev/null 2>&1 &")
      :format(sandbox.url, sandbox.ca_file, support.lua, url, count, concurrency)
  end
  local began = core.now()
  support.run(table.concat(command, " ") .. " wait")
  local seconds = core.now() - began
  local report = assert(campaign.report(ledger))
  assert(report.counts.accepted == count, report:summary())
  ledger:close()
  return seconds
end

for _, latency in ipairs { 0, 0.05 } do
  show("a plain loop, no ledger", latency, plain(prepare(latency)))
  show("SQLite, synchronous=FULL, in memory (/dev/shm)", latency, sqlite("/dev/shm", latency))
  show("SQLite, synchronous=FULL, on disk", latency, sqlite(os.getenv "FOLDER" or "/var/tmp", latency))
end
local objection = postgresql.objection()
if objection then return print(objection) end
local server = postgresql.start()
for _, how_many in ipairs { 1, 2, 4 } do
  show(("PostgreSQL, workers: %d, with start and checks"):format(how_many), 0.05,
    workers(server, how_many, 0.05))
end
server:stop()
sandbox.reset()
