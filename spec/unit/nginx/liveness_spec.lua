--- Which callers are still there: those that are in the wait for their wakeups.

local clock = require "spec.support.clock"
local queues = require "twilio.numbers.runtime.queue"

describe("liveness", function()
  local now, liveness, loop

  setup(function()
    liveness = clock.load("twilio.numbers.nginx.liveness", "now", function() return now end)
  end)

  before_each(function()
    now = 1000
    loop = { calls = {}, dropped = {} }
    function loop:drop(call)
      call.dropped = true
      self.dropped[#self.dropped + 1] = call
    end
  end)

  --- A wakeup whose caller is a coroutine, as nginx's are.
  local function wakeup_of()
    local wakeup = { is_waited_for = false }
    function wakeup:wait()
      self.is_waited_for = true
      local is_posted = coroutine.yield()
      self.is_waited_for = false
      return is_posted
    end
    function wakeup:has_waiter() return self.is_waited_for end
    return wakeup
  end

  --- A caller that waits for a call of this queue.
  local function caller_of(own, queue)
    local caller = { wakeup = wakeup_of(), call = { queue = queue } }
    queue.waiting = queue.waiting + 1
    loop.calls[#loop.calls + 1] = caller.call
    caller.thread = coroutine.create(function()
      return own:wait(queue, caller.wakeup, 1)
    end)
    assert(coroutine.resume(caller.thread))
    return caller
  end

  --- nginx ends the caller's coroutine: it waits no longer, and nothing of it runs.
  local function leave(caller) caller.wakeup.is_waited_for = false end

  local function check(own, times)
    for _ = 1, times do
      now = now + 0.3
      own:check(loop)
    end
  end

  it("gives what the wait gave", function()
    local own, queue = liveness.new(), queues.new(true)
    local one, other = caller_of(own, queue), caller_of(own, queue)
    assert.are.same({ true, true }, { coroutine.resume(one.thread, true) })
    assert.are.same({ true, false }, { coroutine.resume(other.thread, false) })
  end)

  it("drops a call whose only caller is gone, once", function()
    local own, queue = liveness.new(), queues.new(true)
    local gone, there = caller_of(own, queue), caller_of(own, queues.new(true))
    leave(gone)
    check(own, 10)
    assert.are.same({ gone.call }, loop.dropped)
    assert.is_nil(there.call.dropped)
  end)

  it("drops it at once when that is asked for", function()
    local own, queue = liveness.new(), queues.new(true)
    leave(caller_of(own, queue))
    own:check(loop)
    leave(caller_of(own, queues.new(true)))
    own:check(loop)
    assert.are.equal(1, #loop.dropped)
    own:check_now(loop)
    assert.are.equal(2, #loop.dropped)
  end)

  it("keeps a call as long as its caller waits", function()
    local own, queue = liveness.new(), queues.new(true)
    caller_of(own, queue)
    check(own, 20)
    assert.are.same({}, loop.dropped)
  end)

  it("keeps a call whose caller is in no wait: it turns the loop, or a hook holds it up", function()
    local own, queue = liveness.new(), queues.new(true)
    local caller = caller_of(own, queue)
    coroutine.resume(caller.thread, false)
    check(own, 200)
    own:check_now(loop)
    assert.are.same({}, loop.dropped)
  end)

  it("has the collector find out whether a caller is gone that is in no wait", function()
    local function is_collected(ends_its_wait)
      local own, queue = liveness.new(), queues.new(true)
      local caller = caller_of(own, queue)
      if ends_its_wait then coroutine.resume(caller.thread, false) end
      local garbage = setmetatable({ {} }, { __mode = "v" })
      for _ = 1, 2000 do -- a large heap takes many steps
        check(own, 1)
        if not garbage[1] then break end
      end
      loop.calls = {}
      return garbage[1] == nil
    end
    collectgarbage()
    collectgarbage "stop" -- a step works all the same
    local if_there, if_unknown = is_collected(false), is_collected(true)
    collectgarbage "restart"
    assert.are.same({ false, true }, { if_there, if_unknown })
  end)

  it("keeps a call that no caller waits for at present", function()
    local own, queue = liveness.new(), queues.new(true)
    leave(caller_of(own, queue))
    queue.waiting = 0
    check(own, 20)
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
    queue, caller, loop.calls, loop.dropped = nil, nil, {}, {} -- luacheck: ignore 311
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(own.waits))
    assert.is_nil(next(own.missed))
  end)
end)
