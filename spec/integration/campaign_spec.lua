--- What a campaign sends, what it keeps, and what it refuses.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local core = require "twilio.numbers.core"
local errors = require "twilio.numbers.api.error"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"
local system = require "twilio.numbers.util.system"

local count_deletes = campaigns.count_deletes
local options = campaigns.options
local sid = sandbox.sid

local function kw(number) return sid("KW", number) end

describe("a campaign", function()
  local client, ledger, place

  before_each(function() client, ledger, place = campaigns.begin { concurrency = 8 } end)
  after_each(function() campaigns.finish(client, ledger) end)

  local function plan_of(inputs, settings)
    return assert(campaign.plan(client, inputs, settings))
  end

  local function apply(plan, more) return campaigns.apply(client, ledger, plan, more) end

  local function release(count, numbers)
    return assert(campaign.release(ledger, nil, { confirm = count, confirm_numbers = numbers }))
  end

  it("keeps texts that are no UTF-8 as such, with a question mark for each odd byte", function()
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE",
      message = "Caf\233 z\195\188 \237\160\128\255" }
    local result = assert(apply(plan_of { kw(1) }, { reason = "No\235l \226\130\172 5" }))
    local target = result.report.targets[1]
    assert.are.equal("refused", target.state)
    assert.are.equal("Caf? z\195\188 ???? (then seen as in_review)", target.why)
    assert.matches('"reason":"No?l \226\130\172 5"', result.report:to_json(), 1, true)
  end)

  it("cancels port-ins and numbers, and proves it", function()
    local plan = plan_of { kw(1), { kw(10), "+14155550201" }, kw(5) }
    local result = assert(apply(plan, { reason = "moving", ticket = "OPS-1" }))
    assert.are.equal("success", result.verdict)
    assert.is_nil(result.stopped)
    assert.are.equal("2 confirmed, 1 skipped", result.report:summary())
    assert.are.same({ [kw(1)] = "confirmed", [sid("PU", 0xa1)] = "confirmed", [kw(5)] = "skipped" },
      campaigns.states(result.report))
    local seen, count = campaigns.deletes()
    assert.are.equal(2, count)
    assert.are.equal(1, #seen[kw(1)])
    assert.are.equal(1, #seen[sid("PU", 0xa1)])
    assert.are.equal("canceled", assert(client.port_ins:fetch(kw(1))):status())
  end)

  it("keeps who, when, why, and every attempt with its request's id", function()
    local result = assert(apply(plan_of { kw(1) }, { reason = "moving", ticket = "OPS-1" }))
    local target, run = result.report.targets[1], result.report.runs[1]
    assert.are.equal(1, #target.tries)
    assert.are.equal("accepted", target.tries[1].outcome)
    assert.are.equal(204, target.tries[1].http_status)
    assert.matches("^RQ%x+$", target.tries[1].request_id)
    assert.are.equal("moving", result.report.campaign.reason)
    assert.are.equal("OPS-1", result.report.campaign.ticket)
    assert.are.equal("apply", run.command)
    assert.are.equal("done", run.ended_as)
    assert.truthy(run.ended_at >= run.started_at)
  end)

  it("does nothing when it is applied again, or resumed", function()
    local plan = plan_of(campaigns.port_ins(20))
    assert.are.equal("success", assert(apply(plan)).verdict)
    assert.are.equal("success", assert(apply(plan)).verdict)
    assert.are.equal("success", assert(campaign.resume(client, ledger, nil, options())).verdict)
    assert.are.equal(20, count_deletes())
  end)

  it("has every intent on disk before its DELETE", function()
    local reader = assert(campaign.open(place, true))
    local seen = 0
    local other = sandbox.client {
      concurrency = 4,
      on_request = function(event)
        if event.method ~= "DELETE" then return end
        local report = assert(campaign.report(reader))
        for _, target in ipairs(report.targets) do
          if event.path:find(target.port_in_sid, 1, true) then
            seen = seen + 1
            assert(target.state == "intended" and #target.tries == 1, target.state)
          end
        end
      end,
    }
    local plan = plan_of(campaigns.port_ins(10))
    assert(campaign.apply(other, ledger, plan, options { confirm = 10 }))
    other:close()
    reader:close()
    assert.are.equal(10, seen)
  end)

  describe("refuses, and sends nothing for,", function()
    local function refused(result, err, words)
      assert.is_nil(result)
      assert.are.equal("plan", err.kind)
      assert.are.equal("not_sent", err.outcome)
      assert.matches(words, tostring(err), 1, true)
      assert.are.equal(0, count_deletes())
    end

    it("a number that is not confirmed", function()
      local plan = plan_of { kw(1), kw(2) }
      local result, err = campaign.apply(client, ledger, plan, options())
      refused(result, err, "2 are to be cancelled: confirm that number")
      result, err = apply(plan, { confirm = 3 })
      refused(result, err, "2 are to be cancelled, and 3 were confirmed")
    end)

    it("another account's credentials, before it asks for anything", function()
      local plan = plan_of { kw(1) }
      sandbox.reset()
      local other = sandbox.client { account_sid = sid("AC", 7) }
      local result, err = campaign.apply(other, ledger, plan, options { confirm = 1 })
      other:close()
      refused(result, err, "the credentials are of " .. sid("AC", 7))
      assert.are.same({}, sandbox.requests())
    end)

    it("a status that has changed since the plan", function()
      local plan = plan_of { kw(1), kw(2) }
      sandbox.put_port_in(kw(2), { port_in_request_status = "waiting_for_signature" })
      local result, err = apply(plan)
      refused(result, err, "1 of 2 have changed")
      assert.are.same({ kw(2) .. " was in_progress and is waiting_for_signature" }, err.changes)
      assert.is_nil((campaign.report(ledger)))
    end)

    it("a status that has changed since a run that sent nothing, unless that is to be left out", function()
      local plan = plan_of { kw(1), kw(2) }
      assert.are.equal(2, assert(apply(plan, { deadline = 0 })).report.counts.planned)
      sandbox.put_port_in(kw(2), { port_in_request_status = "waiting_for_signature" })
      local result, err = apply(plan)
      refused(result, err, "1 of 2 have changed")
      result = assert(apply(plan, { skip_changed = true }))
      assert.are.same({ [kw(1)] = "confirmed", [kw(2)] = "skipped" }, campaigns.states(result.report))
    end)

    it("a plan that is too old, before it asks for anything", function()
      local now = system.time
      system.time = function() return now() - 3700 end
      local plan = plan_of { kw(1) }
      system.time = now
      sandbox.reset()
      local result, err = apply(plan, { max_age = 3600 })
      refused(result, err, "minutes old")
      assert.are.same({}, sandbox.requests())
    end)

    it("a plan that is dated in the future, but for what two clocks may differ by", function()
      local now, shift = system.time, 3600
      system.time = function() return now() + shift end
      local plan = plan_of { kw(1) }
      system.time = now
      sandbox.reset()
      local result, err = apply(plan)
      refused(result, err, "dated in the future")
      assert.are.same({}, sandbox.requests())
      shift = 240
      system.time = function() return now() + shift end
      plan = plan_of { kw(1) }
      system.time = now
      assert.are.equal("success", assert(apply(plan)).verdict)
    end)

    it("a plan that the program has changed since it was made", function()
      local plan = plan_of { kw(1), kw(2), kw(5) }
      plan.targets[1].class, plan.targets[3].class = "completed", "cancel"
      local result, err = apply(plan)
      refused(result, err, "the plan was altered")
      plan = plan_of { kw(1), kw(2) }
      plan.targets[1].port_in_sid = kw(3)
      result, err = apply(plan)
      refused(result, err, "the plan was altered")
    end)

    it("a target that cannot be fetched", function()
      local plan = plan_of { kw(1), kw(2) }
      sandbox.fault { fault = "error", status = 500, path = kw(2), times = 9 }
      local result, err = apply(plan)
      assert.is_nil(result)
      assert.are.equal(500, err.http_status)
      assert.are.equal(0, count_deletes())
    end)
  end)

  describe("of which nothing was sent yet, is refused by apply and resume alike", function()
    local plan, real_time

    before_each(function()
      real_time = system.time
      plan = plan_of { kw(1), kw(2) }
      assert.are.equal(2, assert(apply(plan, { deadline = 0 })).report.counts.planned)
    end)

    after_each(function() system.time = real_time end)

    --- Another clock from now on.
    local function shift_clock(seconds)
      system.time = function() return real_time() + seconds end
    end

    local function both(more, words)
      local settings, results = options { confirm = 2, confirm_numbers = 3 }, {}
      for name, value in pairs(more) do settings[name] = value or nil end
      results[1] = { campaign.apply(client, ledger, plan, settings) }
      results[2] = { campaign.resume(client, ledger, nil, settings) }
      for _, result in ipairs(results) do
        assert.is_nil(result[1])
        assert.are.equal("plan", result[2].kind)
        assert.are.equal("not_sent", result[2].outcome)
        assert.matches(words, tostring(result[2]), 1, true)
      end
      assert.are.equal(tostring(results[1][2]), tostring(results[2][2]))
      assert.are.equal(0, count_deletes())
    end

    it("without its number, and with another", function()
      both({ confirm = false }, "2 are to be cancelled: confirm that number")
      both({ confirm = 3 }, "2 are to be cancelled, and 3 were confirmed")
    end)

    it("without its telephone numbers, and with others", function()
      both({ confirm_numbers = false }, "2 port-ins, 3 numbers are to be cancelled: confirm the 3 numbers")
      both({ confirm_numbers = 2 }, "2 port-ins, 3 numbers are to be cancelled, and 2 numbers were confirmed")
    end)

    it("when every DELETE is known not to have left", function()
      client.port_ins.cancel = function()
        return nil, errors.new { kind = "network", message = "no connection", outcome = "not_sent" }
      end
      local result = assert(apply(plan, {}))
      client.port_ins.cancel = nil
      assert.are.same({ 2, false }, { result.report.counts.planned, result.report.is_begun })
      both({ confirm = false }, "2 are to be cancelled: confirm that number")
      shift_clock(7200)
      both({ max_age = 3600 }, "the plan is 120 minutes old, 60 are allowed")
    end)

    it("when it is too old", function()
      shift_clock(7200)
      both({ max_age = 3600 }, "the plan is 120 minutes old, 60 are allowed")
    end)

    it("when the clock went back since", function()
      shift_clock(-3600)
      both({}, "is dated in the future")
    end)

    it("when something has changed, unless that is to be left out", function()
      sandbox.put_port_in(kw(2), { port_in_request_status = "waiting_for_signature" })
      both({}, "1 of 2 have changed")
      local result = assert(campaign.resume(client, ledger, nil, options {
        confirm = 2, confirm_numbers = 3, skip_changed = true }))
      assert.are.same({ [kw(1)] = "confirmed", [kw(2)] = "skipped" }, campaigns.states(result.report))
    end)

    it("while another campaign has one of them in the open", function()
      sandbox.fault { fault = "body", status = 204, body = "", method = "DELETE", path = kw(1) }
      local other = plan_of { kw(1) }
      local result = assert(apply(other, { wait = 0 }))
      assert.are.equal("accepted", result.report.targets[1].state)
      for _, again in ipairs { "apply", "resume" } do
        local none, err = campaign[again](client, ledger, again == "apply" and plan or plan.id,
          options { confirm = 2, confirm_numbers = 3 })
        assert.is_nil(none)
        assert.matches("what became of 1 of these", err.message, 1, true)
      end
      assert.are.equal(1, count_deletes())
    end)

    it("and all of it goes on when it is as it was", function()
      local result = assert(campaign.resume(client, ledger, nil,
        options { confirm = 2, confirm_numbers = 3 }))
      assert.are.equal("success", result.verdict)
      assert.are.equal(2, count_deletes())
    end)
  end)

  it("fetches again only what is still planned, when nothing was sent yet", function()
    local plan = plan_of { kw(1), kw(2) }
    assert(apply(plan, { wait = 0, concurrency = 1, on_stage = function(stage)
      if stage ~= "cancelling" then return end
      sandbox.put_port_in(kw(1), { port_in_request_status = "completed" })
      sandbox.fault { fault = "error", status = 500, method = "GET", path = kw(2), times = 99 }
    end }))
    sandbox.reset()
    assert.are.equal(0, count_deletes())
    sandbox.put_port_in(kw(1), { port_in_request_status = "completed" })
    local result = assert(campaign.resume(client, ledger, nil, options { confirm = 2, confirm_numbers = 3 }))
    assert.are.same({ [kw(1)] = "skipped", [kw(2)] = "confirmed" }, campaigns.states(result.report))
  end)

  it("sends no DELETE outside of the given hours, and says until when it waits", function()
    local plan, real, waits = plan_of { kw(1), kw(2), kw(3) }, system.time, {}
    local created = math.floor(real() / 86400) * 86400 + 86400 -- a midnight in UTC
    local shift, sent_at = created + 21.9 * 3600 - real(), {}
    system.time = function() return real() + shift end
    client.port_ins.cancel = function(self, ...)
      sent_at[#sent_at + 1] = (system.time() - created) / 3600
      if #sent_at == 1 then shift = created + 30 * 3600 + 1 - real() end -- six o'clock, and a second
      return getmetatable(self).__index.cancel(self, ...)
    end
    local result = assert(apply(plan, { hours = "22:00-06:00Z", max_age = 3 * 86400, concurrency = 1,
      on_wait = function(ends_at, why)
        waits[#waits + 1] = { (ends_at - created) / 3600, why }
        shift = ends_at + 0.5 - real()
      end }))
    system.time = real
    assert.are.same({ confirmed = 3 }, { confirmed = result.report.counts.confirmed })
    assert.are.equal(2, #waits)
    assert.is_true(math.abs(waits[1][1] - 22) < 0.01 and math.abs(waits[2][1] - 46) < 0.01)
    assert.matches("hours: they begin at %d%d%d%d%-%d%d%-%d%dT22:00:00Z", waits[1][2])
    for i, hour in ipairs(sent_at) do
      local of_day = hour % 24
      assert.is_true(of_day >= 22 or of_day < 6, i .. ": " .. of_day)
    end
    assert.are.equal(3, count_deletes())
  end)

  it("gives back what it has claimed when the hours end", function()
    local sids = campaigns.port_ins(8)
    local plan, real = plan_of(sids), system.time
    local base = math.floor(real() / 86400) * 86400 + 86400
    local shift, count, waited = base + 23 * 3600 - real(), 0, 0
    system.time = function() return real() + shift end
    local fetch = client.port_ins.fetch
    client.port_ins.fetch = function(...)
      local port_in, err = fetch(...)
      count = count + 1
      if count == 8 + 3 then shift = base + 30 * 3600 - real() end -- while some are between GET and DELETE
      return port_in, err
    end
    local result = assert(apply(plan, { hours = "22:00-06:00Z", max_age = 3 * 86400, concurrency = 4,
      lease = 1e6, -- the clock jumps here, and a claim must not grow old by that
      on_wait = function(ends_at)
        waited = waited + 1
        shift = ends_at + 0.5 - real()
      end }))
    system.time = real
    assert.are.equal(8, result.report.counts.confirmed)
    assert.is_true(waited >= 1)
    assert.are.equal(8, count_deletes())
  end)

  it("sends no more DELETEs in a time than it may", function()
    local sids = campaigns.port_ins(6)
    local began = core.now()
    local result = assert(apply(plan_of(sids), { max_rate = 10 }))
    assert.are.equal(6, result.report.counts.confirmed)
    assert.is_true(core.now() - began >= 0.5)
    assert.has_error(function() apply(plan_of(sids), { max_rate = 0 }) end)
    assert.has_error(function() apply(plan_of(sids), { hours = "25:00-06:00" }) end)
  end)

  it("waits for no rate and no hours when there is nothing left to be sent", function()
    local began = core.now()
    local plan = plan_of { kw(1), kw(2) }
    local result = assert(apply(plan, { max_rate = 0.1, concurrency = 4 })) -- a third one would take 10 s
    assert.are.equal(2, result.report.counts.confirmed)
    assert.is_true(core.now() - began < 20)
    local hour = (math.floor(system.time() / 3600) + 12) % 24
    local hours = ("%02d:00-%02d:00Z"):format(hour, (hour + 1) % 24)
    result = assert(campaign.resume(client, ledger, nil, options { hours = hours, interrupted = function()
      return core.now() - began > 60
    end }))
    assert.are.equal("success", result.verdict)
  end)

  it("asks for no number and no age once a DELETE was sent, but for a right one if any", function()
    local plan = plan_of { kw(1), kw(2) }
    assert(apply(plan, { canary = 1, on_canary = function() return false end, concurrency = 1 }))
    assert.are.equal(1, count_deletes())
    local none, err = campaign.resume(client, ledger, nil, options { confirm = 1 })
    assert.is_nil(none)
    assert.matches("2 are to be cancelled, and 1 were confirmed", err.message, 1, true)
    release(1)
    local result = assert(campaign.resume(client, ledger, nil, options { max_age = 0 }))
    assert.are.equal("success", result.verdict)
  end)

  it("leaves out what has changed, if it is told to", function()
    local plan = plan_of { kw(1), kw(2) }
    sandbox.put_port_in(kw(2), { port_in_request_status = "completed" })
    local result = assert(apply(plan, { skip_changed = true }))
    assert.are.same({ [kw(1)] = "confirmed", [kw(2)] = "skipped" },
      campaigns.states(result.report))
    assert.are.equal("completed: was in_progress and is completed", result.report.targets[2].why)
    assert.are.equal("partial", result.verdict)
  end)

  it("does not leave out what is only about to be canceled: that is watched, and nothing is sent", function()
    local function is(status)
      sandbox.clear_faults()
      sandbox.fault { fault = "fields", method = "GET", path = kw(1), times = 1000,
        fields = { port_in_request_status = status } }
    end
    is "in_review"
    local plan = plan_of { kw(1) }
    is "Canceling"
    local result = assert(apply(plan, { skip_changed = true, wait = 0 }))
    assert.are.equal("accepted", result.report.targets[1].state)
    assert.are.equal("partial", result.verdict)
    assert.are.equal(0, count_deletes())
  end)

  it("leaves out what has changed, though it could be cancelled still", function()
    local plan = plan_of { kw(1), kw(2) }
    sandbox.put_port_in(kw(2), { port_in_request_status = "action_required" })
    local result = assert(apply(plan, { skip_changed = true }))
    assert.are.equal("changed: was in_progress and is action_required", result.report.targets[2].why)
    assert.are.equal("partial", result.verdict)
    assert.are.equal(1, count_deletes())
  end)

  it("watches what another program is cancelling", function()
    local plan = plan_of { kw(1) }
    local result = assert(apply(plan, { wait = 0, on_stage = function(stage)
      if stage == "cancelling" then
        sandbox.put_port_in(kw(1), { port_in_request_status = "canceling" })
      end
    end }))
    assert.are.same({ "accepted", "partial" }, { result.report.targets[1].state, result.verdict })
    assert.are.equal(0, count_deletes())
  end)

  it("fetches each again before its DELETE", function()
    local plan, changed = plan_of { kw(1), kw(2), kw(3) }, false
    local result = assert(apply(plan, {
      concurrency = 1,
      on_stage = function(stage)
        if stage == "cancelling" and not changed then
          changed = true
          sandbox.put_port_in(kw(3), { target_port_in_date = os.date("!%Y-%m-%d") })
        end
      end,
    }))
    assert.are.equal("skipped", campaigns.states(result.report)[kw(3)])
    assert.matches("too_late", result.report.targets[3].why, 1, true)
    assert.are.equal(2, count_deletes())
  end)

  it("keeps what the API has refused, with its code, and tries it again only when told to", function()
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", path = kw(2) }
    local plan = plan_of { kw(1), kw(2) }
    local result = assert(apply(plan))
    assert.are.equal("partial", result.verdict)
    local target = result.report.targets[2]
    assert.are.equal("refused", target.state)
    assert.are.equal("20409", target.code)
    assert.are.equal("partial", assert(campaign.resume(client, ledger, nil, options())).verdict)
    assert.are.equal(2, count_deletes())
    local none, err = campaign.retry_failed(client, ledger, nil, options { confirm = 2 })
    assert.is_nil(none)
    assert.matches("1 are to be cancelled, and 2 were confirmed", err.message, 1, true)
    assert.are.equal(1, assert(campaign.report(ledger)).counts.refused)
    result = assert(campaign.retry_failed(client, ledger, nil, options { confirm = 1 }))
    assert.are.equal("success", result.verdict)
    assert.are.equal(2, #result.report.targets[2].tries)
  end)

  it("tries again nothing but what was refused", function()
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE" }
    local plan = plan_of(campaigns.port_ins(4))
    local result = assert(apply(plan, { max_failures = 0, concurrency = 1 }))
    assert.are.same({ 3, 1 }, { result.report.counts.planned, result.report.counts.refused })
    release(3)
    result = assert(campaign.retry_failed(client, ledger, nil, options { confirm = 1 }))
    assert.are.same({ 3, 1 }, { result.report.counts.planned, result.report.counts.confirmed })
    assert.are.equal("partial", result.verdict)
    assert.are.equal(2, count_deletes())
    assert.are.equal("success", assert(campaign.resume(client, ledger, nil, options())).verdict)
    assert.are.equal(5, count_deletes())
  end)

  it("tries again no more than was confirmed, though an earlier try was stopped", function()
    local refusal = { fault = "error", status = 409, code = 20409, method = "DELETE", times = 4 }
    sandbox.fault(refusal)
    local plan = plan_of(campaigns.port_ins(3))
    assert(apply(plan, { concurrency = 1 }))
    release(0)
    local result = assert(campaign.retry_failed(client, ledger, nil,
      options { confirm = 3, max_failures = 0, concurrency = 1 }))
    assert.are.equal("failures", result.stopped)
    assert.are.equal(3, result.report.counts.refused)
    assert.are.equal(3, assert(campaign.resume(client, ledger, nil, options())).report.counts.refused)
    local none, err = campaign.retry_failed(client, ledger, nil, options { confirm = 1 })
    assert.is_nil(none)
    assert.matches("3 are to be cancelled, and 1 were confirmed", err.message, 1, true)
    assert.are.equal(4, count_deletes())
  end)

  it("takes no port-in that another campaign of the ledger has in the open", function()
    sandbox.fault { fault = "body", status = 204, body = "", method = "DELETE", path = kw(1) }
    local first, second = plan_of { kw(1) }, plan_of { kw(1), kw(2) }
    assert.are.equal("accepted", assert(apply(first, { wait = 0 })).report.targets[1].state)
    local none, err = apply(second)
    assert.is_nil(none)
    assert.are.equal("plan", err.kind)
    assert.matches("what became of 1 of these in campaign " .. first.id:sub(1, 12), err.message, 1, true)
    assert.are.equal(1, count_deletes())
  end)

  it("sends nothing for what another campaign has begun with meanwhile", function()
    local first, second = plan_of { kw(1) }, plan_of { kw(3), kw(1), kw(2) }
    assert.are.equal("canary", assert(apply(second, { canary = 1,
      on_canary = function() return false end })).stopped)
    release(2, 3)
    sandbox.fault { fault = "reset_before", method = "DELETE", path = kw(1) }
    assert.are.equal("uncertain", assert(apply(first, { wait = 0 })).report.targets[1].state)
    local result = assert(campaign.resume(client, ledger, second.id, options()))
    assert.are.same({ [kw(1)] = "planned", [kw(2)] = "confirmed", [kw(3)] = "confirmed" },
      campaigns.states(result.report))
    assert.matches("another campaign of this ledger", result.report.targets[2].why, 1, true)
    assert.are.equal(3, count_deletes())
  end)

  it("checks for as long after each DELETE whose answer was lost", function()
    sandbox.fault { fault = "reset_before", method = "DELETE", times = 2 }
    assert(apply(plan_of { kw(1) }, { wait = 0 }))
    local lost, settled
    local result = assert(campaign.resume(client, ledger, nil, options {
      settle_after = 0.5, wait = 5, on_target = function(target)
        if target.attempts == 2 and target.state == "uncertain" then lost = core.now() end
        if target.attempts == 2 and target.state == "planned" then settled = core.now() end
      end,
    }))
    assert.are.equal("confirmed", result.report.targets[1].state)
    assert.truthy(settled - lost >= 0.5)
    assert.are.equal(3, count_deletes())
  end)

  it("knows that a DELETE was acted upon late, by a fetch or when the next one is refused", function()
    sandbox.fault { fault = "reset_before", method = "DELETE", times = 4 }
    assert.are.equal(2, assert(apply(plan_of { kw(1), kw(2) })).report.counts.planned)
    sandbox.put_port_in(kw(1), { port_in_request_status = "Canceled" })
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", effect = true }
    local result = assert(campaign.resume(client, ledger, nil, options()))
    assert.are.same({ [kw(1)] = "confirmed", [kw(2)] = "confirmed" }, campaigns.states(result.report))
    assert.are.equal("success", result.verdict)
    assert.are.equal(409, result.report.targets[2].tries[3].http_status)
    assert.are.equal(5, count_deletes())
  end)

  it("finds out by GET whether a lost answer had an effect", function()
    sandbox.fault { fault = "reset_after", method = "DELETE", path = kw(1) }
    sandbox.fault { fault = "reset_before", method = "DELETE", path = kw(2) }
    local plan = plan_of { kw(1), kw(2) }
    local result = assert(apply(plan))
    assert.are.same({ [kw(1)] = "confirmed", [kw(2)] = "confirmed" }, campaigns.states(result.report))
    assert.are.equal("success", result.verdict)
    assert.are.equal("uncertain", result.report.targets[2].tries[1].outcome)
    assert.are.equal(3, count_deletes()) -- it was sent once more before the run ended
  end)

  it("settles a lost answer and goes on in one run", function()
    sandbox.fault { fault = "reset_before", method = "DELETE", path = kw(2) }
    assert(apply(plan_of { kw(1), kw(2) }, { wait = 0 }))
    assert.are.equal("success", assert(campaign.resume(client, ledger, nil, options())).verdict)
    assert.are.equal(3, count_deletes())
  end)

  it("gives a DELETE time from when its answer was given up, not from when it was intended", function()
    local hasty = sandbox.client { timeout = 6, retry = false }
    local plan, is_held = assert(campaign.plan(hasty, { kw(1) })), false
    local result = assert(campaign.apply(hasty, ledger, plan, options {
      confirm = 1, confirm_numbers = 2, settle_after = 6,
      on_stage = function(stage)
        if stage == "cancelling" then
          sandbox.fault { fault = "held", seconds = 7, method = "DELETE", path = kw(1) }
          is_held = true
        end
      end,
    }))
    hasty:close()
    assert.is_true(is_held)
    assert.are.equal("confirmed", result.report.targets[1].state)
    assert.are.equal(1, count_deletes())
  end)

  it("does not take a 404 for a cancellation", function()
    sandbox.fault { fault = "reset_after", method = "DELETE", path = kw(1) }
    local plan = plan_of { kw(1) }
    local result = assert(apply(plan, { wait = 0 }))
    assert.are.equal("uncertain", result.report.targets[1].state)
    sandbox.fault { fault = "error", status = 404, code = 20404, method = "GET", times = 1000 }
    result = assert(campaign.resume(client, ledger, nil, options { wait = 0.1 }))
    assert.are.equal("uncertain", result.report.targets[1].state)
    assert.are.equal(1, count_deletes())
  end)

  it("reports what was accepted and never arrives", function()
    sandbox.fault { fault = "body", status = 204, body = "", method = "DELETE", path = kw(1) }
    local result = assert(apply(plan_of { kw(1) }, { wait = 0.1 }))
    assert.are.equal("partial", result.verdict)
    assert.are.equal("accepted", result.report.targets[1].state)
    assert.are.equal("accepted, but still in_review", result.report.targets[1].why)
  end)

  it("ends, though the ledger gives the same target again and again", function()
    local claim, first = ledger.claim, nil
    function ledger:claim(states, ...)
      local rows = assert(claim(self, states, ...))
      if states[1] ~= "planned" then return rows end
      first = first or rows[1]
      local copy = {}
      for name, value in pairs(first) do copy[name] = value end
      return #rows > 0 and rows or { copy }
    end
    local result = assert(apply(plan_of { kw(1), kw(2) }))
    assert.are.equal("2 confirmed", result.report:summary())
    assert.are.equal(2, count_deletes())
  end)

  it("keeps as planned what was answered by 429", function()
    sandbox.fault { fault = "rate_limit", method = "DELETE", times = 2, path = kw(1) }
    local result = assert(apply(plan_of { kw(1) }))
    assert.are.equal("planned", result.report.targets[1].state)
    result = assert(campaign.resume(client, ledger, nil, options()))
    assert.are.equal("success", result.verdict)
  end)

  describe("stops", function()
    it("at once when the credentials are not accepted", function()
      local plan = plan_of(campaigns.port_ins(50))
      sandbox.fault { fault = "error", status = 401, code = 20003, method = "DELETE", times = 1000 }
      local result = assert(apply(plan))
      assert.are.equal("unauthorized", result.verdict)
      assert.are.equal(401, result.err.http_status)
      assert.truthy(count_deletes() <= 8)
      assert.are.equal(50, result.report.counts.planned)
    end)

    it("after so many failures, and after such a share", function()
      local plan = plan_of(campaigns.port_ins(100))
      sandbox.fault { fault = "error", status = 400, method = "DELETE", times = 1000 }
      local result = assert(apply(plan, { max_failures = 3, concurrency = 1 }))
      assert.are.equal("failures", result.stopped)
      assert.are.equal("partial", result.verdict)
      assert.are.equal(4, count_deletes())
      release(96)
      result = assert(campaign.resume(client, ledger, nil, options {
        max_failure_percent = 5, concurrency = 1 }))
      assert.are.equal("failures", result.stopped)
      assert.are.equal(10, count_deletes())
    end)

    it("after the first few, unless they are confirmed", function()
      local plan = plan_of(campaigns.port_ins(20))
      sandbox.fault { fault = "error", status = 400, method = "DELETE", times = 1 }
      local result = assert(apply(plan, { canary = 5, concurrency = 1 }))
      assert.are.equal("canary", result.stopped)
      assert.are.equal(5, count_deletes())
      release(15)
      local asked
      result = assert(campaign.resume(client, ledger, nil, options {
        canary = 5, on_canary = function(outcome)
          asked = outcome
          return true
        end }))
      assert.are.same({ failed = 0, unconfirmed = 0, confirmed = 5, planned = 10 }, asked)
      assert.is_nil(result.stopped)
      assert.are.equal(20, count_deletes())
    end)

    it("after the first few that were sent: what is skipped proves nothing", function()
      local sids = campaigns.port_ins(10)
      local plan, seen = plan_of(sids), nil
      local result = assert(apply(plan, {
        canary = 2, concurrency = 1,
        on_stage = function(stage)
          if stage ~= "cancelling" then return end
          for i = 1, 3 do sandbox.put_port_in(sids[i], { port_in_request_status = "completed" }) end
        end,
        on_canary = function(outcome)
          seen = outcome
          return false
        end,
      }))
      assert.are.equal("canary", result.stopped)
      assert.are.same({ failed = 0, unconfirmed = 0, confirmed = 2, planned = 5 }, seen)
      assert.are.equal(2, count_deletes())
    end)

    it("at a deadline, and goes on where it was", function()
      local plan = plan_of(campaigns.port_ins(30))
      local function slow_down(stage)
        if stage == "cancelling" then sandbox.limit(1000, 0.1) end
      end
      local result = assert(apply(plan, { deadline = 1.5, concurrency = 1, on_stage = slow_down }))
      assert.are.equal("deadline", result.stopped)
      local before = count_deletes()
      assert.truthy(before < 30)
      assert.are.same({ before, 30 - before },
        { result.report.counts.confirmed, result.report.counts.planned }) -- proven all the same
      sandbox.limit(1000, 0)
      assert.are.equal("success", assert(campaign.resume(client, ledger, nil, options())).verdict)
      assert.are.equal(30, count_deletes())
    end)

    it("at a deadline that is over before all were fetched", function()
      local plan = plan_of(campaigns.port_ins(10))
      sandbox.limit(1000, 0.05)
      local result = assert(apply(plan, { deadline = 0.2, concurrency = 1 }))
      assert.are.equal("deadline", result.stopped)
      assert.are.equal(10, result.report.counts.planned)
      assert.are.equal(0, count_deletes())
    end)

    it("when one of the first was accepted, and then ported all the same", function()
      local plan = plan_of(campaigns.port_ins(6))
      local function port(target)
        if target.state ~= "accepted" then return end
        sandbox.put_port_in(target.port_in_sid, { port_in_request_status = "Completed" })
      end
      local result = assert(apply(plan, { canary = 2, concurrency = 1, on_target = port }))
      assert.are.equal("canary", result.stopped)
      assert.are.same({ 2, 4 }, { result.report.counts.refused, result.report.counts.planned })
      assert.are.equal(2, count_deletes())
    end)

    it("when it is interrupted: what is in flight is waited for, nothing else is sent", function()
      local plan = plan_of(campaigns.port_ins(30))
      sandbox.fault { fault = "rate_limit", method = "DELETE", times = 1000, chance = 0.5 }
      local slow = sandbox.client { concurrency = 4, retry = { base = 20, cap = 20, attempts = 9 } }
      local stop = false
      local result = assert(campaign.apply(slow, ledger, plan, options {
        confirm = 30,
        on_target = function(target) stop = stop or target.state == "accepted" end,
        interrupted = function() return stop end,
      }))
      slow:close()
      assert.are.equal("interrupted", result.verdict)
      local counts = result.report.counts
      assert.are.equal(0, counts.intended + counts.uncertain)
      assert.truthy(counts.accepted >= 1)
      assert.are.equal(30, counts.planned + counts.accepted)
      local seen = campaigns.deletes()
      for _, target in ipairs(result.report.targets) do
        local last = (seen[target.port_in_sid] or {})[#(seen[target.port_in_sid] or {})]
        assert.are.equal(target.state == "accepted", last ~= nil and last.status == 204)
      end
    end)
  end)

  it("is over when a function of the caller's raises, and in order", function()
    local plan = plan_of(campaigns.port_ins(30))
    local ok, why = pcall(apply, plan, { on_target = function() error "mine" end })
    assert.is_false(ok)
    assert.matches("mine", why, 1, true)
    assert.are.equal(0, count_deletes())
    ok, why = pcall(apply, plan, { concurrency = 2, on_target = function(target)
      if target.state ~= "checked" then error "mine" end
    end })
    assert.is_false(ok)
    assert.matches("mine", why, 1, true)
    local report = assert(campaign.report(ledger))
    assert.are.equal(0, report.counts.intended)
    assert.are.equal("raised", report.runs[1].ended_as)
    assert.are.equal(report.counts.accepted, count_deletes())
    assert.truthy(count_deletes() <= 4)
    assert.are.equal("success", assert(campaign.resume(client, ledger, nil, options())).verdict)
    assert.are.equal(30, count_deletes())
  end)

  it("takes what campaign.interrupts gives as `interrupted`", function()
    local plan = plan_of(campaigns.port_ins(3))
    local interrupts = campaign.interrupts()
    assert.are.equal(interrupts, campaign.interrupts()) -- as long as it is open
    os.execute("kill -TERM " .. select(2, core.process()))
    local result, err = apply(plan, { interrupted = campaign.interrupts() })
    interrupts:close()
    assert.is_nil(result)
    assert.are.equal("interrupted", err.kind)
    local other = campaign.interrupts()
    assert.are_not.equal(interrupts, other)
    result = assert(apply(plan, { interrupted = other }))
    other:close()
    assert.are.equal("success", result.verdict)
    for _, wrong in ipairs { true, "x", {}, client } do
      local ok, why = pcall(apply, plan, { interrupted = wrong })
      assert.is_false(ok)
      assert.matches("interrupted: a function, or what campaign.interrupts gives, expected", why, 1, true)
    end
  end)

  it("is resumed, and tried again, with the options in the place of the id", function()
    local plan = plan_of { kw(1) }
    assert(apply(plan))
    assert.are.equal("success", assert(campaign.resume(client, ledger, options())).verdict)
    local _, err = campaign.retry_failed(client, ledger, options { confirm = 1 })
    assert.are.equal("plan", err.kind)
    for _, call in ipairs {
      function() campaign.resume(client, ledger, options(), options()) end,
      function() campaign.retry_failed(client, ledger, 7) end,
      function() campaign.report(ledger, {}) end,
    } do
      local ok, why = pcall(call)
      assert.is_false(ok)
      assert.matches("campaign_spec.lua:%d+: id: a campaign's id, or its beginning, expected, got", why)
    end
    local ok, why = pcall(function() campaign.resume(client, ledger, { confrim = 1 }) end)
    assert.is_false(ok)
    assert.matches("unknown option 'confrim', did you mean 'confirm'?", why, 1, true)
  end)

  it("that is interrupted at its first fetch has not begun", function()
    local plan = plan_of(campaigns.port_ins(30))
    local result, err = apply(plan, { interrupted = function() return true end })
    assert.is_nil(result)
    assert.are.equal("interrupted", err.kind)
    assert.is_nil((campaign.report(ledger)))
  end)

  it("sends nothing when too much of its claim's time is over", function()
    local plan = plan_of { kw(1) }
    sandbox.limit(1000, 0.05)
    local result = assert(apply(plan, { lease = 0.06 }))
    assert.are.equal("planned", result.report.targets[1].state)
    assert.are.equal("partial", result.verdict)
    assert.are.equal(0, count_deletes())
    sandbox.limit(1000, 0)
  end)

  --- A client's sleep, in which the clocks go on once a DELETE was sent. Shorter sleeps are the ledger's.
  local function age_by(seconds)
    local now, time, sleep, shift = system.now, system.time, client.sleep, 0
    system.now = function() return now() + shift end
    system.time = function() return time() + shift end
    return function(self, pause)
      if pause > 0.02 and count_deletes() > 0 then shift = seconds end
      return sleep(self, pause)
    end
  end

  it("sends no DELETE that has waited in the client until too much of its claim's time is over", function()
    local expected = { lease = { "confirmed", "DELETE GET DELETE" }, deadline = { "planned", "DELETE" } }
    for limit, settings in pairs { lease = { lease = 60 }, deadline = { deadline = 30 } } do
      sandbox.reset()
      local own = sandbox.client { retry = { attempts = 5, base = 0.001 } }
      local own_ledger = assert(campaign.open(campaigns.place()))
      local plan = assert(campaign.plan(own, { kw(1) }))
      sandbox.fault { fault = "rate_limit", retry_after = "1", method = "DELETE" }
      settings.confirm, settings.confirm_numbers = 1, 2
      local real_now, real_time = system.now, system.time
      own.sleep = age_by(40) -- in the wait before the second attempt
      local result, err = campaign.apply(own, own_ledger, plan, options(settings))
      system.now, system.time = real_now, real_time
      assert(result, err)
      assert.are.equal(expected[limit][1], result.report.targets[1].state, limit)
      local methods = {} -- from the first DELETE to the last; between two of them it claims and looks anew
      for _, request in ipairs(sandbox.requests()) do methods[#methods + 1] = request.method end
      assert.are.equal(expected[limit][2], table.concat(methods, " "):match "DELETE.*DELETE"
        or table.concat(methods, " "):match "DELETE", limit)
      own:close()
      own_ledger:close()
    end
  end)

  it("claims many at once from a ledger that it has alone, and few where a rate holds them back", function()
    local sids, most, claim = campaigns.port_ins(24), 0, ledger.claim
    local four = {}
    for i = 1, 4 do four[i] = table.remove(sids) end
    function ledger.claim(self, states, ...)
      local rows, err = claim(self, states, ...)
      if states[1] == "planned" then most = math.max(most, #rows) end
      return rows, err
    end
    assert.are.equal("success", assert(apply(plan_of(sids), { concurrency = 2 })).verdict)
    assert.are.equal(20, most)
    most = 0
    assert.are.equal("success", assert(apply(plan_of(four), { concurrency = 2, max_rate = 1000 })).verdict)
    assert.are.equal(2, most)
    ledger.claim = nil
  end)

  it("goes in batches, with a pause between", function()
    local plan, pauses = plan_of(campaigns.port_ins(9)), 0
    local sleep = client.sleep
    client.sleep = function(self, seconds)
      if seconds > 0.029 and seconds < 0.032 then pauses = pauses + 1 end
      return sleep(self, seconds)
    end
    assert.are.equal("success", assert(apply(plan, { batch = 3, batch_pause = 0.031 })).verdict)
    assert.are.equal(2, pauses)
  end)

  it("enters no plan while another process is at work", function()
    local other = assert(campaign.open(place))
    assert(other:begin_run("none", "apply", 60))
    local none, err = apply(plan_of { kw(1) })
    assert.is_nil(none)
    assert.matches("is at work on it", err.message, 1, true)
    assert.are.same({}, assert(ledger:campaigns()))
    assert(other:end_run "done")
    other:close()
  end)

  it("has to be a file", function()
    local none, err = campaign.open ":memory:"
    assert.is_nil(none)
    assert.are.equal("ledger :memory:: a ledger has to be a file", err.message)
  end)

  it("keeps a second process away, with a message, and its readers not", function()
    assert(ledger:enter(plan_of { kw(1) }, {}))
    assert(ledger:begin_run(assert(ledger:find()).id, "apply", 60))
    local chunk = ([[
      local campaign = require "twilio.numbers.campaign"
      local ledger = assert(campaign.open("%s"))
      print(campaign.report(ledger))
      print(select(2, ledger:begin_run(ledger:find().id, "resume", 60)))]]):format(place)
    local output = support.run_lua(chunk)
    assert.matches("1 planned", output, 1, true)
    assert.matches("process %d+ of %S+ on %S+ %(apply%) is at work on it", output)
    support.run(("ln -s %s %s.link"):format(place, place))
    output = support.run_lua((chunk:gsub("%.ledger", ".ledger.link")))
    assert.matches("is at work on it", output, 1, true)
    assert(ledger:end_run "done")
  end)

  it("refuses a ledger of another version", function()
    local database = require "twilio.numbers.campaign.ledger.database"
    local db = assert(database.open(place))
    assert(db:run "UPDATE campaign_schema SET version = 99")
    db:close()
    local none, err = campaign.open(place)
    assert.is_nil(none)
    assert.matches("it is of version 99, this library keeps version 2", err.message, 1, true)
  end)

  it("holds several campaigns, and asks which is meant", function()
    for number = 1, 2 do assert(apply(plan_of { kw(number) })) end
    local none, err = campaign.report(ledger)
    assert.is_nil(none)
    assert.matches("it has several campaigns, say which: %x+, %x+", err.message)
    local id = assert(ledger:campaigns())[2].id
    assert.are.equal(id, assert(campaign.report(ledger, id:sub(1, 8))).campaign.id)
  end)

  it("raises for options that it does not know", function()
    local plan = plan_of { kw(1) }
    for words, more in pairs {
      ["unknown option 'confrim'"] = { confrim = 1 },
      ["canary: a whole number above 0 expected, got 0.5"] = { canary = 0.5 },
      ["deadline: a number from 0 expected, got \"soon\""] = { deadline = "soon" },
      ["on_target: a function expected, got 1"] = { on_target = 1 },
    } do
      local ok, why = pcall(campaign.apply, client, ledger, plan, more)
      assert.is_false(ok)
      assert.matches(words, why, 1, true)
    end
    assert.is_false((pcall(campaign.apply, client, ledger, {}, {})))
    assert.is_false((pcall(campaign.apply, client, {}, plan, {})))
  end)

  it("masks numbers and addresses in its report, and says all when asked", function()
    local result = assert(apply(plan_of { { kw(10), "+14155550201" } },
      { reason = "for robin@example.com, +1 (415) 555-0123" }))
    local report = result.report
    for _, text in ipairs { report:to_json { all = true }, report:csv { all = true },
      report:table { all = true } .. report:describe() } do
      assert.not_matches("5550201", text, 1, true)
      assert.not_matches("robin@", text, 1, true)
      assert.not_matches("555-0123", text, 1, true)
    end
    assert.matches("+14155550201", report:csv { all = true, unmasked = true }, 1, true)
    assert.matches("robin@example.com", report:to_json { unmasked = true }, 1, true)
    assert.is_table(require "cjson".decode(report:to_json { all = true }))
  end)
end)
