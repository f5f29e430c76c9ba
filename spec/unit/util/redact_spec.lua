--- Phone numbers and e-mail addresses do not show.

local redact = require "twilio.numbers.util.redact"

describe("redact.text", function()
  it("masks a phone number, however it is written", function()
    for text, wanted in pairs {
      ["+14155550111"] = "+141******11", ["call +1 415 555-0111 now"] = "call +1 41* ***-**11 now",
      ["(415) 555-0111 x"] = "(415) ***-**11 x", ["4155550111"] = "415*****11",
      ["%2B14155550111"] = "+141******11", ["+4930 123"] = "+49** *23",
    } do
      assert.are.equal(wanted, redact.text(text))
    end
  end)

  it("masks an e-mail address but for its first letter and its domain", function()
    assert.are.equal("write to r***@example.com, please", redact.text "write to robin@example.com, please")
    assert.are.equal("r***@example.com", redact.text "robin%40example.com")
    assert.are.equal("a***@b@c @d a@ !***@c.d", redact.text "a@b@c @d a@ !b@c.d")
    assert.are.equal("\195\188***@x.example", redact.text "\195\188ber@x.example")
  end)

  it("masks a PIN", function()
    assert.are.equal("+141******11 PIN ***", redact.text "+14155550111 PIN 0123")
  end)

  it("takes a long text without the square of its length", function()
    local began = os.clock()
    for _, text in ipairs {
      ("x"):rep(2e5), ("x"):rep(2e5) .. "@!", ("x@!"):rep(6e4), ("1-"):rep(1e5), ("a=b&"):rep(5e4),
    } do
      assert.are.equal(#text, #redact.text(text))
    end
    assert.is_true(os.clock() - began < 5)
  end)

  it("leaves SIDs, dates, addresses of hosts and short numbers alone", function()
    for _, text in ipairs {
      "KW00000000000000000000000000000001", "2026-05-04T12:15:00Z", "127.0.0.1:8080", "HTTP 404",
      "code 20404", "https://numbers.twilio.com/v1", "",
    } do
      assert.are.equal(text, redact.text(text))
    end
  end)

  it("masks addresses among other signs, and of letters beyond ASCII", function()
    for text, wanted in pairs {
      ["<robin@example.com>"] = "<r***@example.com>",
      ['"robin"@x, a@b;c@d'] = '"robin"@x, a***@b;c***@d',
      ["mailto:robin@x/y@z"] = "m***@x/y***@z",
      ["\195\188ber@x"] = "\195\188***@x", ["@x"] = "@x", ["a@ b"] = "a@ b",
      ["\191@x"] = "\191@x",
    } do
      assert.are.equal(wanted, redact.text(text))
    end
  end)

  it("masks all of several", function()
    local text = redact.text "+14155550111, +14155550112 and robin@example.com"
    assert.are.equal("+141******11, +141******12 and r***@example.com", text)
  end)
end)

describe("redact.filter", function()
  it("masks texts unless told not to, and passes all else on", function()
    assert.are.equal("+141******11", redact.filter()("+14155550111"))
    assert.are.equal("+14155550111", redact.filter(true)("+14155550111"))
    assert.is_nil(redact.filter()(nil))
    assert.are.equal(7, redact.filter()(7))
  end)
end)
