--- Tables of options are checked by a schema, and a wrong name is told with the one that was meant.

local options = require "twilio.numbers.util.options"
local spelling = require "twilio.numbers.util.spelling"

local schema = options.schema {
  attempts = { kind = "count", default = 5 },
  label = { kind = "string" },
  interval = { kind = "seconds" },
  ordered = { kind = "boolean", default = false },
  stop_on = { kind = "any" },
}

local function complaint(given, of, others)
  local ok, message = pcall(function() return (of or schema):check(given, others) end)
  assert.is_false(ok)
  return (message:gsub("^[^:]+:%d+: ", ""))
end

describe("a schema of options", function()
  it("gives a copy, with defaults for what is not given", function()
    local given = { label = "done" }
    local own, rest = schema:check(given)
    assert.are.same({ label = "done", attempts = 5, ordered = false }, own)
    assert.is_nil(rest)
    assert.are.same({ label = "done" }, given)
  end)

  it("reads options that are inherited, its own and another part's", function()
    local function inherited(values) return setmetatable({}, { __index = values }) end
    local own, rest = schema:check(inherited { label = "done", target = "AC" }, { target = {} })
    assert.are.same({ label = "done", attempts = 5, ordered = false }, own)
    assert.are.same({ target = "AC" }, rest)
    assert.are.equal("interval: a number of seconds above 0 (and up to 1e9) expected, got 0",
      complaint(inherited { interval = 0 }))
  end)

  it("keeps a false that is given where the default is true", function()
    assert.are.same({ on = false }, (options.schema { on = { kind = "boolean", default = true } }
      :check { on = false }))
  end)

  it("refuses what is no table, by its name", function()
    assert.are.equal("options: a table expected, got 5", complaint(5))
    assert.are.equal("retry: a table expected, got nil", complaint(nil, options.schema({}, "retry")))
  end)

  local wrong = {
    { { attempts = 0 }, "attempts: a whole number above 0 expected, got 0" },
    { { attempts = 1.5 }, "attempts: a whole number above 0 expected, got 1.5" },
    { { attempts = "5" }, 'attempts: a whole number above 0 expected, got "5"' },
    { { attempts = 1 / 0 }, "attempts: a whole number above 0 expected, got inf" },
    { { attempts = 1e300 }, "attempts: a whole number above 0 expected, got 1e+300" },
    { { interval = 0 }, "interval: a number of seconds above 0 (and up to 1e9) expected, got 0" },
    { { label = 1 }, "label: a string expected, got 1" },
    { { ordered = 1 }, "ordered: a boolean expected, got 1" },
  }
  for _, case in ipairs(wrong) do
    it("refuses a value: " .. case[2], function()
      assert.are.equal(case[2], complaint(case[1]))
    end)
  end

  it("refuses a number that is none", function()
    assert.matches("a number of seconds", complaint { interval = 0 / 0 }, 1, true)
    assert.matches("a whole number", complaint { attempts = 0 / 0 }, 1, true)
    assert.matches("a number above 0",
      complaint({ size = 0 / 0 }, options.schema { size = { kind = "positive" } }), 1, true)
  end)

  it("limits neither a count nor a positive number", function()
    assert.are.equal(2 ^ 40, schema:check({ attempts = 2 ^ 40 }).attempts)
    local size = options.schema { size = { kind = "positive" } }
    assert.are.equal(1 / 0, size:check({ size = 1 / 0 }).size)
  end)

  it("refuses an unknown name, and suggests the nearest one", function()
    assert.are.equal("unknown option 'attempt', did you mean 'attempts'?", complaint { attempt = 3 })
    assert.are.equal("unknown option 'intrevall', did you mean 'interval'?", complaint { intrevall = 3 })
    assert.are.equal("unknown option 'tries'", complaint { tries = 3 })
  end)

  it("says in which option the table is", function()
    local retry = options.schema({ attempts = { kind = "count" } }, "retry")
    assert.are.equal("retry: unknown option 'tries'", complaint({ tries = 1 }, retry))
    assert.are.equal("retry.attempts: a whole number above 0 expected, got 0",
      complaint({ attempts = 0 }, retry))
  end)

  it("refuses a name that is no text, and shows no more than a line of one", function()
    assert.are.equal("unknown option '1'", complaint { "label" })
    assert.are.equal("unknown option 'a table'", complaint { [{}] = 1 })
    assert.are.equal("unknown option 'a b'", complaint { ["a\27b"] = 1 })
    assert.is_true(#complaint { [("x"):rep(1000)] = 1 } < 100)
  end)

  it("gives the options of another part apart, and suggests their names too", function()
    local others = { target_account_sid = {} }
    local own, rest = schema:check({ label = "a", target_account_sid = "AC" }, others)
    assert.are.equal("a", own.label)
    assert.are.same({ target_account_sid = "AC" }, rest)
    assert.are.equal("unknown option 'target_account_id', did you mean 'target_account_sid'?",
      complaint({ target_account_id = 1 }, schema, others))
  end)

  it("can be extended, and stays as it was", function()
    local longer = schema:extended { for_status = { kind = "any" } }
    assert.are.equal("x", longer:check({ for_status = "x" }).for_status)
    assert.are.equal("unknown option 'for_status'", complaint { for_status = "x" })
  end)

  it("is not made with a kind that does not exist", function()
    assert.has_error(function() options.schema { a = { kind = "numbr" } } end)
  end)
end)

describe("the nearest name", function()
  local names = { concurrency = 1, timeout = 1, rate = 1, retry = 1, confirm = 1 }

  it("is one with two changes at most, and fewer than half of its letters", function()
    for word, name in pairs {
      time_out = "timeout", timeuot = "timeout", Timeout = "timeout", concurency = "concurrency",
      rates = "rate", confrim = "confirm", retries = false, rite = "rate", more = false, [""] = false,
    } do
      assert.are.equal(name or nil, spelling.nearest(word, names))
    end
  end)

  it("does not depend on the order of the names", function()
    assert.are.equal("batch", spelling.nearest("patch", { match = 1, batch = 1, latch = 1 }))
  end)
end)
