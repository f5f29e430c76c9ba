--- Telephone numbers as people, spreadsheets and APIs write them, at random. A spelling says which numbers it
--- means.

local spellings = {}

local COUNTRIES = { -- code, national digits but for the last two, the country's letters
  { "1", "41555501", "US" }, { "1", "21255501", "US" }, { "44", "20794601", "GB" }, { "49", "3012345", "DE" },
  { "49", "89123456", "DE" }, { "33", "1555501", "FR" }, { "81", "3555501", "JP" },
}
local TRUNKS = { GB = "0", DE = "0", FR = "0", JP = "0", US = "1" }
local ABROAD = { US = "011", JP = "010" }

local BLANKS = { " ", "\194\160", "\226\128\175", "\226\128\135", "  ", "\t", "\227\128\128" }
local HYPHENS = { "-", "\226\128\144", "\226\128\145", "\226\128\147", "\226\136\146", "." }
local MARKS = { "\226\128\139", "\226\128\142", "\226\128\170", "\226\128\172", "\239\187\191", "\194\173" }

--- One of a few numbers of a few countries, so that they often are alike.
function spellings.number(random)
  local country = random:pick(COUNTRIES)
  local code, national = country[1], country[2] .. ("%02d"):format(random:int(20))
  return { code = code, national = national, country = country[3], e164 = "+" .. code .. national }
end

local function separator(random)
  return random:one_in(2) and random:pick(BLANKS) or random:pick(HYPHENS)
end

--- The digits in groups, the first perhaps in brackets.
local function grouped(random, digits)
  local parts, at, own = {}, 1, random:one_in(3) and separator(random) or nil
  while at <= #digits do
    local length = math.min(random:int(3) + 1, #digits - at + 1)
    if #digits - at + 1 - length == 1 then length = length + 1 end
    parts[#parts + 1] = digits:sub(at, at + length - 1)
    at = at + length
  end
  if random:one_in(4) then parts[1] = "(" .. parts[1] .. ")" end
  local text = parts[1]
  for i = 2, #parts do text = text .. (own or separator(random)) .. parts[i] end
  return text
end

local function national_of(random, number)
  local trunk = TRUNKS[number.country]
  local digits = random:one_in(4) and number.national or trunk .. number.national
  return random:one_in(3) and digits or grouped(random, digits)
end

--- Forms that a reader may be expected to know. Some need the country.
local mild = {
  function(_, n) return n.e164 end,
  function(_, n) return n.e164 end,
  function(random, n) return "+" .. n.code .. separator(random) .. grouped(random, n.national) end,
  function(random, n) return "+" .. n.code .. grouped(random, n.national) end,
  function(random, n) return "(+" .. n.code .. ")" .. separator(random) .. grouped(random, n.national) end,
  function(random, n) return "+" .. n.code .. " (0)" .. grouped(random, n.national) end,
  function(random, n) return (ABROAD[n.country] or "00") .. n.code .. grouped(random, n.national) end,
  function(random, n) return "00" .. n.code .. separator(random) .. n.national end,
  function(_, n) return n.code .. n.national end,
  function(random, n) return n.code .. separator(random) .. grouped(random, n.national) end,
  national_of, national_of,
}

local function pieces(random, text)
  local at = random:int(#text - 1)
  return text:sub(1, at), text:sub(at + 1)
end

local function wide(text)
  return (text:gsub("%d", function(digit) return "\239\188" .. string.char(144 + digit) end))
end

local function arabic(text)
  return (text:gsub("%d", function(digit) return "\217" .. string.char(160 + digit) end))
end

--- Forms that may be misread, or that nobody should have to know.
local wild = {
  function(random, n) return "tel:" .. mild[random:int(#mild)](random, n) end,
  function(_, n) return "sip:" .. n.e164 .. "@example.com" end,
  function(_, n) return "<" .. n.e164 .. ">" end,
  function(_, n) return '"' .. n.e164 .. '"' end,
  function(_, n) return "'" .. n.e164 end,
  function(_, n) return '="' .. n.e164 .. '"' end,
  function(random, n) return random:pick(MARKS) .. n.e164 .. random:pick(MARKS) end,
  function(random, n)
    local head, tail = pieces(random, n.e164)
    return head .. random:pick(MARKS) .. tail
  end,
  function(random, n) return n.e164 .. random:pick { " ext. 5", "x5", "#5", ";ext=5", ",,5", "*5" } end,
  function(random, n) return n.e164 .. random:pick { "-5", "-12", "/12", "-0", " -123", "/1", ".7" } end,
  function(random, n)
    return grouped(random, n.national) .. random:pick { "-5", "-12", "/12", "-123", "/1" }
  end,
  function(random, n) return n.code .. n.national .. random:pick { "-5", " 12", "/12", " 0" } end,
  function(_, n) return wide(n.e164) end,
  function(_, n) return arabic(n.e164) end,
  function(_, n) return "+" .. n.code .. "O" .. n.national:sub(2) end,
  function(_, n) return n.e164 .. "\226\128\142" end,
  function(_, n) return "\239\188\139" .. n.e164:sub(2) end,
  function(_, n) return "%2B" .. n.e164:sub(2) end,
  function(_, n) return n.country .. " " .. n.e164 end,
  function(_, n) return "Main line " .. n.e164 end,
  function(_, n) return n.e164 .. " (Main line)" end,
  function(_, n) return "++" .. n.e164:sub(2) end,
  function(_, n) return "+0" .. n.e164:sub(2) end,
  function(_, n) return "+" .. n.code .. "0" .. n.national end,
  function(_, n) return "+00" .. n.e164:sub(2) end,
  function(_, n) return n.e164:sub(2) .. ".0" end,
  function(_, n) return ("%.10E"):format(tonumber(n.e164:sub(2))) end,
  function(_, n) return n.e164:sub(2, 5) .. "," .. n.e164:sub(6) end,
  function(_, n) return n.national:sub(-7) end,
  function(random, n) return grouped(random, n.national:sub(-7)) end,
}

--- Two numbers, or a range of them, in one text.
local several = {
  function(random, a, b)
    local between = { ",", ", ", ";", " / ", "/", " ", " and ", "|", "\n", "-", "+", "\t", "" }
    return a.e164 .. random:pick(between) .. b.e164
  end,
  function(_, a, b) return a.e164 .. "/" .. b.e164:sub(-2) end,
  function(_, a, b) return a.e164 .. "-" .. b.e164:sub(-2) end,
  function(_, a, b) return a.e164 .. " - " .. b.e164:sub(-4) end,
  function(_, a, b) return a.e164:sub(2) .. "-" .. b.e164:sub(-4) end,
  function(_, a, b) return a.national .. "-" .. b.e164:sub(-2) end,
  function(_, a, b) return a.national .. " " .. b.national end,
}

--- A text for a number, and the numbers that it means.
---@param random table
---@param number table
---@param is_mild boolean only what a reader may be expected to know
---@return string
---@return table[]
function spellings.spell(random, number, is_mild)
  if is_mild or random:one_in(2) then return random:pick(mild)(random, number), { number } end
  if random:one_in(4) then
    local other = spellings.number(random)
    if other.code == number.code and #other.national == #number.national then
      return random:pick(several)(random, number, other), { number, other }
    end
  end
  return random:pick(wild)(random, number), { number }
end

return spellings
