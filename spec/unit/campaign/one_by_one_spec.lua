--- Plans and reports of many targets: they are given one by one, and written part by part.

local campaign = require "twilio.numbers.campaign"
local document = require "twilio.numbers.campaign.plan.document"
local support = require "spec.support"
local target_lines = require "twilio.numbers.campaign.plan.target_lines"

local function plan_of(count)
  local lines = {}
  for i = 1, count do
    lines[i] = target_lines.line { port_in_sid = ("KW%032x"):format(i), class = "cancel",
      status = "in_review", numbers = { ("+1415%07d"):format(i) } }
  end
  return document.new {
    base_url = "https://numbers.twilio.com", account_sid = "AC" .. ("0"):rep(32), targets = lines,
    created_at = "2026-05-04T12:00:00Z", window = 172800, accounts = {}, protected = {}, unmatched = {},
  }
end

--- Enters a plan whose targets were all cancelled by one run.
local function make_ledger(place, plan)
  local ledger = assert(campaign.open(place))
  assert(ledger:enter(plan, {}))
  local db = ledger.db
  assert(db:run([[INSERT INTO runs (id, campaign, command, host, pid, who, started_at, ended_at, ended_as)
    VALUES ('run', ?, 'apply', 'ops-1', 1, 'robin', 1, 2, 'done')]], plan.id))
  assert(db:run [[UPDATE targets SET state = 'confirmed', seen = 'canceled', attempts = 1, run = 'run',
    intended_at = 1795878976.25 + number / 1000.0, changed_at = 1795878977.25 + number / 1000.0]])
  assert(db:run [[INSERT INTO attempts SELECT campaign, number, 1, 'run', intended_at, changed_at, 0.25,
    'accepted', 204, NULL, 'RQ' || lower(hex(randomblob(16))), NULL FROM targets]])
  assert(db:run [[INSERT INTO audit_chain (chain, position, happened_at, event, target, state, hash)
    SELECT 1, 1000 + number, changed_at, 'state', number, state, '' FROM targets]])
  ledger:close()
end

describe("a plan or report of many targets", function()
  it("is read one by one, and as a whole when that is asked for", function()
    local folder = support.run "mktemp -d":gsub("%s+$", "")
    local plan = plan_of(7)
    make_ledger(folder .. "/size.ledger", plan)
    local ledger = assert(campaign.open(folder .. "/size.ledger", true))
    local report, count = assert(campaign.report(ledger)), 0
    ledger:close() -- a report is whole without its ledger
    for number, target in plan:each() do
      assert.are.same(plan.targets[number], target)
      count = count + 1
    end
    for target in report:each() do
      assert.are.same(report.targets[target.number], target)
      assert.are.equal(1, #target.tries)
      assert.are.same({ "accepted", 204, target.intended_at }, { target.tries[1].outcome,
        target.tries[1].http_status, target.tries[1].intended_at })
      count = count + 1
    end
    assert.are.same({ 14, 7, 7 }, { count, #plan.targets, #report.targets })
    assert.has_error(function() plan:table(false, {}) end, "write: a function expected, got a table")
    local parts = {}
    local function write(part) parts[#parts + 1] = part end
    for _, name in ipairs { "table", "csv", "to_json" } do
      parts = {}
      assert.are.equal("", report[name](report, { all = true }, write))
      assert.are.equal(report[name](report, { all = true }), table.concat(parts))
    end
    for _, name in ipairs { "table", "csv", "listing" } do
      parts = {}
      assert.are.equal("", plan[name](plan, true, write))
      assert.are.equal(plan[name](plan, true), table.concat(parts))
    end
    support.run("rm -rf " .. support.quote(folder))
  end)
end)
