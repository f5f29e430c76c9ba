--- Decoding JSON: the same values as lua-cjson gives, but for a few texts, on every Lua.

local compare = require "spec.attack.json.compare"
local core = require "twilio.numbers.core"
local texts = require "spec.attack.json.texts"

local type_of = math.type or type
local integer = math.type and "integer" or "number"
local float = math.type and "float" or "number"

local function number(text) return core.decode("[" .. text .. "]")[1] end

describe("decoding", function()
  it("gives what lua-cjson gives, for texts that readers have got wrong", function()
    for _, text in ipairs(texts.corpus) do
      assert.is_nil(compare.problem(text), ("%q"):format(text:sub(1, 200)))
    end
  end)

  it("gives what lua-cjson gives, for random texts; spec/attack/json has more", function()
    math.randomseed(tonumber(os.getenv "SEED" or 1))
    for _ = 1, 100 do
      local text = texts.any()
      assert.is_nil(compare.problem(text), ("%q"):format(text:sub(1, 2000)))
    end
  end)

  it("makes integers of whole numbers of 64 bits, and floats of all others", function()
    for text, wanted in pairs {
      ["0"] = integer, ["-0"] = integer, ["-17"] = integer, ["9007199254740993"] = integer,
      ["9223372036854775807"] = integer, ["-9223372036854775808"] = integer,
      ["9223372036854775808"] = float, ["-9223372036854775809"] = float, ["1.0"] = float,
      ["1e2"] = float,
      ["0.5"] = float,
    } do
      assert.are.equal(wanted, type_of(number(text)), text)
    end
    assert.are.equal(2 ^ 63, number "9223372036854775808")
    assert.are.equal(1e300, number "1e300")
    if math.type then assert.are.equal("9007199254740993", tostring(number "9007199254740993")) end
  end)

  it("says what it refuses, and where", function()
    for text, wanted in pairs {
      [""] = "it is empty at byte 1", [" \n"] = "it is empty at byte 3",
      ["[1,]"] = "a value expected at byte 4",
      ["NaN"] = "a value expected at byte 1", ["[Infinity]"] = "a value expected at byte 2",
      ["-Infinity"] = "a digit expected at byte 1", ["[0x10]"] = "a comma or ] expected at byte 3",
      ["[01]"] = "a number has a leading zero at byte 2", ["1e999"] = "a number is out of range at byte 1",
      ["[1.e999]"] = "a number is out of range at byte 2",
      ['["\\ud800"]'] = "half of a surrogate pair is missing at byte 3",
      ['"\\x"'] = "there is no such escape at byte 2", ['["abc'] = "it ends within a string at byte 6",
      ['{"a" 1}'] = "a colon expected at byte 6", ['{"a":1 "b"}'] = "a comma or } expected at byte 8",
      ["{a:1}"] = "a name expected at byte 2", ["[1] 2"] = "something follows its end at byte 5",
      ['{"a":1}\0x'] = "there is a zero byte at byte 8",
      [("["):rep(101)] = "it is nested too deeply at byte 101",
    } do
      local value, why = core.decode(text)
      assert.is_nil(value)
      assert.are.equal(wanted, why)
    end
  end)

  it("skips a byte order mark in front, and only there", function()
    assert.are.same({ 1 }, core.decode "\239\187\191[1]")
    assert.is_nil((core.decode "[\239\187\1911]"))
  end)

  it("bounds the number of values, and does not count names", function()
    local text = '{"a":[1,null],"b":{}}'
    assert.is_table(core.decode(text, 5))
    assert.are.same({ n = 3, nil, "it has too many values at byte 19", "too_large" },
      { n = select("#", core.decode(text, 4)), core.decode(text, 4) })
    assert.has_error(function() core.decode(text, 0) end)
  end)

  it("makes tables of any size, the last of two equal names counting", function()
    for _, count in ipairs { 0, 1, 31, 32, 33, 63, 64, 65, 1000 } do
      local items, members = {}, {}
      for i = 1, count do items[i], members[i] = tostring(i), ('"k%d":%d'):format(i % 40, i) end
      local list = core.decode("[" .. table.concat(items, ",") .. "]")
      assert.are.equal(count, #list)
      for i = 1, count do assert.are.equal(i, list[i]) end
      local object = core.decode("{" .. table.concat(members, ",") .. "}")
      for i = math.max(1, count - 39), count do assert.are.equal(i, object["k" .. i % 40]) end
    end
  end)

  it("makes a large array in its final size", function()
    local text = "[" .. ("0,"):rep(100000) .. "0]"
    collectgarbage()
    collectgarbage "stop"
    local before = collectgarbage "count"
    local list = core.decode(text)
    local bytes = (collectgarbage "count" - before) * 1024
    collectgarbage "restart"
    assert.are.equal(100001, #list)
    assert.is_true(bytes < 100001 * 16 + 20000, bytes)
  end)

  --- The memory of what a text gives, in bytes.
  local function memory_of(text)
    collectgarbage()
    collectgarbage "stop"
    local before = collectgarbage "count"
    local value = core.decode(text)
    local bytes = (collectgarbage "count" - before) * 1024
    collectgarbage "restart"
    return bytes, value
  end

  it("reserves no more for arrays than the text has room for, whatever they promise", function()
    local promise, blanks = "[" .. ("0,"):rep(70) .. "0]", (" "):rep(100000)
    for _, inner in ipairs { promise, '[{"a":0}]' } do
      local plain = memory_of("[" .. (inner .. ","):rep(99) .. inner .. "]")
      local text = "[" .. (inner .. ","):rep(99) .. inner .. blanks .. "]"
      assert.is_true(memory_of(text) < plain + #text * 8 + 20000)
    end
  end)

  it("reserves no more for objects than the text has room for, however many members the first has", function()
    local members = {}
    for i = 1, 31 do members[i] = ('"k%d":0'):format(i) end
    local first = "[{" .. table.concat(members, ",") .. "}"
    local small = (",{}"):rep(50000) .. "]"
    assert.is_true(memory_of(first .. small) < memory_of("[0" .. small) + #small * 10 + 20000)
  end)

  it("reads objects of an array that differ from the first one", function()
    for _, items in ipairs {
      { '{"a":1,"b":"x","c":null}', '{"a":2,"b":"x","c":null}', '{"a":"x","b":1}',
        '{"b":"x","a":1,"d":{"a":"x"}}' },
      { '{"a":"x"}', '{}', '{"a":"x","a":"y"}', "null", "7", '"x"',
        '[{"a":"x"},{"a":"x"}]', '{"a":"\\u0078"}' },
      { '{"a":"x","a":"y"}', '{"a":"x","a":"x"}', '{"\\u0061":"x"}', '{"a":"xy"}', '{"a":""}' },
      { '{"":""}', '{"":""}', '{"a":[{"b":"x"}]}', '{"":[{"b":"x"},{"b":"x"},{"b":"x","c":1}]}' },
      { '{"a":"x"}', '{"ab":"x"}', '{"":"x"}', '{"a":"x' },
      { '{"a\\"b":"x\\"y"}', '{"a\\"b":"x\\"y"}', '{"a"b":1}' },
      { '{"a\\"b":"x\\"y"}', '{"a\\"b":"x"y"}' }, { '{"a\\\\":"x"}', '{"a\\":"x"}' },
      { "{}", '{"a":1}', '{"a":1}' }, { "1", '{"a":1}', '{"a":1}' },
      { '{"k":[{"a":"x","b":[{"c":"x"},{"c":"y"}]},{"a":"x","b":[{"c":"x"}]}]}', '{"k":[{"a":"x"}]}' },
    } do
      local text = "[" .. table.concat(items, ",") .. "]"
      assert.is_nil(compare.problem(text), text)
      for cut = 1, #text do assert.is_nil(compare.problem(text:sub(1, cut)), text:sub(1, cut)) end
    end
  end)

  it("reads objects of an array with any number of members", function()
    for _, count in ipairs { 1, 31, 32, 33, 64, 65, 127, 128, 129, 200 } do
      local members = {}
      for i = 1, count do members[i] = ('"k%d":"v%d"'):format(i, i) end
      local inner = "{" .. table.concat(members, ",") .. "}"
      local text = "[" .. (inner .. ","):rep(3) .. '{"n":[' .. inner .. "," .. inner .. "]}]"
      assert.is_nil(compare.problem(text), count)
    end
  end)

  it("gives each name as it is, however many came before, of any length and with equal ends", function()
    local names = {}
    for length = 0, 45 do
      for _, first in ipairs { "a", "b" } do names[#names + 1] = (first .. ("x"):rep(length)) end
    end
    for i = 1, 1000 do names[#names + 1] = "name_" .. i .. "_end" end
    names[#names + 1] = ""
    names[#names + 1] = 'quoted"'
    for _ = 1, 2 do
      for i, name in ipairs(names) do
        local text = '{"' .. name:gsub('"', '\\"') .. '":' .. i .. "}"
        assert.are.same({ [name] = i }, core.decode(text))
      end
      collectgarbage()
    end
  end)

  it("keeps names apart while finalizers decode others", function()
    local function decode_others()
      for i = 1, 50 do core.decode('{"other_' .. i .. '": 1}') end
    end
    for i = 1, 200 do
      if newproxy then
        getmetatable(newproxy(true)).__gc = decode_others
      else
        setmetatable({}, { __gc = decode_others })
      end
      local name = "own_" .. i
      assert.are.same({ [name] = { [name] = i } }, core.decode(('{"%s":{"%s":%d}}'):format(name, name, i)))
    end
  end)

  it("takes long strings with escapes, and texts that are many levels of large arrays", function()
    assert.are.equal(("\n"):rep(100000), core.decode('"' .. ("\\n"):rep(100000) .. '"'))
    local text = ("[" .. ("0,"):rep(70)):rep(100) .. "0" .. ("]"):rep(100)
    assert.are.equal(71, #core.decode(text))
  end)
end)
