--- A campaign against a server that mixes answers up: another one's status proves nothing, settles nothing,
--- and cancels nothing.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local sandbox = require "spec.support.sandbox"

local options, sid = campaigns.options, sandbox.sid
local function kw(number) return sid("KW", number) end

local function port_in(number) return "/v1/Porting/PortIn/" .. kw(number) end

--- Targets that can be cancelled, and the path of something canceled whose answer comes instead.
local cases = {
  ["a port-in"] = { input = kw(1), path = port_in(1), as = port_in(7) },
  ["a number"] = {
    input = { kw(10), sid("PU", 0xa1) }, path = port_in(10) .. "/PhoneNumber/" .. sid("PU", 0xa1),
    as = port_in(10) .. "/PhoneNumber/" .. sid("PU", 0xa3),
  },
  ["a number, by its port-in's answer"] = {
    input = { kw(10), "+14155550201" }, path = port_in(10), as = port_in(7),
  },
}

for name, case in pairs(cases) do
  describe("a campaign that gets another one's answer for " .. name, function()
    local client, ledger
    local numbers = type(case.input) == "table" and 1 or 2 -- of its phone numbers

    before_each(function() client, ledger = campaigns.begin { concurrency = 4 } end)
    after_each(function() campaigns.finish(client, ledger) end)

    local function mix(times)
      sandbox.fault { fault = "mixed", path = case.path, method = "GET", as = case.as,
        times = times or 100000 }
    end

    local function mix_at(wanted)
      return function(stage) if stage == wanted then mix() end end
    end

    local function apply(plan, more) return campaigns.apply(client, ledger, plan, more) end

    local function resume(more)
      more = more or {}
      more.confirm, more.confirm_numbers = 1, numbers -- needed until the first DELETE
      return assert(campaign.resume(client, ledger, nil, options(more)))
    end

    local function plan() return assert(campaign.plan(client, { case.input })) end
    local function deletes() return select(2, campaigns.deletes()) end

    local function is(state, result, words)
      local target = result.report.targets[1]
      assert.are.equal(state, target.state, target.why)
      if words then assert.matches(words, target.why, 1, true) end
    end

    local function goes_well_without(count)
      sandbox.clear_faults()
      local result = resume()
      assert.are.equal("success", result.verdict)
      is("confirmed", result)
      assert.are.equal(count, deletes())
    end

    it("plans nothing", function()
      mix()
      local made = plan()
      assert.are.equal("failed", made.targets[1].class)
      assert.matches("the answer is about something else", made.targets[1].note, 1, true)
      assert.are.equal(0, made:count "cancel")
    end)

    it("plans by the right one where it is asked for again", function()
      mix(2)
      local patient = sandbox.client { retry = { base = 0.001 } }
      assert.are.equal(1, assert(campaign.plan(patient, { case.input })):count "cancel")
      patient:close()
    end)

    it("takes a success with the shape of an error for no word about it", function()
      sandbox.fault { fault = "body", status = 200, content_type = "application/json", path = case.path,
        body = '{"code":20404,"message":"Not found","status":404}', times = 100 }
      assert.are.equal("failed", plan().targets[1].class)
    end)

    it("applies no plan by it", function()
      local made = plan()
      mix()
      local result, err = apply(made, {})
      assert.is_nil(result)
      assert.are.equal("unreadable", err.kind)
      assert.are.equal(0, deletes())
    end)

    it("sends no DELETE after the last fetch", function()
      local result = assert(apply(plan(), { on_stage = mix_at "cancelling", wait = 0 }))
      is("planned", result, "could not be looked at")
      assert.are.equal(0, deletes())
      goes_well_without(1)
    end)

    it("proves nothing by it", function()
      local result = assert(apply(plan(), { on_stage = mix_at "confirming", wait = 0.1 }))
      is("accepted", result, "the answer is about something else")
      assert.are.equal("partial", result.verdict)
      goes_well_without(1)
    end)

    it("settles nothing by it", function()
      sandbox.fault { fault = "reset_before", method = "DELETE" }
      is("uncertain", assert(apply(plan(), { wait = 0 })))
      mix()
      is("uncertain", resume { wait = 0.2, settle_after = 0.01 }, "the answer is about something else")
      assert.are.equal(1, deletes())
      goes_well_without(2)
    end)

    it("tries nothing again by it", function()
      sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE" }
      is("refused", assert(apply(plan(), { wait = 0 })))
      mix()
      local result = assert(campaign.retry_failed(client, ledger, nil, options { confirm = 1,
        confirm_numbers = numbers, wait = 0 }))
      assert.are.same({ 0, 0 }, { result.report.counts.confirmed or 0, result.report.counts.skipped or 0 })
      assert.are.equal(1, deletes())
    end)

    it("looks for the cause of a refusal, and takes none from it", function()
      sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", times = 2 }
      is("refused", assert(apply(plan(), { wait = 0 })))
      local observed = sandbox.client { on_request = function(event)
        if event.method == "DELETE" then mix() end
      end }
      local result = assert(campaign.retry_failed(observed, ledger, nil, options { confirm = 1,
        confirm_numbers = numbers, wait = 0 }))
      observed:close()
      is("uncertain", result, "it was refused, and could not be looked at")
      assert.are.equal(2, deletes())
    end)
  end)
end

describe("a campaign that gets an answer without a SID", function()
  it("plans nothing by it, and takes it for no proof", function()
    sandbox.reset()
    local client, ledger = sandbox.client(), assert(campaign.open(campaigns.place()))
    local made = assert(campaign.plan(client, { kw(1) }))
    local function nameless()
      sandbox.fault { fault = "fields", path = port_in(1), method = "GET", times = 1000,
        fields = { port_in_request_sid = require("cjson").null, port_in_request_status = "canceled" } }
    end
    local result = assert(campaign.apply(client, ledger, made, options { confirm = 1,
      confirm_numbers = 2, wait = 0.1,
      on_stage = function(stage) if stage == "confirming" then nameless() end end }))
    assert.are_not.equal("success", result.verdict)
    assert.are_not.equal("confirmed", result.report.targets[1].state)
    assert.are.equal("failed", assert(campaign.plan(client, { kw(1) })).targets[1].class)
    client:close()
    ledger:close()
    campaigns.clean()
  end)
end)
