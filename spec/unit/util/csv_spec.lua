--- CSV: what spreadsheets write is read, and what is written can be read.

local csv = require "twilio.numbers.util.csv"

--- The fields of all rows, without their lines.
local function fields_of(text)
  local rows = assert(csv.parse(text))
  for _, row in ipairs(rows) do row.line = nil end
  return rows
end

local function never() return false end

local function column(text, name, is_value)
  return csv.column(assert(csv.parse(text)), name, is_value or never)
end

describe("csv.parse", function()
  it("splits rows at each kind of line break", function()
    for _, text in ipairs { "a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\rc,d\r", "a,b\nc,d" } do
      assert.are.same({ { "a", "b" }, { "c", "d" } }, fields_of(text))
    end
  end)

  it("reads quoted fields, with what may stand in them", function()
    assert.are.same({ { "a,b", 'say "no"', "two\nlines", "" } },
      fields_of '"a,b","say ""no""","two\nlines",""\n')
  end)

  it("keeps empty fields, and a last one before a line break", function()
    assert.are.same({ { "a", "", "", "b" } }, fields_of 'a,,"",b\n')
    assert.are.same({ { "a", "" }, { "", "b" } }, fields_of "a,\n,b\n")
  end)

  it("drops a byte order mark at the start, and only there", function()
    assert.are.same({ { "a" }, { "\239\187\191b" } }, fields_of "\239\187\191a\n\239\187\191b\n")
  end)

  it("leaves blank rows out, and tells the line of each row", function()
    local rows = csv.parse 'a\n\n  \n"two\r\nlines",x\n,,\nlast'
    local lines = {}
    for i, row in ipairs(rows) do lines[i] = row.line end
    assert.are.same({ 1, 4, 7 }, lines)
    assert.are.equal("last", rows[3][1])
  end)

  it("names the line of a quote that is not closed or that text follows", function()
    assert.are.same({ nil, "line 2: a quoted field is not closed" }, { csv.parse 'a\n"b\nc' })
    assert.are.same({ nil, "line 3: text follows a quoted field" }, { csv.parse 'a\nb\n"c"d\n' })
  end)

  it("finds no rows in an empty text", function()
    assert.are.same({}, csv.parse "")
    assert.are.same({}, csv.parse "\n\r\n \n")
  end)
end)

describe("csv.column", function()
  it("gives one column's values with their lines, trimmed", function()
    assert.are.same({ { line = 2, value = "x" }, { line = 4, value = "" }, { line = 5, value = "y" } },
      column("name, sid \na, x \n\nb,\nc,y\n", "sid"))
  end)

  it("takes a file of bare values, which has no header", function()
    local function is_value(text) return text:find "^KW" ~= nil end
    assert.are.same({ { line = 1, value = "KW1" }, { line = 2, value = "KW2" } },
      column("KW1\nKW2\n", "sid", is_value))
    assert.are.same({ nil, "there is no column 'sid', only: KW1, KW2. Line 1 has values: "
      .. "put a line with the columns' names above it" },
      { column("KW1,KW2\n", "sid", is_value) })
  end)

  it("refuses what it could only guess", function()
    assert.are.same({ nil, "the file has no rows" }, { column("\n", "sid") })
    assert.are.same({ nil, "there is no column 'sid', only: a, b" }, { column("a,b\n1,2\n", "sid") })
    assert.are.same({ nil, "there are two columns 'sid'" }, { column("sid,sid\n1,2\n", "sid") })
    assert.are.same({ nil, "line 3: it has more cells than the first line" },
      { column("sid,a\n1,2\n1,2,3\n", "sid") })
  end)

  it("does not mind empty cells at the end of a row", function()
    assert.are.same({ { line = 2, value = "1" } }, column("sid\n1,,\n", "sid"))
  end)
end)

describe("csv.line", function()
  it("writes what parse reads back", function()
    local fields = { "plain", "a,b", 'a "word"', "two\r\nlines", "", 42, true }
    local texts = { "plain", "a,b", 'a "word"', "two\r\nlines", "", "42", "true" }
    assert.are.same({ texts }, fields_of(csv.line(fields, #fields) .. "\n"))
  end)

  it("leaves nil empty", function()
    assert.are.equal("a,,c", csv.line({ "a", nil, "c" }, 3))
    assert.are.equal(",", csv.line({}, 2))
  end)
end)

describe("csv.line", function()
  it("takes a sensible number of cells only", function()
    for _, count in ipairs { -1, 0.5, 1e7, 1 / 0, 0 / 0, "2" } do
      assert.has_error(function() csv.line({}, count) end)
    end
    assert.are.equal("", csv.line({}, 0))
  end)
end)

describe("csv.without_formulas", function()
  it("puts an apostrophe before what a spreadsheet would run", function()
    for _, text in ipairs { "=1+1", "@SUM(A1)", "+1+cmd|' /C calc'!A0", "-2+A1", "\239\188\157A1",
      "+1-415-555-0121", "-1-2", "+2*3", "+1 (415) 555-0111", "+1 415 555 0111", "+1.2.3", "+1/2", "++1",
      "+1**+1", "-1,5" } do
      assert.are.equal("'" .. text, csv.without_formulas(text))
      assert.are.equal("  '" .. text, csv.without_formulas("  " .. text))
    end
  end)

  it("does so behind what begins a cell in some countries", function()
    for _, mark in ipairs { ";", "\t", "\n", "\r", "; " } do
      assert.are.equal("a" .. mark .. "'=1+1", csv.without_formulas("a" .. mark .. "=1+1"))
    end
  end)

  it("leaves numbers and other texts", function()
    for _, text in ipairs { "", "a", "a=1", "1+A1", "-", "-1", "-1.5", "+14155550111", "+14155550111 ",
      "1-415-555-0121", "+1 41* *** **11", "+141******11", "+1-41*-***-**11", "a; b", "'=1" } do
      assert.are.equal(text, csv.without_formulas(text))
    end
  end)
end)

describe("csv.column", function()
  it("shows no control characters of a name", function()
    local _, why = csv.column({ { "a", "b" } }, "x\27[2J\n", function() return false end)
    assert.not_matches("[%z\1-\31]", why)
  end)
end)

describe("csv.parse", function()
  it("finds out the separator", function()
    for _, text in ipairs { "a,b\nc,d", "a;b\nc;d", "a\tb\nc\td", "sep=;\na;b\nc;d", "\n;;\na;b\nc;d" } do
      assert.are.same({ { "a", "b" }, { "c", "d" } }, fields_of(text))
    end
    assert.are.same({ { "a;x", "b" }, { "c", "d" } }, fields_of '"a;x",b\nc,d')
    assert.are.same({ { "a, x", "b" }, { "c", "d" } }, fields_of "a, x;b\nc;d")
    assert.are.same({ { "a|b" } }, fields_of "a|b")
    assert.are.same({ { "a", "b" } }, fields_of "sep=|\r\na|b")
  end)

  it("refuses to guess where two fit alike, unless one is named", function()
    local text = "a;x, b\nc;y, d\n"
    assert.are.same({ nil, "line 1: several of comma, semicolon and tab may separate the cells: leave one" },
      { csv.parse(text) })
    assert.are.equal("x, b", csv.parse(text, ";")[1][2])
    assert.has_error(function() csv.parse(text, ";;") end)
  end)

  it("counts a line for spreadsheets, and reads UTF-16", function()
    assert.are.equal(3, csv.parse("sep=,\na\nb")[2].line)
    assert.are.equal("b", csv.parse("\255\254a\0;\0b\0")[1][2])
    assert.matches("save it as CSV", select(2, csv.parse "PK\3\4"), 1, true)
  end)

  it("reads what was written, whatever a cell begins with or contains", function()
    for _, fields in ipairs { { "a;b", "c\td" }, { "sep=", "" }, { "sep=;" } } do
      assert.are.same({ fields }, fields_of(csv.line(fields, #fields) .. "\n"))
    end
  end)
end)

describe("csv.column", function()
  it("raises for rows that are none", function()
    local sparse = setmetatable({}, { __len = function() return 3 end }) -- LuaJIT does not ask it
    local function is_value() return true end
    for _, rows in ipairs { { 5 }, { { "a" }, "b" }, #sparse == 3 and sparse or { false } } do
      local message = "rows: rows of csv.parse expected, got a table"
      assert.has_error(function() csv.find(rows, "a") end, message)
      assert.has_error(function() csv.column(rows, "a", is_value) end, message)
    end
  end)

  it("takes a name without regard to case, blanks, hyphens and underscores", function()
    for _, title in ipairs {
      "Port-In SID", "port in sid", "PortInSid", "PORT_IN_SID", "\194\160Port-In\194\160Sid",
    } do
      assert.are.same({ { line = 2, value = "x" } }, column(title .. ",a\nx,y\n", "port_in_sid"))
    end
    assert.are.equal(2, csv.find({ { "SID", "sid" } }, "sid"))
    assert.are.same({ nil, "there are two columns 'SID'" }, { column("SID,S.I.D.\n1,2", "sid") })
    assert.are.equal(1, csv.find({ { "b", "A" } }, { "a x", "b", "a" }))
  end)

  it("tells where the header is, or that there is none", function()
    assert.are.same({ nil, "there is no column 'sid', only: Export of May. Line 3 has it: remove the "
      .. "lines above it" }, { column("Export of May\n\nSid,a\n1,2\n", "sid") })
    local function is_value(text) return text:find "^KW%d$" ~= nil end
    assert.are.same({ nil, "there is no column 'sid', only: KWx. If the file has no names of columns, "
      .. "line 1 is wrong" }, { column("KWx\nKW2\n", "sid", is_value) })
  end)

  it("trims marks that cannot be seen, and shows them in titles", function()
    assert.are.same({ { line = 2, value = "x" } }, column("sid\n\226\128\170x\194\160\n", "sid"))
    assert.are.same({ nil, "there is no column 'sid', only: a\\u{A0}b" },
      { column("a\194\160b\n1\n", "sid") })
  end)
end)
