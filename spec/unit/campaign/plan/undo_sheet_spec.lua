--- What an undo sheet keeps of a port-in: all but its PINs.

local doubles = require "spec.support.port_in_doubles"
local json = require "twilio.numbers.util.json"
local undo_sheet = require "twilio.numbers.campaign.plan.undo_sheet"

local function kept(fields)
  return json.decode(undo_sheet.text(doubles.port_in(fields)))
end

describe("the text of an undo sheet", function()
  it("has no PIN, however its name is written, and wherever it stands", function()
    for _, name in ipairs { "pin", "PIN", "Pin", "pIN", "piN", "port_out_pin", "accountPin" } do
      assert.is_nil(kept({ [name] = "1234" })[name])
      local nested = kept { phone_numbers = { { phone_number = "+14155550111", [name] = 1234 } } }
      assert.are.same({ { phone_number = "+14155550111" } }, nested.phone_numbers)
    end
  end)

  it("has what is like a PIN, and is none", function()
    local fields = { origin = "x", pint = "y", note = 'pin":', last = "pin" }
    local raw = kept(fields)
    for name, value in pairs(fields) do assert.are.equal(value, raw[name]) end
  end)
end)
