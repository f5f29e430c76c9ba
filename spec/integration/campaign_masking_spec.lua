--- What a report hides of a text.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local masking = require "twilio.numbers.util.redact"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local shown = {
  ["+14155550111"] = "+141******11",
  ["call (415)555-0111, 020 7946 0958"] = "call (415)***-**11, 020 **** **58",
  ["415-5550111 0049 6151 123456"] = "415-******* **** **** ****56",
  ["/PhoneNumber/%2B14155550111?x=1"] = "/PhoneNumber/+141******11?x=1",
  ["+1%20415%20555%200111"] = "+1 41* *** **11",
  ["+1\194\160415\226\128\145555 0111"] = "+1\194\16041*\226\128\145*** **11",
  ["tel:+14155550111;ext=5, p:4155550111x5"] = "tel:+141******11;ext=5, p:415*****11x5",
  ["2026-11-24 4155550111"] = "2026-11-24 415*****11",
  ["robin@example.com <o'neil@example.com>"] = "r***@example.com <o***@example.com>",
  ["j\195\188rgen.m\195\188ller@example.com %40 a%40b.com"] = "j***@example.com @ a***@b.com",
}

local kept = {
  "KW00000000000000000000000000000001 is 1 of 60", "2026-11-24T00:21:18Z", "2026-11-24 14:30:00",
  "https://127.0.0.1:20761 or 192.168.100.200: no connection", "process 2749, +1 and +1234",
  "HTTP 409, code 20409, request RQ480567b64b30d3c306036c6e5613d872",
}

describe("masking", function()
  it("hides phone numbers and addresses, however they are written", function()
    for text, masked in pairs(shown) do assert.are.equal(masked, masking.text(text)) end
  end)

  it("leaves SIDs, dates, hosts and the like as they are", function()
    for _, text in ipairs(kept) do assert.are.equal(text, masking.text(text)) end
  end)

  it("hides nothing when told so, and takes what is no text", function()
    assert.are.equal("+14155550111", masking.filter(true)("+14155550111"))
    assert.is_nil(masking.filter()(nil))
  end)
end)

describe("a campaign", function()
  it("keeps no names, addresses, account numbers and PINs that the API repeats in a refusal", function()
    local client, ledger, place = campaigns.begin()
    sandbox.put_port_in(sandbox.sid("KW", 1), { phone_numbers = {
      { phone_number = "+14155550111", port_out_pin = 876543 } } })
    local plan = assert(campaign.plan(client, { sandbox.sid("KW", 1) }))
    local said
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE",
      message = "ACME FLOWERS, account 100200300, represented by Robin Doe, has the code 876543" }
    local result = assert(campaigns.apply(client, ledger, plan, { undo = false,
      on_target = function(_, err) said = err and tostring(err) or said end }))
    local report = result.report
    local texts = { said, report:to_json { unmasked = true }, report:csv { unmasked = true },
      support.run("strings -n 3 " .. place .. " " .. place .. "-wal") }
    assert.matches("***, account ***, represented by ***, has the code ***", said, 1, true)
    for _, text in ipairs(texts) do
      for _, value in ipairs { "ACME", "100200300", "Robin", "876543" } do
        assert.not_matches(value, text, 1, true)
      end
    end
    campaigns.finish(client, ledger)
  end)
end)
