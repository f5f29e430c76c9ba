--- What inputs come from.

local inputs = require "twilio.numbers.runtime.inputs"

local function all_of(source)
  local next_input, list = inputs.open(source), {}
  for input in next_input do list[#list + 1] = input end
  return list
end

describe("inputs", function()
  it("come from an array, a function, a coroutine, and what can be called", function()
    assert.are.same({ "a", "b" }, all_of { "a", "b" })
    assert.are.same({}, all_of {})
    assert.are.same({ "a", "b" }, all_of(("a b"):gmatch "%a"))
    assert.are.same({ "a", "b" }, all_of(coroutine.create(function()
      coroutine.yield "a"
      coroutine.yield "b"
    end)))
    local i = 0
    assert.are.same({ 1, 2 }, all_of(setmetatable({}, { __call = function()
      i = i + 1
      return i <= 2 and i or nil
    end })))
  end)

  it("may be added to an array while it is read", function()
    local list = { "a" }
    local next_input = inputs.open(list)
    assert.are.equal("a", next_input())
    list[2] = "b"
    assert.are.equal("b", next_input())
    assert.is_nil(next_input())
  end)

  it("are not read before they are asked for", function()
    local asked = 0
    local next_input = inputs.open(function()
      asked = asked + 1
      return asked
    end)
    assert.are.equal(0, asked)
    next_input()
    assert.are.equal(1, asked)
  end)

  it("end where a coroutine ends, and stay ended", function()
    local next_input = inputs.open(coroutine.create(function() coroutine.yield "a" end))
    assert.are.equal("a", next_input())
    assert.is_nil(next_input())
    assert.is_nil(next_input())
  end)

  it("raise what a coroutine raises, unchanged", function()
    local reason = { code = 7 }
    local ok, raised = pcall(inputs.open(coroutine.create(function() error(reason) end)))
    assert.is_false(ok)
    assert.are.equal(reason, raised)
  end)

  it("are refused where ipairs would read a part of them or none", function()
    for value, words in pairs {
      [7] = "source: an array, an iterator or a coroutine expected, got 7",
      text = 'got "text"', [{ KW1 = true }] = "got a set",
      [{ [1] = "a", [3] = "c" }] = "got a list with a hole at 2",
    } do
      local ok, why = pcall(inputs.open, value)
      assert.is_false(ok)
      assert.matches(words, why, 1, true)
    end
    assert.is_false(pcall(inputs.open, nil))
  end)
end)

describe("a source that fails", function()
  local errors = require "twilio.numbers.api.error"

  it("is one that gives false and an error of this library", function()
    local err = errors.new { kind = "network", message = "x" }
    assert.is_true(inputs.has_failed(inputs.open(function() return false, err end)()))
    assert.is_true(inputs.has_failed(inputs.open(setmetatable({}, {
      __call = function() return false, err end,
    }))()))
    assert.is_false(inputs.has_failed(false, "x"))
    assert.is_false(inputs.has_failed("a", err))
    assert.is_false(inputs.has_failed(nil))
  end)
end)

describe("inputs that are a file's lines", function()
  local function lines(text) return inputs.open(text:gmatch "[^\n]+") end

  it("have no byte order mark, and no carriage returns at their ends", function()
    local next_input = lines "\239\187\191a\r\n\239\187\191b\n"
    assert.are.equal("a", next_input())
    assert.are.equal("\239\187\191b", next_input())
    assert.is_nil(next_input())
  end)

  it("raise where they are UTF-16", function()
    for _, mark in ipairs { "\255\254a\0", "\254\255\0a" } do
      assert.has_error(lines(mark), "source: its lines are UTF-16 or UTF-32: save the file as UTF-8, "
        .. "or read it by numbers.csv.parse")
    end
  end)
end)
