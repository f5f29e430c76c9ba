--- The inputs that a batch has had: exact, whatever they are, and small.

local seen = require "twilio.numbers.bulk.seen"

describe("a set of inputs", function()
  local function sid(number, prefix) return (prefix or "KW") .. ("%032x"):format(number) end

  it("tells each input that is new, and no other", function()
    local set = seen.new()
    for round = 1, 2 do
      for i = 1, 5000 do assert.are.equal(round == 1, set:add(sid(i))) end
    end
    assert.is_true(set:add(sid(5001)))
  end)

  it("tells apart what differs in one place, in the letters or in the size of a letter", function()
    local set, base = seen.new(), "KWabcdefabcdefabcdefabcdefabcdefab"
    local texts = { base, "PU" .. base:sub(3), base:upper() }
    for place = 3, #base do
      texts[#texts + 1] = base:sub(1, place - 1) .. "0" .. base:sub(place + 1)
      texts[#texts + 1] = base:sub(1, place - 1) .. base:sub(place, place):upper() .. base:sub(place + 1)
    end
    for _, text in ipairs(texts) do assert.is_true(set:add(text), text) end
    for _, text in ipairs(texts) do assert.is_false(set:add(text), text) end
  end)

  it("takes phone numbers, and any other text", function()
    local set = seen.new()
    local texts = { "", "\0", "+16175551212", "+1617555121", "+999999999999999", ("x"):rep(17),
      ("x"):rep(18), ("x"):rep(34), ("K"):rep(34), ("\0"):rep(16), "\0\0" }
    for _, text in ipairs(texts) do assert.is_true(set:add(text)) end
    for _, text in ipairs(texts) do assert.is_false(set:add(text)) end
  end)

  it("takes pairs", function()
    local set = seen.new()
    for i = 1, 50 do
      for j = 1, 50 do assert.is_true(set:add(sid(i), sid(j, "PU"))) end
    end
    assert.is_false(set:add(sid(3), sid(4, "PU")))
    assert.is_true(set:add(sid(3)))
    assert.is_true(set:add(sid(3), sid(10, "PU"):upper()))
    assert.is_false(set:add(sid(3), sid(10, "PU"):upper()))
    assert.is_true(set:add("a", "b c"))
    assert.is_true(set:add("a b", "c"))
  end)
end)
