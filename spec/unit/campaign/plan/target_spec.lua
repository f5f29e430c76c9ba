--- What is to be cancelled, from whatever a caller has. What could mean more than was said is refused.

local doubles = require "spec.support.port_in_doubles"
local target = require "twilio.numbers.campaign.plan.target"

local KW, PU, NUMBER = doubles.sid("KW", 1), doubles.sid("PU", 0xab), "+14155550111"

describe("a target", function()
  it("is a whole port-in, by its SID or by itself", function()
    assert.are.same({ port_in_sid = KW }, target.read(KW))
    assert.are.same({ port_in_sid = KW }, target.read { KW })
    assert.are.same({ port_in_sid = KW }, target.read { port_in_request_sid = KW })
    assert.are.same({ port_in_sid = KW }, target.read(doubles.port_in { port_in_request_sid = KW }))
  end)

  it("is one number of it, by SID, by E.164, or by itself", function()
    local by_sid = { port_in_sid = KW, phone_number_sid = PU }
    local by_number = { port_in_sid = KW, phone_number = NUMBER }
    assert.are.same(by_sid, target.read { KW, PU })
    assert.are.same(by_sid, target.read { port_in_sid = KW, phone_number_sid = PU })
    assert.are.same(by_sid, target.read { port_in_sid = KW, port_in_phone_number_sid = PU })
    assert.are.same(by_number, target.read { KW, NUMBER })
    assert.are.same(by_number, target.read { port_in_sid = KW, phone_number = NUMBER })
    assert.are.same(by_sid,
      target.read(doubles.number { port_in_request_sid = KW, phone_number_sid = PU }))
    assert.are.same({ port_in_sid = KW, phone_number_sid = PU, phone_number = NUMBER },
      target.read { port_in_sid = KW, phone_number_sid = PU, phone_number = NUMBER })
  end)

  it("is never the whole port-in where a number was meant", function()
    for _, input in ipairs {
      { KW, "" }, { port_in_sid = KW, phone_number = "" }, { port_in_sid = KW, phone_number_sid = "" },
      { KW, "PU1" }, { KW, "4155550111" }, { KW, KW }, { KW, false },
      doubles.number { port_in_request_sid = KW },
    } do
      assert.is_nil((target.read(input)))
    end
  end)

  it("is nothing else", function()
    for _, input in ipairs { "", "KW1", PU, NUMBER, 7, true, {}, { PU }, { NUMBER }, { {} },
      { port_in_sid = 7 } } do
      local none, problem = target.read(input)
      assert.is_nil(none)
      assert.is_string(problem)
    end
    assert.is_nil((target.read(nil)))
  end)

  it("is refused with a field that is not known, which may have meant to restrict it", function()
    for _, input in ipairs { { port_in_sid = KW, number = NUMBER }, { KW, nil, NUMBER } } do
      local none, problem = target.read(input)
      assert.is_nil(none)
      assert.matches("^unknown field ", problem)
    end
  end)

  it("is refused if two fields contradict each other", function()
    local none, problem = target.read { port_in_sid = KW, port_in_request_sid = doubles.sid("KW", 2) }
    assert.is_nil(none)
    assert.are.equal("two different fields for port_in_sid", problem)
    assert.are.same({ port_in_sid = KW }, target.read { port_in_sid = KW, port_in_request_sid = KW })
  end)

  it("that is refused is shown on one line, cut", function()
    local _, problem = target.read(("x\n"):rep(500))
    assert.is_nil(problem:find "%c")
    assert.is_true(#problem < 200)
  end)
end)

describe("a target's key", function()
  it("is the same for each spelling, and differs for what is not the same", function()
    local upper = "KW" .. KW:sub(3):upper()
    assert.are.equal(target.key { port_in_sid = KW, phone_number_sid = PU },
      target.key { port_in_sid = upper, phone_number_sid = "PU" .. PU:sub(3):upper() })
    assert.are_not.equal(target.key { port_in_sid = KW },
      target.key { port_in_sid = KW, phone_number_sid = PU })
  end)

  it("and its name tell the number, if one is meant", function()
    assert.are.equal(KW, target.name { port_in_sid = KW })
    assert.are.equal(KW .. " " .. PU, target.name { port_in_sid = KW, phone_number_sid = PU,
      phone_number = NUMBER })
    assert.are.equal(KW .. " " .. NUMBER, target.name { port_in_sid = KW, phone_number = NUMBER })
  end)
end)
