--- Every function that takes a table of options refuses an unknown one at the caller's line, suggests the
--- nearest name, and reads options that are inherited.

local apply = require "twilio.numbers.campaign.run.apply"
local backoff = require "twilio.numbers.bulk.backoff"
local fake = require "spec.support.fake_transport"
local numbers = require "twilio.numbers"
local planner = require "twilio.numbers.campaign.plan.planner"
local report = require "twilio.numbers.campaign.report"
local webhook = require "twilio.numbers.webhook"

local AC, URL = "AC" .. ("0"):rep(32), "https://example.com/"

local function inherited(values) return setmetatable({}, { __index = values }) end

describe("a table of options", function()
  local client, port_in
  local a_report = setmetatable({}, report)

  setup(function()
    client = fake.client(fake.in_review)
    port_in = assert(client.port_ins:fetch(fake.sid(1)))
  end)

  teardown(function() client:close() end)

  local function new_client(more)
    more.account_sid, more.auth_token = AC, "secret"
    local made = numbers.new(more)
    return made
  end

  local number = "+14155550101"

  local cases = {
    ["of numbers.new"] = { "time_out", "timeout", function(o) return (new_client(o)) end },
    ["of numbers.new for credentials"] = { "api_kye", "api_key", function(o) return (new_client(o)) end },
    ["of its retry policy"] = { "attempt", "attempts", function(o)
      return (new_client { retry = o })
    end, "retry: " },
    ["of gather"] = { "concurency", "concurrency", function(o) return (client:gather({}, o)) end },
    ["of wait"] = { "intervall", "interval", function(o) return (port_in:wait(o)) end },
    ["of wait for a status"] = { "for_state", "for_status", function(o) return (port_in:wait(o)) end },
    ["of watch"] = { "time_out", "timeout", function(o) return (client.port_ins:watch({}, o)) end },
    ["of an iterator"] = { "orderd", "ordered", function(o)
      return (client.port_ins:fetch_each({}, o))
    end },
    ["of an iterator with the API's own"] = { "target_acount_sid", "target_account_sid", function(o)
      return (client.portability:check_each({}, o))
    end },
    ["of a call"] = { "target_acount_sid", "target_account_sid", function(o)
      return (client.portability:check(number, o))
    end },
    ["of progress"] = { "totl", "total", function(o) return (numbers.progress(o)) end },
    ["of campaign.plan"] = { "protects", "protect", function(o) return (planner.make(client, {}, o)) end },
    ["of campaign.apply"] = { "confrim", "confirm", function(o)
      return (apply.apply(client, nil, nil, o))
    end },
    ["of campaign.resume"] = { "max_failure", "max_failures", function(o)
      return (apply.resume(client, nil, nil, o))
    end },
    ["of campaign.retry_failed"] = { "canery", "canary", function(o)
      return (apply.retry_failed(client, nil, nil, o))
    end },
    ["of a report's table"] = { "unmaskd", "unmasked", function(o) return (report.table(a_report, o)) end },
    ["of a report's CSV"] = { "unmaskd", "unmasked", function(o) return (report.csv(a_report, o)) end },
    ["of a report's JSON"] = { "unmaskd", "unmasked", function(o) return (report.to_json(a_report, o)) end },
    ["of a report's description"] = { "unmaskd", "unmasked", function(o)
      return (report.describe(a_report, o))
    end },
    ["of webhook.new"] = { "maxbody", "max_body", function(o)
      o.url = URL
      return (webhook.new(o))
    end },
  }

  for what, case in pairs(cases) do
    local wrong, right, call, place = case[1], case[2], case[3], case[4] or ""
    it(what .. " is checked, and its mistake is told at the caller's line", function()
      local ok, message = pcall(call, { [wrong] = 1 })
      assert.is_false(ok)
      assert.matches("options_spec%.lua:%d+: ", message)
      assert.are.equal(("%sunknown option '%s', did you mean '%s'?"):format(place, wrong, right),
        (message:gsub("^.-options_spec%.lua:%d+: ", "")))
    end)
  end

  it("may inherit its options: none is left out unnoticed", function()
    assert.are.equal(99, backoff.new({}, inherited { interval = 99 }).interval)
    local plan = assert(planner.make(client, { fake.sid(1) }, inherited { protect = { fake.sid(1) } }))
    assert.are.equal("protected", plan.targets[1].class)
    local ok, message = pcall(apply.apply, client, nil, nil, inherited { max_failures = -1 })
    assert.is_false(ok)
    assert.matches("max_failures: a whole number from 0 expected, got -1", message, 1, true)
    ok, message = pcall(client.portability.check, client.portability, number,
      inherited { target_account_sid = "AC1" })
    assert.is_false(ok)
    assert.matches("target_account_sid: a SID of AC", message, 1, true)
  end)

  it("of webhook.new may be without limit", function()
    webhook.new { url = URL, auth_token = "a", replay_window = math.huge, max_body = math.huge }:close()
  end)

  it("of progress has an open file to write to", function()
    local ok, message = pcall(function() return (numbers.progress { stream = 5 }) end)
    assert.is_false(ok)
    assert.matches("options_spec.lua:%d+: stream: an open file expected, got 5", message)
  end)
end)
