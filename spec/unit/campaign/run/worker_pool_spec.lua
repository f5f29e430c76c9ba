--- Tasks that work on targets side by side. The clock is the transport's.

local fake = require "spec.support.fake_transport"
local stop_conditions = require "twilio.numbers.campaign.run.stop_conditions"
local worker_pool = require "twilio.numbers.campaign.run.worker_pool"

describe("a worker pool", function()
  --- A run whose client gets each response after so many seconds.
  local function new_run(seconds, options)
    local client, transport = fake.client(function(request)
      return fake.port_in(request, "In Review", { after = seconds })
    end, options)
    local stop = stop_conditions.new(client, {}, 10)
    return { client = client, concurrency = 2, stop_conditions = stop }, transport
  end

  local function fetch(run, number)
    return assert(run.client.port_ins:fetch(fake.sid(number)))
  end

  it("works on each target once, and on so many at a time", function()
    local run, transport = new_run(1)
    worker_pool.work(run, worker_pool.each { 1, 2, 3, 4, 5 }, fetch)
    local begun = {}
    for i, request in ipairs(transport.requests) do begun[i] = request.at end
    assert.are.same({ 0, 0, 1, 1, 2 }, begun)
  end)

  it("ends when its last task does, not when the stop conditions are checked next", function()
    local run, transport = new_run(0.011)
    worker_pool.work(run, worker_pool.each { 1, 2, 3 }, fetch)
    assert.are.equal(0.022, transport.now)
  end)

  it("has no more tasks than there are targets", function()
    local run = new_run(1)
    local begun, gather = 0, run.client.gather
    function run.client:gather(tasks)
      begun = begun + #tasks
      return gather(self, tasks)
    end
    worker_pool.work(run, worker_pool.each { 1 }, fetch, 1)
    assert.are.equal(1 + 2, begun) -- the watch, and the group itself
  end)

  it("begins no target when a stop condition holds, also while all tasks wait", function()
    local run, transport = new_run(60)
    local is_interrupted = false
    run.stop_conditions.interrupted = function()
      is_interrupted = is_interrupted or transport.now > 1
      return is_interrupted
    end
    worker_pool.work(run, worker_pool.each { 1, 2, 3, 4 }, fetch)
    assert.are.equal("interrupted", run.stop_conditions.stopped)
    assert.is_true(transport.draining)
    assert.are.equal(2, #transport.requests)
  end)

  it("raises what its work raises, when the other tasks have ended", function()
    local run, transport = new_run(1)
    local reason = { code = 7 }
    local ok, raised = pcall(worker_pool.work, run, worker_pool.each { 1, 2 }, function(_, number)
      if number == 1 then error(reason) end
      fetch(run, number)
    end)
    assert.is_false(ok)
    assert.are.equal(reason, raised)
    assert.are.equal(1, transport.now)
  end)

  it("raises what a hook of the client raises", function()
    local run = new_run(1, { on_request = function() error "a hook's" end })
    local ok, raised = pcall(worker_pool.work, run, worker_pool.each { 1, 2, 3 }, fetch)
    assert.is_false(ok)
    assert.matches("a hook's", tostring(raised))
  end)

  it("ends when the client is closed meanwhile", function()
    local run = new_run(1)
    local ok, raised = pcall(worker_pool.work, run, worker_pool.each { 1, 2, 3 }, function(_, number)
      fetch(run, number)
      run.client:close()
    end)
    assert.is_false(ok)
    assert.matches("the client", tostring(raised))
  end)
end)

describe("the claims of a worker pool", function()
  --- A run whose ledger gives these rows, batch by batch, and keeps what is moved.
  local function new_run(batches)
    local run = { plan = { count = function() return 4 end }, concurrency = 2, group = 2,
      tried = {}, lease = 600 }
    run.moved, run.limits = {}, {}
    local ledger = {}
    function ledger.move(_, row, finding)
      table.insert(run.moved, { row.number, finding.state })
      return true
    end
    function run:claim(states, limit)
      assert.are.same({ "planned" }, states)
      table.insert(self.limits, limit)
      local rows = {}
      for i, number in ipairs(table.remove(batches, 1) or {}) do rows[i] = { number = number } end
      return rows
    end
    function run.write(_, change) return change(ledger) end
    return run
  end

  local function numbers_of(claims)
    local list = {}
    for target in function() return claims:next() end do list[#list + 1] = target.number end
    return list
  end

  it("come in groups as large as the run says, until there are none", function()
    local run = new_run { { 1, 2 }, { 3 } }
    local claims = worker_pool.claims(run, math.huge)
    assert.are.same({ 1, 2, 3 }, numbers_of(claims))
    assert.are.equal(3, claims.taken)
    assert.are.same({ 2, 2, 2 }, run.limits)
  end)

  it("come in groups that take no more than twice the targets of the plan", function()
    local run = new_run { { 1, 2, 3 } }
    run.group = 64
    assert.are.same({ 1, 2, 3 }, numbers_of(worker_pool.claims(run, math.huge)))
    assert.are.same({ 8, 5 }, run.limits)
  end)

  it("are no more than were asked for", function()
    local run = new_run { { 1, 2 }, { 3 }, { 4 } }
    local claims = worker_pool.claims(run, 3)
    assert.are.same({ 1, 2, 3 }, numbers_of(claims))
    assert.are.equal(3, claims.taken)
    assert.are.same({ 2, 1 }, run.limits)
  end)

  it("give back what this run has tried before: another run may know better", function()
    local run = new_run { { 1, 2 }, { 1 }, { 3 } }
    assert.are.same({ 1, 2, 3 }, numbers_of(worker_pool.claims(run, math.huge)))
    assert.are.same({ { 1, "planned" } }, run.moved)
  end)

  it("are over as soon as the ledger has none that can be claimed", function()
    local run, left = new_run { { 1, 2 }, { 3 } }, { true, false }
    function run.has_claimable() return table.remove(left, 1) end
    local claims = worker_pool.claims(run, math.huge)
    assert.is_true(claims:has_more())
    assert.are.equal(1, claims:next().number)
    assert.is_true(claims:has_more()) -- without the ledger
    assert.are.equal(2, claims:next().number)
    assert.is_false(claims:is_over())
    assert.is_false(claims:has_more())
    assert.is_true(claims:is_over())
    assert.is_nil(claims:next())
  end)

  it("are no more than were asked for, though the ledger lets several tasks wait", function()
    local run = new_run { { 1, 2 }, { 3, 4 } }
    local client = fake.client(function() end)
    run.client, run.stop_conditions = client, stop_conditions.new(client, {}, 4)
    local claim, worked = run.claim, {}
    function run:claim(...)
      client:sleep(1) -- the database was lost
      return claim(self, ...)
    end
    local claims = worker_pool.claims(run, 2)
    worker_pool.work(run, function() return claims:next() end, function(_, target)
      worked[#worked + 1] = target.number
    end)
    assert.are.same({ 1, 2 }, worked)
    assert.are.same({ 2 }, run.limits)
  end)

  it("are claimed anew if they had to wait for so long that they might be too late", function()
    local run = new_run { { 1, 2 }, { 2, 3 } }
    local claims = worker_pool.claims(run, math.huge)
    assert.are.equal(1, claims:next().number)
    claims.claimed[1].claimed = claims.claimed[1].claimed - run.lease / 3
    assert.are.same({ 2, 3 }, numbers_of(claims))
    assert.are.same({ { 2, "planned" } }, run.moved)
    assert.are.equal(3, claims.taken)
  end)

  it("are not over while a task gives back old ones: those may be the last", function()
    local run, free = new_run {}, { 1, 2, 3, 4 }
    local client = fake.client(function() end)
    run.client, run.stop_conditions, run.group = client, stop_conditions.new(client, {}, 4), 4
    function run.claim()
      local rows = {}
      for i, number in ipairs(free) do rows[i] = { number = number } end
      free = {}
      return rows
    end
    function run.write(_, change)
      client:sleep(1) -- other tasks go on until it is durable
      return change { move = function(_, row)
        table.insert(free, row.number)
        return true
      end }
    end
    local claims, worked = worker_pool.claims(run, math.huge), {}
    worker_pool.work(run, function() return claims:next() end, function(_, target)
      worked[#worked + 1] = target.number
      client:sleep(1)
      for _, row in ipairs(claims.claimed) do row.claimed = row.claimed - run.lease / 3 end
    end)
    table.sort(worked)
    assert.are.same({ 1, 2, 3, 4 }, worked)
  end)

  it("are known by the ledger only when no task gives back any", function()
    local run, is_free = new_run { { 1, 2 } }, false
    local client = fake.client(function() end)
    run.client, run.stop_conditions = client, stop_conditions.new(client, {}, 4)
    function run.has_claimable() return is_free end
    function run.write(_, change)
      client:sleep(1)
      is_free = true
      return change { move = function() return true end }
    end
    local claims = worker_pool.claims(run, math.huge)
    assert.are.equal(1, claims:next().number)
    local results = client:gather {
      function() return claims:put_back() or true end,
      function() return claims:has_more() end,
    }
    assert.are.same({ true, true }, results)
  end)

  it("are not over after old ones were given back, though none was left to be claimed before", function()
    local run = new_run { { 1, 2 }, { 2 } }
    local client, claim = fake.client(function() end), run.claim
    run.client, run.stop_conditions = client, stop_conditions.new(client, {}, 4)
    function run.claim(...)
      client:sleep(1) -- another task asks meanwhile whether there are more
      return claim(...)
    end
    function run.has_claimable() return false end
    function run.write(_, change) return change { move = function() return true end } end
    local claims = worker_pool.claims(run, math.huge)
    local results = client:gather {
      function() return claims:next().number end,
      function() return claims:has_more() end,
    }
    assert.are.same({ 1, true }, results)
    claims:put_back()
    assert.are.equal(2, assert(claims:next()).number)
  end)

  it("end though the same targets are given for ever", function()
    local batches = {}
    for i = 1, 100 do batches[i] = { 1, 2 } end
    local run = new_run(batches)
    assert.are.same({ 1, 2 }, numbers_of(worker_pool.claims(run, math.huge)))
    assert.are.equal(8, #run.moved + 2)
  end)
end)
