--- Whether a ledger is as the library has left it: verify finds any change. What is personal can be removed.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local core = require "twilio.numbers.core"
local database = require "twilio.numbers.campaign.ledger.database"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local function kw(number) return sandbox.sid("KW", number) end

describe("verifying a campaign", function()
  local client, ledger, place, head

  before_each(function()
    client, ledger, place = campaigns.begin { concurrency = 1 }
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", path = kw(3) }
    local plan = assert(campaign.plan(client, { kw(1), { kw(10), "+14155550201" }, kw(3), kw(2), kw(5) }))
    local result = assert(campaigns.apply(client, ledger, plan, { reason = "for robin@example.com",
      interrupted = function() return campaigns.count_deletes() >= 3 end }))
    assert.are.equal(1, result.report.counts.planned, result.report:summary())
    result = assert(campaign.resume(client, ledger, nil, campaigns.options { deadline = 0 }))
    assert.are.same({ 2, 1, 1, 1 }, { result.report.counts.confirmed, result.report.counts.refused,
      result.report.counts.planned, result.report.counts.skipped })
    head = result.report.head
    ledger:close()
    ledger = assert(campaign.open(place, true))
  end)

  after_each(function() campaigns.finish(client, ledger) end)

  local function verify(options) return assert(campaign.verify(ledger, options)) end

  local function change(sql)
    local db = assert(database.open(place))
    assert(db:run(sql))
    db:close()
  end

  it("finds nothing where nothing was changed, also by the API, and changes nothing", function()
    local found = verify { head = head.hash, client = client }
    assert.are.same({}, found.differences)
    assert.are.same({ 4, 1, head.hash, head.length, head.length },
      { found.fetched, found.open, found.head.hash, found.head.length, found.found_at })
    assert.are.same({}, verify { head = head.hash:upper() }.differences)
    assert.are.equal(3, campaigns.count_deletes())
  end)

  it("finds nothing where a target was skipped since another program had cancelled it", function()
    local plan = assert(campaign.plan(client, { kw(3), kw(2) }))
    sandbox.put_port_in(kw(3), { port_in_request_status = "Canceled" })
    local own = assert(campaign.open(place .. ".2"))
    local result = assert(campaigns.apply(client, own, plan, { skip_changed = true }))
    assert.are.same({ "success", "1 confirmed, 1 skipped" }, { result.verdict, result.report:summary() })
    assert.are.same({}, assert(campaign.verify(own, { client = client })).differences)
    sandbox.put_port_in(kw(3), { port_in_request_status = "In Review" })
    local differences = assert(campaign.verify(own, { client = client })).differences
    own:close()
    assert.are.equal(1, #differences)
    assert.matches("the ledger says skipped, the API says in_review", differences[1], 1, true)
  end)

  it("finds the head of an earlier run in a chain that has grown", function()
    assert(campaign.resume(client, ledger, nil, campaigns.options()))
    local found = verify { head = head.hash }
    assert.are.same({}, found.differences)
    assert.are.equal(head.length, found.found_at)
    assert.is_true(found.head.length > head.length)
  end)

  --- What may be changed by hand without the library's noticing it when it opens the ledger.
  local changes = {
    ["target 4 .*the ledger says confirmed, the audit chain says planned"] =
      "UPDATE targets SET state = 'confirmed', seen = 'canceled' WHERE number = 4",
    ["target 3 .*the ledger says skipped, the audit chain says refused"] =
      "UPDATE targets SET state = 'skipped', why = 'x' WHERE number = 3",
    ["target 1: its attempt 1 has another request_id"] =
      "UPDATE attempts SET request_id = 'RQ1' WHERE target = 1",
    ["the run %S+ is not that of the audit chain"] = "UPDATE runs SET who = 'somebody'",
    ["row 3 was changed"] = "UPDATE audit_chain SET happened_at = happened_at - 1 WHERE position = 3",
    ["row 1 was changed"] = "UPDATE audit_chain SET who = 'somebody' WHERE position = 1",
    ["row 4 is missing"] = "DELETE FROM audit_chain WHERE position = 4",
    ["its end is missing"] =
      "DELETE FROM audit_chain WHERE position = (SELECT max(position) FROM audit_chain)",
    ["that the campaign is halted, the audit chain that it is not halted"] =
      "UPDATE brakes SET halted = 'canary', halted_at = 1",
  }

  for words, sql in pairs(changes) do
    it("finds: " .. words, function()
      change(sql)
      local text = table.concat(verify { head = head.hash }.differences, "\n")
      assert.matches(words, text)
    end)
  end

  it("finds with the head that a chain was forged as a whole, and without it by the API", function()
    change "UPDATE targets SET state = 'confirmed', seen = 'canceled' WHERE number = 4"
    change "DELETE FROM audit_chain"
    change "DELETE FROM audit_heads"
    local chain = require "twilio.numbers.campaign.ledger.chain"
    local row = ledger.db:row "SELECT id FROM campaigns"
    assert(ledger.db:transaction(function()
      return chain.append(ledger.db, row.id, { { event = "state", target = 4, state = "confirmed" } }, 1)
    end))
    local text = table.concat(verify { head = head.hash, client = client }.differences, "\n")
    assert.matches("the head " .. head.hash .. " is not in it", text, 1, true)
    assert.matches("target 4 %(%S+%): the ledger says confirmed, the API says in_progress", text)
  end)

  it("tells what cannot be looked at, and refuses wrong credentials and heads", function()
    sandbox.fault { fault = "error", status = 500, method = "GET", path = kw(1), times = 1 }
    assert.matches("target 1 .*could not be looked at", verify { client = client }.differences[1])
    sandbox.fault { fault = "error", status = 401, code = 20003, method = "GET", times = 9 }
    local none, err = campaign.verify(ledger, { client = client })
    assert.is_nil(none)
    assert.are.equal(401, err.http_status)
    local ok, why = pcall(campaign.verify, ledger, { head = "x" })
    assert.is_false(ok)
    assert.matches("head: 64 hexadecimal digits expected", why, 1, true)
  end)

  it("has an exit code of its own for differences", function()
    local function run(words)
      return support.run(("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s %s "
        .. "examples/cancel_port_ins.lua %s 2>&1"):format(sandbox.url, sandbox.ca_file, support.lua, words))
    end
    local output, code = run(("verify %s --head %s"):format(place, head.hash))
    assert.are.equal(3, code, output)
    assert.matches("0 differences. Audit chain: " .. head.length .. " rows. Asked the API for 4 targets. "
      .. "1 are not settled.", output, 1, true)
    change "UPDATE targets SET state = 'confirmed', seen = 'canceled' WHERE number = 4"
    output, code = run("verify --offline " .. place)
    assert.are.equal(9, code, output)
    assert.matches("1 differences", output, 1, true)
  end)

  describe("after a purge", function()
    --- All bytes of the ledger's files.
    --- What the ledger's files have, but for hashes: any digits may be in them.
    local function bytes()
      local text = support.read_file(place)
      if core.file_identity(place .. "-wal") then text = text .. support.read_file(place .. "-wal") end
      return (text:gsub(("%x"):rep(32), ""))
    end

    it("is as sound as before, and nothing personal is left", function()
      local who = select(3, core.process())
      assert.matches("robin@example.com", bytes(), 1, true)
      assert.matches("+14155550201", bytes(), 1, true)
      local result = assert(campaign.purge(ledger, { older_than = 0 }))
      assert.are.equal(1, #result.purged)
      assert.not_matches("robin@", bytes(), 1, true)
      assert.not_matches("4155550", bytes(), 1, true)
      local found = verify { head = head.hash, client = client }
      assert.are.same({}, found.differences)
      assert.is_true(found.head.length > head.length)
      local report = assert(campaign.report(ledger))
      assert.are.equal("1 planned, 2 confirmed, 1 refused, 1 skipped", report:summary())
      assert.are.equal(kw(1), report.targets[1].port_in_sid)
      assert.matches("^RQ", report.targets[1].tries[1].request_id)
      assert.are.same({ "-", who }, { report.runs[1].who, report.runs[#report.runs].who })
    end)

    it("cannot be resumed, nor purged again", function()
      assert(campaign.purge(ledger, { older_than = 0 }))
      local none, err = campaign.resume(client, ledger, nil, campaigns.options())
      assert.is_nil(none)
      assert.matches("was removed from the campaign: make a new plan", tostring(err), 1, true)
      local result = assert(campaign.purge(ledger, { older_than = 0 }))
      assert.are.equal("it was purged before", result.kept[1].why)
      assert.are.equal(3, campaigns.count_deletes())
    end)

    it("is not done where the campaign is too young", function()
      local result = assert(campaign.purge(ledger, { older_than = 1 }))
      assert.are.equal("it is not that old", result.kept[1].why)
      assert.matches("+14155550201", bytes(), 1, true)
    end)
  end)
end)

describe("an audit chain whose end is damaged", function()
  for _, sql in ipairs { "UPDATE audit_heads SET length = -1", "UPDATE audit_heads SET length = 1.5" } do
    it("stops a run before it sends anything: " .. sql, function()
      local client, ledger, place = campaigns.begin()
      local plan = assert(campaign.plan(client, { kw(1) }))
      assert(campaigns.apply(client, ledger, plan, { confirm_numbers = 2, deadline = 0 }))
      local db = assert(database.open(place))
      assert(db:run(sql))
      db:close()
      local none, err = campaign.resume(client, ledger, nil, campaigns.options { confirm = 1,
        confirm_numbers = 2 })
      assert.is_nil(none)
      assert.matches("it is damaged, in audit_heads, a value of %l+ cannot be there", tostring(err))
      none, err = campaign.report(ledger)
      assert.is_nil(none)
      assert.are.equal("ledger", err.kind)
      assert.are.equal(0, campaigns.count_deletes())
      campaigns.finish(client, ledger)
    end)
  end
end)
