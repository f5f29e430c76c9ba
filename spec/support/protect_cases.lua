--- Protect lists and port-ins in random spellings and shapes. A case says which targets must not be
--- cancelled.

local cjson = require "cjson"
local sandbox = require "spec.support.sandbox"
local spellings = require "spec.support.number_spellings"

local cases = {}

local function one_of(random, list) return list[random:int(#list)] end

--- A list item as JSON, by its phone number's JSON and its SID.
local shapes = {
  function(number, pu) return ('{"port_in_phone_number_sid":"%s","phone_number":%s}'):format(pu, number) end,
  function(number, pu) return ('{"phone_number_sid":"%s","phone_number":%s,"x":null}'):format(pu, number) end,
  function(number) return ('{"phone_number":%s}'):format(number) end,
  function(number) return number end,
  function(number, pu) return ('{"sid":"%s","phone_number":[%s]}'):format(pu, number) end,
  function(number, pu) return ('{"sid":"%s","phone_number":{"number":%s}}'):format(pu, number) end,
  function(number, pu) return ('{"port_in_phone_number_sid":"%s","number":%s}'):format(pu, number) end,
  function(number) return ('[%s]'):format(number) end,
  function(number, pu) return ('{"port_in_phone_number_sid":"%s","phone_number":null,"e164":%s}'):format(pu,
    number) end,
  function(number, pu) return ('{"port_in_phone_number_sid":"%s","PhoneNumber":%s}'):format(pu, number) end,
}

local wholes = {
  '"phone_numbers":{"list":%s}', '"phone_numbers":{"0":%s}', '"PhoneNumbers":%s',
  '"phone_numbers":null,"numbers":%s', '"phone_numbers":[%s]', '"phone_numbers":[],"numbers":%s',
}

--- A port-in with one to three numbers: its answers, and what is in it.
local function port_in(random, index, is_mild)
  local self = { sid = sandbox.sid("KW", 0x300000 + index), holds = {}, numbers = {}, items = {} }
  for i = 1, one_of(random, { 1, 1, 2, 3 }) do
    local number, pu = spellings.number(random), sandbox.sid("PU", 0x300000 + index * 16 + i)
    local text, meant = spellings.spell(random, number, is_mild)
    local json = cjson.encode(text)
    if not is_mild and random:one_in(12) then json = number.e164:sub(2) end
    local shape = is_mild and shapes[1] or random:one_in(5) and one_of(random, shapes) or shapes[1]
    self.items[i] = shape(json, pu)
    self.numbers[i] = { sid = pu, text = text, meant = meant, json = json }
    for _, other in ipairs(meant) do self.holds[other.e164] = true end
    self.holds[pu] = shape ~= shapes[3] and shape ~= shapes[4] or nil
  end
  local list = "[" .. table.concat(self.items, ",") .. "]"
  local whole = not is_mild and random:one_in(10) and one_of(random, wholes) or '"phone_numbers":%s'
  self.body = ('{"port_in_request_sid":"%s","account_sid":"%s","port_in_request_status":"In Review",%s}')
    :format(self.sid, sandbox.account_sid, (whole:gsub("%%s", function() return list end)))
  return self
end

--- Shows a port-in to the library from now on.
function cases.show(one)
  for _, number in ipairs(one.numbers) do
    sandbox.fault { fault = "malformed", method = "GET", path = number.sid, times = 1000,
      body = ('{"port_in_request_sid":"%s","port_in_phone_number_sid":"%s","phone_number":%s,'
        .. '"account_sid":"%s","port_in_phone_number_status":"in_review"}'):format(one.sid, number.sid,
        number.json, sandbox.account_sid) }
  end
  sandbox.fault { fault = "malformed", method = "GET", path = one.sid, times = 1000, body = one.body }
end

local REMARKS = { "# ", " # ", "#", "\t# old: ", "# also " }

--- One line of a protect list, with what it means; `remark` is a number in a remark, which is not protected.
local function line(random, case, number, is_mild)
  local text, meant = spellings.spell(random, number, is_mild)
  -- A number without a country code means nothing in another country.
  local is_elsewhere = case.country ~= number.country and (case.country or is_mild)
  if is_elsewhere and not text:find("+", 1, true) then text, meant = number.e164, { number } end
  if random:one_in(12) then
    text = text .. " # " .. one_of(random, { "Acme", "the main line", "since 2026-11-01" })
  elseif random:one_in(30) then
    case.has_hidden = true
    return one_of(random, REMARKS) .. number.e164
  elseif random:one_in(30) then
    case.has_hidden = true
    text = text .. " # and " .. spellings.number(random).e164 .. " (fax)"
  elseif not is_mild and random:one_in(10) then
    text = text .. one_of(random, { ",Acme", ";", ",", "\t5", ' "Acme"', "|x" })
  end
  for _, other in ipairs(meant) do case.meant[other.e164] = true end
  return one_of(random, is_mild and { "", " ", "\t" } or { "", "", " ", "\194\160" }) .. text
end

local function sid_line(random, case, sid)
  case.meant[sid] = true
  local wild = { sid, sid:upper(), sid:lower(), '"' .. sid .. '"', sid .. ",Acme" }
  return one_of(random, case.is_mild and { sid, sid, " " .. sid .. " ", sid .. " # it" } or wild)
end

local function utf16(text, is_big)
  return (is_big and "\254\255" or "\255\254") .. text:gsub(".", function(byte)
    return is_big and "\0" .. byte or byte .. "\0"
  end)
end

--- The bytes of a file.
local function file_of(random, lines, is_mild)
  local text = table.concat(lines, one_of(random, { "\n", "\n", "\r\n", "\r", "\n\n" }))
  if random:one_in(2) then text = text .. "\n" end
  if is_mild then return text end
  if random:one_in(8) then return "\239\187\191" .. text end
  if random:one_in(12) and not text:find "[\128-\255]" then return utf16(text, random:one_in(2)) end
  return text
end

local HEADERS = { "phone_number", "Telephone", "number,customer", "sid;phone", "\239\187\191phone" }

--- What a person must have meant by a protect list.
local function protect_list(random, case)
  local lines = {}
  for _ = 1, one_of(random, { 1, 1, 2, 3, 5 }) do
    local one = one_of(random, case.port_ins)
    if random:one_in(12) then
      lines[#lines + 1] = sid_line(random, case, random:one_in(2) and one.sid or one.numbers[1].sid)
    else
      local is_one = random:int(4) > 1
      local number = is_one and one_of(random, one.numbers).meant[1] or spellings.number(random)
      lines[#lines + 1] = line(random, case, number, case.is_mild)
    end
  end
  if not case.is_mild and random:one_in(10) then table.insert(lines, 1, one_of(random, HEADERS)) end
  if random:one_in(20) then table.insert(lines, 1, "# what must stay") end
  if random:one_in(60) then lines, case.meant = { one_of(random, { "", "# none", " \n\t" }) }, {} end
  case.list = file_of(random, lines, case.is_mild)
end

--- The targets of a case: whole port-ins, and single numbers.
local function targets(random, case)
  for i, one in ipairs(case.port_ins) do
    local number = one_of(random, one.numbers)
    if random:one_in(4) then
      case.inputs[i], case.parts[i] = { one.sid, number.sid }, number
    elseif random:one_in(6) then
      case.inputs[i], case.parts[i] = { one.sid, number.meant[1].e164 }, number
    else
      case.inputs[i] = { one.sid }
    end
  end
end

local TITLES = { "phone_number", "Phone", "DID", "telefono", "Telefon", "Rufnummer", "number", "note", "",
  "x" }
local NEUTRAL = 8 -- from here on they say nothing

local function count_digits(text) return select(2, text:gsub("%d", "")) end

--- A file of port-ins that has a column of numbers as well. A person may mean these numbers only.
---@param random table
---@return string
function cases.sheet(random)
  local separator, place = one_of(random, { ",", ";", "\t", "|" }), random:int(#TITLES)
  local rows = { { "port_in_sid", TITLES[place], "customer" } }
  for i = 1, random:int(3) do
    local text
    repeat
      text = spellings.spell(random, spellings.number(random), place >= NEUTRAL or random:one_in(2))
    until place < NEUTRAL or count_digits(text) >= 10
    rows[i + 1] = { sandbox.sid("KW", i), text, "Acme" }
  end
  for i, row in ipairs(rows) do
    for k, cell in ipairs(row) do
      local must_be_quoted = cell:find '[,;|\t\n"]' or random:one_in(4)
      if must_be_quoted then cell = '"' .. cell:gsub('"', '""') .. '"' end
      row[k] = cell
    end
    rows[i] = table.concat(row, separator)
  end
  local text = table.concat(rows, one_of(random, { "\n", "\r\n" })) .. "\n"
  return random:one_in(4) and "\239\187\191" .. text or text
end

--- Whether a target is meant to stay.
function cases.is_protected(case, i)
  local one, part = case.port_ins[i], case.parts[i]
  if case.meant[one.sid] then return true end
  if not part then
    for name in pairs(one.holds) do
      if case.meant[name] then return true end
    end
    return false
  end
  for _, number in ipairs(part.meant) do
    if case.meant[number.e164] then return true end
  end
  return case.meant[part.sid] or false
end

---@param random table
function cases.new(random)
  local case = { meant = {}, port_ins = {}, inputs = {}, parts = {}, is_mild = random:int(4) > 1 }
  for i = 1, random:int(3) do case.port_ins[i] = port_in(random, i, random:one_in(3)) end
  case.country = random:one_in(2) and one_of(random, { "US", "GB", "DE", "FR", "JP" }) or nil
  protect_list(random, case)
  targets(random, case)
  return case
end

return cases
