--- Arrays are told from tables that ipairs would read in part.

local array = require "twilio.numbers.util.array"

describe("array.problem", function()
  it("has none with arrays", function()
    assert.is_nil(array.problem {})
    assert.is_nil(array.problem { "a", "b", false })
  end)

  it("says what else a table is", function()
    assert.are.equal("a set", array.problem { KW1 = true, KW2 = true })
    assert.are.equal("a table with keys other than 1 to n", array.problem { KW1 = "x" })
    assert.are.equal("a table with keys other than 1 to n", array.problem { "a", more = true })
    assert.are.equal("a table with keys other than 1 to n", array.problem { [0] = "a" })
    assert.are.equal("a table with keys other than 1 to n", array.problem { [1.5] = "a" })
    assert.are.equal("a list with a hole at 2", array.problem { [1] = "a", [3] = "c" })
    assert.are.equal("a list with a hole at 1", array.problem { [2] = "b" })
  end)

  it("is none with a script's own arguments, of which the script's name is not an item", function()
    local given = rawget(_G, "arg")
    local arguments = { [-1] = "lua", [0] = "script.lua", "a", "b" }
    rawset(_G, "arg", arguments)
    local problem, other = array.problem(arguments), array.problem { [0] = "script.lua", "a", "b" }
    arguments.name = "x"
    local named = array.problem(arguments)
    rawset(_G, "arg", given)
    assert.is_nil(problem)
    assert.are.equal("a table with keys other than 1 to n", other)
    assert.are.equal("a table with keys other than 1 to n", named)
  end)

  it("tells nothing of the contents", function()
    local problem = array.problem { secret = "0123456789abcdef" }
    assert.not_matches("secret", problem, 1, true)
    assert.not_matches("0123", problem, 1, true)
  end)
end)

describe("array.check", function()
  it("raises unless it is an array, and names the argument", function()
    array.check("sids", { "KW1" })
    for value, words in pairs {
      [7] = "sids: an array expected, got 7", KW1 = 'sids: an array expected, got "KW1"',
      [{ KW1 = true }] = "sids: an array expected, got a set",
    } do
      local ok, why = pcall(array.check, "sids", value)
      assert.is_false(ok)
      assert.matches(words, why, 1, true)
    end
    local proxy = setmetatable({}, { __index = { "KW1" } })
    local _, problem = pcall(array.check, "protect", proxy)
    assert.matches("protect: an array expected, got a table whose metatable has its items", problem, 1, true)
    array.check("source", proxy, nil, true)
    local _, why = pcall(array.check, "source", nil, "an iterator")
    assert.matches("source: an iterator expected, got nil", why, 1, true)
  end)
end)
