--- JSON text from tables, with what lua-cjson cannot know.

local core = require "twilio.numbers.core"
local json = require "twilio.numbers.util.json"

describe("json.encode_object", function()
  it("sorts keys, so that equal objects are equal texts", function()
    assert.are.equal('{"a":1,"b":"x","c":true}', json.encode_object { c = true, a = 1, b = "x" })
    assert.are.equal("{}", json.encode_object {})
  end)

  it("writes an empty array as such where the properties say that it is one", function()
    local properties = { items = { type = "array" }, thing = {} }
    assert.are.equal('{"items":[],"other":{},"thing":{}}',
      json.encode_object({ items = {}, thing = {}, other = {} }, properties))
    assert.are.equal('{"items":[1]}', json.encode_object({ items = { 1 } }, properties))
    assert.are.equal('{"items":null}', json.encode_object({ items = core.null }, properties))
  end)

  it("keeps every digit of a whole number", function()
    assert.are.equal('{"id":9007199254740992}', json.encode_object { id = 2 ^ 53 })
    assert.are.equal('{"id":-123456789012345}', json.encode_object { id = -123456789012345 })
    assert.are.equal('{"share":0.5}', json.encode_object { share = 0.5 })
  end)

  it("writes null, nested values and quotes", function()
    assert.are.equal('{"a":null,"b":{"c":[1,2]},"d\\"":"\\n"}',
      json.encode_object { a = core.null, b = { c = { 1, 2 } }, ['d"'] = "\n" })
  end)

  it("refuses keys that are no strings", function()
    assert.has_error(function() json.encode_object { 1 } end,
      "a JSON object's keys are strings, got a number")
  end)
end)
