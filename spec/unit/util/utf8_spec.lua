--- Texts from outside become UTF-8 before they are kept.

local utf8 = require "twilio.numbers.util.utf8"

describe("utf8.clean", function()
  it("leaves UTF-8 alone", function()
    for _, text in ipairs {
      "", "plain\n\t", "Z\195\188rich", "\226\130\172", "\240\159\152\128", "\237\159\191", "\238\128\128",
      "\244\143\191\191", "\194\128",
    } do
      assert.are.equal(text, utf8.clean(text))
    end
  end)

  it("puts a question mark for each byte that is no part of a character", function()
    for text, wanted in pairs {
      ["Z\252rich"] = "Z?rich", -- ISO 8859-1
      ["\195"] = "?", ["a\195b"] = "a?b", ["\226\130"] = "??",
      ["\192\128"] = "??", ["\193\191"] = "??", -- overlong
      ["\224\159\191"] = "???", ["\240\143\191\191"] = "????", -- overlong
      ["\237\160\128"] = "???", -- a surrogate
      ["\244\144\128\128"] = "????", ["\245\128\128\128"] = "????", -- above U+10FFFF
      ["\255\254"] = "??", ["\128\195\188"] = "?\195\188",
    } do
      assert.are.equal(wanted, utf8.clean(text))
    end
  end)

  it("puts a question mark for NUL, which databases do not take", function()
    assert.are.equal("a?b", utf8.clean "a\0b")
  end)

  it("cleans what it has cleaned to the same", function()
    local bytes = {}
    for i = 0, 255 do bytes[#bytes + 1] = string.char(i, 128 + i % 64, i) end
    local once = utf8.clean(table.concat(bytes))
    assert.are.equal(once, utf8.clean(once))
  end)
end)
