--- Ledgers of version 1, in both kinds of database, are read as they are. A run brings them to this version.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local core = require "twilio.numbers.core"
local database = require "twilio.numbers.campaign.ledger.database"
local ledger_1 = require "spec.support.ledger_1"
local postgresql = require "spec.support.postgresql"
local support = require "spec.support"

local options = campaigns.options

describe("a ledger of version 1", function()
  local place, client, transport

  before_each(function()
    place = campaigns.place()
    ledger_1.make(place)
    client, transport = ledger_1.client()
  end)

  after_each(function()
    client:close()
    campaigns.clean()
  end)

  local function deletes()
    local count = 0
    for _, request in ipairs(transport.requests) do
      if request.method == "DELETE" then count = count + 1 end
    end
    return count
  end

  local function version_of(path)
    local db = assert(database.open(path))
    local row = assert(db:row "SELECT version FROM campaign_schema")
    db:close()
    return row.version
  end

  it("is reported and verified as it is, and not changed by that", function()
    local ledger = assert(campaign.open(place, true))
    local report = assert(campaign.report(ledger))
    assert.are.equal("2 planned, 2 confirmed, 1 refused, 1 uncertain, 1 skipped", report:summary())
    assert.is_nil(report.head)
    report:describe()
    report:to_json()
    assert.are.same({}, assert(campaign.verify(ledger, { client = client })).differences)
    local found = assert(campaign.verify(ledger, { head = ("0"):rep(64) }))
    assert.are.same({ "the ledger is of version 1, which has no audit chain" }, found.differences)
    ledger:close()
    assert.are.equal(1, version_of(place))
  end)

  it("is copied and brought to this version by a run: a failed canary stays one until its release", function()
    local ledger = assert(campaign.open(place, true))
    local result = assert(campaign.resume(client, ledger, nil, options()))
    assert.are.equal("halted", result.stopped)
    assert.are.equal(0, deletes())
    assert.are.equal("canary", result.report.halt.reason)
    assert.are.equal(1, version_of(place .. ".version-1"))
    assert.are.equal(2, version_of(place))
    assert(campaign.release(ledger, nil, { confirm = 3 }))
    result = assert(campaign.resume(client, ledger, nil, options()))
    assert.are.equal("5 confirmed, 1 refused, 1 skipped", result.report:summary())
    assert.are.equal(3, deletes())
    assert.are.same({}, assert(campaign.verify(ledger, { head = result.report.head.hash,
      client = client })).differences)
    result = assert(campaign.retry_failed(client, ledger, nil, options { confirm = 1 }))
    assert.are.equal("6 confirmed, 1 skipped", result.report:summary())
    assert.are.same({}, assert(campaign.verify(ledger)).differences)
    ledger:close()
    local copy = assert(campaign.open(place .. ".version-1"))
    assert.are.equal(2, assert(campaign.report(copy)).counts.confirmed)
    copy:close()
  end)

  it("stays as it was when the change fails on the way", function()
    local ledger = assert(campaign.open(place, true))
    local run = ledger.db.run
    function ledger.db:run(sql, ...)
      if sql:find("INSERT INTO audit_chain", 1, true) then return self:refuse "the disk is full" end
      return run(self, sql, ...)
    end
    local none, err = campaign.resume(client, ledger, nil, options())
    assert.is_nil(none)
    assert.matches("the disk is full", tostring(err), 1, true)
    ledger:close()
    assert.are.equal(1, version_of(place))
    ledger = assert(campaign.open(place, true))
    assert.are.equal("halted", assert(campaign.resume(client, ledger, nil, options())).stopped)
    ledger:close()
    assert.is_not_nil((core.file_identity(place .. ".version-1.1"))) -- no copy is written over another
  end)

  it("is applied by its plan as before", function()
    local plan = assert(campaign.read_plan(support.read_file(ledger_1.PLAN)))
    local ledger = assert(campaign.open(place))
    local result = assert(campaign.apply(client, ledger, plan, options { confirm = 6 }))
    ledger:close()
    assert.are.equal("halted", result.stopped)
  end)

  it("is brought to this version in PostgreSQL, too", function()
    local objection = postgresql.objection()
    if objection then pending(objection) end
    local server = postgresql.start()
    local url = server:database "version_1"
    local db = assert(database.open(url))
    ledger_1.each_statement(function(sql) assert(db:run(sql)) end)
    db:close()
    local ledger = assert(campaign.open(url, true))
    assert.are.equal(2, assert(campaign.report(ledger)).counts.planned)
    assert(campaign.release(ledger, nil, { confirm = 2 }))
    local result = assert(campaign.resume(client, ledger, nil, options()))
    assert.are.equal("5 confirmed, 1 refused, 1 skipped", result.report:summary())
    assert.are.same({}, assert(campaign.verify(ledger, { client = client })).differences)
    assert.are.equal(1, #assert(campaign.purge(ledger, { older_than = 0 })).purged)
    assert.are.same({}, assert(campaign.verify(ledger, { head = result.report.head.hash })).differences)
    assert.is_nil(ledger.db:row("SELECT reason FROM campaigns").reason)
    ledger:close()
    server:stop()
    assert.are.equal(3, deletes())
  end)
end)
