--- How much is to be cancelled, in port-ins and telephone numbers.

local extent = require "twilio.numbers.campaign.plan.extent"

local function sum_of(...)
  local sum = extent.new()
  for _, target in ipairs { ... } do extent.add(sum, target) end
  return sum
end

local function port_in(count)
  local numbers = {}
  for i = 1, count do numbers[i] = ("+1415555%04d"):format(i) end
  return { port_in_sid = "KW", numbers = count > 0 and numbers or nil }
end

local single = { port_in_sid = "KW", phone_number_sid = "PU" }

describe("the extent of targets", function()
  for words, case in pairs {
    ["1 port-in, 1 number"] = { false, port_in(1) },
    ["2 port-ins, 12 numbers"] = { true, port_in(5), port_in(7) },
    ["2 port-ins, 2 numbers"] = { false, port_in(1), port_in(1) },
    ["2 single numbers"] = { false, single, single },
    ["1 port-in and 1 single number, 4 numbers"] = { true, port_in(3), single },
    ["2 port-ins, 3 numbers and those of 1 port-in that cannot be read"] = { true, port_in(3), port_in(0) },
    ["1 port-in, its numbers not known"] = { false, port_in(0) },
    ["2 port-ins, their numbers not known"] = { false, port_in(0), { port_in_sid = "KW", numbers = {} } },
  } do
    it("is " .. words, function()
      local sum = sum_of((table.unpack or unpack)(case, 2))
      assert.are.equal(words, extent.words(sum))
      assert.are.equal(case[1], extent.differs(sum))
    end)
  end
end)
