--- For how long a client's answers may wait for each other.

local clock = require "spec.support.clock"

describe("the pace of answers", function()
  local now, paces, pace

  setup(function()
    paces = clock.load("twilio.numbers.nginx.pace", "now", function() return now end)
  end)

  before_each(function()
    now = 1000
    pace = paces.new()
  end)

  --- So many answers at that interval.
  local function note(count, interval)
    for _ = 1, count do
      now = now + interval
      pace:note(1)
    end
  end

  local function assert_moment(expected, in_flight)
    local moment = pace:moment(in_flight)
    assert(moment, "none")
    assert.is_true(math.abs(moment - expected) < expected / 20, moment)
  end

  it("gives a sixtieth of the time that a call takes, up to 4 ms", function()
    note(100, 0.001)
    assert_moment(0.00167, 100)
    assert_moment(0.0033, 200)
    assert_moment(0.004, 500)
  end)

  it("gives none where an answer is not likely to come meanwhile", function()
    note(100, 0.001)
    for _, in_flight in ipairs { 0, 1, 8, 50 } do assert.is_nil(pace:moment(in_flight)) end
    note(100, 0.01)
    assert.is_nil(pace:moment(1000))
  end)

  it("gives none where answers come so quickly that many come at once", function()
    note(100, 0.0001)
    assert.is_nil(pace:moment(100))
  end)

  it("counts several answers of a turn", function()
    for _ = 1, 100 do
      now = now + 0.004
      pace:note(4)
    end
    assert_moment(0.00167, 100)
  end)

  it("gives none once no answer has come for longer than that", function()
    note(100, 0.001)
    now = now + 0.0015
    assert_moment(0.00167, 100)
    now = now + 0.0005
    assert.is_nil(pace:moment(100))
  end)

  it("gives none at first", function()
    assert.is_nil(pace:moment(0))
    assert.is_nil(pace:moment(1000))
  end)
end)
