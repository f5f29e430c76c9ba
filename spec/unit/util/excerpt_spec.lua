--- Text from outside, made fit for a message.

local excerpt = require "twilio.numbers.util.excerpt"

describe("an excerpt", function()
  it("is one line without blanks around it", function()
    assert.are.equal("Bad gateway 502", excerpt("\r\n Bad\tgateway\n\n 502 \n", 100))
  end)

  it("has no control characters", function()
    assert.are.equal("a [31mb?c", excerpt("a\27[31mb\0c", 100))
  end)

  it("is cut after as many bytes as are allowed", function()
    assert.are.equal("abc...", excerpt("abcdef", 3))
    assert.are.equal("abc", excerpt("abc", 3))
    assert.are.equal("", excerpt("", 3))
  end)

  it("has no characters that act, and no bytes that are no UTF-8", function()
    assert.are.equal("a?b?c??d?e", excerpt("a\194\155b\226\128\174c\255\254d\239\187\191e", 100))
    assert.are.equal("Z\195\188rich \226\130\172", excerpt("Z\195\188rich \226\130\172", 100))
  end)

  it("is cut between characters, and of a text of any length in the same time", function()
    assert.are.equal("a\195\188...", excerpt("a\195\188\195\188", 4))
    assert.are.equal("xx...", excerpt(("x"):rep(1e6), 2))
    assert.are.equal("...", excerpt((" "):rep(1e6) .. "x", 2))
  end)

  it("is of any value", function()
    assert.are.equal("1.5", excerpt(1.5, 10))
    assert.are.equal("true", excerpt(true, 10))
    assert.matches("^table", excerpt({}, 10))
  end)

  it("does not repeat credentials that stand alone", function()
    local rest = ("MDAw"):rep(11) .. "OnNlY3JldA=="
    for _, first in ipairs { "QUM", "U0s" } do
      assert.are.equal(first .. "...", excerpt(first .. rest, 200))
      assert.are.equal("got '" .. first .. "...'", excerpt("got '" .. first .. rest .. "'", 200))
    end
    assert.are.equal("QUMabc", excerpt("QUMabc", 200))
  end)

  it("does not repeat user and password of a URL", function()
    for text, wanted in pairs {
      ["https://robin:pass@example.com/x"] = "https://***@example.com/x",
      ["at https://a:b@c.de, and at http://d@e.fr"] = "at https://***@c.de, and at http://***@e.fr",
      ["https://example.com/a@b?c=d@e"] = "https://example.com/a@b?c=d@e",
      ["https://example.com, robin@example.com"] = "https://example.com, robin@example.com",
    } do
      assert.are.equal(wanted, excerpt(text, 200))
    end
    assert.is_string(excerpt(("://"):rep(1e6), 2000))
  end)

  it("does not repeat credentials of a request that a page echoes", function()
    for _, text in ipairs {
      "Authorization: Basic QUMwMTIzOjQ1Njc4OQ==", "authorization=basic%20QUMwMTIzOjQ1Njc4OQ",
      "BASIC&nbsp;QUMwMTIzOjQ1Njc4OQ==", "Basic  QUMwMTIzOjQ1Njc4OQ==",
      "Basic\tQUMwMTIzOjQ1Njc4OQ==", '"Basic\\tQUMwMTIzOjQ1Njc4OQ=="', '"Basic\\u0020QUMwMTIzOjQ1Njc4OQ=="',
      "basic+QUMwMTIzOjQ1Njc4OQ", '{"basic":"QUMwMTIzOjQ1Njc4OQ"}', "Basic\194\160QUMwMTIzOjQ1Njc4OQ==",
    } do
      assert.not_matches("QUMwMTIz", excerpt(text, 200), 1, true)
    end
    for _, text in ipairs { "basic rules apply", "Basic: see https://www.twilio.com/docs",
      "basic, or not" } do
      assert.are.equal(text, excerpt(text, 200))
    end
  end)
end)
