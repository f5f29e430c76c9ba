--- JSON beside the rest of the core. spec/unit/json_decode_spec.lua has the details of decoding.

local core = require "twilio.numbers.core"
local json = require "twilio.numbers.util.json"
local contract = require "twilio.numbers.api.contract"

local integers = math.type ~= nil -- 5.3 and newer tell 1 from 1.0

describe("decoding", function()
  it("reaches numbers at every depth, keys and all", function()
    local value = core.decode '{"a":[{"b":1},[2,[3]]],"c":{"d":{"e":4}},"f":5}'
    assert.are.same({ a = { { b = 1 }, { 2, { 3 } } }, c = { d = { e = 4 } }, f = 5 }, value)
    if integers then assert.are.equal("4", tostring(value.c.d.e)) end
    assert.are.equal(7, core.decode "7")
  end)

  it("refuses what is not JSON", function()
    for _, text in ipairs { "", " ", "NaN", "[NaN]", "[Infinity]", "[-Infinity]", "[0x10]", "[01]",
      "[+1]", "[nan]", "[inf]", "{", "[1,]", "{'a':1}", "nul", "[1] 2", '{"a" 1}', "\0" } do
      local value, why = core.decode(text)
      assert.is_nil(value, text)
      assert.is_string(why)
    end
  end)

  it("refuses numbers that are out of range, and zero bytes", function()
    for _, text in ipairs {
      "1e999", "[1,-1e999]", '{"a":{"b":[1E400]}}', "[" .. ("9"):rep(400) .. "]",
      '{"a":1}\0', '{"a":1}\0garbage',
    } do
      local value, why = core.decode(text)
      assert.is_nil(value, text)
      assert.is_string(why)
    end
    assert.are.same({ 1e300, "1e999" }, core.decode '[1e300,"1e999"]')
  end)

  it("bounds the depth", function()
    assert.is_table(core.decode(("["):rep(100) .. ("]"):rep(100)))
    local value, why = core.decode(("["):rep(101) .. ("]"):rep(101))
    assert.is_nil(value)
    assert.matches("nested", why)
    assert.is_nil((core.decode(("["):rep(1000000))))
  end)

  it("keeps null apart from nothing", function()
    local value = core.decode '{"a":null}'
    assert.are.equal(core.null, value.a)
    assert.is_nil(value.b)
  end)

  it("leaves the program's own lua-cjson as it was set", function()
    local cjson = require "cjson"
    local before = cjson.decode_max_depth()
    cjson.decode_max_depth(3)
    assert.is_table(core.decode "[[[[[1]]]]]")
    assert.is_false((pcall(cjson.decode, "[[[[[1]]]]]")))
    cjson.decode_max_depth(before)
  end)
end)

describe("encoding", function()
  it("writes an object's keys in order, nulls and text as they are", function()
    assert.are.equal([[{"a":1,"b":null,"c":"x\"\n","d":[1,2],"e":{"f":true}}]],
      json.encode_object { d = { 1, 2 }, a = 1, b = core.null, c = 'x"\n', e = { f = true } })
  end)

  it("writes [] for an empty array where the contract says array, and {} elsewhere", function()
    assert.are.equal('{"documents":[],"losing_carrier_information":{},"phone_numbers":[]}',
      json.encode_object({ documents = {}, phone_numbers = {}, losing_carrier_information = {} },
        contract.resources["numbers.v1.porting_port_in"]))
  end)

  it("keeps every digit of a field that is a whole number", function()
    local object = { a = 123456789012345, b = 1234567890123456, c = -9007199254740991, d = 2.5 }
    assert.are.equal(
      '{"a":123456789012345,"b":1234567890123456,"c":-9007199254740991,"d":2.5}',
      json.encode_object(object))
  end)

  it("gives back what was decoded", function()
    local text = '{"a":22131,"b":[1,2.5],"c":null}'
    assert.are.equal(text, json.encode_object(core.decode(text)))
  end)

  it("refuses what JSON cannot say", function()
    for _, bad in ipairs { print, 0 / 0, math.huge, { [{}] = 1 } } do
      local text, why = core.encode(bad)
      assert.is_nil(text)
      assert.is_string(why)
    end
    local endless = {}
    endless[1] = endless
    assert.is_nil((core.encode(endless)))
  end)
end)
