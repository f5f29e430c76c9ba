local email = require "twilio.numbers.util.email"

describe("email.is_address", function()
  it("takes what an address may be", function()
    for _, text in ipairs {
      "robin@example.com", "r.o'b+in@mail.example.co.jp", "a@b.c", "\195\164@b\195\188cher.example",
    } do
      assert.is_true(email.is_address(text), text)
    end
  end)

  it("refuses what none is", function()
    for _, value in ipairs {
      "", "robin", "robin@", "@example.com", "robin@example", "a@b@c.d", "a b@c.d", "a@b .c", "a@.b.c",
      "a@b..c", "a@b.c.", "a..b@c.d", "<a@b.c>", "a@b.c\n", "a@b.c,d@e.f", "a@b.c;d@e.f",
      ("a"):rep(251) .. "@b.c", 7, true, {},
    } do
      assert.is_false(email.is_address(value), tostring(value))
    end
    assert.is_false(email.is_address(nil))
  end)
end)
