--- Account numbers at carriers are masked; SIDs, prose and short numbers stay.

local account_numbers = require "twilio.numbers.util.account_numbers"
local redact = require "twilio.numbers.util.redact"

describe("account numbers", function()
  it("are masked but for two digits, however they are written", function()
    for text, masked in pairs {
      ["Account number 12345678 does not match"] = "Account number ******78 does not match",
      ["account no. A-99887766."] = "account no. A-******66.",
      ["acct #4411220"] = "acct #*****20",
      ["account: 12-34-5678"] = "account: **-**-**78",
      ['{"account_number":"99112233","x":1}'] = '{"account_number":"******33","x":1}',
      ['{\\"account_number\\":\\"99112233\\"}'] = '{\\"account_number\\":\\"******33\\"}',
      ["the account number is 12345, not account 54321"] = "the account number is ***45, not account ***21",
    } do
      assert.are.equal(masked, account_numbers.mask(text))
      assert.are.equal(masked, redact.text(text))
    end
  end)

  it("are not SIDs, words, and what has few digits", function()
    for _, text in ipairs {
      "account ACf511e130a30ac8b609a31672b67755e6", "the plan is of account AC1", "account", "account number",
      "accounts of 2026", "account closed 3 times", "12345678", "account number 123",
    } do
      assert.are.equal(text, account_numbers.mask(text))
    end
  end)

  it("are looked for in little time", function()
    local began = os.clock()
    account_numbers.mask(("account "):rep(100000))
    account_numbers.mask("account" .. (" "):rep(200000))
    assert.is_true(os.clock() - began < 2)
  end)
end)
