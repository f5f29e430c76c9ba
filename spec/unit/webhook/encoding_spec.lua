--- The percent-encoding of queries and forms.

local encoding = require "twilio.numbers.webhook.encoding"

describe("percent-encoding", function()
  it("is undone, and kept where it is none", function()
    assert.are.equal("a b+c&%zz", encoding.decode "a+b%2bc%26%zz")
    assert.are.equal("a%20b%2Bc%C3%84'", encoding.encode "a b+c\195\132'")
    assert.are.equal("a%0Ab", encoding.encode_where("a\nb", "%c"))
  end)

  it("ends with no field and no value lost", function()
    assert.are.same({ { "a", "1" }, { "b", "" }, { "c", "=" } }, encoding.pairs_of "a=1&b&c==")
    local values, names = encoding.grouped "b=2&a=1&b=1"
    assert.are.same({ { a = { "1" }, b = { "2", "1" } }, { "b", "a" } }, { values, names })
  end)
end)

describe("the order of names", function()
  it("is that of their bytes, in each locale", function()
    local names = { "b", "B", "a", "", "aa", "\195\132", "a-b", "_" }
    table.sort(names, encoding.precedes)
    assert.are.same({ "", "B", "_", "a", "a-b", "aa", "b", "\195\132" }, names)
    assert.is_false(encoding.precedes("a", "a"))
  end)
end)
