--- A campaign that is killed again and again, wherever it just is, ends like one that was not. KILLS and
--- TARGETS say how often and how many, SEED after which times.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local kills = tonumber(os.getenv "KILLS" or 10)
local count = tonumber(os.getenv "TARGETS" or 200)
local seed = tonumber(os.getenv "SEED" or 1)
local latency = 0.02 -- seconds for each answer: three answers for each target, eight at a time

--- Runs the example script until it ends or its time is over; its exit code, 137 when it was killed.
local function script(seconds, words)
  local _, code = support.run(("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s timeout -s KILL %.3f "
    .. "%s examples/cancel_port_ins.lua %s --settle-after 0.5 --wait 20 --concurrency 8"):format(
    sandbox.url, sandbox.ca_file, seconds, support.lua, words))
  return code
end

--- Whether a DELETE of the sandbox's log was acted upon.
local function had_effect(request)
  return request.status == 204 or request.fault == "reset_after" or request.fault == "latency"
end

local function check_log(report, unplanned)
  local seen = campaigns.deletes()
  for _, target in ipairs(report.targets) do
    local requests, effects = seen[target.port_in_sid] or {}, 0
    for i, request in ipairs(requests) do
      if had_effect(request) then
        effects = effects + 1
        assert.are.equal(#requests, i, target.port_in_sid .. " was sent again after it was acted upon")
      end
    end
    assert.are.equal(target.state == "confirmed" and 1 or 0, effects, target.port_in_sid)
    seen[target.port_in_sid] = nil
  end
  assert.are.same({}, seen, "something was cancelled that the plan does not list")
  for _, sid in ipairs(unplanned) do
    assert.is_nil(seen[sid])
  end
end

local function raise_storm()
  for _, fault in ipairs {
    { fault = "rate_limit", method = "DELETE" }, { fault = "error", status = 500 },
    { fault = "reset_before" }, { fault = "reset_after", method = "DELETE" },
    { fault = "html", status = 503 },
  } do
    fault.chance, fault.times, fault.path = 0.03, 1e9, "/PortIn/"
    sandbox.fault(fault)
  end
end

describe("a campaign whose process is killed at any moment", function()
  local place, plan_path, sids

  before_each(function()
    math.randomseed(seed)
    sandbox.reset()
    place = campaigns.place()
    plan_path = place .. ".json"
    sids = campaigns.port_ins(count + 5)
    local client = sandbox.client()
    local planned = {}
    for i = 1, count do planned[i] = sids[i] end
    local plan = assert(campaign.plan(client, planned))
    client:close()
    assert.are.equal(count, plan:count "cancel")
    support.write_file(plan_path, plan:to_json())
    sandbox.limit(1000, latency)
  end)

  after_each(function()
    sandbox.reset()
    campaigns.clean()
  end)

  local function is_entered()
    local ledger = assert(campaign.open(place))
    local report = campaign.report(ledger)
    ledger:close()
    return report ~= nil
  end

  --- Applies, and resumes once the campaign is in the ledger, killed so often.
  local function work(begin_storm)
    local apply = ("apply %s --ledger %s --confirm %d"):format(plan_path, place, count)
    local resume = ("resume %s --confirm %d"):format(place, count)
    local killed, has_begun = 0, false
    for i = 1, kills do
      if not has_begun and is_entered() then
        has_begun = true
        if begin_storm then begin_storm() end
      end
      local moment = 0.05 + math.random() * 2 * count / kills * latency * 3 / 8
      if not has_begun then -- all are fetched first, which may take longer
        moment = moment + count * latency / 8 * (0.5 + i / 2)
      end
      local code = script(moment, has_begun and resume or apply)
      if code == 137 then killed = killed + 1 end
    end
    return killed, has_begun and resume or apply
  end

  local function finish(resume, rounds)
    local code
    for _ = 1, rounds do
      code = script(120, resume)
      if code == 0 then break end
    end
    local ledger = assert(campaign.open(place, true))
    local report = assert(campaign.report(ledger))
    ledger:close()
    return code, report
  end

  it("cancels every target once and proves it", function()
    local killed, resume = work()
    assert.truthy(killed >= kills / 3, killed .. " of " .. kills .. " were killed")
    local code, report = finish(resume, 2)
    assert.are.equal(0, code)
    assert.are.equal(count, report.counts.confirmed)
    check_log(report, { sids[count + 1] })
  end)

  it("does so while answers fail and get lost", function()
    local killed, resume = work(raise_storm)
    assert.truthy(killed >= kills / 3, killed .. " of " .. kills .. " were killed")
    local code, report = finish(resume, 20)
    assert.are.equal(0, code, report:summary())
    assert.are.equal(count, report.counts.confirmed)
    check_log(report, { sids[count + 1] })
  end)
end)
