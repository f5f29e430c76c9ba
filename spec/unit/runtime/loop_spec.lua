--- What a turn of a loop hands over.

local loops = require "twilio.numbers.runtime.loop"
local queues = require "twilio.numbers.runtime.queue"

--- A transport whose transfers have all finished.
local function finished_transport(count)
  local taken = 0
  return {
    take = function()
      if taken == count then return nil end
      taken = taken + 1
      return {}, taken
    end,
    running = function() return 0 end,
    events = function() return nil end,
    observe = function() end,
  }
end

describe("a turn of a loop", function()
  local queue, calls

  local function loop_with(count)
    local loop = loops.new(finished_transport(count), { wait = error }, error)
    queue, calls = queues.new(), {} -- the loop's table is weak
    for i = 1, count do
      local transfer = { is_closed = function() return false end }
      calls[i] = { number = i, queue = queue, transfer = transfer }
      loop.calls[i] = calls[i]
    end
    return loop
  end

  local function count_delivered()
    local count = 0
    while queue:take() do count = count + 1 end
    return count
  end

  it("hands over all calls that have finished", function()
    assert.is_true(loop_with(40):turn())
    assert.are.equal(40, count_delivered())
  end)

  it("leaves those above its portion to the next turns", function()
    local loop = loop_with(5)
    loop.portion = 2
    for _, expected in ipairs { 2, 2, 1, 0 } do
      assert.are.equal(expected > 0, loop:turn())
      assert.are.equal(expected == 2, loop:is_busy())
      assert.are.equal(expected, count_delivered())
    end
  end)

  it("hands over all of them with hooks, which are told of all", function()
    local loop = loop_with(5)
    loop.portion = 2
    loop:use_hooks {}
    loop:turn()
    assert.are.equal(5, count_delivered())
  end)
end)
