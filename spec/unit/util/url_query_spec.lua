--- The percent-encoding of queries and forms.

local url_query = require "twilio.numbers.util.url_query"

describe("url_query.read", function()
  it("gives the parameters, decoded", function()
    assert.are.same({ Page = "1", PageToken = "PT/1 =&", empty = "", bare = "" },
      url_query.read "Page=1&PageToken=PT%2F1+%3D%26&empty=&bare")
    assert.are.same({ a = "b=c", ["d e"] = "" }, url_query.read "a=b=c&d%20e")
    assert.are.same({}, url_query.read "")
    assert.are.same({}, url_query.read "&&")
  end)

  it("takes the first of a name that comes twice, and leaves what is no code", function()
    assert.are.same({ a = "1", b = "%zz%" }, url_query.read "a=1&a=2&b=%zz%")
  end)
end)

describe("percent-encoding", function()
  it("is undone, and kept where it is none", function()
    assert.are.equal("a b+c&%zz", url_query.decode "a+b%2bc%26%zz")
    assert.are.equal("a%20b%2Bc%C3%84'", url_query.encode "a b+c\195\132'")
    assert.are.equal("a%0Ab", url_query.encode_where("a\nb", "%c"))
  end)

  it("ends with no field and no value lost", function()
    assert.are.same({ { "a", "1" }, { "b", "" }, { "c", "=" } }, url_query.pairs_of "a=1&b&c==")
    local values, names = url_query.grouped "b=2&a=1&b=1"
    assert.are.same({ { a = { "1" }, b = { "2", "1" } }, { "b", "a" } }, { values, names })
  end)
end)
