--- Random values as they may come from outside, or from a program with a mistake.

local core = require "twilio.numbers.core"

local values = {}

--- A SID with that prefix, made of a number.
function values.sid(prefix, number) return ("%s%032x"):format(prefix, number) end

--- What a reader of texts may stumble over.
values.texts = {
  "", " ", "\0", "\n", "\r\n", "\t", "\27[31m", "\127", "\194\155", "\226\128\174", "\239\187\191",
  "\255\254",
  "\237\160\128", "\240\159\152\128", "\195", ("x"):rep(3000), ("\195\169"):rep(600), ("\n"):rep(400),
  -- What takes long if a pattern goes through a text again and again.
  (" "):rep(30000) .. "x", ("a"):rep(30000), ("1"):rep(30000) .. "x", ("a@"):rep(15000), ("1-"):rep(15000),
  "=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "a;=1+1", "a\t=1+1", "\r=1", "'", '"', '""', ",", "a,b",
  "../..", "%2e%2e%2f", "?a=b", "#x", "a&b=c", "//evil.example", "https://evil.example/", "null", "true",
  "1e999",
  "nan", "0x10", "1,5", "-0", "007", "18446744073709551616", "+14155550111", "+1 415 555 0111",
  "robin@example.com",
  "In Review", "in_review", "Canceled", "completed", "2026-05-04", "2026-05-04T10:15:00Z",
  "9999-12-31T23:59:59Z",
  "0000-00-00T00:00:00Z", "Mon, 04 May 2026 10:15:00 +0000", "%d %s %n", "__index", "[]", "{}",
  values.sid("KW", 1), values.sid("PU", 1), values.sid("AC", 0), values.sid("KW", 1) .. "\n",
}

local huge = math.huge
values.numbers = {
  0, 1, 2, -1, 0.5, -0.0, 100, 20404, 22131, 1e9, 1e9 + 1, 2 ^ 31, 2 ^ 53, 2 ^ 53 + 2, 2 ^ 63, 1e15, 1e16,
  1e308,
  -1e308, 1e-300, huge, -huge, huge - huge,
}

function values.text(random)
  local kind = random:int(4)
  if kind == 1 then return random:bytes(20) end
  if kind == 2 then return random:damage(random:pick(values.texts), values.texts) end
  return random:pick(values.texts)
end

--- A number that JSON can hold.
function values.finite(random)
  local number = random:pick(values.numbers)
  return number == number and number ~= huge and number ~= -huge and number or random:int(1000)
end

--- A value as core.decode gives it.
---@param names string[]? of fields that objects may have
function values.json(random, names, depth)
  depth = depth or 0
  local kind = random:int(depth > 3 and 6 or 8)
  if kind == 1 then return core.null end
  if kind == 2 then return random:one_in(2) end
  if kind == 3 then return values.finite(random) end
  if kind <= 6 then return values.text(random) end
  local table_ = {}
  for i = 1, random:int(5) - 1 do
    local key = i
    if kind == 7 then key = names and random:pick(names) or values.text(random) end
    table_[key] = values.json(random, names, depth + 1)
  end
  return table_
end

local function nothing() end
local function raises() error "by the program's own metamethod" end

local metatables = {
  { __index = function(_, key) return type(key) == "string" and key or nil end },
  { __index = { deadline = 1, concurrency = 2, timeout = 1 } },
  { __tostring = function() return "\27[2J" end },
  { __len = function() return 1e6 end },
  { __call = function() return nil end },
  { __metatable = false },
  {},
}

--- Any value of Lua.
---@param names string[]? of fields that tables may have
function values.any(random, names, depth)
  depth = depth or 0
  local kind = random:int(depth > 2 and 10 or 14)
  if kind == 1 then return nil end
  if kind == 2 then return random:one_in(2) end
  if kind <= 4 then return random:pick(values.numbers) end
  if kind <= 7 then return values.text(random) end
  if kind == 8 then return random:pick { core.null, io.stdout, nothing, raises, core } end
  if kind == 9 then return coroutine.create(function() return 1 end) end
  if kind == 10 then return {} end
  local table_ = {}
  for _ = 1, random:int(5) - 1 do
    local key = names and not random:one_in(8) and random:pick(names) or values.any(random, nil, 3)
    if kind == 11 then key = #table_ + 1 end
    if key ~= nil and key == key then table_[key] = values.any(random, names, depth + 1) end
  end
  if random:one_in(5) then table_[random:pick { "self", 1 }] = table_ end
  return random:one_in(4) and setmetatable(table_, random:pick(metatables)) or table_
end

--- A value as text, for a finding.
function values.show(value, depth)
  depth = depth or 0
  if type(value) == "string" then
    local text = value:gsub("[^\32-\126]", function(c) return ("\\%03d"):format(c:byte()) end)
    return '"' .. text:sub(1, 400) .. '"'
  end
  if type(value) ~= "table" or depth > 3 then return tostring(value) end
  local parts = {}
  for key, item in next, value do
    parts[#parts + 1] = "[" .. values.show(key, depth + 1) .. "] = " .. values.show(item, depth + 1)
  end
  table.sort(parts)
  return "{ " .. table.concat(parts, ", ") .. " }" .. (getmetatable(value) and " with a metatable" or "")
end

return values
