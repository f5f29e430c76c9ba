--- PINs do not show: with a number's PIN, anyone can have the number ported away.

local core = require "twilio.numbers.core"
local excerpt = require "twilio.numbers.util.excerpt"
local pins = require "twilio.numbers.util.pins"

describe("pins.mask", function()
  it("masks a PIN in JSON, which stays JSON", function()
    for text, wanted in pairs {
      ['{"port_out_pin":4711,"x":1}'] = '{"port_out_pin":"***","x":1}',
      ['{"phone_numbers":[{"pin" : "0123"}]}'] = '{"phone_numbers":[{"pin" : "***"}]}',
      ['{"accountPin":"a\\"b","x":1}'] = '{"accountPin":"***","x":1}',
      ['{"PIN":"secret words","x":1}'] = '{"PIN":"***","x":1}',
      ['{"body":"{\\"pin\\":\\"0123\\",\\"x\\":1}"}'] = '{"body":"{\\"pin\\":\\"***\\",\\"x\\":1}"}',
      ['{"body":"{\\"pin\\":4711,\\"x\\":1}"}'] = '{"body":"{\\"pin\\":\\"***\\",\\"x\\":1}"}',
      ['{"port_out_pin":null,"pin":""}'] = '{"port_out_pin":null,"pin":""}',
      ['{"title":"The PIN:","x":1}'] = '{"title":"The PIN:","x":1}', ['["a pin: "]'] = '["a pin: "]',
      ['{"body":"{\\"pin\\":\\"47","x":"y"}'] = '{"body":"{\\"pin\\":\\"***","x":"y"}',
      ['{"body":"{\\"pin\\":\\"47"}'] = '{"body":"{\\"pin\\":\\"***"}',
      ['{"body":"{\\"pin\\":","x":"y"}'] = '{"body":"{\\"pin\\":","x":"y"}',
      ['{"body":"{\\"pin\\":\\\\","x":"y"}'] = '{"body":"{\\"pin\\":\\\\","x":"y"}',
      ['{"body":"{\\"pin\\":\\"1\\\\","x":"y"}'] = '{"body":"{\\"pin\\":\\"***","x":"y"}',
      ['{"my pin\\\\":4711}'] = '{"my pin\\\\":"***"}',
      ['{"pin\\":\\"1":"2,3"}'] = '{"pin\\":\\"***":"2,3"}',
      ['{"body":"pin=\\"","x":"y"}'] = '{"body":"pin=\\"","x":"y"}',
      ['{"body":"pin=\'","x":"it\'s"}'] = '{"body":"pin=\'","x":"it\'s"}',
      ['{"body":"the PIN is \\"4711\\"","x":1}'] = '{"body":"the PIN is \\"***\\"","x":1}',
      ['{"body":"the PIN\\n4711"}'] = '{"body":"the PIN\\n4711"}',
    } do
      assert.are.equal(wanted, pins.mask(text))
      assert.is_table(core.decode(pins.mask(text)))
    end
  end)

  it("masks a PIN in other text", function()
    for text, wanted in pairs {
      ["Invalid PIN: 1234."] = "Invalid PIN: ***.", ["PIN 0123 is wrong"] = "PIN *** is wrong",
      ["the PIN is 1234"] = "the PIN is ***", ["PIN (ab12)"] = "PIN (***)",
      ["pin-code: 1234"] = "pin-code: ***", ["port_out_pin   4711"] = "port_out_pin   ***",
      ["a=1&pin=0123&b=2"] = "a=1&pin=***&b=2", ["{'pin': 'ab'}"] = "{'pin': '***'}",
      ['"pin":"012'] = '"pin":"***', ["pin 12, pin 34"] = "pin ***, pin ***",
    } do
      assert.are.equal(wanted, pins.mask(text))
      assert.are.equal(wanted, pins.mask(wanted))
    end
  end)

  it("masks a PIN that is set off from the word", function()
    for text, wanted in pairs {
      ["PIN mismatch: 1234"] = "PIN mismatch: ***", ["wrong PIN, 1234"] = "wrong PIN, ***",
      ["The pin provided (1234) is wrong"] = "The pin provided (***) is wrong",
      ["the PIN you gave, 1234, is invalid"] = "the PIN you gave, ***, is invalid",
      ["the PIN is: 1234"] = "the PIN is: ***", ["PIN code differs: 1234"] = "PIN code differs: ***",
      ['{"message":"PIN mismatch: 1234","x":1}'] = '{"message":"PIN mismatch: ***","x":1}',
    } do
      assert.are.equal(wanted, pins.mask(text))
      assert.are.equal(wanted, pins.mask(wanted))
    end
    for _, text in ipairs {
      '{"pin mismatch":1234}', '{"message":"the PIN is wrong","code":22131}', '["no PIN",1234]',
      "no PIN given: HTTP 400", "PIN of the number: +16175551212", "PIN must be 4 to 6 digits",
    } do
      assert.are.equal(text, pins.mask(text))
    end
  end)

  it("leaves phone numbers and messages about PINs alone", function()
    for _, text in ipairs {
      '"contact_pin":"+16175551212"', "PIN for +16175551212", "no PIN (+16175551212)", "pin: +16175551212",
      "phone_numbers[3].pin: a text expected, got a number", "pin: at most 20 characters expected, got 25",
      "no PIN: HTTP 400", '"pin_and_account_number_required": true', "shipping: 1234", "spin 1234", "",
    } do
      assert.are.equal(text, pins.mask(text))
    end
  end)

  it("takes a long text without the square of its length", function()
    local began = os.clock()
    for _, text in ipairs {
      ("x"):rep(2e5), ("pin-"):rep(5e4), ("pin:"):rep(5e4), "pin" .. (" "):rep(2e5),
      'pin:"' .. ("\\"):rep(2e5), 'pin:\\"' .. ("\\"):rep(2e5), ('pin:\\"1,'):rep(2e4),
    } do
      assert.is_string(pins.mask(text))
    end
    assert.are.equal(("pin:'***'"):rep(2e4), pins.mask(("pin:'1'"):rep(2e4)))
    assert.is_true(os.clock() - began < 5)
  end)
end)

describe("an excerpt", function()
  it("has no PINs", function()
    assert.are.equal('{"port_out_pin":"***","x":1}', excerpt('{"port_out_pin":4711,"x":1}', 100))
    for _, text in ipairs { "pin:4711", "pin-4711" } do
      assert.are.equal((text:gsub("4711", "***")), excerpt(text, 100))
    end
    assert.are.equal('{"pin":"**...', excerpt('{"pin":"' .. ("4711"):rep(1000) .. '"}', 10))
  end)
end)
