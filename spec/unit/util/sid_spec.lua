--- SIDs, and what is none.

local sid = require "twilio.numbers.util.sid"

describe("a SID", function()
  local digits = ("0123456789abcdef"):rep(2)

  it("is a prefix and 32 hexadecimal digits in either case", function()
    assert.is_true(sid.is_port_in("KW" .. digits))
    assert.is_true(sid.is_port_in("KW" .. digits:upper()))
    assert.is_true(sid.is_phone_number("PU" .. digits))
    assert.is_true(sid.is_account("AC" .. digits))
    assert.is_true(sid.validator "EC"("EC" .. digits))
  end)

  it("is nothing else", function()
    for _, value in ipairs {
      "", "KW", digits, "PU" .. digits, "kw" .. digits, " KW" .. digits, "KW" .. digits .. "\n",
      "KW" .. digits:sub(2), "KW" .. digits .. "0", "KW" .. digits:sub(2) .. "g",
      "KW" .. digits:sub(2) .. "\0", 7, true, { "KW" .. digits },
    } do
      assert.is_false(sid.is_port_in(value), tostring(value))
    end
    assert.is_false(sid.is_port_in(nil))
  end)
end)
