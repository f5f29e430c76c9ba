--- Files as spreadsheets, databases and people write them: what is read, and what is said of the others.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local input, plan = os.tmpname(), os.tmpname()
local A, B = sandbox.sid("KW", 1), sandbox.sid("KW", 2)
local ONE, TWO = "+14155550100", "+14155550101"

--- Each character of ASCII in two bytes.
local function wide(text, is_little)
  return (text:gsub(".", is_little and "%0\0" or "\0%0"))
end

local function run(script, arguments, text)
  support.write_file(input, text)
  return support.run(("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s %s examples/%s 2>&1"):format(
    sandbox.url, sandbox.ca_file, support.lua, script .. " " .. arguments))
end

--- Name, file, what is said if it is not read, options.
local lists_of_port_ins = {
  { "commas", "port_in_request_sid,name\n" .. A .. ",x\n" .. B .. ",y\n" },
  { "semicolons", "port_in_request_sid;name\n" .. A .. ";x\n" .. B .. ";y\n" },
  { "tabs", "port_in_request_sid\tname\n" .. A .. "\tx\n" .. B .. "\ty\n" },
  { "semicolons with commas within", "port_in_request_sid;name\n" .. A .. ";x, y\n" .. B .. ";y, z\n" },
  { "a line for Excel", "sep=;\r\nport_in_request_sid;name\r\n" .. A .. ";x\r\n" .. B .. ";y\r\n" },
  { "a line for Excel that names a bar", "sep=|\nport_in_request_sid|name\n" .. A .. "|x\n" .. B .. "|y" },
  { "quoted cells", '"port_in_request_sid","name"\r\n"' .. A .. '","x, y"\r\n"' .. B .. '","y"' },
  { "a line break in a cell", 'name,sid\n"two\nlines",' .. A .. "\nx," .. B },
  { "CR alone", "sid\r" .. A .. "\r" .. B .. "\r" },
  { "CRLF", A .. "\r\n" .. B .. "\r\n" },
  { "blank lines", "\n\nsid\n\n" .. A .. "\n  \n" .. B .. "\n\n" },
  { "rows of separators only", "sid;a\n" .. A .. ";x\n;;;;\n" .. B .. ";\n" },
  { "UTF-8 with a mark", "\239\187\191sid\n" .. A .. "\n" .. B },
  { "UTF-16, low byte first", "\255\254" .. wide("sid\tname\r\n" .. A .. "\tx\r\n" .. B .. "\ty\r\n", true) },
  { "UTF-16, high byte first", "\254\255" .. wide("sid;name\n" .. A .. ";x\n" .. B .. ";y\n", false) },
  { "UTF-16 without a mark", wide(A .. "\n" .. B .. "\n", true) },
  { "Latin-1 in another column", "sid,name\n" .. A .. ",Z\252rich\n" .. B .. ",x\n" },
  { "no header", A .. "\n" .. B .. "\n" },
  { "Port-In SID", "Port-In SID\n" .. A .. "\n" .. B },
  { "port in sid", "name,port in sid\nx," .. A .. "\ny," .. B },
  { "PortInSid", "PortInSid,name\n" .. A .. ",x\n" .. B .. ",y" },
  { "PORT_IN_REQUEST_SID", "PORT_IN_REQUEST_SID\n" .. A .. "\n" .. B },
  { "Port-In Request SID with blanks that do not break",
    "Port-In\194\160Request\194\160SID\n" .. A .. "\n" .. B },
  { "a loose name given", "Order SID,a\n" .. A .. ",x\n" .. B .. ",y", nil, "--column order_sid" },
  { "blanks that do not break around cells", "sid\n\194\160" .. A .. "\194\160\n" .. B .. "\194\160\n" },
  { "marks of direction", "sid\n\226\128\170" .. A .. "\226\128\172\n" .. B .. "\n" },
  { "apostrophes", "sid\n'" .. A .. "\n'" .. B },
  { "formulas that keep a text", 'sid\n"=""' .. A .. '"""\n"=""' .. B .. '"""\n' },
  { "lines of `list`", A .. "  in_review               0 of 2 ported     \n" .. B
    .. "  no status               0 of 1 ported     Sign it; then, send it\n" },
  { "lines of `list` with tabs", A .. "\tin_review\t0 of 2 ported\n\n" .. B .. "\tin_progress\n" },
  { "JSON of `list`", ('[\n{"phone_numbers_requested":12345678901,"port_in_request_sid":"%s"},\n'
    .. '{"phone_numbers_ported":null,"port_in_request_sid":"%s","suggested_action":null}\n]\n')
    :format(A, B) },
  { "lines of JSON",
    ('{"port_in_request_sid":"%s"}\n\n{ "port_in_request_sid":"%s","a":[true,1]}'):format(A, B) },
  { "lines of JSON with numbers, for whole port-ins",
    ('{"port_in_request_sid":"%s","phone_numbers":["%s"]}\n{"port_in_request_sid":"%s"}\n'):format(A, ONE, B),
    nil, "--whole" },
  { "lines of JSON with numbers",
    ('{"port_in_request_sid":"%s"}\n{"port_in_request_sid":"%s","a":{"b":["%s"]}}\n'):format(A, B, ONE),
    "line 2, column a: there are numbers in the file" },
  { "lines of JSON with a column of numbers that is empty",
    ('{"port_in_request_sid":"%s","phone":null}\n'):format(A),
    "column phone: it may name numbers, and is empty" },
  { "lines of `list` with a number", A .. "  in_review  " .. ONE .. "\n",
    "line 1, column 3: there are numbers in the file" },
  { "a SID and a number with a blank between them", A .. " " .. ONE .. "\n", "there is no column" },
  { "lines of `list`, and others", A .. "  in_review\nno SID  in_review\n", "there is no column" },
  { "JSON of `list` that was broken off",
    ('[\n{"port_in_request_sid":"%s"},\n{"error":"no network","kind":"network"}\n]\n'):format(A),
    "line 3: the list is not whole: no network" },
  { "JSON of `list` that has failed", '{"error":"no network","kind":"network"}\n',
    "line 1: the list is not whole: no network" },
  { "JSON without SIDs", '[{"port_in_request_sid":null}]', 'line 2: not a port-in SID: ""' },
  { "an empty array", "[]\n", "the file has no rows" },
  { "half an array", '[\n{"port_in_request_sid":"' .. A .. '"},\n', "neither a JSON array of objects nor" },
  { "a header of another name", "order,a\n" .. A .. ",x\n" .. B .. ",y\n",
    "there is no column 'port_in_request_sid', only: order, a. Give --column 'order'" },
  { "two headers that fit", "Port-In SID,PortInSid\n" .. A .. "," .. B,
    "there are two columns 'Port-In SID'" },
  { "lines above the header", "Export of May\n\nsid,a\n" .. A .. ",x\n",
    "Line 3 has it: remove the lines above it" },
  { "no header over several columns", A .. ",x\n" .. B .. ",y\n",
    "Line 1 has values: put a line with the columns' names above it" },
  { "no header and a bad first line", "KW123\n" .. A .. "\n",
    "If the file has no names of columns, line 1 is wrong" },
  { "commas and semicolons alike", "sid;a, b\n" .. A .. ";x, y\n",
    "several of comma, semicolon and tab may separate the cells" },
  { "a row that is too long", "sid,a\n" .. A .. ",x,y\n", "line 2: it has more cells than the first line" },
  { "a quote that is not closed", 'sid\n"' .. A .. "\n", "line 2: a quoted field is not closed" },
  { "a mark within a SID", "sid\n" .. A:sub(1, 5) .. "\226\128\139" .. A:sub(6) .. "\n",
    'line 2: not a port-in SID: "KW000\\u{200B}000' },
  { "a terminal's command", "sid\nKW\27[2J\n", 'line 2: not a port-in SID: "KW\\u{1B}[2J"' },
  { "a rounded SID", "sid\n1.2E+30\n", "a spreadsheet has rounded it" },
  { "an error value", "sid\n#REF!\n", "a spreadsheet shows this where it has no value" },
  { "a workbook", "PK\3\4\20\0\6\0",
    "it is a workbook or another archive, no plain text: save it as CSV (UTF-8)" },
  { "an old workbook", "\208\207\17\224\161\177\26\225", "it is an old workbook" },
  { "HTML", "<html><table><tr><td>" .. A, "it is HTML or XML" },
  { "UTF-32", "\255\254\0\0K\0\0\0", "it is UTF-32: save it as UTF-8" },
  { "half a character", "\255\254K\0W", "it is UTF-16 with half a character at its end" },
  { "zero bytes", "sid\nKW\0\0\n", "it has zero bytes" },
  { "nothing", "", "the file has no rows" },
  { "a header only", "sid\n", "there is nothing to do" },
}

local lists_of_numbers = {
  { "a bare list", ONE .. "\n" .. TWO .. "\n" },
  { "Phone Number", "Phone Number;name\n" .. ONE .. ";x\n" .. TWO .. ";y\n" },
  { "numbers as they are shown", "phone\n+1 (415) 555-0100\n+1 415.555.0101\n" },
  { "numbers of a country", "phone\n(415) 555-0100\n4155550101\n", nil, "--country US" },
  { "a number copied from a telephone", "\226\128\170" .. ONE .. "\226\128\172\n" .. TWO },
  { "apostrophes before a plus", "phone\n'" .. ONE .. "\n'" .. TWO },
  { "numbers without a country", "phone\n(415) 555-0100\n",
    'line 2: not a phone number in E.164 format: "(415) 555-0100": it has no + and country code' },
  { "rounded numbers", "phone\n1.41556E+10\n", "a spreadsheet has rounded it, and digits are lost: "
    .. "format the column as text there" },
  { "rounded numbers with a comma", "phone;a\n1,41556E+10;x\n", "a spreadsheet has rounded it" },
  { "fractions", "phone\n14155550100.0\n", "a program took it for a number with a fraction" },
  { "two numbers in a cell", "phone\n" .. ONE .. " / " .. TWO .. "\n", "it may be more than one number" },
  { "what may be two numbers", "phone\n4930123456\n", "it may be +494930123456 or +4930123456",
    "--country DE" },
  { "an extension", "phone\n415-555-0100 x12\n", "it has letters, or an extension", "--country US" },
  { "a number that lacks its area code", "phone\n555-0100\n", "it lacks the area code", "--country US" },
  { "a country that is not known", "phone\n1\n", "--country: one of AT, AU, BE",
    "--country XX" },
}

local function has_control(text) return text:find "[%z\1-\8\11-\31\127]" ~= nil end

describe("a spreadsheet", function()
  before_each(sandbox.reset)
  teardown(function()
    os.remove(input)
    os.remove(plan)
  end)

  local function expect(case, script, arguments, success)
    local output, code = run(script, arguments .. " " .. (case[4] or ""), case[2])
    assert.is_false(has_control(output), output)
    if case[3] then
      assert.is_true(code == 2 or code == 1, output)
      assert.matches(case[3], output, 1, true)
      assert.are.same({}, sandbox.requests())
    else
      assert.are.equal(0, code, output)
      for _, words in ipairs(success) do assert.matches(words, output, 1, true) end
    end
  end

  for _, case in ipairs(lists_of_port_ins) do
    it((case[3] and "is refused for a plan: " or "is read for a plan: ") .. case[1], function()
      expect(case, "cancel_port_ins.lua", ("plan %s --output %s"):format(input, plan),
        { "2 to be cancelled.", A, B })
    end)
  end

  for _, case in ipairs(lists_of_numbers) do
    it((case[3] and "is refused for a check: " or "is read for a check: ") .. case[1], function()
      expect(case, "check_portability.lua", input, { ONE .. ",true", TWO .. ",true" })
    end)
  end

  it("names numbers of a country to be cancelled", function()
    local output, code = run("cancel_port_ins.lua",
      ("plan %s --output %s --number-column phone --country US --unmasked"):format(input, plan),
       "sid;Phone\n" .. sandbox.sid("KW", 10) .. ";(415) 555-0201\n")
    assert.are.equal(0, code, output)
    assert.matches("+14155550201", output, 1, true)
    assert.matches("1 to be cancelled", output, 1, true)
  end)
end)
