--- Texts and numbers, the same in every locale.

local ascii = require "twilio.numbers.util.ascii"

--- Locales with a decimal comma, with another case, and with letters among the bytes above 127.
local names = { "C", "de_DE.UTF-8", "tr_TR.UTF-8", "de_DE.ISO-8859-1" }

for _, name in ipairs(names) do
  describe("in the locale " .. name, function()
    local before

    --- Runs in the locale, and sets the one before again.
    local function within(body)
      before = os.setlocale()
      if not os.setlocale(name) then
        return pending("there is no such locale: spec/run.sh makes it from the package locales")
      end
      local ok, why = pcall(body)
      os.setlocale(before)
      if not ok then error(why, 0) end
    end

    it("case is that of ASCII", function()
      within(function()
        assert.are.equal("in review \195\132\196", ascii.lower "In REVIEW \195\132\196")
        assert.are.equal("IN REVIEW \195\164\228", ascii.upper "in review \195\164\228")
      end)
    end)

    it("numbers are written with a point", function()
      within(function()
        assert.are.equal("1.5", ascii.text(1.5))
        assert.are.equal("0.25", ascii.number(0.25, "%.2f"))
        assert.are.equal("-1e-07", ascii.number(-1e-7, "%.14g"))
        assert.are.equal("x, y", ascii.text "x, y")
        assert.are.equal("17", ascii.text(17))
      end)
    end)

    it("numbers are read with a point", function()
      within(function()
        assert.are.equal(1.5, ascii.decimal "1.5")
        assert.are.equal(59.123456, ascii.decimal "59.123456")
        assert.are.equal(7, ascii.decimal "7.")
        assert.are.equal(20404, ascii.whole "20404")
        for _, text in ipairs { "1,5", "nan", "inf", "0x10", "1e5", "-1", " 1", "", ".5", "1.2.3" } do
          assert.is_nil(ascii.decimal(text))
          assert.is_nil(ascii.whole(text))
        end
        assert.is_nil(ascii.whole "1.5")
        assert.is_nil(ascii.whole(nil))
      end)
    end)

    it("texts are sorted by their bytes", function()
      within(function()
        local texts = { "a", "\195\164", "Ba", "_", "", "B" }
        assert.are.same({ "", "B", "Ba", "_", "a", "\195\164" }, ascii.sort(texts))
        assert.is_false(ascii.is_before("a", "a"))
      end)
    end)

    it("only ASCII's blanks are blanks", function()
      within(function()
        assert.are.equal("\160a b\133", ascii.trim " \t\160a b\133\r\n")
      end)
    end)
  end)
end

describe("ascii.trim and ascii.decimal", function()
  it("leave what is not around", function()
    for text, wanted in pairs {
      [""] = "", ["  \t"] = "", [" a b "] = "a b", ["a"] = "a", ["\va\0 "] = "a\0",
    } do
      assert.are.equal(wanted, ascii.trim(text))
    end
    assert.are.equal("\va", ascii.trim(" \va\t", " \t"))
    assert.are.same({ 1.5, 1, 1 }, { ascii.decimal "1.5", ascii.decimal "1.", ascii.decimal "1" })
    for _, text in ipairs { "", ".5", "1.5x", "1.5.5", "x" } do assert.is_nil(ascii.decimal(text)) end
  end)

  it("take no square of a text's length", function()
    local blanks, began = (" "):rep(200000), os.clock()
    for _, text in ipairs { blanks, blanks .. "x", "x" .. blanks .. "x", "x" .. blanks } do
      ascii.trim(text)
    end
    ascii.decimal(("1"):rep(200000) .. "x")
    assert.is_true(os.clock() - began < 5)
  end)
end)
