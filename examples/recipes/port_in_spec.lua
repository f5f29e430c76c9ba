--- A unit test of one's own code with the double, without a network: busted port_in_spec.lua
local testing = require "twilio.numbers.testing"

--- The code under test: cancels what may be cancelled, and tells how that ended.
local function cancel_if_open(client, sid)
  local port_in, err = client.port_ins:fetch(sid)
  if not port_in then return "unknown: " .. err.kind end
  if not port_in:is_cancelable() then return "too late" end
  local accepted, why = port_in:cancel()
  return accepted and "accepted" or why.outcome
end

local KW = "KW00000000000000000000000000000001"
local FETCH, CANCEL = "GET /v1/Porting/PortIn/*", "DELETE /v1/Porting/PortIn/*"

describe("cancelling", function()
  for status, answers in pairs {
    accepted = { [FETCH] = testing.port_in "In Review", [CANCEL] = { 429, 204 } },
    uncertain = { [FETCH] = testing.port_in "In Review", [CANCEL] = { fault = "lost" } },
    ["too late"] = { [FETCH] = testing.port_in "Completed" },
    ["unknown: api"] = { [FETCH] = 404 },
  } do
    it("tells that it is " .. status, function()
      local double = testing.new(answers)
      assert.are.equal(status, cancel_if_open(double.client, KW))
      double:verify()
    end)
  end
end)
