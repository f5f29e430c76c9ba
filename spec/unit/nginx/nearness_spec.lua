--- When a worker may be held for an answer.

local clock = require "spec.support.clock"

describe("nearness", function()
  local QUICK, SLOW = 0.0005, 0.003
  local real_ngx, now, turn = package.loaded.ngx, 1000, 500
  local nearnesses, nearness

  setup(function()
    package.loaded.ngx = { now = function() return turn end }
    nearnesses = clock.load("twilio.numbers.nginx.nearness", "time", function() return now end)
    package.loaded.ngx = real_ngx
  end)

  before_each(function() nearness = nearnesses.new() end)

  --- So many answers, each of which took that long, and after each of which nginx has its turn.
  local function note(times, seconds)
    for _ = 1, times do
      turn = turn + 0.001
      nearness:begin()
      now = now + seconds
      nearness:finish()
    end
  end

  --- Whether the worker may be held for a call that is begun now.
  local function may_hold()
    nearness:begin()
    return nearness:moment() ~= nil
  end

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
    note(10, QUICK)
    note(1, SLOW)
    assert.equal(3, quick_ones_until_held())
  end)

  it("holds the worker for two milliseconds at most", function()
    note(10, QUICK)
    nearness:begin()
    assert.is_true(nearness:moment() <= 0.002)
  end)

  it("lets nginx have its turn after four milliseconds, whatever the answers", function()
    note(10, QUICK)
    turn = turn + 0.001
    local began = now
    while may_hold() do
      now = now + QUICK
      nearness:finish()
    end
    assert.is_true(now - began >= 0.004 and now - began < 0.005)
    turn = turn + 0.001
    assert.is_true(may_hold())
  end)

  it("does not count answers of calls that were begun beside others", function()
    for _ = 1, 10 do nearness:finish() end
    assert.is_false(may_hold())
  end)
end)
