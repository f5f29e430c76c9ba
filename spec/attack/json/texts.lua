--- Texts for readers of JSON: sound ones by the grammar, and damaged ones.

local texts = {}

local random = math.random

local function pick(list) return list[random(#list)] end

--- What readers have got wrong, or may.
texts.corpus = {
  "", " ", "{}", "[]", "[[]]", '""', "0", "-0", "-0.0", "1.0", "1e2", "1E+2", "1e-2", "1.", "-.5", "1.e2",
  "-", "-.",
  "01", "-01", "00", "+1", ".5", "0x10", "-0x10", "1e", "1e+", "1.5.5", "1-2", "NaN", "-NaN", "Infinity",
  "-Infinity", "inf", "nan", "1e308", "1e309", "-1e999", "1.e999", "0e999", "1e-999", "4.9e-324",
  "2.4e-324",
  "2.2250738585072011e-308", "2.2250738585072014e-308", "1.7976931348623157e308", "1.7976931348623159e308",
  "9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "9223372036854775807",
  "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551616",
  "9007199254740992.5", "9007199254740993.0", "123456789012345678901234567890", "1e22", "1e23", "8.5e22",
  "0.1",
  "0.30000000000000004", "1" .. ("0"):rep(400), "0." .. ("0"):rep(400) .. "1",
  "1" .. ("0"):rep(400) .. "e-400",
  "0." .. ("0"):rep(400) .. "1e401", ("9"):rep(900) .. "e-900",
  "9007199254740993" .. ("0"):rep(900) .. "1e-901",
  "1.00000000000000011102230246251565404236316680908203125",
  '"\\u0000"', '"\\u00e9\\u20ac"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00"', '"\\ud83d\\u0041"',
  '"\\ud83d\\ud83d"', '"\\ud83dx"', '"\\u12"', '"\\uD83D\\uDE00"', '"\\x"', '"\\', '"\\"', '"\\u',
  '"\n\t\127"',
  '"\255\254\192\128"', '"\\/\\b\\f\\n\\r\\t\\"\\\\"', '"' .. ("x"):rep(15) .. '\\n"',
  '"' .. ("\\n"):rep(300) .. '"',
  "true", "tru", "trueX", "false", "fals", "null", "nul", "NULL", "nullnull", "[null]", "[1,]", "[,1]",
  "[1 2]",
  "[1,,2]", "[", "]", "[}", "{", "}", "{]", '{"a"}', '{"a":}', '{"a":1,}', '{,}', "{a:1}", '{"a" 1}',
  '{"a"::1}',
  '{"a":1 "b":2}', '{"a":1,"a":2,"a":3}', '{"":1}', '{"a\\u0000b":1}', "{1:2}", "[1] 2", "[1]]", "{}{}",
  "/**/1",
  "// x\n1", "\0", "1\0", "[1]\0x", '"\0"', "\0001", "\239\187\191[1]", "\239\187\191", "\239\187[1]",
  "\239\187\191\239\187\1911", " \239\187\1911", "\r\n\t 1\r\n\t ", "\v1", "\f1", "\194\1601",
  ("["):rep(100) .. ("]"):rep(100), ("["):rep(101) .. ("]"):rep(101),
  ('{"a":'):rep(100) .. "1" .. ("}"):rep(100),
  ('{"a":'):rep(101) .. "1" .. ("}"):rep(101), ("["):rep(100000), ("[1,"):rep(100) .. "1" .. ("]"):rep(100),
}

local words = {
  "{", "}", "[", "]", ",", ":", '"', "\\", "\\u", "\\ud83d", "\\ude00", "null", "true", "1", "-", "e", ".",
  "0", "999",
  "\0", "\239\187\191", " ", "\n", '"a"', "[]", "{}", "1e999", "-0", "9223372036854775808", "\255",
}

local function digits(most)
  local list = {}
  for i = 1, random(most) do list[i] = random(0, 9) end
  return table.concat(list)
end

local function number()
  local text = pick { "", "-" } .. pick { "0", tostring(random(9)) .. digits(pick { 1, 5, 17, 40 }) }
  if random(3) == 1 then text = text .. "." .. digits(pick { 2, 17, 40 }) end
  if random(4) == 1 then text = text .. pick { "e", "E" } .. pick { "", "+", "-" } .. digits(3) end
  return text
end

local function text_value()
  local list = {}
  for i = 1, random(0, pick { 3, 12, 60 }) do
    list[i] = pick { "a", "b", "xyz", "0123456789abcdef", "\195\169", "\\n", "\\\"", "\\\\", "\\/",
    "\\u00e9",
      "\\ud83d\\ude00", string.char(random(32, 33)), string.char(random(35, 91)) }
  end
  return '"' .. table.concat(list) .. '"'
end

local function blank() return random(5) == 1 and pick { " ", "\n", "\t", "\r\n", "  " } or "" end

local sizes = { 0, 1, 2, 3, 5, 31, 32, 33, 63, 64, 65, 66, 130 } -- around those at which a table is made

local value

--- An array whose objects mostly have the same names, and some of the same values.
local function rows(depth)
  local names, list = {}, {}
  for i = 1, pick { 1, 2, 5, 31, 33 } do names[i] = pick { text_value(), '"a"', '"b"', '"\\u0061"' } end
  for i = 1, random(2, 5) do
    local members = {}
    for k, name in ipairs(names) do
      local other = random(6)
      if other > 1 then
        local item = other == 3 and k < 3 and value(depth + 1)
          or pick { '"a"', '"x"', '"x\\n"', "null", "true", "1", "12" }
        members[#members + 1] = name .. blank() .. ":" .. item
      end
    end
    list[i] = random(9) == 1 and value(depth + 1) or random(4) == 1 and list[1]
      or "{" .. table.concat(members, "," .. blank()) .. "}"
  end
  return "[" .. table.concat(list, ",") .. "]"
end

function value(depth)
  local kind = depth == 0 and random(3, 9) or random(depth > 3 and 5 or 9)
  if kind == 9 then return rows(depth) end
  if kind == 1 then return pick { "null", "true", "false" } end
  if kind <= 3 then return number() end
  if kind <= 5 then return text_value() end
  local list = {}
  for i = 1, depth > 0 and random(0, 3) or pick(sizes) do
    local name = kind == 6 and "" or text_value() .. blank() .. ":" .. blank()
    list[i] = blank() .. name .. value(depth + 1) .. blank()
  end
  local items = table.concat(list, ",")
  return kind == 6 and "[" .. items .. "]" or "{" .. items .. "}"
end

--- A sound text.
function texts.sound() return blank() .. value(0) .. blank() end

local function damage(text)
  local at = random(0, #text)
  local to, kind = math.min(#text, at + random(0, 4)), random(5)
  local head, cut, tail = text:sub(1, at), text:sub(at + 1, to), text:sub(to + 1)
  if kind == 1 then return head end
  if kind == 2 then return head .. tail end
  if kind == 3 then return head .. cut .. cut .. tail end
  if kind == 4 then return head .. pick(words) .. tail end
  return head .. string.char(random(0, 255)) .. tail
end

--- A text that may be sound or not.
function texts.any()
  local text = random(4) == 1 and pick(texts.corpus) or texts.sound()
  if random(4) == 1 then return text end
  for _ = 1, random(3) do text = damage(text) end
  return text
end

return texts
