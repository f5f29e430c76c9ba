--- What a file's bytes are.

local encoding = require "twilio.numbers.util.encoding"

--- ASCII as UTF-16.
local function wide(text, is_little)
  return (text:gsub(".", is_little and "%0\0" or "\0%0"))
end

describe("encoding.decode", function()
  it("leaves UTF-8 as it is, but for its mark", function()
    assert.are.equal("a\195\188", encoding.decode "\239\187\191a\195\188")
    assert.are.equal("a\252", encoding.decode "a\252")
    assert.are.equal("", encoding.decode "")
  end)

  it("reads UTF-16 in both orders, with a mark or without", function()
    assert.are.equal("a,b\r\n", encoding.decode("\255\254" .. wide("a,b\r\n", true)))
    assert.are.equal("a,b\r\n", encoding.decode("\254\255" .. wide("a,b\r\n", false)))
    assert.are.equal("a,b", encoding.decode(wide("a,b", true)))
    assert.are.equal("a,b", encoding.decode(wide("a,b", false)))
    assert.are.equal("", encoding.decode "\255\254")
  end)

  it("reads characters of two units, and marks halves of them", function()
    assert.are.equal("\195\188\226\130\172\240\159\152\128",
      encoding.decode "\255\254\252\0\172\32\61\216\0\222")
    assert.are.equal("\239\191\189a", encoding.decode "\255\254\61\216a\0")
    assert.are.equal("\239\191\189a", encoding.decode "\255\254\0\222a\0")
    assert.are.equal("\239\191\189", encoding.decode "\255\254\61\216")
  end)

  it("tells what is no text, and what to do", function()
    for bytes, what in pairs {
      ["\255\254\0\0a\0\0\0"] = "UTF%-32: save it as UTF%-8", ["\255\254a\0b"] = "half a character",
      ["PK\3\4x"] = "a workbook or another archive, no plain text: save it as CSV",
      ["\208\207\17\224"] = "an old workbook", ["<html><table>"] = "HTML",
      ["\n <?xml version"] = "XML", ["%PDF-1.7"] = "a PDF", ["{\\rtf1"] = "RTF",
      ["\31\139\8"] = "compressed",
    } do
      local text, why = encoding.decode(bytes)
      assert.is_nil(text)
      assert.matches(what, why)
    end
  end)
end)
