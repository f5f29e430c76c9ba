--- A run on PostgreSQL outlives a network that is paused, before a commit has arrived or before the word of
--- it is back. TARGETS says how many port-ins four workers share.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local database = require "twilio.numbers.campaign.ledger.database"
local postgresql = require "spec.support.postgresql"
local sandbox = require "spec.support.sandbox"
local stalling_proxy = require "spec.support.stalling_proxy"
local support = require "spec.support"
local workers = require "spec.support.workers"

local COUNT = 20
local shared = tonumber(os.getenv "TARGETS" or 60)

describe("a network that is paused", function()
  local objection = postgresql.objection()
  if objection then
    it("is not tried", function() pending(objection) end)
    return
  end

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

  --- Waits until so many DELETEs more were sent, or none is left.
  local function wait_for_deletes(more)
    local ends = math.min(campaigns.count_deletes() + more, shared - 5)
    for _ = 1, 30000 do -- minutes, for thousands of targets
      if campaigns.count_deletes() >= ends then return end
      support.run "sleep 0.02"
    end
    error "no DELETE was sent"
  end

  local function end_connections(url)
    local other = assert(database.open(url))
    assert(other:rows [[SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()]])
    other:close()
  end

  --- Pauses it for longer than the lease of 3 seconds that those behind it have.
  local function pause(way, is_cut)
    return function()
      proxy:pause(way, 4, is_cut)
      proxy:wait()
    end
  end

  it("for half of four workers, beyond their lease, and a restart, stop none for good", function()
    local team, url = workers.new(), server:database "team"
    local plan = team:write_plan(campaigns.port_ins(shared))
    sandbox.limit(1000, 0.05)
    local pids = {}
    for i = 1, 4 do
      local place = i <= 2 and proxy:through(url) or url
      pids[i] = team:start(("apply %s --ledger '%s' --confirm %d --concurrency 2"):format(plan, place,
        shared), "worker" .. i, i <= 2 and 3 or 60) -- those beside it outlive a restart at any load
    end
    local function restart()
      server:halt()
      server:resume()
    end
    for _, disturb in ipairs { pause("to", false), end_connections, pause("from", true), restart,
      pause("both", true), end_connections, pause("from", false) } do
      wait_for_deletes(shared / 12)
      disturb(url)
    end
    team:wait_for(pids)
    for i = 1, 4 do
      local output = team:output("worker" .. i)
      local may_have_given_up = output:find("To go on", 1, true) -- after its lease
      assert.truthy(may_have_given_up or output:find(shared .. " confirmed", 1, true), output)
      assert.not_matches("NOTICE", output, 1, true)
    end
    team:wait_for { team:start(("resume '%s'"):format(url), "last") }
    assert.matches(shared .. " confirmed", team:output "last", 1, true)
    team:close()
    is_whole(url, shared)
  end)
end)
