--- Rows as a table for the eye, as CSV and as JSON.

local format = require "twilio.numbers.util.format"

local COLUMNS = { "sid", "status", "note" }

describe("format.aligned", function()
  it("makes each column as wide as it needs", function()
    assert.are.equal("sid   status  note\nKW1   open    x\nKW22  done    a longer one\n",
      format.aligned(COLUMNS, {
        { sid = "KW1", status = "open", note = "x" },
        { sid = "KW22", status = "done", note = "a longer one" },
      }))
  end)

  it("leaves out columns in which there is nothing", function()
    assert.are.equal("sid  note\n1    x\n2\n",
      format.aligned(COLUMNS, { { sid = 1, note = "x", status = "" }, { sid = 2 } }))
  end)

  it("keeps control characters off the terminal", function()
    local text = format.aligned(COLUMNS, { { sid = "a\27[2Jb\nc" } })
    assert.are.equal("sid\na [2Jb c\n", text)
  end)
end)

describe("format.csv", function()
  it("has a header, and quotes where it must", function()
    assert.are.equal('sid,status,note\nKW1,,"a,b"\n', format.csv(COLUMNS, { { sid = "KW1", note = "a,b" } }))
    assert.are.equal("sid,status,note\n", format.csv(COLUMNS, {}))
  end)

  it("disarms what a spreadsheet would run as a formula, but not numbers", function()
    local text = format.csv({ "a" }, { { a = "=1+1" }, { a = "@x" }, { a = "+14155550111" }, { a = -1 } })
    assert.are.equal("a\n'=1+1\n'@x\n+14155550111\n-1\n", text)
    for _, formula in ipairs { "-1+cmd|' /C calc'!A0", "+cmd", "-x", "\239\188\157x",
      "\239\188\139x", "+1415555011x" } do
      assert.are.equal("a\n'" .. formula .. "\n", format.csv({ "a" }, { { a = formula } }))
    end
    for _, number in ipairs { "+14155550111", "-12", "-1.5", "+141******11", "14155550111" } do
      assert.are.equal("a\n" .. number .. "\n", format.csv({ "a" }, { { a = number } }))
    end
  end)
end)

describe("format.object and format.array", function()
  it("keep the order of the names, and leave nil out", function()
    assert.are.equal('{"sid":"KW1","note":"x"}', format.object(COLUMNS, { note = "x", sid = "KW1" }))
    assert.are.equal("{}", format.object(COLUMNS, {}))
  end)

  it("write one object a line", function()
    assert.are.equal('[\n{"sid":1},\n{"sid":2}\n]', format.array(COLUMNS, { { sid = 1 }, { sid = 2 } }))
    assert.are.equal("[\n\n]", format.array(COLUMNS, {}))
  end)

  it("write an empty table as an array", function()
    assert.are.equal('{"note":[]}', format.object(COLUMNS, { note = {} }))
    assert.are.equal('{"note":["a"]}', format.object(COLUMNS, { note = { "a" } }))
  end)

  it("write whole numbers as such, on every Lua, and other bytes as question marks", function()
    assert.are.equal('{"sid":172800,"note":"Z?rich"}',
      format.object(COLUMNS, { sid = 48 * 3600.0, note = "Z\252rich" }))
  end)
end)
