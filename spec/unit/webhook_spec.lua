--- What a program may do wrong with a receiver.

local webhook = require "twilio.numbers.webhook"

describe("a receiver", function()
  local receiver = webhook.new { url = "https://example.com/", auth_token = "token" }

  it("raises at the user's line for what is no request", function()
    for _, wrong in ipairs { false, 1, "POST", print } do
      local ok, why = pcall(function() receiver:receive(wrong) end)
      assert.is_false(ok)
      assert.matches("webhook_spec.lua:%d+: request: a table expected, got ", why)
    end
    local _, why = pcall(function() receiver:receive() end)
    assert.matches("webhook_spec.lua:%d+: request: a table expected, got nil", why)
  end)

  it("raises for headers that are no table, and takes a request without any", function()
    local _, why = pcall(function() receiver:receive { method = "POST", body = "{}", headers = "x" } end)
    assert.matches("webhook_spec.lua:%d+: request.headers: a table expected", why)
    assert.are.equal(403, receiver:receive({ method = "POST", body = "{}" }).status)
  end)
end)
