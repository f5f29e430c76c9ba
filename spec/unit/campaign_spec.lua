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
