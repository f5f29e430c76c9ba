--- Several workers on one ledger of a PostgreSQL server share their campaign's brakes.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local postgresql = require "spec.support.postgresql"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"
local workers = require "spec.support.workers"

local COUNT, CONCURRENCY = 60, 2

postgresql.describe("the brakes of a ledger on PostgreSQL", function()
  local server, team

  setup(function() server = postgresql.start() end)
  teardown(function() server:stop() end)

  before_each(function()
    sandbox.reset()
    team = workers.new()
  end)

  after_each(function()
    sandbox.reset()
    team:close()
  end)

  --- Lets so many workers apply a plan of port-ins, and waits until they have ended.
  local function apply_by(count, name, words)
    local url = server:database(name)
    local plan = team:write_plan(campaigns.port_ins(COUNT))
    sandbox.limit(1000, 0.02)
    local pids = {}
    for i = 1, count do
      pids[i] = team:start(("apply %s --ledger '%s' --confirm %d --concurrency %d --lease 15 %s"):format(
        plan, url, COUNT, CONCURRENCY, words), "worker" .. i)
    end
    team:wait_for(pids)
    local ledger = assert(campaign.open(url))
    return url, ledger, assert(campaign.report(ledger))
  end

  --- The intents that became durable after a halt, and were sent.
  local function sent_after_halt(ledger)
    local list, halted = {}, false
    for _, row in ipairs(assert(ledger.db:rows [[SELECT position, event, outcome, target, attempt
      FROM audit_chain ORDER BY position]])) do
      halted = halted or row.event == "halted"
      local key = row.target and ("target %d, attempt %d"):format(row.target, row.attempt or 0)
      if row.event == "intended" and halted then list[key] = "sent" end
      if row.event == "answered" and row.outcome == "not_sent" then list[key] = nil end
    end
    return list
  end

  it("hold back a DELETE whose intent becomes durable just after another process has halted", function()
    local url, client = server:database "race", sandbox.client()
    local plan = assert(campaign.plan(client, campaigns.port_ins(1)))
    local ledger, is_halted = assert(campaign.open(url)), false
    local run = ledger.db.run
    function ledger.db:run(sql, ...)
      if sql:find "^INSERT INTO attempts" and not is_halted then
        is_halted = true
        local other = assert(campaign.open(url))
        assert(other:begin_run(plan.id, "resume", 60))
        assert(other:halt "failures")
        assert(other:end_run "failures")
        other:close()
      end
      return run(self, sql, ...)
    end
    local result = assert(campaigns.apply(client, ledger, plan))
    assert.is_true(is_halted)
    assert.are.same({ "halted", "1 planned" }, { result.stopped, result.report:summary() })
    assert.are.equal(0, campaigns.count_deletes())
    assert.are.same({}, sent_after_halt(ledger))
    assert.are.same({}, assert(campaign.verify(ledger, { client = client })).differences)
    client:close()
    ledger:close()
  end)

  it("hold all of four workers: beyond max_failures fails what was in flight, and nothing else", function()
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", times = 1e9 }
    local url, ledger, report = apply_by(4, "failures", "--max-failures 2")
    assert.are.same({}, sent_after_halt(ledger))
    assert.are.equal("failures", report.halt.reason)
    local deletes = campaigns.count_deletes()
    assert.is_true(deletes >= 3 and deletes <= 2 + 4 * CONCURRENCY, deletes .. " DELETEs")
    assert.are.equal(deletes, report.counts.refused)
    assert.are.equal(deletes, report.failures)
    for name, words in pairs {
      resume = ("resume '%s'"):format(url), more = ("resume '%s' --max-failures 100"):format(url),
      apply = ("apply %s/plan.json --ledger '%s' --confirm %d"):format(team.folder, url, COUNT),
      retry = ("retry-failed '%s' --confirm %d"):format(url, deletes),
      wrong = ("release '%s' --confirm %d"):format(url, COUNT),
    } do
      team:wait_for { team:start(words, name) }
      assert.are.equal(deletes, campaigns.count_deletes(), team:output(name))
    end
    assert.matches("release .* %-%-confirm " .. COUNT - deletes, team:output "resume")
    sandbox.clear_faults()
    team:wait_for { team:start(("release '%s' --confirm %d"):format(url, COUNT - deletes), "release") }
    team:wait_for { team:start(("resume '%s' --max-failures 2 --lease 15"):format(url), "on") }
    report = assert(campaign.report(ledger))
    ledger:close()
    assert.are.same({ COUNT - deletes, deletes }, { report.counts.confirmed, report.counts.refused },
      team:output "release" .. team:output "on")
  end)

  it("stop a worker that was stopped beyond its lease, while another took over its target", function()
    local url, sid = server:database "stopped", campaigns.port_ins(1)[1]
    local plan = team:write_plan { sid }
    sandbox.fault { fault = "rate_limit", retry_after = "2", method = "DELETE" }
    local words = ("apply %s --ledger '%s' --confirm 1"):format(plan, url)
    local first = team:start(words, "first")
    for _ = 1, 3000 do
      if campaigns.count_deletes() == 1 then break end
      support.run "sleep 0.02"
    end
    support.run("kill -STOP " .. first)
    local second = team:start(words, "second")
    team:wait_for { second }
    assert.are.equal(2, campaigns.count_deletes(), team:output "second")
    support.run("kill -CONT " .. first)
    team:wait_for { first }
    assert.are.equal(2, campaigns.count_deletes(), team:output "first")
    local ledger = assert(campaign.open(url))
    local report = assert(campaign.report(ledger))
    ledger:close()
    assert.are.equal("confirmed", report.targets[1].state)
    assert.are.equal(2, #report.targets[1].tries)
  end)

  it("keep a canary that was taken over from a run that has ended, whatever is asked again", function()
    local client, ledger = sandbox.client(), assert(campaign.open(server:database "taken"))
    local plan = assert(campaign.plan(client, campaigns.port_ins(3)))
    sandbox.fault { fault = "reset_before", method = "DELETE", times = 20 }
    local result = assert(campaigns.apply(client, ledger, plan, { canary = 1, wait = 0 }))
    assert.are.equal("canary", result.stopped)
    client:close()
    assert(ledger.db:run "UPDATE brakes SET halted = NULL, halted_at = NULL, halted_by = NULL")
    assert(ledger:begin_run(plan.id, "resume", 60))
    for _ = 1, 2 do -- the word of the first may have been lost
      assert.are.same({ is = "mine", count = 1 }, assert(ledger:begin_canary(nil)))
    end
    ledger:close()
  end)

  it("take whole numbers that are floats", function()
    local client, ledger = sandbox.client(), assert(campaign.open(server:database "floats"))
    local plan = assert(campaign.plan(client, campaigns.port_ins(3)))
    local result = assert(campaigns.apply(client, ledger, plan, { canary = 2 ^ 0, max_failures = 2 ^ 1 }))
    client:close()
    ledger:close()
    assert.are.equal("success", result.verdict, tostring(result.err))
  end)

  it("of a canary that is refused hold all of three workers", function()
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE" }
    local _, ledger, report = apply_by(3, "canary", "--canary 1")
    ledger:close()
    assert.are.equal("canary", report.halt.reason)
    assert.are.equal(1, campaigns.count_deletes())
    assert.are.same({ 1, COUNT - 1 }, { report.counts.refused, report.counts.planned })
  end)

  it("of a canary that is confirmed let all of three workers go on, after one canary", function()
    local _, ledger, report = apply_by(3, "passed", "--canary 2")
    ledger:close()
    assert.are.equal(COUNT, report.counts.confirmed, report:summary())
    assert.are.equal(COUNT, campaigns.count_deletes())
  end)
end)
