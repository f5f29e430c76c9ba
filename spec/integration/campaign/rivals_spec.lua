--- Two campaigns of one PostgreSQL ledger that hold the same port-ins, and record intents at the same time.
--- What one process has not committed yet, the other one cannot see. Their steps are interleaved by hand: a
--- statement that would wait ends with an error instead, or is a process that is seen waiting.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local postgresql = require "spec.support.postgresql"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local run, quote = support.run, support.quote

--- A process that records intents in one transaction, in the order of the SIDs named, and prints the results.
local RIVAL = [[
local campaign = require "twilio.numbers.campaign"
local url, id, lease = arg[1], arg[2], 600
local ledger = assert(campaign.open(url, true))
local plan = assert(ledger:read(id)).plan
assert(ledger:begin_run(id, "resume", lease))
local targets = {}
for _, target in ipairs(assert(ledger:claim({ "planned" }, 10))) do targets[target.port_in_sid] = target end
local words = {}
assert(ledger:transaction(function()
  for i = 3, #arg do
    local result, err = ledger:intend(targets[arg[i] ], plan)
    if result == nil then return nil, err end
    words[#words + 1] = tostring(result)
  end
  return true
end))
assert(ledger:end_run "done")
ledger:close()
print(table.concat(words, " "))
]]

postgresql.describe("two campaigns with the same port-ins on PostgreSQL", function()
  local server, client, sids, folder, first, second, count = nil, nil, nil, nil, nil, nil, 0

  setup(function()
    server = postgresql.start()
    folder = run "mktemp -d":gsub("%s+$", "")
  end)

  teardown(function()
    server:stop()
    run("rm -rf " .. quote(folder))
  end)

  --- A ledger with a plan of its own, at work on it.
  local function begin(url, list, is_entered)
    local ledger = assert(campaign.open(url))
    local plan = assert(campaign.plan(client, list))
    assert(ledger:begin_run(plan.id, "apply", 600))
    if is_entered then assert(ledger:enter(plan, {})) end
    return { ledger = ledger, plan = plan, url = url }
  end

  local function claim(worker)
    worker.targets = {}
    for _, target in ipairs(assert(worker.ledger:claim({ "planned" }, 10))) do
      worker.targets[target.port_in_sid] = target
    end
  end

  local function intend(worker, sid)
    return worker.ledger:intend(worker.targets[sid], worker.plan)
  end

  local function commit_intent(worker, sid)
    return worker.ledger:transaction(function() return intend(worker, sid) end)
  end

  --- From now on a statement that waits for another transaction fails.
  local function never_wait(worker)
    assert(worker.ledger.db:rows "SELECT set_config('lock_timeout', '200ms', false) AS value")
  end

  local function assert_waited(result, err)
    assert.is_nil(result)
    assert.matches("lock timeout", tostring(err), 1, true)
  end

  before_each(function()
    sandbox.reset()
    client = sandbox.client()
    sids, count = campaigns.port_ins(3), count + 1
    local url = server:database("rivals" .. count)
    first = begin(url, sids, true)
    assert(first.ledger.db:rows
      "SELECT set_config('idle_in_transaction_session_timeout', '0', false) AS value") -- on a slow machine
    second = begin(url, { sids[3], sids[2], sids[1] }, false)
    claim(first)
  end)

  after_each(function()
    for _, item in ipairs { first.ledger, second.ledger, client } do item:close() end
    sandbox.reset()
  end)

  it("are not entered while an intent of the first is not durable, and then refused", function()
    never_wait(second)
    assert.is_true(first.ledger:transaction(function()
      assert.is_true(intend(first, sids[1]))
      assert_waited(second.ledger:enter(second.plan, {}))
      return true
    end))
    local entered, err = second.ledger:enter(second.plan, {})
    assert.is_nil(entered)
    assert.matches("what became of 1 of these in campaign", tostring(err), 1, true)
  end)

  it("record no intent while the second is being entered, and then see it", function()
    never_wait(first)
    local db, is_tried = second.ledger.db, false
    local run_statement = db.run
    function db.run(self, sql, ...)
      if sql == "COMMIT" then
        is_tried = true
        assert_waited(commit_intent(first, sids[1]))
      end
      return run_statement(self, sql, ...)
    end
    assert.is_true(second.ledger:enter(second.plan, {}))
    db.run = nil
    assert.is_true(is_tried)
    claim(second)
    never_wait(second)
    assert.is_true(first.ledger:transaction(function()
      assert.is_true(intend(first, sids[1]))
      assert_waited(commit_intent(second, sids[1]))
      return true
    end))
    assert.are.equal("elsewhere", commit_intent(second, sids[1]))
    assert.is_true(commit_intent(second, sids[2]))
    assert.are.equal("elsewhere", commit_intent(first, sids[2]))
  end)

  it("do not wait for each other in a circle when each records several, in opposite orders", function()
    assert(second.ledger:enter(second.plan, {}))
    assert(second.ledger:end_run "done")
    local script, output = folder .. "/rival.lua", folder .. "/output"
    support.write_file(script, RIVAL)
    local function has_begun_to_wait()
      return assert(second.ledger.db:row [[SELECT count(*) AS n FROM pg_locks WHERE NOT granted
        AND locktype = 'advisory' AND pid <> pg_backend_pid()]]).n > 0
    end
    local pid
    assert(first.ledger:transaction(function()
      assert.is_true(intend(first, sids[1]))
      pid = run(("nohup %s %s %s %s %s %s %s </dev/null >%s 2>&1 & echo $!"):format(support.lua,
        quote(script), quote(first.url), second.plan.id, sids[3], sids[2], sids[1],
        quote(output))):match "%d+"
      repeat
        local is_alive = select(2, run("kill -0 " .. pid)) == 0
        assert.is_true(is_alive, "it did not wait: " .. support.read_file(output))
        run "sleep 0.02"
      until has_begun_to_wait()
      assert.is_true(intend(first, sids[2]))
      assert.is_true(intend(first, sids[3]))
      return true
    end))
    while select(2, run("kill -0 " .. pid)) == 0 do run "sleep 0.02" end
    assert.are.equal("elsewhere elsewhere elsewhere\n", support.read_file(output))
  end)

  it("ask for each lock once, however many intents a transaction has", function()
    assert(second.ledger:enter(second.plan, {}))
    local db, asked = first.ledger.db, 0
    local rows = db.rows
    function db.rows(self, sql, ...)
      if sql:find("pg_advisory", 1, true) then asked = asked + 1 end
      return rows(self, sql, ...)
    end
    assert.is_true(first.ledger:transaction(function()
      for _, sid in ipairs(sids) do assert.is_true(intend(first, sid)) end
      return true
    end))
    assert.are.equal(2, asked)
  end)
end)
