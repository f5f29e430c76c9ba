--- What can be read of the numbers that a port-in lists.

local doubles = require "spec.support.port_in_doubles"
local listed = require "twilio.numbers.campaign.plan.listed_numbers"
local null = require("twilio.numbers.core").null

local PU = doubles.sid("PU", 0xab)

describe("a listed number", function()
  it("has its phone number in one spelling, and its SID in lower case", function()
    assert.are.same({ number = "+14155550111", text = "+1 415-555-0111", sids = { PU:lower() } },
      listed.read { phone_number = "+1 415-555-0111", port_in_phone_number_sid = PU })
    assert.are.same({ number = "+14155550111", text = "+14155550111", sids = {} },
      listed.read "+14155550111")
  end)

  it("has both SIDs where the API gives two, since they may differ", function()
    local other = doubles.sid("PU", 2)
    assert.are.same({ PU:lower(), other:lower() },
      listed.read { port_in_phone_number_sid = PU, phone_number_sid = other }.sids)
  end)

  it("has nothing of what cannot be read", function()
    for _, item in ipairs { 7, true, null, {}, { phone_number = null }, { phone_number = "withheld" },
      { port_in_phone_number_sid = "PU1" }, { port_in_phone_number_sid = 7 } } do
      assert.are.same({ sids = {} }, listed.read(item))
    end
  end)
end)

describe("a listed number's doubt", function()
  it("is told of a text that may be another number, and of none that cannot be read", function()
    assert.is_true(listed.is_doubtful(listed.read "0415 555-0111-12"))
    for _, text in ipairs { "+14155550111", "(415) 555-0111", "withheld" } do
      assert.is_false(listed.is_doubtful(listed.read(text)))
    end
  end)
end)

describe("the numbers of a port-in", function()
  it("are all of its list, in their places", function()
    local items = listed.of(doubles.port_in { phone_numbers = { "+14155550111", null,
      { phone_number = "x" } } })
    assert.are.equal(3, #items)
    assert.are.equal("+14155550111", items[1].number)
    assert.is_nil(items[2].number)
  end)

  it("are none for an empty list, and nil where there is no list", function()
    assert.are.same({}, listed.of(doubles.port_in { phone_numbers = {} }))
    for _, value in ipairs { "none", 7, null, { a = 1 }, { [2] = "+14155550111" } } do
      assert.is_nil(listed.of(doubles.port_in { phone_numbers = value }))
    end
    assert.is_nil(listed.of(doubles.port_in {}))
  end)
end)
