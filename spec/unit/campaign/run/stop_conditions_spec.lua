--- When a run stops beginning anything. The clock and the client are the spec's.

local queue = require "twilio.numbers.runtime.queue"
local system = require "twilio.numbers.util.system"
local stop_conditions = require "twilio.numbers.campaign.run.stop_conditions"

describe("stop conditions", function()
  local real_now, now, client = system.now, nil, nil

  before_each(function()
    now = 1000
    system.now = function() return now end
    client = { drained = 0, slept = 0 }
    function client:wind_down(is_on) self.drained = is_on end
    function client:sleep(seconds)
      self.slept, now = self.slept + seconds, now + seconds
    end
    function client:pause(_, seconds) self:sleep(seconds) end
    function client.wait() end
    function client.release() end
  end)

  after_each(function() system.now = real_now end)

  local function new(options, total) return stop_conditions.new(client, options or {}, total or 10) end

  it("are off at first", function()
    local own = new()
    assert.is_false(own:on())
    assert.is_nil(own.stopped)
  end)

  it("are on when the time is over, and end the waiting at once", function()
    local own = new { ends = 1010 }
    assert.is_false(own:on())
    now = 1010
    assert.is_true(own:on())
    assert.are.same({ "deadline", true }, { own.stopped, client.drained })
  end)

  it("tell how much time is left", function()
    assert.are.equal(math.huge, new():time_left())
    local own = new { ends = 1010 }
    now = 1004
    assert.are.equal(6, own:time_left())
    now = 1012
    assert.are.equal(-2, own:time_left())
  end)

  it("are on when it is interrupted", function()
    local is_interrupted = false
    local own = new { interrupted = function() return is_interrupted end }
    assert.is_false(own:on())
    is_interrupted = true
    assert.is_true(own:on())
    assert.are.same({ "interrupted", true }, { own.stopped, client.drained })
  end)

  it("keep the first reason", function()
    local own = new { ends = 1010 }
    own:stop("canary")
    now = 1010
    assert.is_true(own:on())
    assert.are.equal("canary", own.stopped)
  end)

  it("are on at the first answer that refuses the credentials", function()
    for _, status in ipairs { 401, 403 } do
      local own, err = new { max_failures = 100 }, { http_status = status }
      own:count(err)
      assert.are.same({ "unauthorized", err, true }, { own.stopped, own.err, client.drained })
    end
  end)

  it("are on when more has failed than may", function()
    local own = new { max_failures = 2 }
    own:count { http_status = 500 }
    own:fail()
    assert.is_false(own:on())
    own:count { http_status = 409 }
    assert.is_true(own:on())
    assert.are.same({ "failures", 3 }, { own.stopped, own.failures })
    assert.are.equal(0, client.drained) -- what waits to be sent again, is
  end)

  it("count in percent of all, and take the narrower limit", function()
    local own = new({ max_failure_percent = 10 }, 25)
    for _ = 1, 2 do own:fail() end
    assert.is_false(own:on())
    own:fail()
    assert.are.equal("failures", own.stopped)
    own = new({ max_failure_percent = 50, max_failures = 0 }, 10)
    own:fail()
    assert.are.equal("failures", own.stopped)
  end)

  it("do not count what was only held back", function()
    local own = new { max_failures = 0 }
    own:count { stopped = "closed", http_status = 401 }
    assert.is_false(own:on())
    assert.are.equal(0, own.failures)
  end)

  it("have no limit where none was named", function()
    local own = new()
    for _ = 1, 1000 do own:fail() end
    assert.is_false(own:on())
  end)

  it("leave a client alone that is closed", function()
    client.closed = true
    local own = new()
    own:stop "ledger"
    own:release()
    assert.are.equal(0, client.drained)
  end)

  describe("and the proof of what was sent", function()
    it("is allowed after the deadline and after failures, and the reason stays", function()
      for reason, options in pairs { deadline = { ends = 1000 }, failures = { max_failures = 0 } } do
        local own = new(options)
        own:fail()
        assert.is_true(own:on())
        assert.is_true(own:may_prove())
        assert.is_false(client.drained) -- the client may send again
        assert.is_false(own:on())
        own:proved()
        assert.are.equal(reason, own.stopped)
      end
    end)

    it("is not allowed after what ends all", function()
      for _, reason in ipairs { "interrupted", "unauthorized", "ledger", "raised" } do
        local own = new()
        own:stop(reason)
        assert.is_false(own:may_prove(), reason)
        assert.are.equal(reason, own.stopped)
      end
    end)

    it("can be interrupted itself, and that is the reason then", function()
      local is_interrupted = false
      local own = new { ends = 1000, interrupted = function() return is_interrupted end }
      assert.is_true(own:may_prove())
      is_interrupted = true
      assert.is_true(own:on())
      own:proved()
      assert.are.equal("interrupted", own.stopped)
    end)
  end)

  describe("and a function of the caller's", function()
    it("give what it returns", function()
      assert.are.equal(5, new():call(function(a, b) return a + b end, 2, 3))
    end)

    it("stop the run when it raises, and raise that, the first one, in the end", function()
      local own, reason = new(), { code = 7 }
      own:surface()
      own:call(function() error(reason) end)
      own:call(function() error "a later one" end)
      assert.are.equal("raised", own.stopped)
      local ok, raised = pcall(own.surface, own)
      assert.is_false(ok)
      assert.are.equal(reason, raised)
    end)
  end)

  describe("and waiting", function()
    it("takes as long as was asked for", function()
      new():sleep(3)
      assert.is_true(math.abs(client.slept - 3) < 0.001)
    end)

    it("ends as soon as something stops the run", function()
      local own = new { interrupted = function() return now >= 1001 end }
      own:sleep(60)
      assert.are.equal("interrupted", own.stopped)
      assert.is_true(client.slept < 1.2)
    end)

    it("watches a group until it has ended, or something stops the run", function()
      local left = 5
      new():watch(function()
        left = left - 1
        return left > 0
      end, queue.new())
      assert.are.equal(0, left)
      local own = new { ends = 1002 }
      own:watch(function() return true end, queue.new())
      assert.are.equal("deadline", own.stopped)
    end)
  end)
end)
