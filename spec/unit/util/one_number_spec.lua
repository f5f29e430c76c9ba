--- Whether a text is one telephone number for certain.

local one_number = require "twilio.numbers.util.one_number"

describe("a text", function()
  it("is one number, however its digits are grouped", function()
    for _, text in ipairs { "+14155550111", "+1 415 555 0111", "(415) 555-0111", "415.555.0111",
      "5550111", "0014155550111", "14155550111", "+44 (0)20 7946 0958", "+442079460958",
      "020 7946 0958", "01 55 55 01 11",
      "+33 1 55 55 01 11", "+49 30 123 4501", "+493012345", "+3197010253333", "+8613800138000",
      "+14155550111\194\160" } do
      assert.is_true(one_number.is_certain(text), text)
    end
  end)

  it("is in doubt where it may have an extension, or be a range", function()
    for _, text in ipairs { "+14155550111-12", "+14155550111-0113", "415 555 0111-12",
      "4155550111 12", "4155550111 0112", "14155550111/2", "14155550111.0", "+442079460958-60",
      "+44 20 7946 0958 5",
      "020 7946 0958-60", "+4420794609580", "+440442079460958", "+49 30 1234501-12", "+493012345-0",
      "415555011112", "+99 123 4567-8" } do
      assert.is_false(one_number.is_certain(text), text)
    end
  end)

  it("is none", function()
    for _, value in ipairs { "", "ask Robin", "12345", "+14155550111 x5",
      "+14155550111, +14155550112", {}, 1 } do
      assert.is_false(one_number.is_certain(value))
    end
    assert.is_false(one_number.is_certain(nil))
  end)
end)
