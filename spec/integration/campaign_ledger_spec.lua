--- A ledger's file: what is no ledger, what is damaged, and what goes away while it is in use.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local count_deletes = campaigns.count_deletes
local options = campaigns.options

describe("the core's file_identity", function()
  it("is the same for the same file, however it is reached, and for no other", function()
    local path = os.tmpname()
    local identity = core.file_identity(path)
    assert.matches("^%d+:%d+$", identity)
    support.run(("ln %s %s.hard; ln -s %s %s.soft; cp %s %s.copy"):format(path, path, path, path, path, path))
    assert.are.equal(identity, core.file_identity(path .. ".hard"))
    assert.are.equal(identity, core.file_identity(path .. ".soft"))
    assert.are_not.equal(identity, core.file_identity(path .. ".copy"))
    support.write_file(path, "more")
    assert.are.same({ identity, 4 }, { core.file_identity(path) })
    support.run(("rm %s %s.hard %s.soft %s.copy"):format(path, path, path, path))
    local none, why = core.file_identity(path)
    assert.is_nil(none)
    assert.are.equal("No such file or directory", why)
  end)
end)

describe("a ledger's file", function()
  local client, place, plan

  before_each(function()
    sandbox.reset()
    client = sandbox.client { concurrency = 1 }
    place = campaigns.place()
    plan = assert(campaign.plan(client, campaigns.port_ins(6)))
  end)

  after_each(function()
    client:close()
    campaigns.clean()
  end)

  --- A campaign of which two are confirmed and four are planned.
  local function begin()
    local ledger = assert(campaign.open(place))
    assert(campaign.apply(client, ledger, plan, options { confirm = 6, canary = 2,
      on_canary = function() return false end }))
    ledger:close()
    return support.read_file(place)
  end

  it("is damaged where what the API has refused is open again, without its being tried again", function()
    local databases = require "twilio.numbers.campaign.ledger.database"
    for _, state in ipairs { "planned", "uncertain" } do
      sandbox.reset()
      local sids = campaigns.port_ins(1)
      local one, path = assert(campaign.plan(client, sids)), campaigns.place()
      local ledger = assert(campaign.open(path))
      sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE" }
      local result = assert(campaign.apply(client, ledger, one, options { confirm = 1 }))
      assert.are.equal(1, result.report.counts.refused)
      ledger:close()
      local db = assert(databases.open(path))
      assert(db:run("UPDATE targets SET state = ?", state))
      db:close()
      local none, err = campaign.open(path)
      assert.is_nil(none)
      assert.matches("its last attempt's outcome is another than its state", tostring(err), 1, true)
    end
  end)

  local function refused(words)
    for _, must_exist in ipairs { true, false } do
      local none, err = campaign.open(place, must_exist)
      assert.is_nil(none)
      assert.are.equal("ledger", err.kind)
      assert.matches(words, tostring(err))
    end
  end

  it("that is damaged is told so, and what to do", function()
    local text = begin()
    local advice = "keep it as it is; restore a copy of it, or make a new plan and a new ledger: what was "
      .. "sent is in the API's own state"
    for _, case in ipairs {
      { ("no database "):rep(500), "not a database" },
      { text:sub(1, 4096), "damaged" },
      { text:sub(1, 10000), "damaged" },
      { text:sub(1, #text - 4096), "damaged" },
      { text:sub(1, 100), "" },
      { ("\0"):rep(#text), "not a database" },
      { text:sub(1, 4096) .. ("\0"):rep(#text - 4096), "damaged" },
    } do
      support.write_file(place, case[1])
      refused(case[2])
      refused(advice:gsub("%p", "%%%0"))
    end
  end)

  --- What is at the ledger's place and beside it, with the contents.
  local function files()
    local found = {}
    for path in support.run("ls " .. support.quote(place) .. "*"):gmatch "[^\n]+" do
      found[path] = support.read_file(path)
    end
    return found
  end

  it("that is empty, alone or with an empty log, is none, and stays as it is", function()
    for _, log in ipairs { false, "" } do
      support.write_file(place, "")
      if log then support.write_file(place .. "-wal", log) end
      local before = files()
      local none, err = campaign.open(place, true)
      assert.is_nil(none)
      assert.are.equal(("ledger %s: the file is empty, not a ledger"):format(place), err.message)
      assert.are.same(before, files())
    end
    assert(campaign.open(place)):close() -- where it need not be there, it is made
  end)

  it("that is empty beside a log that is not, is damaged, and its log stays", function()
    support.write_file(place, "")
    support.write_file(place .. "-wal", ("\0"):rep(5000))
    local before = files()
    refused "the file is empty, and its log is not"
    assert.are.same(before, files())
  end)

  it("is not made of another program's database, which stays as it is", function()
    local database = require "twilio.numbers.campaign.ledger.database"
    local db = assert(database.open(place))
    assert(db:run "CREATE TABLE bookmarks (url TEXT)")
    db:close()
    local before = files()
    local none, err = campaign.open(place, true)
    assert.is_nil(none)
    assert.matches("there is no campaign in it", err.message, 1, true)
    assert.are.same(before, files())
  end)

  --- Files of a run at work, as they are when it sends the fourth DELETE.
  local function copy_of_run(with_log)
    local ledger, deletes = assert(campaign.open(place)), 0
    local other = sandbox.client { concurrency = 1, on_request = function(event)
      if event.method ~= "DELETE" then return end
      deletes = deletes + 1
      if deletes ~= 4 then return end
      support.write_file(place .. ".dead", support.read_file(place))
      if with_log then support.write_file(place .. ".dead-wal", with_log(place .. "-wal")) end
    end }
    assert(campaign.apply(other, ledger, plan, options { confirm = 6 }))
    other:close()
    ledger:close()
    return place .. ".dead"
  end

  it("that has lost its log is told so, and nothing is sent", function()
    for _, with_log in ipairs { false, function() return "" end,
      function(path) return ("\0"):rep(#support.read_file(path)) end } do
      local path = copy_of_run(with_log)
      for _, must_exist in ipairs { true, false } do
        local none, err = campaign.open(path, must_exist)
        assert.is_nil(none)
        assert.are.equal("ledger", err.kind)
        assert.matches("its log " .. path .. "-wal is missing", tostring(err), 1, true)
      end
      sandbox.reset()
      campaigns.port_ins(6)
      support.run("rm -f " .. support.quote(place) .. "*")
    end
  end)

  it("whose process died when its log began anew lacks nothing", function()
    local path = copy_of_run(support.read_file)
    local log = support.read_file(path .. "-wal")
    local db = assert(require("twilio.numbers.campaign.ledger.database").open(path))
    assert(db:run "UPDATE campaign_schema SET log = 'needed'")
    assert(db:rows "PRAGMA wal_checkpoint(PASSIVE)")
    local main, before = support.read_file(path), support.read_file(path .. "-wal")
    assert(db:run "UPDATE campaign_schema SET log = NULL")
    local after = support.read_file(path .. "-wal")
    db:close()
    assert.are_not.equal(before:sub(1, 32), after:sub(1, 32))
    support.write_file(path, main)
    support.write_file(path .. "-wal", after:sub(1, 32) .. before:sub(33)) -- a new head, and no new frame
    local ledger = assert(campaign.open(path, true))
    assert.are.equal(1, assert(campaign.report(ledger)).counts.intended)
    ledger:close()
    for _, cut in ipairs { 32, 31, 5 } do
      support.write_file(path, main)
      support.write_file(path .. "-wal", after:sub(1, cut))
      assert.is_nil((campaign.open(path, true)), cut)
    end
    support.write_file(path, main)
    support.write_file(path .. "-wal", "x" .. log:sub(2)) -- a head that is damaged
    assert.is_nil((campaign.open(path, true)))
  end)

  it("whose mark is seen while a run begins, or just before it ends, lacks nothing", function()
    assert(campaign.open(place)):close()
    local database = require "twilio.numbers.campaign.ledger.database"
    local lock = require "twilio.numbers.campaign.ledger.lock"
    local run, held = assert(database.open(place)), assert(lock.take(place))
    assert(run:run "UPDATE campaign_schema SET log = 'needed'")
    assert(run:rows "PRAGMA wal_checkpoint(PASSIVE)")
    assert(campaign.open(place)):close()
    assert.are.same({ log = "needed" }, run:row "SELECT log FROM campaign_schema") -- it stays the run's
    local row = database.row
    function database.row(self, sql, ...)
      local found, err = row(self, sql, ...)
      if sql == "SELECT log FROM campaign_schema" then -- then the run goes on, and ends
        database.row = row
        assert(run:run "UPDATE campaign_schema SET log = NULL")
        assert(run:rows "PRAGMA wal_checkpoint(TRUNCATE)")
        run:close()
        held:close()
      end
      return found, err
    end
    local ledger, err = campaign.open(place)
    database.row = row
    assert(ledger, err):close()
  end)

  it("that is copied with its log, or after its run has ended, lacks nothing", function()
    local ledger = assert(campaign.open(copy_of_run(support.read_file)))
    local report = assert(campaign.report(ledger))
    assert.are.same({ 3, 1, 2 }, { report.counts.accepted, report.counts.intended, report.counts.planned })
    ledger:close()
    support.write_file(place .. ".copy", support.read_file(place))
    ledger = assert(campaign.open(place .. ".copy"))
    assert.are.equal(6, assert(campaign.report(ledger)).counts.confirmed)
    ledger:close()
  end)

  it("holds all in one file after a reader has closed what a killed run has left", function()
    local path = copy_of_run(support.read_file)
    assert(campaign.open(path, true)):close()
    assert.is_nil((core.file_identity(path .. "-wal")))
    local ledger = assert(campaign.open(path, true))
    assert.are.equal(1, assert(campaign.report(ledger)).counts.intended)
    ledger:close()
  end)

  it("of another program is not taken for one", function()
    local database = require "twilio.numbers.campaign.ledger.database"
    local db = assert(database.open(place))
    assert(db:run "CREATE TABLE targets (name TEXT)")
    db:close()
    refused "the table %l+_?%l* "
  end)

  --- What happens to the files while a run is at work, and what is said of it.
  local losses = {
    ["is moved"] = function() assert(os.rename(place, place .. ".elsewhere")) end,
    ["is deleted"] = function() assert(os.remove(place)) end,
    ["is replaced by a copy"] = function()
      support.write_file(place .. ".copy", support.read_file(place))
      assert(os.rename(place .. ".copy", place))
    end,
    ["loses its log"] = function() assert(os.remove(place .. "-wal")) end,
    ["gets another log"] = function()
      support.write_file(place .. ".copy", support.read_file(place .. "-wal"))
      assert(os.rename(place .. ".copy", place .. "-wal"))
    end,
    ["loses its lock"] = function() assert(os.remove(place .. "-lock")) end,
  }

  for what, lose in pairs(losses) do
    it(("that %s before the first DELETE: none is sent"):format(what), function()
      local ledger = assert(campaign.open(place))
      local result = assert(campaign.apply(client, ledger, plan, options {
        confirm = 6, on_stage = function(stage) if stage == "cancelling" then lose() end end }))
      ledger:close()
      assert.are.equal("ledger", result.verdict)
      assert.are.equal("ledger", result.err.kind)
      assert.matches("was deleted, moved or replaced meanwhile", tostring(result.err), 1, true)
      assert.are.equal(0, count_deletes())
      assert.are.same({}, result.unwritten)
    end)

    it(("that %s while a DELETE is under way: what came of it is told, and no other is sent"):format(what),
      function()
        local ledger, deletes = assert(campaign.open(place)), 0
        local other = sandbox.client { concurrency = 1, on_request = function(event)
          if event.method ~= "DELETE" then return end
          deletes = deletes + 1
          if deletes == 2 then lose() end
        end }
        local result = assert(campaign.apply(other, ledger, plan, options { confirm = 6 }))
        other:close()
        ledger:close()
        assert.are.equal("ledger", result.verdict)
        assert.matches("was deleted, moved or replaced meanwhile", tostring(result.err), 1, true)
        assert.are.equal(2, count_deletes())
        local lost = result.unwritten
        assert.are.equal(1, #lost)
        assert.are.same({ plan.targets[2].port_in_sid, "accepted" }, { lost[1].port_in_sid, lost[1].state })
        assert.matches("^RQ%x+$", lost[1].request_id)
      end)
  end

  it("that is replaced between its opening and the run is not written to", function()
    begin()
    sandbox.reset()
    local ledger = assert(campaign.open(place))
    losses["is replaced by a copy"]()
    local none, err = campaign.resume(client, ledger, nil, options())
    ledger:close()
    assert.is_nil(none)
    assert.matches("was deleted, moved or replaced meanwhile", tostring(err), 1, true)
    assert.are.equal(0, count_deletes())
  end)

  it("keeps its locks when it is opened once more by the same process", function()
    local ledger = assert(campaign.open(place))
    assert(ledger:enter(plan, {}))
    assert(campaign.open(place, true)):close()
    local locks = support.read_file "/proc/locks"
    local inode = core.file_identity(place):match ":(%d+)$"
    assert.matches(":" .. inode .. " ", locks, 1, true)
    ledger:close()
  end)
end)
