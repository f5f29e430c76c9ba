--- Nothing depends on the process's locale, which a program may set at any time.

local layers = require "spec.support.layers"

--- What follows the locale in Lua, and what to use instead.
local in_lua = {
  { "[:%.]lower%f[^%w_]", "ascii.lower" }, { "[:%.]upper%f[^%w_]", "ascii.upper" },
  { "%f[%w_]tonumber%f[^%w_]", "ascii.whole or ascii.decimal" },
  { "table%.sort%([%w_%.%[%]]+%)", "ascii.sort" },
  { "%%[%-+ #0-9%.]*[aAwWlLuUpPcCSgGeEfFq]", "sets such as [A-Za-z], ascii.number, or excerpt" },
}

--- The same in C.
local in_c = {
  { "%f[%w_]is[a-z]+%(%(unsigned", "curl's or own comparisons of bytes" },
  { "%f[%w_]to[lu][a-z]+er%(", "an own one" }, { "%f[%w_]strn?casecmp%f[^%w_]", "curl_strequal" },
  { "%f[%w_]strto[a-z]+%f[^%w_]", "an own reader" }, { "%f[%w_]s?scanf%f[^%w_]", "an own reader" },
  { "%f[%w_]ato[a-z]+%f[^%w_]", "an own reader" }, { "%f[%w_]strcoll%f[^%w_]", "strcmp" },
  { '"[^"]*%%[%-+ #0-9%.]*l?[fFeEgGaA][^"]*"', "integers" },
}

--- What may be there, with the reason.
local allowed = {
  ["ascii.number("] = "writes a point",
  ["tonumber(hex, 16)"] = "has no decimal point",
  ["%.0f"] = "writes none",
  ['os.date("!%Y-%m-%dT%H:%M:%SZ"'] = "has digits only",
  ["ascii.lower"] = "is its own", ["ascii.upper"] = "is its own",
  ["return strtod(text, NULL);"] = "is given digits without a point",
  ["isxdigit("] = "is the same in every locale, by the C standard", ["isdigit("] = "the same",
}

local function without_what_is_allowed(line)
  for text in pairs(allowed) do
    local from, to = line:find(text, 1, true)
    while from do
      line = line:sub(1, from - 1) .. line:sub(to + 1):gsub('^[%w_]+, "%%%.?%d*[fg]"', "")
      from, to = line:find(text, 1, true)
    end
  end
  return line
end

--- "%s" within a pattern. In a form of string.format it is another thing.
local function has_class_of_blanks(line)
  local code = line:gsub('%b""%):format', ""):gsub("format%b()", "")
  for _, name in ipairs { "find", "match", "gmatch", "gsub" } do
    if code:find("%f[%w]" .. name .. "%f[^%w].*%%s") then return true end
  end
  return false
end

--- Escapes in patterns are no conversions.
local function without_escapes(code)
  return (code:gsub("%%%%", ""):gsub("%%%-", ""):gsub("%%%.%f[^%d.]", ""))
end

--- What to use instead of what a line has, if that follows the locale.
local function instead_of(code, is_lua)
  local instead
  for _, follower in ipairs(is_lua and in_lua or in_c) do
    if code:find(follower[1]) then instead = follower[2] end
  end
  if is_lua and code:find("%s", 1, true) and has_class_of_blanks(code) then instead = "ascii.BLANK" end
  return instead
end

--- What of a file's text follows the locale.
local function complaints(path, text)
  local is_lua = path:find "%.lua$" ~= nil
  local found, number = {}, 0
  for line in (text .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    local code = line:gsub("^%s*%-%-.*$", ""):gsub("%s%-%- .*$", ""):gsub("/%*.*$", ""):gsub("^%s+%*.*$", "")
    local instead = code ~= "" and instead_of(code, is_lua)
    if instead then -- few lines get here
      code = without_what_is_allowed(code)
      instead = instead_of(is_lua and without_escapes(code) or code, is_lua)
    end
    if instead then found[#found + 1] = ("%s:%d: use %s: %s"):format(path, number, instead, line) end
  end
  return found
end

--- The one file that may do all of it.
local MECHANISM = "lua/twilio/numbers/util/ascii.lua"

describe("the library's code", function()
  it("follows the process's locale nowhere", function()
    local found, count = {}, 0
    for path, text in pairs(layers.read()) do
      count = count + 1
      for _, complaint in ipairs(path ~= MECHANISM and complaints(path, text) or {}) do
        found[#found + 1] = complaint
      end
    end
    assert.is_true(count > 100)
    assert.are.same({}, found)
  end)

  for _, case in ipairs {
    { "x.lua", "name = name:lower()" }, { "x.lua", "local n = tonumber(text)" }, { "x.lua", 'x:find "%a+"' },
    { "x.lua", 'x:match("^%s*(.-)")' }, { "x.lua", '("%.1f"):format(x)' }, { "x.lua", '("%g"):format(x)' },
    { "x.lua", "table.sort(names)" }, { "x.lua", 'x:gsub("[%w_]", "")' }, { "x.lua", "string.upper(x)" },
    { "x.lua", '("%q"):format(x)' }, { "x.lua", 'x:gsub("[,%s]", "")' },
    { "x.c", "if (strcasecmp(a, b) == 0)" }, { "x.c", "double d = strtod(text, NULL);" },
    { "x.c", "if (isalpha((unsigned char)*c))" }, { "x.c", 'snprintf(t, n, "%.3f", x);' },
    { "x.c", "long n = strtol(text, NULL, 10);" },
  } do
    it("would follow it by " .. case[2], function()
      assert.are.equal(1, #complaints(case[1], case[2]))
    end)
  end

  for _, case in ipairs {
    { "x.lua", '("%s of %d"):format(a, b)' }, { "x.lua", '("%.0f"):format(x)' },
    { "x.lua", 'x:find "^%d+$"' },
    { "x.lua", "table.sort(list, by_number)" }, { "x.lua", "-- x:lower()" }, { "x.lua", 'x:match "[%x%-]+"' },
    { "x.c", "if (isxdigit((unsigned char)*c))" }, { "x.c", 'lua_pushfstring(L, "%s: %d", text, n);' },
  } do
    it("would not follow it by " .. case[2], function()
      assert.are.same({}, complaints(case[1], case[2]))
    end)
  end
end)
