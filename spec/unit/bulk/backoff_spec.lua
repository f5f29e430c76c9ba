--- How long to wait between two polls. The clock is the spec's.

local backoff = require "twilio.numbers.bulk.backoff"
local core = require "twilio.numbers.core"

describe("a backoff", function()
  local real_now, now = core.now, nil

  before_each(function()
    now = 1000
    core.now = function() return now end
  end)

  after_each(function() core.now = real_now end)

  --- The intervals between so many polls.
  local function intervals(count, options)
    local plan, list, last = backoff.new(core, options), {}, nil
    for i = 1, count do
      last = backoff.next(plan, last)
      list[i] = last
    end
    return list, plan
  end

  it("begins with its interval and grows by half, up to its most", function()
    assert.are.same({ 2, 3, 4.5, 5, 5 }, (intervals(5, { interval = 2, max_interval = 5 })))
  end)

  it("waits 5 seconds first, and a minute at most, where nothing else is said", function()
    local list = intervals(20, {})
    assert.are.equal(5, list[1])
    assert.are.equal(60, list[20])
  end)

  it("waits no longer than is left, and grows all the same", function()
    local plan = backoff.new(core, { interval = 4, timeout = 10 })
    now = now + 9
    local last, wait = backoff.next(plan, 4)
    assert.are.same({ 6, 1 }, { last, wait })
  end)

  it("is over when its time is", function()
    local plan = backoff.new(core, { timeout = 10 })
    assert.is_false(backoff.is_over(plan))
    now = now + 10
    assert.is_true(backoff.is_over(plan))
    assert.is_false(backoff.is_over(backoff.new(core, {})))
  end)

  it("gives a look the time that is left, or a second if it is the last one", function()
    local plan = backoff.new(core, { timeout = 10 })
    assert.are.same({ deadline = 10 }, backoff.poll_options(plan))
    now = now + 9.5
    assert.are.same({ deadline = 1 }, backoff.poll_options(plan))
    assert.is_nil(backoff.poll_options(backoff.new(core, {})))
  end)

  it("refuses options that are none, and takes those that the caller knows", function()
    for words, options in pairs {
      ["unknown option 'intervall'"] = { intervall = 1 },
      ["interval: a number of seconds above 0"] = { interval = 0 },
      ["max_interval: a number of seconds above 0"] = { max_interval = "5" },
      ["timeout: a number of seconds above 0"] = { timeout = -1 },
      ["options: a table expected, got 7"] = 7,
    } do
      local ok, why = pcall(backoff.new, core, options)
      assert.is_false(ok, words)
      assert.matches(words, why, 1, true)
    end
    assert.is_false(pcall(backoff.new, core, { timeout = 0 / 0 }))
    assert.is_false(pcall(backoff.new, core, { timeout = math.huge }))
    backoff.new(core, { target = "completed" }, backoff.options:extended { target = { kind = "string" } })
  end)
end)

describe("a failed look", function()
  it("is worth another where what kept it may pass", function()
    for stopped, is_worth in pairs {
      attempts = true, deadline = true, retry_after = true, final = false, closed = false,
    } do
      for _, plan in ipairs { {}, { ends = 1 } } do
        assert.are.equal(is_worth, backoff.may_pass(plan, { stopped = stopped }, 0), stopped)
      end
    end
    assert.is_false(backoff.may_pass({}, {}, 0))
  end)

  it("is not worth another for ever where answers cannot be read and there is no end", function()
    local err, count = { kind = "unreadable", stopped = "attempts" }, nil
    for i = 1, 3 do
      count = backoff.count_unreadable(count, err)
      assert.are.equal(i, count)
      assert.is_true(backoff.may_pass({}, err, count))
    end
    count = backoff.count_unreadable(count, err)
    assert.is_false(backoff.may_pass({}, err, count))
    assert.is_true(backoff.may_pass({ ends = 1 }, err, count))
    assert.are.equal(0, backoff.count_unreadable(count, nil))
    assert.are.equal(0, backoff.count_unreadable(count, { kind = "network" }))
  end)
end)
