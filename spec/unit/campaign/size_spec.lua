--- Memory of large campaigns: what is in use at each page that is read of the ledger, by the target.

local campaign = require "twilio.numbers.campaign"
local database = require "twilio.numbers.campaign.ledger.database"
local document = require "twilio.numbers.campaign.plan.document"
local support = require "spec.support"
local target_lines = require "twilio.numbers.campaign.plan.target_lines"

local MOST = 1 -- KB a target
local SMALL, LARGE = 500, 3000

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
  ledger:close()
end

describe("a large campaign", function()
  local real_rows, peak = database.rows, 0

  local function note()
    collectgarbage()
    peak = math.max(peak, collectgarbage "count")
  end

  --- KB in use at the most while a function works, beyond what was in use before.
  local function measured(work)
    collectgarbage()
    collectgarbage()
    local before = collectgarbage "count"
    peak = before
    function database.rows(...)
      note()
      return real_rows(...)
    end
    local result = work()
    note()
    database.rows = real_rows
    return peak - before, result
  end

  after_each(function() database.rows = real_rows end)

  --- What each step takes on a campaign of so many targets, by its name.
  local function measure(count)
    local folder, taken = support.run "mktemp -d":gsub("%s+$", ""), {}
    local ledger, report
    local place = folder .. "/size.ledger"
    make_ledger(place, plan_of(count))
    local text = plan_of(count):to_json()
    taken.read_plan = measured(function() return assert(campaign.read_plan(text)) end)
    text = nil -- luacheck: ignore
    taken.open, ledger = measured(function() return assert(campaign.open(place, true)) end)
    taken.report, report = measured(function() return assert(campaign.report(ledger)) end)
    local written = 0
    taken.write = measured(function()
      report:to_json({ all = true }, function(part) written = written + #part end)
      report:csv({ all = true }, function(part) written = written + #part end)
      report:table({ all = true }, function(part) written = written + #part end)
    end)
    assert.is_true(written > count * 300)
    assert.are.equal(count, report.counts.confirmed)
    report = nil -- luacheck: ignore
    taken.verify = measured(function() return assert(campaign.verify(ledger)) end)
    taken.purge = measured(function()
      assert.are.equal(1, #assert(campaign.purge(ledger, { older_than = 0 })).purged)
    end)
    ledger:close()
    support.run("rm -rf " .. support.quote(folder))
    return taken
  end

  it("takes no more than a kilobyte a target", function()
    local small, large = measure(SMALL), measure(LARGE)
    for name, size in pairs(large) do
      local growth = (size - small[name]) / (LARGE - SMALL)
      assert.is_true(growth <= MOST, ("%s: %.2f KB a target"):format(name, growth))
    end
  end)

  it("gives its targets one by one, and all of them at once when that is asked for", function()
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
