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
