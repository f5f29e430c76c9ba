--- Records: an object over the JSON that came.

local null = require("twilio.numbers.core").null
local record = require "twilio.numbers.api.record"

local Thing = record.class("Thing", { items = { type = "array" } }, {
  sid = function(self) return self.thing_sid end,
  describe = function(self) return self:sid() or "of no SID" end,
})

local function thing(raw) return record.new(Thing, raw) end

describe("a record", function()
  it("reads null as nil, at each depth, and leaves array elements in their places", function()
    local one = thing { a = null, b = { c = null, d = { e = null, f = 1 } }, items = { 1, null, 3 } }
    assert.is_nil(one.a)
    assert.is_nil(one.b.c)
    assert.is_nil(one.b.d.e)
    assert.are.equal(1, one.b.d.f)
    assert.are.equal(null, one.items[2])
    assert.are.equal(3, one.items[3])
  end)

  it("keeps what came as it came", function()
    local raw = { a = null, unknown = { deep = null } }
    local one = thing(raw)
    assert.is_nil(one.unknown.deep)
    assert.are.equal(raw, one:raw())
    assert.are.equal(null, one:raw().unknown.deep)
  end)

  it("gives the same table for a field each time", function()
    local one = thing { b = { 1 } }
    assert.are.equal(one.b, one.b)
  end)

  it("has methods before fields of their names; raw has the field", function()
    local one = thing { thing_sid = "TH1", sid = "other" }
    assert.are.equal("TH1", one:sid())
    assert.are.equal("other", one:raw().sid)
  end)

  it("has what is its own apart from fields of the same names", function()
    local core = require "twilio.numbers.core"
    local raw = core.decode [[{"thing_sid":"TH1","\u0000raw":{"thing_sid":"TH2"},"\u0000client":7,
      "\u0000clean":{"items":[7]},"\u0000parent":"TH3","\u0000transfer":{"x":1},"items":[1]}]]
    local client, transfer = {}, {}
    for _, one in ipairs { record.new(Thing, raw, client, "TH1", transfer), record.new(Thing, raw) } do
      assert.are.equal(raw, one:raw())
      assert.are.equal("TH1", one:sid())
      assert.are.same({ 1 }, one.items)
      assert.are.same({ 1 }, one.items)
      assert.is_true(record.client(one) == nil or record.client(one) == client)
      assert.is_true(record.parent(one) == nil or record.parent(one) == "TH1")
      assert.is_true(record.transfer(one) == nil or record.transfer(one) == transfer)
      assert.are.equal("TH2", core.decode(one:to_json())["\0raw"].thing_sid)
      local count = 0
      for _ in one:fields() do count = count + 1 end
      assert.are.equal(7, count)
    end
  end)

  it("cannot be written to", function()
    local ok, why = pcall(function() thing({}).status = "x" end)
    assert.is_false(ok)
    assert.matches("Thing is read-only, 'status' cannot be set", why, 1, true)
  end)

  it("iterates over the fields that are not null", function()
    local seen = {}
    for name, value in thing({ a = null, b = 1, c = { d = null } }):fields() do seen[name] = value end
    assert.are.same({ b = 1, c = {} }, seen)
    assert.is_nil((thing({ a = null }):fields()(thing { a = null })))
  end)

  it("asks its class for what the JSON lacks, and only for that", function()
    local Other = record.class("Other", {}, { describe = function() return "" end })
    local one = record.new(Other, { a = false, b = 0, c = "", n = null })
    assert.is_nil(one.n)
    function Other.otherwise(self, name)
      return type(name) == "string" and self.c ~= nil and name:upper() or nil
    end
    assert.are.same({ false, 0, "" }, { one.a, one.b, one.c })
    assert.are.same({ "N", "X" }, { one.n, one.x })
    assert.is_nil(one[1])
    assert.is_nil(one[0 / 0])
    assert.are.equal("function", type(one.raw))
  end)

  it("lends its fields to what inherits from it", function()
    local one = thing { a = 1, b = { 2 }, sid = "other" }
    local heir = setmetatable({}, { __index = one })
    assert.are.equal(1, heir.a)
    assert.are.equal(one.b, heir.b)
    assert.are.equal(one.raw, heir.raw)
    assert.are.equal(one:raw(), heir:raw())
    local seen = {}
    for name, value in heir:fields() do seen[name] = value end
    assert.are.same({ a = 1, b = { 2 }, sid = "other" }, seen)
  end)

  it("raises where it is no record, rather than looking on", function()
    for _, other in ipairs { 1, "x", false } do
      assert.is_false((pcall(Thing.__index, other, "a")))
    end
    assert.is_false((pcall(Thing.__index)))
  end)

  it("is JSON again, with nulls and empty arrays", function()
    assert.are.equal('{"a":null,"items":[],"x":{}}', thing({ a = null, items = {}, x = {} }):to_json())
  end)

  it("says what it is", function()
    assert.are.equal("Thing TH1", tostring(thing { thing_sid = "TH1" }))
    assert.are.equal("Thing of no SID", tostring(thing { thing_sid = null }))
  end)

  it("belongs to a client and to what it was asked for by", function()
    local client = {}
    local one = record.new(Thing, {}, client, "KW1")
    assert.are.equal(client, record.client(one))
    assert.are.equal("KW1", record.parent(one))
  end)

  it("takes a newer answer's fields", function()
    local one = thing { status = "open", b = { 1 } }
    assert.are.equal(1, one.b[1])
    assert.are.equal(one, record.replace(one, thing { status = "done", b = { 2 } }))
    assert.are.equal("done", one.status)
    assert.are.equal(2, one.b[1])
  end)
end)

describe("record.each", function()
  --- A record with an array, and maybe with a client and a parent.
  local function with(items, client, parent) return record.new(Thing, { items = items }, client, parent) end

  local function numbers_of(items)
    local list = {}
    for one in record.each_own(with(items, nil, "KW1"), "items", Thing) do
      assert.are.equal("KW1", record.parent(one))
      list[#list + 1] = one.phone_number or "none"
    end
    return list
  end

  it("gives each object, and takes a bare text for a phone number", function()
    assert.are.same({ "+1", "none", "+2" }, numbers_of { { phone_number = "+1" }, {}, "+2" })
  end)

  it("goes over what is no object", function()
    assert.are.same({ "+1" }, numbers_of { null, 7, { phone_number = "+1" }, false })
  end)

  it("gives a record that knows its item, and no more than it was told", function()
    local items, client = { { a = 1 }, { a = 2 } }, {}
    for _, own in ipairs { {}, { client }, { nil, "KW1" }, { client, "KW1" } } do
      local place = 0
      for one in record.each_own(with(items, own[1], own[2]), "items", Thing) do
        place = place + 1
        assert.are.equal(items[place], one:raw())
        assert.are.equal(place, one.a)
        assert.are.equal(Thing, getmetatable(one))
        assert.are.equal(own[1], record.client(one))
        assert.are.equal(own[2], record.parent(one))
        assert.is_nil(record.transfer(one))
      end
      assert.are.equal(2, place)
    end
  end)

  it("gives nothing after the end, and keeps its place apart from another one", function()
    local items = { { a = 1 }, { a = 2 } }
    local own = with(items, {}, "KW1")
    local first, second = record.each(own, "items", Thing), record.each(own, "items", Thing)
    assert.are.equal(1, first().a)
    assert.is_nil(record.parent(second()))
    assert.are.equal(2, first().a)
    assert.is_nil(first())
    assert.is_nil(first())
    assert.are.equal(2, second().a)
  end)

  it("gives none where there is no array", function()
    assert.are.same({}, numbers_of(nil))
    assert.are.same({}, numbers_of(null))
    assert.are.same({}, numbers_of "none")
    assert.are.same({}, numbers_of {})
  end)
end)
