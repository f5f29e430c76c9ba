--- A ledger's rows are held against its plan: in both kinds of ledger, whatever was changed in it, nothing is
--- sent beside the plan, and nothing that is missing is called a success.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local database = require "twilio.numbers.campaign.ledger.database"
local postgresql = require "spec.support.postgresql"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local options = campaigns.options

local function kw(number) return sandbox.sid("KW", number) end

--- One target more than the plan has.
local added = "INSERT INTO targets (campaign, number, port_in_sid, planned_status, state, attempts, "
  .. "changed_at) SELECT campaign, 6, '" .. kw(8) .. "', 'pending', 'planned', 0, 1 FROM targets "
  .. "WHERE number = 1"

--- What may happen to a ledger in which the first of three was confirmed, two more are planned, and the
--- fourth and fifth are skipped by the plan; and what is said of it.
local changes = {
  { "DELETE FROM targets WHERE number = 2", "target 2 is missing" },
  { "DELETE FROM targets WHERE number = 5", "4 targets are there of 5" },
  { added, "6 targets are there of 5" },
  { "UPDATE targets SET number = 0 WHERE number = 2", "target 1 is missing" },
  { "UPDATE targets SET port_in_sid = '" .. kw(8) .. "' WHERE number = 2", "another port_in_sid" },
  { "UPDATE targets SET port_in_sid = 'KW1' WHERE number = 4", "another port_in_sid" },
  { "UPDATE targets SET phone_number_sid = NULL WHERE number = 3", "another phone_number_sid" },
  { "UPDATE targets SET phone_number_sid = '" .. sandbox.sid("PU", 1) .. "' WHERE number = 2",
    "another phone_number_sid" },
  { "UPDATE targets SET phone_number = '+14155550111' WHERE number = 3", "another phone_number " },
  { "UPDATE targets SET planned_status = 'pending' WHERE number = 2", "another status" },
  { "UPDATE targets SET state = 'planned' WHERE number = 4", "not to be cancelled by the plan" },
  { "UPDATE targets SET attempts = 1 WHERE number = 4", "not to be cancelled by the plan" },
  { "UPDATE targets SET state = 'planmed' WHERE number = 2", "a state that does not exist" },
  { "DELETE FROM brakes", "its brakes are missing" },
  { "UPDATE brakes SET halted = 'x', halted_at = 1", "its brakes are half on" },
  { "UPDATE brakes SET halted = NULL, halted_at = 1", "its brakes are half on" },
  { "UPDATE brakes SET canary_run = 'x'", "its brakes are of a run that is not known" },
  { "UPDATE brakes SET failures = -1", "in brakes, a value of failures cannot be there" },
  { "UPDATE targets SET state = 'intended' WHERE number = 2", "has no attempt, and is intended" },
  { "UPDATE targets SET state = 'uncertain' WHERE number = 2", "has no attempt, and is uncertain" },
  { "UPDATE targets SET seen = 'in_review' WHERE number = 1", "was not seen as canceled" },
  { "UPDATE targets SET state = 'skipped' WHERE number = 2", "skipped without a reason" },
  { "UPDATE targets SET attempts = 0 WHERE number = 1", "it has lost an attempt, or got one" },
  { "UPDATE targets SET attempts = -1 WHERE number = 2", "a value of attempts cannot be there" },
  { "UPDATE targets SET changed_at = 1e20 WHERE number = 1", "a value of changed_at cannot be there" },
  { "UPDATE targets SET intended_at = 1 WHERE number = 1", "its last attempt was at another time" },
  { "UPDATE targets SET run = 'somewhere-1-1-1' WHERE number = 2", "of a run that is not known" },
  { "UPDATE targets SET again = 'somewhere-1-1-1' WHERE number = 2", "of a run that is not known" },
  { "UPDATE targets SET campaign = 'f' WHERE number = 2", "a row of no campaign" },
  { "DELETE FROM attempts", "it has lost an attempt, or got one" },
  { "UPDATE attempts SET attempt = 2", "not numbered one after the other" },
  { "UPDATE attempts SET target = 2", "it has lost an attempt, or got one" },
  { "UPDATE attempts SET target = 9", "it has lost an attempt, or got one" },
  { [[INSERT INTO attempts (campaign, target, attempt, run, intended_at)
    SELECT campaign, 9, 1, run, intended_at FROM attempts]], "an attempt of a target that is missing" },
  { "UPDATE attempts SET campaign = 'f'", "a row of no campaign" },
  { "UPDATE attempts SET run = 'somewhere-1-1-1'", "of a run that is not known" },
  { "UPDATE attempts SET outcome = 'acceptee'", "outcome does not exist" },
  { "UPDATE attempts SET answered_at = NULL", "half answered" },
  { "DELETE FROM runs", "of a run that is not known" },
  { "UPDATE runs SET campaign = 'f'", "of a run that is not known" },
  { "UPDATE runs SET ended_as = NULL", "half ended" },
  { "UPDATE runs SET pid = -1", "a value of pid cannot be there" },
  { "UPDATE campaigns SET account_sid = '" .. sandbox.sid("AC", 7) .. "'", "not that of its plan" },
  { "UPDATE campaigns SET planned = 2", "not that of its plan" },
  { "UPDATE campaigns SET plan = replace(plan, '" .. kw(2) .. "', '" .. kw(8) .. "')",
    "not that of its plan" },
  { "UPDATE campaigns SET plan = ''", "not that of its plan" },
  { "UPDATE campaigns SET id = 'f'", "a row of no campaign" },
  { "DELETE FROM campaigns", "a row of no campaign" },
  { "DROP TABLE attempts", "the table attempts is missing" },
  { "DROP TABLE campaign_schema", "the table campaign_schema is missing" },
  { "ALTER TABLE targets RENAME COLUMN lease_until TO leased_until", "lacks its column lease_until" },
  { "DELETE FROM campaign_schema", "it has no version" },
}

--- Where the ledgers are: what copies one, and what opens it for a change by the way.
local kinds = {
  sqlite = {
    start = function() return { template = campaigns.place() } end,
    copy = function(server, name)
      local place = server.template .. "." .. name
      support.write_file(place, support.read_file(server.template))
      return place
    end,
    stop = campaigns.clean,
  },
  postgresql = {
    objection = postgresql.objection(),
    start = function()
      local server = postgresql.start()
      return { server = server, template = server:database "template" }
    end,
    copy = function(server, name) return server.server:copy("template", name) end,
    stop = function(server) server.server:stop() end,
  },
}

for kind, how in pairs(kinds) do
  describe("a ledger of kind " .. kind, function()
    if how.objection then
      it("is not tried", function() pending(how.objection) end)
      return
    end

    local server, plan, client, copies

    setup(function()
      server, copies = how.start(), 0
      sandbox.reset()
      client = sandbox.client { concurrency = 1 }
      local ledger = assert(campaign.open(server.template))
      plan = assert(campaign.plan(client, { kw(1), kw(2), { kw(10), "+14155550201" }, kw(5),
        { kw(10), "+14155550299" } }))
      assert.are.equal(3, plan:count "cancel")
      assert(campaign.apply(client, ledger, plan, options { confirm = 3, confirm_numbers = 4, canary = 1,
        on_canary = function() return false end }))
      assert(campaign.release(ledger, nil, { confirm = 2 }))
      ledger:close()
    end)

    teardown(function()
      client:close()
      how.stop(server)
    end)

    before_each(function()
      sandbox.reset()
      sandbox.put_port_in(kw(1), { port_in_request_status = "Canceled" })
    end)

    local function copy()
      copies = copies + 1
      return how.copy(server, "copy" .. copies)
    end

    --- Changes the ledger as another program would.
    local function change(place, sql)
      local db = assert(database.open(place))
      if kind == "sqlite" then assert(db:rows "PRAGMA busy_timeout = 5000") end
      assert(db:run(sql))
      db:close()
    end

    local function told(none, err, words)
      assert.is_nil(none)
      assert.are.equal("ledger", err.kind)
      assert.matches(words, tostring(err), 1, true)
      assert.matches("make a new plan and a new ledger", tostring(err), 1, true)
    end

    local function deletes()
      local list = {}
      for sid in pairs((campaigns.deletes())) do list[#list + 1] = sid end
      table.sort(list)
      return list
    end

    it("is reported and resumed when nothing was changed", function()
      local ledger = assert(campaign.open(copy()))
      assert.are.equal("2 planned, 1 confirmed, 2 skipped", assert(campaign.report(ledger)):summary())
      local result = assert(campaign.resume(client, ledger, nil, options()))
      ledger:close()
      assert.are.equal("3 confirmed, 2 skipped", result.report:summary())
      assert.are.same({ kw(2), sandbox.sid("PU", 0xa1) }, deletes())
    end)

    it("is told to be damaged, be it opened then or before, and nothing is sent", function()
      for _, case in ipairs(changes) do
        local place = copy()
        local ledger = assert(campaign.open(place))
        change(place, case[1])
        local none, err = campaign.open(place)
        told(none, err, case[2])
        if not case[1]:find "campaign_schema" then
          none, err = campaign.report(ledger, plan.id)
          assert.is_nil(none, case[1])
          assert.are.equal("ledger", err.kind, case[1])
          for _, again in ipairs { "apply", "resume", "retry_failed" } do
            none, err = campaign[again](client, ledger, again == "apply" and plan or plan.id,
              options { confirm = 3, confirm_numbers = 4 })
            assert.is_nil(none, case[1])
            assert.are.equal("ledger", err.kind, case[1])
          end
        end
        ledger:close()
      end
      assert.are.same({}, deletes())
    end)

    --- Resumes, and changes it when a request is sent that fits.
    local function resume_and_change(method, part, sql)
      local place, is_done = copy(), false
      local ledger = assert(campaign.open(place))
      local other = sandbox.client { concurrency = 1, on_request = function(event)
        if is_done or event.method ~= method or not event.path:find(part, 1, true) then return end
        is_done = true
        change(place, sql)
      end }
      local result = assert(campaign.resume(other, ledger, nil, options()))
      ledger:close()
      other:close()
      assert.is_true(is_done)
      return result
    end

    it("is told to be damaged when a row is changed between its claim and its DELETE", function()
      for _, sql in ipairs {
        "UPDATE targets SET port_in_sid = '" .. kw(8) .. "' WHERE number = 2",
        "UPDATE targets SET phone_number_sid = '" .. sandbox.sid("PU", 1) .. "' WHERE number = 2",
        "UPDATE targets SET planned_status = 'pending' WHERE number = 2",
      } do
        sandbox.reset()
        local result = resume_and_change("GET", kw(2), sql)
        assert.are.equal("ledger", result.verdict)
        assert.matches("it is damaged, target 2", tostring(result.err), 1, true)
        assert.are.same({}, deletes())
      end
    end)

    it("is told to be damaged when a row is changed before its claim", function()
      for _, sql in ipairs {
        "UPDATE targets SET phone_number_sid = NULL WHERE number = 3",
        "UPDATE targets SET state = 'planned', why = NULL WHERE number = 4",
        added,
      } do
        sandbox.reset()
        local result = resume_and_change("DELETE", kw(2), sql)
        assert.are.equal("ledger", result.verdict)
        assert.matches("it is damaged", tostring(result.err), 1, true)
        assert.are.equal(kw(2), deletes()[1])
        assert.is_true(#deletes() == 1 or deletes()[2] == sandbox.sid("PU", 0xa1))
      end
    end)

    it("is no success when a row goes missing on the way", function()
      local result = resume_and_change("DELETE", kw(2), "DELETE FROM targets WHERE number = 3")
      assert.are.equal("ledger", result.verdict)
      assert.is_nil(result.report)
      assert.matches("target 3 is missing", tostring(result.err), 1, true)
      assert.are.same({ kw(2) }, deletes())
    end)

    --- Resumes, while another machine has claimed a target until so many seconds since 1970.
    local function resume_with_other(place, ledger, lease_until)
      return assert(campaign.resume(client, ledger, nil, options {
        lease = 2, on_stage = function(stage)
          if stage ~= "cancelling" then return end
          change(place, "INSERT INTO runs (id, campaign, command, host, pid, who, started_at) "
            .. "SELECT 'zz', id, 'apply', 'elsewhere', 1, 'robin', 1 FROM campaigns")
          change(place, "UPDATE targets SET run = 'zz', lease_until = " .. lease_until
            .. " WHERE number = 3")
        end }))
    end

    it("is waited for until a claim is free, however seldom a slow machine checks", function()
      local place = copy()
      local ledger = assert(campaign.open(place))
      local checks, held_by_others = 0, ledger.held_by_others
      function ledger:held_by_others()
        checks = checks + 1
        if checks == 2 then support.run "sleep 3" end
        return held_by_others(self)
      end
      local result = resume_with_other(place, ledger, assert(ledger.db:now()) + 2)
      ledger:close()
      assert.are.same({}, { result.stopped })
      assert.are.equal("3 confirmed, 2 skipped", result.report:summary())
    end)

    it("is not waited for for ever when a claim never comes free", function()
      local place = copy()
      local ledger = assert(campaign.open(place))
      local result = resume_with_other(place, ledger, "9e10")
      ledger:close()
      assert.are.same({ "held", "partial" }, { result.stopped, result.verdict })
      assert.are.equal("1 planned, 2 confirmed, 2 skipped", result.report:summary())
      assert.are.same({ kw(2) }, deletes())
    end)
  end)
end
