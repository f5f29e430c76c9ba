--- Every list that the library takes is an array: a set, or a list with a hole, raises at the caller's
--- line, for it would be read as a shorter list than was meant.

local campaign = require "twilio.numbers.campaign"
local list = require "twilio.numbers.util.array"
local sandbox = require "spec.support.sandbox"
local webhook = require "twilio.numbers.webhook"

local KW, PU, AC = sandbox.sid("KW", 1), sandbox.sid("PU", 0x11), sandbox.sid("AC", 1)

describe("a table", function()
  it("is an array when its keys are 1 to n", function()
    for _, array in ipairs { {}, { "a" }, { "a", "b", false }, { {}, {} }, { true, true } } do
      assert.is_nil(list.problem(array))
    end
  end)

  it("is told apart from one, without anything of what is in it", function()
    for _, case in ipairs {
      { { secret = true }, "a set" },
      { { secret = true, other = true }, "a set" },
      { { secret = "x" }, "a table with keys other than 1 to n" },
      { { "a", n = 1 }, "a table with keys other than 1 to n" },
      { { [0] = "a", [1] = "b" }, "a table with keys other than 1 to n" },
      { { [1.5] = "a" }, "a table with keys other than 1 to n" },
      { { [math.huge] = "a" }, "a table with keys other than 1 to n" },
      { { nil, "a" }, "a list with a hole at 1" },
      { { "a", nil, "b" }, "a list with a hole at 2" },
      { { "a", "b", [1000000000] = "c" }, "a list with a hole at 3" },
    } do
      assert.are.equal(case[2], list.problem(case[1]))
    end
  end)
end)

describe("a list that is no array", function()
  local client

  before_each(function()
    sandbox.reset()
    client = sandbox.client()
  end)

  after_each(function()
    assert.are.same({}, sandbox.requests())
    client:close()
  end)

  local function plan_with(name)
    return function(value) campaign.plan(client, {}, { [name] = value }) end
  end

  local takers = {
    ["protect: an array"] = { "+14155550111", plan_with "protect" },
    ["accounts: an array"] = { AC, plan_with "accounts" },
    ["source: an array, an iterator or a coroutine"] = { KW,
      function(value) campaign.plan(client, value) end,
      function(value) client.port_ins:fetch_each(value) end,
      function(value) client.port_ins:cancel_each(value) end,
      function(value) client.port_in_phone_numbers:cancel_each(value) end,
      function(value) client.portability:check_each(value) end,
      function(value) client.bulk_eligibilities:fetch_each(value) end },
    ["sids: an array of SIDs"] = { KW, function(value) client.port_ins:watch(value) end },
    ["auth_token: a token, or an array of up to 8,"] = { "a-token", function(value)
      webhook.new { url = "https://example.com/", auth_token = value }
    end },
  }

  it("raises at the caller's line, and says what it is", function()
    for words, taker in pairs(takers) do
      for i = 2, #taker do
        for given, value in pairs {
          ["a set"] = { [taker[1]] = true },
          ["a table with keys other than 1 to n"] = { taker[1], name = taker[1] },
          ["a list with a hole at 1"] = { nil, taker[1] },
          ["a list with a hole at 2"] = { taker[1], nil, taker[1] },
        } do
          local ok, why = pcall(taker[i], value)
          assert.is_false(ok, words)
          assert.matches(words .. " expected, got " .. given, why, 1, true)
          assert.matches("list_spec.lua:%d+: ", why)
          assert.not_matches("a-token", why, 1, true)
        end
      end
    end
  end)

  it("raises where it is no table either", function()
    assert.matches("sids: an array of SIDs expected, got \"KW\"",
      select(2, pcall(takers["sids: an array of SIDs"][2], "KW")), 1, true)
    assert.matches("protect: an array expected, got \"+14155550111\"",
      select(2, pcall(plan_with "protect", "+14155550111")), 1, true)
  end)

  it("raises where it is a single resource object", function()
    local port_in = client.port_ins:blank(KW)
    assert.has_error(function() client.port_ins:cancel_each(port_in) end)
  end)

  it("gives an error where it is one of a port-in and two of its numbers", function()
    for _, pair in ipairs { { KW, PU, PU }, { [KW] = true }, { nil, PU } } do
      local outcomes = 0
      for _, result, err in client.port_in_phone_numbers:cancel_each { pair } do
        outcomes = outcomes + 1
        assert.is_nil(result)
        assert.are.equal("invalid", err.kind)
      end
      assert.are.equal(1, outcomes)
    end
  end)
end)

describe("an array as a source", function()
  it("is read as it goes", function()
    sandbox.reset()
    local client = sandbox.client()
    local sids, count = { KW }, 0
    local each = client.port_ins:fetch_each(sids, { concurrency = 1 })
    sids[2] = sandbox.sid("KW", 2)
    for _, port_in in each do count = count + (port_in and 1 or 0) end
    assert.are.equal(2, count)
    client:close()
  end)

  it("may be a proxy that is read by its index", function()
    sandbox.reset()
    local client = sandbox.client()
    local proxy = setmetatable({}, { __index = { KW, sandbox.sid("KW", 2) } })
    local count = 0
    for _, port_in in client.port_ins:fetch_each(proxy) do count = count + (port_in and 1 or 0) end
    assert.are.equal(2, count)
    client:close()
  end)
end)
