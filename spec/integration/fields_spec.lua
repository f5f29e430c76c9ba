--- What the library gives at run time has no field but those that its annotations name.

local annotations = require "spec.support.annotations"
local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local sandbox = require "spec.support.sandbox"
local webhook = require "twilio.numbers.webhook"

local found = annotations.read()

--- Fails if a value has a field that its class has not, and checks the fields that are objects themselves.
local function check(class_name, value)
  assert(found.classes[class_name], class_name)
  local count = 0
  for name in pairs(value) do
    count = count + 1
    local is_known = annotations.member(found, class_name, name)
    assert(is_known, ("%s has a field %s"):format(class_name, tostring(name)))
  end
  assert.is_true(count > 0)
end

local function check_all(class_name, values)
  assert.is_true(#values > 0)
  for _, value in ipairs(values) do check(class_name, value) end
end

describe("the fields of", function()
  local client

  local function new_client(options)
    client = sandbox.client(options)
    return client
  end

  before_each(sandbox.reset)

  after_each(function()
    client:close()
    campaigns.clean()
  end)

  it("events of hooks", function()
    local events = {}
    local function note(event) events[#events + 1] = event end
    new_client { on_request = note, on_response = note, on_retry = note, retry = { base = 0.001 } }
    sandbox.fault { fault = "html", times = 1 }
    sandbox.fault { fault = "malformed", body = "[", times = 1 }
    assert(client.port_ins:fetch(sandbox.sid("KW", 1)))
    assert.are.equal(8, #events)
    for _, event in ipairs(events) do
      check("twilio.numbers.Event", event)
      if event.timings then check("twilio.numbers.Timings", event.timings) end
    end
  end)

  it("errors", function()
    new_client()
    local errors = {}
    local function note(_, err) errors[#errors + 1] = assert(err) end
    for _, fault in ipairs { "html", "empty", "cut", "malformed", "problem", "error", "redirect" } do
      sandbox.fault { fault = fault, times = 1, status = fault == "error" and 400 or nil }
      note(client.port_ins:fetch(sandbox.sid("KW", 1)))
    end
    note(client.port_ins:fetch(sandbox.sid("KW", 1), 0))
    note(client.port_ins:cancel(sandbox.sid("KW", 5)))
    note(assert(client.port_ins:fetch(sandbox.sid("KW", 5))):wait { for_status = "canceled" })
    local _, raised = client:gather { function() error "no" end }
    note(nil, raised[1])
    note(campaign.read_plan "no plan")
    check_all("twilio.numbers.Error", errors)
    local kinds = {}
    for _, value in ipairs(found.aliases["twilio.numbers.ErrorKind"].values) do kinds[value.name] = true end
    for _, err in ipairs(errors) do assert(kinds[err.kind], err.kind) end
  end)

  it("changes, and what a client tells", function()
    new_client()
    sandbox.put_port_in(sandbox.sid("KW", 9), { port_in_request_status = "canceling" })
    for _, change in client.port_ins:watch({ sandbox.sid("KW", 9) }, { interval = 0.01 }) do
      check("twilio.numbers.Change", change)
      for _, number in ipairs(change.numbers) do check("twilio.numbers.NumberChange", number) end
    end
    check("twilio.numbers.Pace", client:pace())
  end)

  it("plans, results and reports", function()
    new_client()
    local ledger = assert(campaign.open(campaigns.place()))
    local plan = assert(campaign.plan(client, { sandbox.sid("KW", 1), sandbox.sid("KW", 5) },
      { protect = { "+14155559999" } }))
    check_all("twilio.numbers.Target", plan.targets)
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE" }
    local targets, canaries = {}, {}
    local result = assert(campaign.apply(client, ledger, plan, campaigns.options {
      confirm = 1, confirm_numbers = 2, canary = 1, reason = "moving", ticket = "OPS-1",
      on_target = function(target) targets[#targets + 1] = target end,
      on_canary = function(canary)
        canaries[1] = canary
        return true
      end,
    }))
    check("twilio.numbers.CampaignResult", result)
    check_all("twilio.numbers.CanaryResult", canaries)
    check("twilio.numbers.LedgerCampaign", result.report.campaign)
    check_all("twilio.numbers.ReportTarget", result.report.targets)
    check_all("twilio.numbers.ReportRun", result.report.runs)
    check_all("twilio.numbers.ReportTry", result.report.targets[1].tries)
    check_all("twilio.numbers.LedgerTarget", targets)
    ledger:close()
  end)

  it("replies to webhooks", function()
    new_client()
    local receiver = webhook.new { url = "https://example.com/", auth_token = "token" }
    check("twilio.numbers.WebhookReply", receiver:receive { method = "GET", headers = {}, body = "" })
    receiver:close()
  end)
end)
