--- The numbers that a plan binds: other numbers are another target.

local binding = require "twilio.numbers.campaign.plan.binding"
local doubles = require "spec.support.port_in_doubles"

local PU = doubles.sid("PU", 0xab)
local PLAN, OLD_PLAN = { version = 2 }, { version = 1 }

local function port_in(...)
  return doubles.port_in { phone_numbers = { ... } }
end

local function change(planned, whole, plan)
  return binding.change(plan or PLAN, { numbers = planned }, whole)
end

describe("the numbers of a port-in", function()
  it("are sorted, in one spelling, with the SID where there is no number", function()
    assert.are.same({ "+14155550111", "+14155550112", PU },
      binding.numbers(port_in("+1 415 555-0112", { phone_number_sid = PU }, "+14155550111")))
    assert.are.same({ "+14155550111", "?" }, binding.numbers(port_in({}, "+14155550111")))
    assert.are.same({}, binding.numbers(port_in()))
    assert.is_nil(binding.numbers(doubles.port_in { phone_numbers = "none" }))
  end)
end)

describe("a change of the numbers", function()
  it("is none while they are the same, in any order and spelling", function()
    assert.is_nil(change({ "+14155550111", "+14155550112" }, port_in("+14155550112", "+1 415 555-0111")))
    assert.is_nil(change({ "4155550111" }, port_in "+14155550111"))
    assert.is_nil(change({}, port_in()))
    assert.is_nil(change(nil, doubles.port_in { phone_numbers = "none" }))
  end)

  it("says what came and what went", function()
    assert.are.equal("had 1 number and has 2: +14155550112 came",
      change({ "+14155550111" }, port_in("+14155550111", "+14155550112")))
    assert.are.equal("had 2 numbers and has 1: +14155550112 went",
      change({ "+14155550111", "+14155550112" }, port_in "+14155550111"))
    assert.are.equal("had 1 number and has 1: +14155550112 came, +14155550111 went",
      change({ "+14155550111" }, port_in "+14155550112"))
  end)

  it("counts a number that is listed twice", function()
    assert.are.equal("had 2 numbers and has 1: +14155550111 went",
      change({ "+14155550111", "+14155550111" }, port_in "+14155550111"))
  end)

  it("names three at most", function()
    assert.matches("+14155550111, +14155550112, +14155550113 and 2 more came",
      change({}, port_in("+14155550111",
      "+14155550112", "+14155550113", "+14155550114", "+14155550115")), 1, true)
  end)

  it("is one where a list can be read no more, or only now", function()
    assert.are.equal("had 1 number, which cannot be read now",
      change({ "+14155550111" }, doubles.port_in { phone_numbers = "none" }))
    assert.are.equal("had numbers that could not be read, and has 1 number",
      change(nil, port_in "+14155550111"))
  end)

  it("is one for a target that no plan has", function()
    assert.are.equal("is not in the plan", binding.change(PLAN, nil, port_in()))
  end)

  it("is not looked for with a plan of version 1, which binds no list", function()
    assert.is_nil(change(nil, port_in "+14155550111", OLD_PLAN))
  end)
end)

describe("a change of a single number", function()
  local function change_of_one(planned, now, plan)
    return binding.change(plan or PLAN, { phone_number_sid = PU, phone_number = planned }, port_in(),
      doubles.number { phone_number = now })
  end

  it("is one where the SID names another number than was planned", function()
    assert.is_nil(change_of_one("+14155550111", "+1 415 555-0111"))
    assert.are.equal("named +14155550111 and names +14155550112",
      change_of_one("+14155550111", "+14155550112"))
    assert.are.equal("named +14155550111 and names no number that can be read",
      change_of_one("+14155550111", nil))
    assert.are.equal("named no number that can be read and names +14155550111",
      change_of_one(nil, "+14155550111"))
  end)

  it("is looked for with a plan of version 1 where that has a number", function()
    assert.is_string(change_of_one("+14155550111", "+14155550112", OLD_PLAN))
    assert.is_nil(change_of_one(nil, "+14155550112", OLD_PLAN))
  end)
end)

describe("the numbers in a plan's file", function()
  it("are sound if they are what binding makes", function()
    for _, numbers in ipairs { {}, { "+14155550111", "4155550112", PU, "?" } } do
      assert.is_true(binding.is_sound { numbers = numbers })
    end
    assert.is_true(binding.is_sound {})
    for _, numbers in ipairs { "x", 7, { "x" }, { 7 }, { a = "+14155550111" }, { "+1 415 555 0111" } } do
      assert.is_false(binding.is_sound { numbers = numbers })
    end
    assert.is_false(binding.is_sound { phone_number_sid = PU, numbers = {} })
  end)
end)
