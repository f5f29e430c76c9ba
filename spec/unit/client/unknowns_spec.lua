--- What is unknown in answers is told once, and not without end.

local core = require "twilio.numbers.core"
local hooks = require "twilio.numbers.client.hooks"
local unknowns = require "twilio.numbers.client.unknowns"

local function call(json)
  return { id = "FetchPortingPortability", object = assert(core.decode(json)) }
end

describe("what answers have that is unknown", function()
  it("is told once for each name, and each value", function()
    local own = unknowns.new()
    local first = own:of(call '{"surprise":1,"number_type":"SATELLITE"}')
    table.sort(first, function(a, b) return a.name < b.name end)
    assert.are.same({
      { operation = "FetchPortingPortability", kind = "value", name = "number_type", value = "SATELLITE" },
      { operation = "FetchPortingPortability", kind = "field", name = "surprise", value = "integer" },
    }, first)
    assert.are.same({}, own:of(call '{"surprise":"a","number_type":"SATELLITE"}'))
    local second = own:of(call '{"number_type":"ORBITAL","not_portable_reason_code":1}')
    assert.are.equal(2, #second)
  end)

  it("leaves out what is known but of another form, or missing", function()
    assert.are.same({}, unknowns.new():of(call '{"phone_number":"x","portable":1}'))
  end)

  it("is told 200 times at most, whatever the server sends", function()
    local own, count = unknowns.new(), 0
    for i = 1, 300 do count = count + #own:of(call(('{"f%d":1,"g%d":1}'):format(i, i))) end
    assert.are.equal(200, count)
  end)

  it("is nothing where there is no object", function()
    for _, object in ipairs { true, false } do
      assert.are.same({}, unknowns.new():of { id = "FetchPortingPortability", object = object })
    end
    assert.are.same({}, unknowns.new():of { id = "DeletePortingPortIn", object = true })
  end)

  it("is looked for only where a function is given", function()
    local function f() end
    assert.is_nil(hooks.new {})
    assert.is_nil(hooks.new { on_request = f, on_response = f, on_retry = f }.unknowns)
    assert.is_not_nil(hooks.new { on_unknown = f }.unknowns)
  end)
end)
