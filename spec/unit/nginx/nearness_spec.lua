--- When a worker may be held for an answer.

local core = require "twilio.numbers.core"

describe("nearness", function()
  local QUICK, SLOW = 0.0001, 0.001
  local real_time, now = core.time, 1000
  local nearnesses, nearness, sleeper, waits

  setup(function()
    core.time = function() return now end
    package.loaded["twilio.numbers.nginx.nearness"] = nil
    nearnesses = require "twilio.numbers.nginx.nearness"
    core.time = real_time
    package.loaded["twilio.numbers.nginx.nearness"] = nil
  end)

  before_each(function()
    nearness, waits = nearnesses.new(), 1
    sleeper = {}
    function sleeper.waits() return waits end
  end)

  --- So many answers, each of which took that long.
  local function note(times, seconds)
    for _ = 1, times do
      nearness:begin()
      now = now + seconds
      nearness:finish()
    end
  end

  local function may_hold() return nearness:moment(sleeper) > 0 end

  --- How many quick answers it takes.
  local function quick_ones_until_held()
    for count = 0, 100 do
      if may_hold() then return count end
      note(1, QUICK)
    end
  end

  it("is trusted after some quick answers in a row", function()
    assert.is_false(may_hold())
    assert.equal(3, quick_ones_until_held())
    note(1, SLOW)
    assert.equal(3, quick_ones_until_held())
  end)

  it("holds the worker for two milliseconds at most", function()
    note(10, QUICK)
    assert.is_true(nearness:moment(sleeper) <= 0.002)
  end)

  it("holds it four times only until it has waited for events, whatever the answers", function()
    note(10, QUICK)
    for _ = 1, 4 do
      assert.is_true(may_hold())
      nearness:note_hold(sleeper, true)
      note(10, QUICK)
    end
    assert.is_false(may_hold())
    waits = waits + 1
    assert.is_true(may_hold())
  end)

  it("does not take its own waits for the worker's", function()
    note(10, QUICK)
    for _ = 1, 4 do
      assert.is_true(may_hold())
      waits = waits + 1 -- for the answer
      nearness:note_hold(sleeper, true)
    end
    assert.is_false(may_hold())
  end)

  it("is trusted later after the worker was held in vain", function()
    note(10, QUICK)
    nearness:note_hold(sleeper, false)
    waits = waits + 1
    note(1, SLOW)
    assert.equal(8, quick_ones_until_held())
  end)

  it("does not count answers of calls that were begun beside others", function()
    for _ = 1, 10 do nearness:finish() end
    assert.is_false(may_hold())
  end)

  it("never holds it where it is unknown how often it has waited", function()
    waits = 0
    assert.is_nil(quick_ones_until_held())
  end)
end)
