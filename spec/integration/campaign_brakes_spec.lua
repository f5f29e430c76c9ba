--- The brakes are the campaign's: what has halted it halts every later run, until a person releases it.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local count_deletes = campaigns.count_deletes
local options = campaigns.options

local function kw(number) return sandbox.sid("KW", number) end

describe("a campaign's brakes", function()
  local client, ledger, place

  before_each(function() client, ledger, place = campaigns.begin { concurrency = 4 } end)
  after_each(function() campaigns.finish(client, ledger) end)

  local function plan_of(inputs) return assert(campaign.plan(client, inputs)) end
  local function apply(plan, more) return assert(campaigns.apply(client, ledger, plan, more)) end
  local function resume(more) return assert(campaign.resume(client, ledger, nil, options(more))) end

  local function refuse(times)
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", times = times }
  end

  it("stay on after too many failures: neither resume, apply nor retry_failed sends anything", function()
    local plan = plan_of(campaigns.port_ins(20))
    refuse(1000)
    local result = apply(plan, { max_failures = 2, concurrency = 1 })
    assert.are.equal("failures", result.stopped)
    assert.are.equal(3, count_deletes())
    sandbox.clear_faults()
    for _, again in ipairs { function() return resume() end, function() return apply(plan) end,
      function() return resume { max_failures = 1000 } end,
      function() return assert(campaign.retry_failed(client, ledger, nil, options { confirm = 3 })) end } do
      result = again()
      assert.are.same({ "halted", "partial" }, { result.stopped, result.verdict })
      assert.are.equal(3, count_deletes())
    end
    assert.are.same({ "failures", 3, 17 },
      { result.report.halt.reason, result.report.failures, result.report.counts.planned })
  end)

  it("stay on after the first targets were not confirmed, and say why, when and by whom", function()
    local plan = plan_of(campaigns.port_ins(10))
    refuse(1)
    assert.are.equal("canary", apply(plan, { canary = 2, concurrency = 1 }).stopped)
    local result = resume()
    assert.are.equal("halted", result.stopped)
    assert.are.equal(2, count_deletes())
    local halt = result.report.halt
    assert.are.same({ "canary", "apply" }, { halt.reason, halt.run.command })
    assert.is_true(halt.at >= halt.run.started_at and halt.at <= halt.run.ended_at)
    assert.matches("halted %d+%-%d+%-%S+ by the run of %S+ on %S+, process %d+: the first targets were not "
      .. "confirmed, so no run sends anything until it is released", result.report:describe())
    assert.matches('"halted":"canary"', result.report:to_json(), 1, true)
  end)

  it("are taken off by release, with the number that may be cancelled then, and in no other way", function()
    local plan = plan_of(campaigns.port_ins(10))
    refuse(3)
    apply(plan, { max_failures = 2, concurrency = 1 })
    for words, confirm in pairs { ["7 are to be cancelled: confirm that number"] = false,
      ["7 are to be cancelled, and 10 were confirmed"] = 10 } do
      local none, err = campaign.release(ledger, nil, { confirm = confirm or nil })
      assert.is_nil(none)
      assert.are.equal("plan", err.kind)
      assert.matches(words, tostring(err), 1, true)
      assert.are.equal("halted", resume().stopped)
    end
    local report = assert(campaign.release(ledger, nil, { confirm = 7 }))
    assert.is_nil(report.halt)
    assert.are.equal(0, report.failures)
    local last = report.runs[#report.runs]
    assert.are.same({ "release", "done" }, { last.command, last.ended_as })
    local result = resume { max_failures = 2 }
    assert.is_nil(result.stopped)
    assert.are.same({ 7, 3 }, { result.report.counts.confirmed, result.report.counts.refused })
    assert.are.equal(10, count_deletes())
  end)

  it("count the failures of all runs", function()
    local plan = plan_of(campaigns.port_ins(10))
    refuse(1000)
    local result = apply(plan, { max_failures = 3, concurrency = 1,
      interrupted = function() return count_deletes() >= 2 end })
    assert.are.same({ "interrupted", 2 }, { result.stopped, result.report.failures })
    result = resume { max_failures = 3, concurrency = 1 }
    assert.are.equal(4, count_deletes())
    assert.are.same({ "halted", 4 }, { result.stopped, result.report.failures })
    assert.are.equal("failures", result.report.halt.reason)
  end)

  it("of a canary that was interrupted hold in the next run, which need not ask for one", function()
    local plan = plan_of(campaigns.port_ins(10))
    apply(plan, { canary = 2, concurrency = 1, interrupted = function() return count_deletes() >= 1 end })
    assert.are.equal(1, count_deletes())
    refuse(1)
    local result = resume { concurrency = 1 }
    assert.are.equal("canary", result.stopped)
    assert.are.equal(3, count_deletes())
  end)

  it("are checked before each DELETE: a halt by another process is seen at once", function()
    local plan, other = plan_of(campaigns.port_ins(10)), assert(campaign.open(place))
    local result = apply(plan, { concurrency = 1, on_target = function(target)
      if target.state ~= "accepted" or count_deletes() ~= 3 then return end
      local run = ledger.db:row "SELECT id FROM runs"
      assert(other.db:run("UPDATE brakes SET halted = 'failures', halted_at = 1, halted_by = ?", run.id))
    end })
    other:close()
    assert.are.equal("halted", result.stopped)
    assert.are.equal(3, count_deletes())
    assert.are.same({ 3, 7 }, { result.report.counts.confirmed, result.report.counts.planned })
  end)

  it("are damaged when they are missing, and nothing is sent", function()
    local plan = plan_of(campaigns.port_ins(3))
    apply(plan, { deadline = 0 })
    assert(ledger.db:run "DELETE FROM brakes")
    local none, err = campaign.resume(client, ledger, nil, options { confirm = 3 })
    assert.is_nil(none)
    assert.matches("its brakes are missing", tostring(err), 1, true)
    assert.are.equal(0, count_deletes())
  end)
end)

describe("a campaign's run", function()
  local client, ledger

  before_each(function() client, ledger = campaigns.begin { concurrency = 4 } end)
  after_each(function() campaigns.finish(client, ledger) end)

  local function apply(sids, more)
    local plan = assert(campaign.plan(client, sids))
    return assert(campaigns.apply(client, ledger, plan, more))
  end

  it("looks at what was refused before it says so: another program may have cancelled it", function()
    local sids = campaigns.port_ins(1)
    local result = apply(sids, { on_stage = function(stage)
      if stage ~= "cancelling" then return end
      sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", effect = true }
    end })
    local target = result.report.targets[1]
    assert.are.same({ "confirmed", "canceled", 1 }, { target.state, target.seen, target.attempts })
    assert.are.same({ "refused", 409 }, { target.tries[1].outcome, target.tries[1].http_status })
    assert.are.equal("success", result.verdict)
    assert.are.equal(0, result.report.failures)
  end)

  it("says of what was refused as what it was seen then", function()
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", message = "No" }
    local target = apply(campaigns.port_ins(1)).report.targets[1]
    assert.are.same({ "refused", "No (then seen as in_review)" }, { target.state, target.why })
  end)

  it("does not call refused what could not be looked at, and finds out later", function()
    local sids, is_done = campaigns.port_ins(1), false
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE" }
    local result = apply(sids, { wait = 0, on_stage = function(stage)
      if stage ~= "cancelling" or is_done then return end
      is_done = true
      client.port_ins.cancel = function(self, ...)
        client.port_ins.cancel = nil
        local ok, err = self:cancel(...)
        sandbox.fault { fault = "error", status = 500, method = "GET", times = 1 }
        return ok, err
      end
    end })
    local target = result.report.targets[1]
    assert.are.equal("uncertain", target.state)
    assert.matches("it was refused, and could not be looked at", target.why, 1, true)
    result = assert(campaign.resume(client, ledger, nil, options()))
    assert.are.same({ "refused", "refused, then seen as in_review" },
      { result.report.targets[1].state, result.report.targets[1].why })
    assert.are.equal(1, count_deletes())
  end)

  it("has every HTTP attempt in the ledger, also those of the client's retries", function()
    client:close()
    client = sandbox.client { concurrency = 4, retry = { attempts = 4, base = 0.01, cap = 0.1 } }
    sandbox.fault { fault = "rate_limit", method = "DELETE", times = 3, path = kw(1) }
    local result = apply { kw(1), kw(2) }
    assert.are.equal("success", result.verdict)
    local seen = campaigns.deletes()
    assert.are.equal(4, #seen[kw(1)])
    local tries = result.report.targets[1].tries
    assert.are.equal(4, #tries)
    for i, try in ipairs(tries) do
      assert.are.equal(i, try.attempt)
      assert.are.same(i < 4 and { "refused", 429 } or { "accepted", 204 }, { try.outcome, try.http_status })
      assert.matches("^RQ%x+$", try.request_id)
    end
    assert.are.equal(1, #result.report.targets[2].tries)
    assert.are.equal(0, result.report.failures)
  end)

  it("has an intent in the ledger before every one of them", function()
    client:close()
    local intents = {}
    client = sandbox.client { concurrency = 1, retry = { attempts = 3, base = 0.01, cap = 0.1 },
      on_request = function(event)
        if event.method ~= "DELETE" then return end
        local row = ledger.db:row "SELECT state, attempts FROM targets"
        intents[#intents + 1] = row.state .. " " .. row.attempts
      end }
    sandbox.fault { fault = "rate_limit", method = "DELETE", times = 2 }
    apply { kw(1) }
    assert.are.same({ "intended 1", "intended 2", "intended 3" }, intents)
  end)

  it("tries once more what stayed planned after failures that may pass, before it ends", function()
    local sids = campaigns.port_ins(4)
    local is_done = false
    local result = apply(sids, { on_stage = function(stage)
      if stage ~= "cancelling" or is_done then return end
      is_done = true
      sandbox.fault { fault = "error", status = 500, method = "GET", path = sids[1] }
      sandbox.fault { fault = "reset_before", method = "DELETE", path = sids[2] }
      sandbox.fault { fault = "rate_limit", method = "DELETE", path = sids[3] }
    end })
    assert.are.equal("success", result.verdict, result.report:summary())
    assert.are.equal(6, count_deletes())
  end)

  it("tries it once only, and says what is left", function()
    local sids, is_done = campaigns.port_ins(2), false
    local result = apply(sids, { on_stage = function(stage)
      if stage ~= "cancelling" or is_done then return end
      is_done = true
      sandbox.fault { fault = "error", status = 500, method = "GET", path = sids[1], times = 2 }
    end })
    assert.are.same({ 1, 1 }, { result.report.counts.planned, result.report.counts.confirmed })
    assert.are.equal("partial", result.verdict)
  end)
end)

describe("a process that is stopped for longer than its lease", function()
  after_each(function()
    sandbox.reset()
    campaigns.clean()
  end)

  it("sends nothing by its old claim when it goes on: it claims and looks anew", function()
    sandbox.reset()
    local place = campaigns.place()
    local chunk = ([[
      local campaign = require "twilio.numbers.campaign"
      local campaigns = require "spec.support.campaigns"
      local sandbox = require "spec.support.sandbox"
      local client = sandbox.client { retry = { attempts = 5, base = 0.01, cap = 5 } }
      local ledger = assert(campaign.open(%q))
      local plan = assert(campaign.plan(client, { %q }))
      sandbox.fault { fault = "rate_limit", retry_after = "1", method = "DELETE" }
      local sleep, is_done = client.sleep, false
      function client:sleep(seconds) -- the ledger's sleeps are shorter
        if seconds > 0.02 and not is_done and campaigns.count_deletes() > 0 then
          is_done = true
          os.execute "kill -STOP $PPID; (sleep 6; kill -CONT $PPID) >/dev/null 2>&1 &"
        end
        return sleep(self, seconds)
      end
      local result = assert(campaign.apply(client, ledger, plan, {
        confirm = 1, confirm_numbers = 2, lease = 15, wait = 0 }))
      print(result.report:summary(), #result.report.targets[1].tries)
    ]]):format(place, kw(1))
    local output = support.run(support.lua .. " -e " .. support.quote(chunk))
    assert.matches("^1 accepted\t2", output or "no output")
    local methods = {}
    for i, request in ipairs(sandbox.requests()) do methods[i] = request.method end
    assert.matches("DELETE GET DELETE$", table.concat(methods, " "))
  end)
end)
