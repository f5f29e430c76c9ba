--- Which callers are still there: by the heartbeats that they leave while they wait.

local core = require "twilio.numbers.core"
local queues = require "twilio.numbers.runtime.queue"

describe("liveness", function()
  local real_now, now = core.now, nil
  local liveness, loop

  setup(function()
    core.now = function() return now end
    package.loaded["twilio.numbers.nginx.liveness"] = nil
    liveness = require "twilio.numbers.nginx.liveness"
    core.now = real_now
    package.loaded["twilio.numbers.nginx.liveness"] = nil
  end)

  before_each(function()
    now = 1000
    loop = { calls = {}, dropped = {} }
    function loop:drop(call)
      call.dropped = true
      self.dropped[#self.dropped + 1] = call
    end
  end)

  --- A call that a caller waits for.
  local function call_of(queue)
    local call = { queue = queue }
    queue.waiting = queue.waiting + 1
    loop.calls[#loop.calls + 1] = call
    return call
  end

  --- So many checks, at which nginx's timers have run.
  local function check(own, times)
    for _ = 1, times do
      now = now + 0.2
      own:tick()
      own:check(loop)
    end
  end

  it("drops a call whose only caller leaves no heartbeat for three checks", function()
    local own, queue = liveness.new(), queues.new(true)
    local call = call_of(queue)
    own:beat(queue)
    check(own, 3)
    assert.are.same({}, loop.dropped)
    check(own, 1)
    assert.are.equal(call, loop.dropped[1])
    check(own, 10)
    assert.are.equal(1, #loop.dropped)
  end)

  it("keeps a call as long as its caller leaves heartbeats", function()
    local own, queue = liveness.new(), queues.new(true)
    call_of(queue)
    for _ = 1, 20 do
      own:beat(queue)
      check(own, 3)
    end
    assert.are.same({}, loop.dropped)
  end)

  it("keeps a call that no caller waits for at present", function()
    local own, queue = liveness.new(), queues.new(true)
    call_of(queue)
    queue.waiting = 0
    check(own, 20)
    queue.waiting = 1
    own:beat(queue)
    check(own, 3)
    assert.are.same({}, loop.dropped)
  end)

  it("drops no call of a queue that several callers share", function()
    local own, queue = liveness.new(), queues.new()
    call_of(queue)
    call_of(queue)
    own:beat(queue)
    check(own, 20)
    assert.are.same({}, loop.dropped)
  end)

  it("checks nothing while nginx's timers do not run", function()
    local own, queue = liveness.new(), queues.new(true)
    call_of(queue)
    own:beat(queue)
    for _ = 1, 20 do
      now = now + 0.2
      own:check(loop)
    end
    assert.are.same({}, loop.dropped)
  end)

  it("knows the callers again some checks after they are suspect", function()
    local own = liveness.new()
    assert.is_false(own:is_suspect())
    own:suspect()
    check(own, 4)
    assert.is_true(own:is_suspect())
    check(own, 1)
    assert.is_false(own:is_suspect())
  end)

  it("writes nothing into queues, and keeps none", function()
    local own, queue = liveness.new(), queues.new(true)
    call_of(queue)
    local fields = {}
    for name, value in pairs(queue) do fields[name] = value end
    own:beat(queue)
    check(own, 2)
    local after = {}
    for name, value in pairs(queue) do after[name] = value end
    assert.are.same(fields, after)
    queue, loop.calls = nil, {} -- luacheck: ignore 311
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(own.beats))
  end)
end)
