--- A run on PostgreSQL outlives a network that is paused, before a commit has arrived or before the word of
--- it is back. TARGETS says how many port-ins four workers share.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local postgresql = require "spec.support.postgresql"
local sandbox = require "spec.support.sandbox"
local stalling_proxy = require "spec.support.stalling_proxy"
local support = require "spec.support"
local workers = require "spec.support.workers"

local COUNT = 20
local shared = tonumber(os.getenv "TARGETS" or 60)

postgresql.describe("a network that is paused", function()
  local server, proxy, client

  setup(function() server = postgresql.start() end)
  teardown(function() server:stop() end)

  before_each(function()
    sandbox.reset()
    proxy = stalling_proxy.start(server.port)
    client = sandbox.client { concurrency = 4 }
  end)

  after_each(function()
    client:close()
    proxy:stop()
    sandbox.reset()
  end)

  --- Each target has one DELETE, which is proven, and the audit chain is whole.
  local function is_whole(url, count)
    local ledger = assert(campaign.open(url))
    local report = assert(campaign.report(ledger))
    assert.are.equal(count, report.counts.confirmed, report:summary())
    local seen, sent = campaigns.deletes()
    for sid, requests in pairs(seen) do assert.are.equal(1, #requests, sid) end
    assert.are.equal(count, sent)
    assert.are.same({}, assert(campaign.verify(ledger, { client = client })).differences)
    ledger:close()
  end

  --- Applies a plan; the network is paused at the fifth commit of an intent or an outcome, and at two more.
  local function apply(url, way, is_cut)
    local plan = assert(campaign.plan(client, campaigns.port_ins(COUNT)))
    local ledger = assert(campaign.open(proxy:through(url)))
    local run, commits, pauses = ledger.db.run, 0, 0
    function ledger.db:run(sql, ...)
      if sql == "COMMIT" and campaigns.count_deletes() > 0 then
        commits = commits + 1
        if commits % 5 == 0 and pauses < 3 then
          pauses = pauses + 1
          proxy:pause(way, 0.5, is_cut)
        end
      end
      return run(self, sql, ...)
    end
    local result = assert(campaign.apply(client, ledger, plan, campaigns.options { confirm = COUNT }))
    ledger:close()
    assert.are.equal("success", result.verdict, tostring(result.err))
    assert.are.equal(3, pauses)
  end

  for _, way in ipairs { "to", "from" } do
    local when = way == "to" and "before a commit has arrived" or "before the word of a commit is back"
    for _, is_cut in ipairs { false, true } do
      it(("%s, and then %s, costs no DELETE and adds none"):format(when, is_cut and "cut" or "goes on"),
        function()
          local url = server:database(("p%s%s"):format(way, is_cut and "cut" or "on"))
          apply(url, way, is_cut)
          is_whole(url, COUNT)
        end)
    end
  end

  --- Pauses it for longer than the lease of 3 seconds that those behind it have.
  local function pause(way, is_cut)
    return function()
      proxy:pause(way, 4, is_cut)
      proxy:wait()
    end
  end

  --- Starts each of four workers, and again one that has given up, as it says itself. Half of them are behind
  --- the proxy.
  local function keep_at_work(team, at_work, url)
    for i = 1, 4 do
      local worker = at_work[i]
      if not worker.pid or not team.is_alive(worker.pid) then
        if worker.pid then
          local output = team:output(worker.name)
          local is_over = output:find(shared .. " confirmed", 1, true)
          local is_early = output:find(": no connection: ", 1, true) -- started while there was no server
          assert.truthy(is_over or is_early or output:find("To go on", 1, true), output)
          assert.not_matches("NOTICE", output, 1, true)
        end
        worker.count = worker.count + 1
        worker.name = ("worker%d.%d"):format(i, worker.count)
        worker.pid = team:start(("apply %s --ledger '%s' --confirm %d --concurrency 2"):format(team.plan,
          i <= 2 and proxy:through(url) or url, shared), worker.name)
      end
    end
  end

  --- Waits until so many DELETEs were sent in all.
  local function wait_for_deletes(team, at_work, url, count)
    for _ = 1, 6000 do -- minutes, for thousands of targets
      keep_at_work(team, at_work, url)
      if campaigns.count_deletes() >= count then return end
      support.run "sleep 0.1"
    end
    error "no DELETE was sent"
  end

  it("for half of four workers, beyond their lease, and a restart, stop none for good", function()
    local team, url, at_work = workers.new(), server:database "team", {}
    team.plan = team:write_plan(campaigns.port_ins(shared))
    sandbox.limit(1000, 0.05)
    for i = 1, 4 do at_work[i] = { count = 0 } end
    local function restart()
      server:halt()
      server:resume()
    end
    local disturbances = { pause("to", false), postgresql.end_connections, pause("from", true), restart,
      pause("both", true), postgresql.end_connections, pause("from", false) }
    for i, disturb in ipairs(disturbances) do
      wait_for_deletes(team, at_work, url, math.floor(i * shared / (#disturbances + 2)))
      disturb(url)
    end
    wait_for_deletes(team, at_work, url, shared)
    local pids = {}
    for i = 1, 4 do pids[i] = at_work[i].pid end
    team:wait_for(pids)
    team:wait_for { team:start(("resume '%s'"):format(url), "last") }
    assert.matches(shared .. " confirmed", team:output "last", 1, true)
    team:close()
    is_whole(url, shared)
  end)
end)
