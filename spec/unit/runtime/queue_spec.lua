--- The queue in which finished calls come in.

local queue = require "twilio.numbers.runtime.queue"

describe("a queue", function()
  it("gives what was put into it, first come, first served", function()
    local own = queue.new()
    for i = 1, 3 do own:put("call " .. i) end
    assert.are.equal("call 1", own:take())
    own:put "call 4"
    for i = 2, 4 do assert.are.equal("call " .. i, own:take()) end
    assert.is_nil(own:take())
  end)

  it("says whether anything is in it", function()
    local own = queue.new()
    assert.is_false(own:has_mail())
    own:put "a call"
    assert.is_true(own:has_mail())
    own:take()
    assert.is_false(own:has_mail())
  end)

  it("keeps nothing of what was taken, however long it is at work", function()
    local own, kept = queue.new(), setmetatable({}, { __mode = "k" })
    own:put {} -- so that it is never empty
    for _ = 1, 1000 do
      local call = {}
      kept[call] = true
      own:put(call)
      own:take()
    end
    own:take()
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(kept))
    assert.is_true(own.last < 10)
  end)

  it("is empty again after nothing was taken from it", function()
    local own = queue.new()
    assert.is_nil(own:take())
    own:put "a call"
    assert.are.equal("a call", own:take())
  end)
end)

describe("a listener of a queue", function()
  it("is called at the next delivery, once, with its argument", function()
    local own, told = queue.new(), {}
    own:on_mail(function(whom) told[#told + 1] = whom end, "one")
    assert.are.same({}, told)
    own:put "a call"
    own:put "another"
    assert.are.same({ "one" }, told)
  end)

  it("is not the only one", function()
    local own, told = queue.new(), {}
    local function tell(whom) told[#told + 1] = whom end
    own:on_mail(tell, "one")
    own:on_mail(tell, "two")
    own:put "a call"
    assert.are.same({ "one", "two" }, told)
  end)

  it("finds the call there, and may listen again from within", function()
    local own, seen = queue.new(), {}
    local function take(self)
      seen[#seen + 1] = self:take()
      self:on_mail(take, self)
    end
    own:on_mail(take, own)
    own:put "one"
    own:put "two"
    assert.are.same({ "one", "two" }, seen)
  end)
end)
