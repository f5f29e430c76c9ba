--- Several workers on one ledger of a PostgreSQL server share a campaign; one of them dies on the way.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local postgresql = require "spec.support.postgresql"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local count = tonumber(os.getenv "TARGETS" or 200)
local latency = 0.02 -- seconds for each answer

local run, quote = support.run, support.quote

postgresql.describe("a ledger on PostgreSQL", function()
  local server, url, folder

  setup(function()
    server = postgresql.start()
    folder = run "mktemp -d":gsub("%s+$", "")
  end)

  teardown(function()
    server:stop()
    run("rm -rf " .. quote(folder))
  end)

  before_each(sandbox.reset)
  after_each(sandbox.reset)

  --- Begins the example script in the background; its process id. The lease is longer than a process stands
  --- still on a busy machine.
  local function start(words, name)
    local command = ("cd %s; TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s nohup %s "
      .. "examples/cancel_port_ins.lua %s --concurrency 8 --lease 15 --settle-after 0.5 --wait 20 "
      .. "</dev/null >%s 2>&1 & echo $!"):format(quote(run "pwd":gsub("%s+$", "")), sandbox.url,
      sandbox.ca_file, support.lua, words, quote(folder .. "/" .. name))
    return run(command):match "%d+"
  end

  local function is_alive(pid)
    return select(2, run("kill -0 " .. pid)) == 0
  end

  local function wait_for(pids)
    for _ = 1, 30000 do
      local alive = false
      for _, pid in ipairs(pids) do alive = alive or is_alive(pid) end
      if not alive then return end
      run "sleep 0.02"
    end
    error "a worker did not end"
  end

  local function write_plan(sids)
    local client = sandbox.client()
    local plan = assert(campaign.plan(client, sids))
    client:close()
    support.write_file(folder .. "/plan.json", plan:to_json())
    return ("apply %s --ledger %s --confirm %d"):format(folder .. "/plan.json", quote(url),
      plan:count "cancel")
  end

  --- How many targets each run was the first to send a DELETE for.
  local function parts_of(report)
    local parts, count_of_runs = {}, 0
    for _, target in ipairs(report.targets) do
      local by = target.tries[1] and target.tries[1].run
      if by and not parts[by] then count_of_runs = count_of_runs + 1 end
      if by then parts[by] = (parts[by] or 0) + 1 end
    end
    return parts, count_of_runs
  end

  --- Waits until so many runs have each sent a DELETE, calls `meanwhile`, and has all of them answered.
  local function begin_together(ledger, runs, meanwhile)
    local begun
    for _ = 1, 3000 do
      local report = campaign.report(ledger)
      begun = report and select(2, parts_of(report))
      if begun == runs then break end
      run "sleep 0.02"
    end
    assert.are.equal(runs, begun)
    meanwhile()
    sandbox.clear_faults()
  end

  local function hold_deletes()
    sandbox.fault { fault = "paused", seconds = 120, method = "DELETE", times = 1e9 }
  end

  it("cancels each target once, though one of four workers is killed", function()
    url = server:database "four"
    local sids = campaigns.port_ins(count)
    local apply = write_plan(sids)
    hold_deletes()
    local pids = {}
    for i = 1, 4 do pids[i] = start(apply, "worker" .. i) end
    local ledger = assert(campaign.open(url))
    begin_together(ledger, 4, function() run("kill -KILL " .. pids[2]) end)
    wait_for(pids)
    local report = assert(campaign.report(ledger))
    ledger:close()
    assert.are.equal(count, report.counts.confirmed, report:summary()
      .. support.read_file(folder .. "/worker1"))
    local seen = campaigns.deletes()
    for _, sid in ipairs(sids) do
      assert.are.equal(1, #(seen[sid] or {}), sid)
      seen[sid] = nil
    end
    assert.are.same({}, seen)
    assert.are.equal(4, #report.runs)
    local killed = 0
    for _, entry in ipairs(report.runs) do killed = killed + (entry.ended_at and 0 or 1) end
    assert.are.equal(1, killed)
  end)

  it("gives each of its workers a part", function()
    url = server:database "parts"
    local apply = write_plan(campaigns.port_ins(count))
    hold_deletes()
    local pids = { start(apply, "worker1"), start(apply, "worker2") }
    local ledger = assert(campaign.open(url))
    begin_together(ledger, 2, function() end)
    wait_for(pids)
    local report = assert(campaign.report(ledger))
    ledger:close()
    assert.are.equal(count, report.counts.confirmed, report:summary())
    local parts = parts_of(report)
    assert.are.equal(2, #report.runs)
    for _, entry in ipairs(report.runs) do assert.truthy(parts[entry.id], entry.id) end
  end)

  it("keeps an API's message that is no UTF-8, as the server would not", function()
    local client = sandbox.client()
    local ledger = assert(campaign.open(server:database "texts"))
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", message = "Caf\233" }
    local plan = assert(campaign.plan(client, campaigns.port_ins(1)))
    local result = assert(campaign.apply(client, ledger, plan,
      campaigns.options { confirm = 1, reason = "No\235l" }))
    client:close()
    ledger:close()
    assert.is_nil(result.stopped)
    assert.are.equal("refused", result.report.targets[1].state)
    assert.are.equal("Caf? (then seen as in_review)", result.report.targets[1].why)
  end)

  it("keeps what it is told, whatever is usual in the database", function()
    local place = server:database "careless"
    local ledger = assert(campaign.open(place))
    assert(ledger.db:run "ALTER DATABASE careless SET synchronous_commit = off")
    assert(ledger.db:run "ALTER DATABASE careless SET default_transaction_isolation = 'serializable'")
    ledger:close()
    ledger = assert(campaign.open(place))
    assert.are.same({ synchronous_commit = "on" }, ledger.db:row "SHOW synchronous_commit")
    assert.are.same({ transaction_isolation = "read committed" },
      ledger.db:row "SHOW transaction_isolation")
    ledger:close()
  end)

  it("is read in the order of its keys, though the server has not counted its rows yet", function()
    local client = sandbox.client()
    local ledger = assert(campaign.open(server:database "uncounted"))
    local plan = assert(campaign.plan(client, campaigns.port_ins(3)))
    assert(campaigns.apply(client, ledger, plan))
    client:close()
    local db, rows, explained = ledger.db, ledger.db.rows, {}
    function db.rows(self, sql, ...)
      if sql:find "FROM targets AS t" or sql:find "ORDER BY %l+ LIMIT" then
        local lines = {}
        for i, row in ipairs(assert(rows(self, "EXPLAIN " .. sql, ...))) do lines[i] = row["QUERY PLAN"] end
        explained[#explained + 1] = table.concat(lines, "\n")
      end
      return rows(self, sql, ...)
    end
    assert.are.same({}, assert(campaign.verify(ledger)).differences)
    assert.are.equal(3, assert(campaign.report(ledger)).counts.confirmed)
    ledger:close()
    assert.are.equal(4, #explained) -- the targets twice, the audit chain, the states in both
    for _, text in ipairs(explained) do
      for _, slow in ipairs { "Nested Loop", "Bitmap", "Sort" } do assert.not_matches(slow, text, 1, true) end
    end
  end)

  it("is joined by a second machine that was still checking the plan when the first began", function()
    local place = server:database "joined"
    local client, other = sandbox.client(), sandbox.client()
    local first, second = assert(campaign.open(place)), assert(campaign.open(place))
    local plan = assert(campaign.plan(client, campaigns.port_ins(5)))
    local is_done = false
    local result = assert(campaign.apply(client, second, plan, campaigns.options {
      confirm = 5, concurrency = 1,
      on_target = function()
        if is_done then return end
        is_done = true
        assert(campaign.apply(other, first, plan, campaigns.options { confirm = 5 }))
      end,
    }))
    for _, item in ipairs { client, other, first, second } do item:close() end
    assert.are.equal("success", result.verdict)
    assert.are.equal(5, result.report.counts.confirmed)
    assert.are.equal(5, select(2, campaigns.deletes()))
  end)

  it("says what is wrong with a server, without the password", function()
    for _, place in ipairs {
      "postgresql://specs:hidden-word@127.0.0.1:1/x",
      "postgresql://specs:hidden-word@127.0.0.1:" .. server.port .. "/nowhere",
    } do
      local none, err = campaign.open(place)
      assert.is_nil(none)
      assert.are.equal("ledger", err.kind)
      assert.matches("at 127.0.0.1: no connection", tostring(err), 1, true)
      assert.not_matches("hidden", tostring(err), 1, true)
    end
    assert.is_false((pcall(campaign.open, "postgresql://")))
  end)

  it("stops when the server goes away, and sends nothing more", function()
    local other = postgresql.start()
    local place = other:database "gone"
    local client = sandbox.client { concurrency = 2 }
    local sids = campaigns.port_ins(60)
    local plan = assert(campaign.plan(client, sids))
    local ledger = assert(campaign.open(place))
    sandbox.limit(1000, latency)
    local told, stopped = 0, false
    local result, err = campaign.apply(client, ledger, plan, campaigns.options {
      confirm = 60, lease = 2, -- as long as it waits for the server
      on_target = function(target)
        if target.state ~= "checked" then told = told + 1 end
        if told == 5 and not stopped then
          stopped = true
          other:stop()
        end
      end,
    })
    client:close()
    ledger:close()
    assert.is_nil(err)
    assert.are.equal("ledger", result.verdict)
    assert.are.equal("ledger", result.err.kind)
    assert.truthy(select(2, campaigns.deletes()) <= 5 + 2)
  end)
end)
