--- Misuse raises at the line of the caller, and says what was expected and what was given.

local argument_error = require "twilio.numbers.util.argument_error"
local array = require "twilio.numbers.util.array"

describe("argument_error.words", function()
  it("names the argument, what it should be, and what it is", function()
    assert.are.equal("timeout: a number expected, got nil", argument_error.words("timeout", "a number", nil))
    assert.are.equal("timeout: a number expected, got true",
      argument_error.words("timeout", "a number", true))
    assert.are.equal("timeout: a number expected, got a table",
      argument_error.words("timeout", "a number", { secret = "x" }))
    assert.are.equal('sid: a SID expected, got "KW1"', argument_error.words("sid", "a SID", "KW1"))
  end)

  it("shows a text on one line, cut, and without control characters", function()
    local words = argument_error.words("sid", "a SID", ("x"):rep(61))
    assert.are.equal('sid: a SID expected, got "' .. ("x"):rep(60) .. '..."', words)
    local line = argument_error.words("sid", "a SID", "a\nb\27[2J\rc")
    assert.is_nil(line:find "%c")
  end)
end)

describe("argument_error.argument", function()
  local this_file = debug.getinfo(1, "S").short_src

  it("raises at the line of the caller outside the library, however deep the library is in", function()
    local line
    local ok, why = pcall(function()
      line = debug.getinfo(1, "l").currentline + 1
      array.check("sids", "KW1")
    end)
    assert.is_false(ok)
    assert.are.equal(("%s:%d: sids: an array expected, got \"KW1\""):format(this_file, line), why)
  end)

  it("raises the message as it is", function()
    local ok, why = pcall(function() argument_error.raise "options: no" end)
    assert.is_false(ok)
    assert.matches("options: no$", why)
  end)
end)
