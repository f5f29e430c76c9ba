--- Numbers as people write them become E.164, or are refused with a reason.

local normal_number = require "twilio.numbers.util.normal_number"
local plans = require "twilio.numbers.util.numbering_plans"

local function normal(text, country) return normal_number.normalize(text, { country = country }) end

--- By country: what is read as one number.
local same = {
  { "US", "+14155550100", "(415) 555-0100", "415-555-0100", "415.555.0100", "4155550100", "1 415 555 0100",
    "1-415-555-0100", "14155550100", "+1 (415) 555-0100", "(+1) 415 555 0100", "tel:+1-415-555-0100",
    "011 1 415 555 0100", "415\194\160555\194\1600100", "\226\128\170+1 415 555 0100\226\128\172",
    "415\226\128\145555\226\128\1450100" },
  { "CA", "+16045550100", "604 555 0100", "(604)555-0100" },
  { "GB", "+442079460958", "020 7946 0958", "(020) 7946 0958", "2079460958", "442079460958",
    "0044 20 7946 0958", "+44 (0)20 7946 0958" },
  { "GB", "+44800123456", "0800 123456" },
  { "DE", "+49301234567", "030 1234567", "030/1234567", "(030) 1234567", "+49 (0) 30 1234567" },
  { "AU", "+61415555010", "0415 555 010", "415555010", "0011 61 415 555 010" },
  { "AU", "+611300123456", "1300 123 456" },
  { "FR", "+33123456789", "01 23 45 67 89", "01.23.45.67.89" },
  { "IT", "+390612345678", "06 12345678", "+39 06 12345678" },
  { "IT", "+393331234567", "333 1234567" },
  { "ES", "+34912345678", "912 34 56 78" },
  { "BR", "+5511912345678", "(11) 91234-5678", "011 91234-5678" },
  { "JP", "+81312345678", "03-1234-5678" },
  { "JP", "+819012345678", "090-1234-5678" },
  { "MX", "+525512345678", "55 1234 5678" },
}

--- By country: what is refused, and why.
local refused = {
  { "US", "555-0100", "it lacks the area code" },
  { "US", "115 555 0100", "US has no numbers like that" },
  { "US", "001 415 555 0100", "US has no numbers like that: for a country code write + in place of 00" },
  { "CA", "0044 20 7946 0958", "CA has no numbers like that: for a country code write + in place of 00" },
  { "GB", "011 1 415 555 0100", "for a country code write + in place of 011" },
  { "MX", "010 1 415 555 0100", "for a country code write + in place of 010" },
  { nil, "+0044 20 7946 0958", "no country code begins with 0: write + and the country code" },
  { "GB", "00 011 1 415 555 0100", "no country code begins with 0" },
  { "US", "415-555-0100 x12", "an extension" },
  { "US", "1-800-FLOWERS", "letters" },
  { "US", "415-555-0100, 415-555-0101", "more than one number" },
  { "US", "415-555-0100 / 415-555-0101", "more than one number" },
  { "US", "415-555-0100/01", "more than one number" },
  { "US", "(415 555-0100", "its brackets do not fit" },
  { "US", "+14155550111-0113", "its country has no numbers like that" },
  { "US", "+1 1415 555 0100", "its country has no numbers like that" },
  { "US", "1.41556E+10", "format the column as text" },
  { "US", "1,41556e+10", "format the column as text" },
  { "US", "14155550100.0", "a number with a fraction" },
  { "US", "#####", "it has no value" },
  { "US", "", "it is empty" },
  { "US", "\0274155550100", "characters that no number has" },
  { "US", "415 555\0 0100", "characters that no number has" },
  { "US", ("1"):rep(200), "it is too long" },
  { "US", "4155+550100", "a plus within" },
  { nil, "(415) 555-0100", "no country is named" },
  { nil, "4155550100", "no country is named" },
  { "DE", "4930123456", "it may be +494930123456 or +4930123456" },
  { "DE", "030 123456-12", "an extension, or be a range" },
  { "DE", "+49 30 123456-12", "an extension, or be a range" },
  { "DE", "+49 30 123450 3", "an extension, or be a range" },
  { "DE", "030123450 3", "an extension, or be a range" },
  { "DE", "+4930123450\t3", "more than one number" },
  { "DE", "030 1234\t506", "more than one number" },
  { "IT", "390612345", "it may be +39390612345 or +390612345" },
  { nil, "+39 (0)6 12345678", "whether its (0) belongs to the number" },
  { nil, "+86 10 1234 5678-90", "an extension, or be a range" },
  { "BR", "0 15 11 91234-5678", "BR has no numbers like that" },
}

describe("numbers.normalize", function()
  for _, case in ipairs(same) do
    it(("reads numbers of %s: %s"):format(case[1], case[2]), function()
      for i = 3, #case do assert.are.equal(case[2], (normal(case[i], case[1])), case[i]) end
    end)
  end

  it("refuses what is no number, or may be several", function()
    for _, case in pairs(refused) do
      local number, why = normal(case[2], case[1])
      assert.is_nil(number, case[2])
      assert.matches(case[3], why, 1, true)
    end
  end)

  it("says nothing of country codes where none can be meant", function()
    assert.are.equal("US has no numbers like that", select(2, normal("115 555 0100", "US")))
  end)

  it("gives E.164 back as it is, of any country", function()
    for _, number in ipairs { "+14155550100", "+8613800138000", "+290123" } do
      assert.are.equal(number, (normal(number)))
      assert.are.equal(number, (normal(" " .. number .. "\r", "US")))
    end
  end)

  it("gives one result for a number of each country, however it is written", function()
    for country, plan in pairs(plans) do
      for _, national in ipairs { "212345678", "2123456789", "21234567", "912345678", "61234567",
        "0612345678" } do
        local number = normal(plan.trunk .. national, country)
        if number then
          assert.are.equal(number, (normal(number, country)))
          assert.are.equal(number, (normal(plan.international .. number:sub(2), country)))
        end
      end
    end
  end)

  it("raises for a country that it does not know, and for what is no text", function()
    assert.has_error(function() normal("1", "XX") end)
    assert.has_error(function() normal("1", "usa") end)
    assert.has_error(function() normal(14155550100) end)
    assert.has_error(function() normal_number.normalize("1", { contry = "US" }) end)
  end)
end)
