--- Which callers are still there: those that wait for their semaphores.

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

  --- A semaphore whose waiters are coroutines, as nginx's are.
  local function semaphore_of()
    local semaphore = { waiting = 0 }
    function semaphore:wait()
      self.waiting = self.waiting + 1
      local woken, why = coroutine.yield()
      self.waiting = self.waiting - 1
      return woken, why
    end
    function semaphore:count() return -self.waiting end
    return semaphore
  end

  --- A caller that waits for a call of this queue.
  local function caller_of(own, queue)
    local caller = { semaphore = semaphore_of(), call = { queue = queue } }
    queue.waiting = queue.waiting + 1
    loop.calls[#loop.calls + 1] = caller.call
    caller.thread = coroutine.create(function()
      return own:wait(queue, caller.semaphore, 1)
    end)
    assert(coroutine.resume(caller.thread))
    return caller
  end

  --- nginx ends the caller's coroutine: it waits no longer, and nothing of it runs.
  local function leave(caller) caller.semaphore.waiting = 0 end

  local function check(own, times, present)
    for _ = 1, times do
      now = now + 0.3
      own:check(loop, present)
    end
  end

  it("gives what the wait gave, and raises any failure but the end of the time", function()
    local own, queue = liveness.new(), queues.new(true)
    local one, other, third = caller_of(own, queue), caller_of(own, queue), caller_of(own, queue)
    assert.are.same({ true, true }, { coroutine.resume(one.thread, true) })
    local ok, woken = coroutine.resume(other.thread, nil, "timeout")
    assert.is_true(ok)
    assert.is_falsy(woken)
    assert.are.same({ false, "no" }, { coroutine.resume(third.thread, nil, "no") })
  end)

  it("drops a call whose only caller is gone for two checks", function()
    local own, queue = liveness.new(), queues.new(true)
    local caller = caller_of(own, queue)
    leave(caller)
    check(own, 1)
    assert.are.same({}, loop.dropped)
    check(own, 1)
    assert.are.equal(caller.call, loop.dropped[1])
    check(own, 10)
    assert.are.equal(1, #loop.dropped)
  end)

  it("drops it at once when nginx has handled all that has happened", function()
    local own, queue = liveness.new(), queues.new(true)
    local gone, there = caller_of(own, queue), caller_of(own, queues.new(true))
    leave(gone)
    own:check_now(loop)
    assert.are.same({ gone.call }, loop.dropped)
    assert.is_nil(there.call.dropped)
  end)

  it("keeps a call as long as its caller waits", function()
    local own, queue = liveness.new(), queues.new(true)
    caller_of(own, queue)
    check(own, 20)
    assert.are.same({}, loop.dropped)
  end)

  it("keeps a call whose caller was about to go on at one check", function()
    local own, queue = liveness.new(), queues.new(true)
    local caller = caller_of(own, queue)
    for _ = 1, 5 do
      leave(caller)
      check(own, 1)
      caller.semaphore.waiting = 1
      check(own, 1)
    end
    assert.are.same({}, loop.dropped)
  end)

  it("keeps a call that no caller waits for at present", function()
    local own, queue = liveness.new(), queues.new(true)
    leave(caller_of(own, queue))
    queue.waiting = 0
    check(own, 20)
    assert.are.same({}, loop.dropped)
  end)

  it("keeps a call whose caller turns the loop itself", function()
    local own, queue = liveness.new(), queues.new(true)
    leave(caller_of(own, queue))
    check(own, 20, queue)
    own:check_now(loop, queue)
    assert.are.same({}, loop.dropped)
  end)

  it("keeps the calls of a queue as long as one of its callers waits", function()
    local own, queue = liveness.new(), queues.new(true)
    leave(caller_of(own, queue))
    caller_of(own, queue)
    check(own, 20)
    assert.are.same({}, loop.dropped)
  end)

  it("drops no call of a queue that several callers share", function()
    local own, queue = liveness.new(), queues.new()
    leave(caller_of(own, queue))
    leave(caller_of(own, queue))
    check(own, 20)
    assert.are.same({}, loop.dropped)
  end)

  it("checks at intervals only", function()
    local own, queue = liveness.new(), queues.new(true)
    leave(caller_of(own, queue))
    own:check(loop)
    for _ = 1, 20 do own:check(loop) end
    assert.are.same({}, loop.dropped)
  end)

  it("writes nothing into queues, and keeps none", function()
    local own, queue = liveness.new(), queues.new(true)
    local caller = caller_of(own, queue)
    local fields = {}
    for name, value in pairs(queue) do fields[name] = value end
    leave(caller)
    check(own, 1)
    local after = {}
    for name, value in pairs(queue) do after[name] = value end
    assert.are.same(fields, after)
    queue, caller, loop.calls = nil, nil, {} -- luacheck: ignore 311
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(own.waiters))
    assert.is_nil(next(own.missed))
  end)
end)
