--- A campaign on PostgreSQL loses its connection at one statement after the other, from the opening of the
--- ledger to the end of the run: before the database has the statement, or before its answer is back. STEP
--- says at each how many-th. With 1 it takes minutes.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local database = require "twilio.numbers.campaign.ledger.database"
local postgresql = require "spec.support.postgresql"
local sandbox = require "spec.support.sandbox"

local COUNT = 2
local STEP = tonumber(os.getenv "STEP" or 12)

postgresql.describe("a lost connection to PostgreSQL", function()
  local run, rows = database.run, database.rows
  local server, client, url, ends_connections, statements, lost_at, way

  local END = [[SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity
    WHERE datname = ? AND pid <> pg_backend_pid()]]

  local function end_connections()
    assert(rows(ends_connections, END, url:match "[^/]+$"))
  end

  --- Counts the statements, and has one of them lost.
  local function disturbed(original)
    return function(self, sql, ...)
      statements = statements + 1
      if statements ~= lost_at then return original(self, sql, ...) end
      if way == "after" then original(self, sql, ...) end
      end_connections()
      if way == "before" then return original(self, sql, ...) end
      return run(self, "SELECT 1") -- its error
    end
  end

  setup(function()
    server = postgresql.start()
    ends_connections = assert(database.open(server.url))
  end)

  teardown(function()
    ends_connections:close()
    server:stop()
  end)

  before_each(function()
    sandbox.reset()
    client = sandbox.client { concurrency = 1 }
  end)

  after_each(function()
    database.run, database.rows = run, rows
    client:close()
    sandbox.reset()
  end)

  --- Does something with the ledger, losing the connection once. How many statements it took.
  local function losing(number, work)
    statements, lost_at = 0, number
    database.run, database.rows = disturbed(run), disturbed(rows)
    local ledger = assert(campaign.open(url))
    local result, err = work(ledger)
    database.run, database.rows = run, rows
    assert.is_truthy(result, ("at statement %d, %s it: %s"):format(number, way, tostring(err)))
    ledger:close()
    return statements, result
  end

  --- What has to be true after all: each target has one DELETE, and the audit chain agrees.
  local function is_whole(number, result, deletes)
    local where = ("at statement %d, %s it: %s"):format(number, way, tostring(result.report))
    assert.are.equal("success", result.verdict, where)
    assert.are.equal(deletes, campaigns.count_deletes(), where)
    local ledger = assert(campaign.open(url))
    assert.are.same({}, assert(campaign.verify(ledger, { client = client })).differences, where)
    ledger:close()
  end

  local databases = 0

  --- Tries the statements until there are no more.
  local function each_statement(first, prepare, work, deletes)
    local number, count = first
    repeat
      sandbox.reset()
      databases = databases + 1
      url = server:database("d" .. databases)
      prepare()
      local result
      count, result = losing(number, work)
      is_whole(number, result, deletes)
      number = number + STEP
    until number > count
    assert.is_true(count > 30)
  end

  for _, when in ipairs { "before", "after" } do
    it(("costs no DELETE and adds none, when a plan is applied: %s a statement"):format(when), function()
      way = when
      local plan
      each_statement(when == "before" and 1 or math.ceil(STEP / 2), function()
        plan = assert(campaign.plan(client, campaigns.port_ins(COUNT)))
      end, function(ledger)
        return campaigns.apply(client, ledger, plan, { canary = 1 })
      end, COUNT)
    end)
  end

  it("costs no DELETE and adds none, when refused targets are tried again", function()
    way = "after"
    each_statement(2, function()
      local ledger = assert(campaign.open(url))
      sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", times = COUNT }
      local plan = assert(campaign.plan(client, campaigns.port_ins(COUNT)))
      assert.are.equal(COUNT, assert(campaigns.apply(client, ledger, plan)).report.counts.refused)
      ledger:close()
    end, function(ledger)
      return campaign.retry_failed(client, ledger, nil, campaigns.options { confirm = COUNT })
    end, 2 * COUNT)
  end)
end)
