--- The progress line. The clock and the terminal are the spec's.

local core = require "twilio.numbers.core"
local progress = require "twilio.numbers.bulk.progress"

local real_now, real_is_terminal, now = core.now, core.is_terminal, nil

before_each(function()
  now = 1000
  core.now = function() return now end
end)

after_each(function() core.now, core.is_terminal = real_now, real_is_terminal end)

--- A stream that keeps what is written to it.
local function new_stream()
  local stream = { text = "" }
  function stream:write(...) self.text = self.text .. table.concat { ... } end
  function stream.flush() end
  return stream
end

describe("a progress line", function()
  it("says how many, how fast, how many failed, and what is left", function()
    core.is_terminal = function() return false end
    local own = progress.new { total = 4, label = "checked", stream = new_stream() }
    assert.are.equal("0 of 4 checked, 0.0/s, 0 failed", own:line())
    now = now + 120
    own:count()
    own:count "an error"
    assert.are.equal("2 of 4 checked, 0.0/s, 1 failed, 2 min 00 s left", own:line())
    own:count()
    own:count()
    assert.are.equal("4 of 4 checked, 0.0/s, 1 failed", own:line())
  end)

  it("says less where the total is not known", function()
    core.is_terminal = function() return false end
    local own = progress.new { stream = new_stream() }
    now = now + 2
    own:count()
    assert.are.equal("1 done, 0.5/s, 0 failed", own:line())
  end)

  it("tells hours and seconds", function()
    core.is_terminal = function() return false end
    local own = progress.new { total = 2, stream = new_stream() }
    own:count()
    now = now + 30
    assert.matches("30 s left", own:line())
    now = now + 7200
    assert.matches("2 h 00 min left", own:line())
  end)

  it("is silent where there is no terminal", function()
    core.is_terminal = function() return false end
    local stream = new_stream()
    local own = progress.new { total = 2, stream = stream }
    now = now + 10
    own:count()
    own:clear()
    own:finish()
    assert.are.equal("", stream.text)
  end)

  it("is drawn five times a second at most", function()
    core.is_terminal = function() return true end
    local stream = new_stream()
    local own = progress.new { stream = stream }
    for _ = 1, 100 do
      now = now + 0.01
      own:count()
    end
    local _, drawn = stream.text:gsub("\r", "")
    assert.is_true(drawn >= 4 and drawn <= 6, drawn)
  end)

  it("goes away for other output, and ends with a line break, once", function()
    core.is_terminal = function() return true end
    local stream = new_stream()
    local own = progress.new { stream = stream }
    own:count()
    stream.text = ""
    own:clear()
    own:clear()
    assert.are.equal("\r\27[K", stream.text)
    stream.text = ""
    own:finish()
    own:finish()
    assert.are.equal("\r\27[K" .. own:line() .. "\n", stream.text)
  end)
end)

describe("the option progress", function()
  it("is true, a progress, or nothing", function()
    core.is_terminal = function() return false end
    local own = progress.new { stream = new_stream() }
    assert.are.equal(own, progress.for_option(own))
    assert.is_nil(progress.for_option(nil))
    assert.is_nil(progress.for_option(false))
    assert.are.equal("0 done, 0.0/s, 0 failed", progress.for_option(true):line())
    local ok, why = pcall(progress.for_option, "yes")
    assert.is_false(ok)
    assert.matches("progress: true or what numbers.progress gives expected", why, 1, true)
  end)
end)
