--- Phone numbers are compared by their digits, however they are written.

local phone_number = require "twilio.numbers.util.phone_number"

describe("phone_number.written", function()
  it("is one spelling for all", function()
    for _, text in ipairs {
      "+14155550111", "+1 415 555 0111", "+1 (415) 555-0111", " +1.415.555.0111",
      "+1\194\160415\226\128\145555\226\128\1450111",
    } do
      assert.are.equal("+14155550111", phone_number.written(text), text)
    end
    assert.are.equal("+493012345678", phone_number.written "+49 (0)30 12345678")
  end)

  it("drops a dialling prefix where there is no plus", function()
    assert.are.equal("3012345678", phone_number.written "030 12345678")
    assert.are.equal("4155550111", phone_number.written "4155550111")
  end)

  it("is nil for what is no number, or not only one", function()
    for _, text in ipairs {
      "", "+", "12345", "+123456", "+1415555011122333", "+1415555O111", "+14155550111 ext 5",
      "+14155550111, +14155550112", "+04155550111", "0000000000",
    } do
      assert.is_nil(phone_number.written(text), text)
    end
    assert.is_nil(phone_number.written(4155550111))
    assert.is_nil(phone_number.written(nil))
  end)
end)

describe("phone_number.is_same", function()
  it("is true for spellings of one number, with and without the country code", function()
    assert.is_true(phone_number.is_same("+14155550111", "+1 415 555-0111"))
    assert.is_true(phone_number.is_same("+14155550111", "(415) 555-0111"))
    assert.is_true(phone_number.is_same("4155550111", "14155550111"))
    assert.is_true(phone_number.is_same(nil, nil))
    assert.is_true(phone_number.is_same("withheld", "withheld"))
  end)

  it("is false for different numbers, and where one cannot be read", function()
    assert.is_false(phone_number.is_same("+14155550111", "+14155550112"))
    assert.is_false(phone_number.is_same("+14155550111", "+494155550111"))
    assert.is_false(phone_number.is_same("+14155550111", "5550111")) -- too short to tell
    assert.is_false(phone_number.is_same("+14155550111", nil))
    assert.is_false(phone_number.is_same("withheld", "none"))
  end)
end)

describe("phone_number.may_be_one", function()
  it("knows a number with a prefix for calls within the country behind its country code", function()
    for _, text in ipairs { "0044 (0)20 7946 0958", "44 (0)20 7946 0958", "44 020 7946 0958",
      "+4402079460958", "+44 (0) 20 7946 0958" } do
      local written = phone_number.written(text)
      assert.is_true(phone_number.may_be_one("+442079460958", written, 7), text)
      assert.is_true(phone_number.may_be_one(written, "+442079460958", 7), text)
    end
    assert.is_false(phone_number.may_be_one("+442079460958", "+4420794609580", 7))
    assert.is_false(phone_number.may_be_one("+442079460958", "+4412079460958", 7))
  end)

  it("takes a number that is as long as asked for, and ends alike", function()
    assert.is_true(phone_number.may_be_one("+14155550111", "5550111", 7))
    assert.is_false(phone_number.may_be_one("+14155550111", "5550111", 8))
    assert.is_true(phone_number.may_be_one("5550111", "+14155550111", 7))
  end)

  it("does not take two whole numbers of which one ends with the other", function()
    assert.is_false(phone_number.may_be_one("+14155550111", "+4155550111", 7))
  end)

  it("means a common tail", function()
    assert.are.equal("5550111", phone_number.tail "+14155550111")
    assert.are.equal(phone_number.tail "+14155550111", phone_number.tail "5550111")
  end)
end)

describe("phone_number.is_e164", function()
  it("is a plus and 2 to 15 digits, the first of them not 0", function()
    for _, text in ipairs { "+14155550111", "+12", "+123456789012345" } do
      assert.is_true(phone_number.is_e164(text), text)
    end
    for _, value in ipairs {
      "", "+", "+1", "14155550111", "+04155550111", "+1234567890123456", "+1415555011a", "+1 415 5550111",
      "+14155550111\n", 14155550111, true,
    } do
      assert.is_false(phone_number.is_e164(value), tostring(value))
    end
    assert.is_false(phone_number.is_e164(nil))
  end)
end)
