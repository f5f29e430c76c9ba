--- What a program may do wrong with a campaign.

local campaign = require "twilio.numbers.campaign"

describe("a campaign's plan", function()
  it("raises at the user's line for what is no client", function()
    for _, wrong in ipairs { false, {}, { port_ins = {} }, { port_ins = "x" }, "client" } do
      local ok, why = pcall(function() campaign.plan(wrong, {}) end)
      assert.is_false(ok)
      assert.matches("campaign_spec.lua:%d+: client: what numbers.new gives expected", why)
    end
  end)
end)

describe("a campaign's id", function()
  it("is a text, or is left out", function()
    local ledger = setmetatable({ find = function() return nil, "none" end },
      require "twilio.numbers.campaign.ledger.store")
    for _, wrong in ipairs { 1, true, {} } do
      local ok, why = pcall(function() campaign.report(ledger, wrong) end)
      assert.is_false(ok)
      assert.matches("campaign_spec.lua:%d+: id: a campaign's id, or its beginning, expected", why)
    end
    for _, wrong in ipairs { 1, true, {} } do
      local _, why = pcall(function() campaign.undo_sheets(ledger, wrong) end)
      assert.matches("campaign_spec.lua:%d+: id: a campaign's id, or its beginning, expected", why)
    end
    local _, why = pcall(function() campaign.undo_sheets(ledger, nil, 1) end)
    assert.matches("campaign_spec.lua:%d+: decrypt: a function expected, got 1", why)
    _, why = pcall(function() campaign.verify(ledger, true) end)
    assert.matches("campaign_spec.lua:%d+: options: a table expected, got true", why)
    assert.are.same({ n = 2, nil, "none" }, { n = 2, campaign.report(ledger) })
  end)
end)
