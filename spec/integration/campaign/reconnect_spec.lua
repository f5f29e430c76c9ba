--- A run on a PostgreSQL ledger outlives a lost connection and a restart of the server.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local postgresql = require "spec.support.postgresql"
local sandbox = require "spec.support.sandbox"
local workers = require "spec.support.workers"

local COUNT = 40

postgresql.describe("a run on PostgreSQL", function()
  local server, client

  setup(function() server = postgresql.start() end)
  teardown(function() server:stop() end)

  before_each(function()
    sandbox.reset()
    client = sandbox.client { concurrency = 4 }
  end)

  after_each(function()
    client:close()
    sandbox.reset()
  end)

  --- Applies a plan. `disturb` is called with the count of targets that have changed their state.
  local function apply(url, disturb, more)
    local plan = assert(campaign.plan(client, campaigns.port_ins(COUNT)))
    local ledger = assert(campaign.open(url))
    sandbox.limit(1000, 0.02)
    local told = 0
    local settings = campaigns.options { confirm = COUNT, on_target = function(target)
      if target.state == "checked" then return end
      told = told + 1
      disturb(told, ledger)
    end }
    for name, value in pairs(more or {}) do settings[name] = value end
    local result = assert(campaign.apply(client, ledger, plan, settings))
    local differences
    if result.report then differences = assert(campaign.verify(ledger, { client = client })).differences end
    ledger:close()
    return result, differences
  end

  local function is_whole(result, differences)
    assert.are.equal("success", result.verdict, tostring(result.err))
    assert.are.equal(COUNT, result.report.counts.confirmed)
    local seen, count = campaigns.deletes()
    for sid, requests in pairs(seen) do assert.are.equal(1, #requests, sid) end
    assert.are.equal(COUNT, count)
    assert.are.same({}, differences)
  end

  it("connects again when its connection is ended, several times", function()
    local url = server:database "ended"
    is_whole(apply(url, function(told)
      if told % 10 == 5 then postgresql.end_connections(url) end
    end))
  end)

  it("connects again when the server is restarted", function()
    local url = server:database "restarted"
    is_whole(apply(url, function(told)
      if told ~= 10 then return end
      server:halt()
      server:resume()
    end))
  end)

  it("knows a transaction whose end was lost", function()
    local url, lost = server:database "unknown", 0
    is_whole(apply(url, function(told, ledger)
      if told ~= 5 then return end
      local run = ledger.db.run
      function ledger.db:run(sql, ...)
        local result, err = run(self, sql, ...)
        if sql ~= "COMMIT" or lost >= 3 or not result then return result, err end
        lost = lost + 1
        postgresql.end_connections(url)
        err = select(2, run(self, "SELECT 1"))
        return nil, err
      end
    end))
    assert.are.equal(3, lost)
  end)

  it("cancels no more than the first targets, though it is lost while they are claimed", function()
    local url = server:database "first"
    local plan = assert(campaign.plan(client, campaigns.port_ins(COUNT)))
    local ledger = assert(campaign.open(url))
    local claim, is_lost = ledger.claim, false
    function ledger:claim(states, ...)
      if states[1] == "planned" and not is_lost then
        is_lost = true
        postgresql.end_connections(url)
      end
      return claim(self, states, ...)
    end
    local first
    local result = assert(campaigns.apply(client, ledger, plan, { canary = 3, on_canary = function(seen)
      first = seen.confirmed
      return false
    end }))
    ledger:close()
    assert.are.equal("canary", result.stopped)
    assert.are.equal(3, first)
    assert.are.equal(3, campaigns.count_deletes())
  end)

  it("says that the ledger cannot be used when the server does not come back within its lease", function()
    local url = server:database "away"
    local result = apply(url, function(told)
      if told == 5 then server:halt() end
    end, { lease = 2 })
    server:resume()
    assert.are.same({ "ledger", "ledger" }, { result.verdict, result.stopped })
    assert.is_true(campaigns.count_deletes() <= 5 + 4)
  end)

  it("is one of four that go on after a restart and ended connections", function()
    local team = workers.new()
    local url = server:database "four"
    local plan = team:write_plan(campaigns.port_ins(COUNT))
    sandbox.limit(1000, 0.05)
    local pids = {}
    for i = 1, 4 do
      pids[i] = team:start(("apply %s --ledger '%s' --confirm %d --concurrency 2 --canary 1 "
        .. "--lease 60"):format(plan, url, COUNT), "worker" .. i) -- a restart may take long
    end
    for _ = 1, 2 do
      local before = campaigns.count_deletes()
      for _ = 1, 3000 do
        if campaigns.count_deletes() > before + 3 then break end
        require("spec.support").run "sleep 0.02"
      end
      postgresql.end_connections(url)
      server:halt()
      server:resume()
    end
    team:wait_for(pids)
    local ledger = assert(campaign.open(url))
    local report = assert(campaign.report(ledger))
    assert.are.equal(COUNT, report.counts.confirmed, report:summary() .. team:output "worker1")
    assert.are.equal(COUNT, campaigns.count_deletes())
    assert.are.same({}, assert(campaign.verify(ledger, { client = client })).differences)
    ledger:close()
    team:close()
  end)

  it("uses no connection whose settings could not be made", function()
    local url = server:database "settings"
    local ledger = assert(campaign.open(url))
    local db = ledger.db
    local session = db.session
    postgresql.end_connections(url)
    assert.is_nil((db:row "SELECT 1"))
    db.session = { "SELECT no_such_function()" }
    assert.is_nil((db:reconnect()))
    assert.is_nil((db:reconnect()))
    db.session = session
    assert(db:reconnect())
    local row = assert(db:row "SELECT current_setting('idle_in_transaction_session_timeout') AS value")
    assert.are.equal("15s", row.value)
    ledger:close()
  end)

  it("takes the parameters of a URL, and a scheme in capitals", function()
    local url = server:database "forms"
    for _, form in ipairs { url .. "?sslmode=disable",
      url:gsub("^postgresql", "POSTGRES") .. "?application_name=x",
      (url:gsub("^postgresql", "  postgres")) } do
      assert(campaign.open(form)):close()
    end
    local none, err = campaign.open(url .. "?nonsense=1")
    assert.is_nil(none)
    assert.not_matches("unused-password", tostring(err), 1, true)
  end)
end)
