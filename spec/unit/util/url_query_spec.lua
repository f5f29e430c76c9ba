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
