--- Characters that cannot be seen are shown by their code, and left out around a text.

local visible = require "twilio.numbers.util.visible"

describe("visible.text", function()
  it("shows characters that cannot be seen by their code", function()
    assert.are.equal("\\u{202A}+1\\u{A0}415\\u{202C}", visible.text "\226\128\170+1\194\160415\226\128\172")
    assert.are.equal("a\\u{D}\\u{A}", visible.text "a\r\n")
    assert.are.equal("\\u{1B}[31m\\u{0}\\u{9B}\\u{FEFF}", visible.text "\27[31m\0\194\155\239\187\191")
    assert.are.equal("\\u{3000}\\u{E0041}", visible.text "\227\128\128\243\160\129\129")
  end)

  it("shows blanks at the ends only", function()
    assert.are.equal("\\u{20}a b\\u{20}\\u{20}", visible.text " a b  ")
    assert.are.equal("\\u{20}", visible.text " ")
  end)

  it("keeps letters and signs of all scripts", function()
    for _, text in ipairs { "", "a", "Z\195\188rich", "\230\151\165\230\156\172",
      "\240\159\152\128", "5 \226\130\172" } do
      assert.are.equal(text, visible.text(text))
    end
    assert.are.equal("a?b", visible.text "a\255b")
  end)
end)

describe("visible.trim", function()
  it("leaves out blanks and marks around a text, not within it", function()
    assert.are.equal("a\194\160b",
      visible.trim " \194\160\226\128\170a\194\160b\226\128\172\r\n\239\187\191 ")
    assert.are.equal("Z\195\188", visible.trim "Z\195\188\227\128\128")
    assert.are.equal("", visible.trim "\194\160 ")
    assert.are.equal("", visible.trim "")
  end)

  it("keeps control characters, and bytes that are no UTF-8", function()
    for _, text in ipairs { "\0a\0", "\27a", "\194\155a\194\155", "\160a\160", "\255a\128" } do
      assert.are.equal(text, visible.trim(text))
    end
  end)

  it("takes time for the length only", function()
    local blanks = (" \194\160"):rep(1e5)
    assert.are.equal("x" .. blanks .. "x", visible.trim(blanks .. "x" .. blanks .. "x" .. blanks))
  end)

  it("raises for what is no text", function()
    for _, wrong in ipairs { false, 1, {} } do
      local ok, why = pcall(require("twilio.numbers").visible, wrong)
      assert.is_false(ok)
      assert.matches("text: a text expected", why, 1, true)
    end
  end)
end)
