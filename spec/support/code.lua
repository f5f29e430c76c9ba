--- What the library's code says of itself: names, defaults and error kinds, for comparing them with the
--- annotations.

local ascii = require "twilio.numbers.util.ascii"
local support = require "spec.support"

local code = {}

--- The value of a local variable that a function uses, or that one of the functions uses which it uses.
---@param func function
---@param name string
---@return any
function code.upvalue(func, name)
  local seen, open = {}, { func }
  while #open > 0 do
    local current, i = table.remove(open, 1), 1
    seen[current] = true
    while true do
      local found, value = debug.getupvalue(current, i)
      if not found then break end
      if found == name then return value end
      if type(value) == "function" and not seen[value] then open[#open + 1] = value end
      i = i + 1
    end
  end
  error("there is no local " .. name)
end

--- The keys of a table, as a set.
---@param ... table
---@return table<string, true>
function code.keys(...)
  local set = {}
  for _, source in ipairs { ... } do
    for key in pairs(source) do set[key] = true end
  end
  return set
end

--- The elements of arrays, as a set.
---@param ... string[]
---@return table<string, true>
function code.elements(...)
  local set = {}
  for _, source in ipairs { ... } do
    for _, item in ipairs(source) do set[item] = true end
  end
  return set
end

--- The texts in quotes within the body of a C function, or in an array of C.
local function c_texts(path, start)
  local text = support.read_file(path)
  local from = assert(text:find(start, 1, true), path .. " has no " .. start)
  local set = {}
  for item in text:sub(from):match("%b{}"):gmatch '"([%w_]+)"' do set[item] = true end
  return set
end

--- The option names that a C array has.
function code.c_options(path, within)
  local text = support.read_file(path)
  local from = assert(text:find(within, 1, true), path .. " has no " .. within)
  local set = {}
  for item in text:sub(from):match("names%[%] = (%b{})"):gmatch '"([%w_]+)"' do set[item] = true end
  return set
end

--- A number that C code defines, such as `NAME = 30000` or `.name = 5`.
function code.c_number(path, name)
  local text = support.read_file(path)
  local value = text:match(name .. " = ([%d%.%s%*]+)")
  local product = 1
  for factor in assert(value, path .. " has no " .. name):gmatch "[%d%.]+" do
    product = product * ascii.decimal(factor)
  end
  return product
end

local function lua_files()
  local files = {}
  for path in support.run("find lua -name '*.lua'"):gmatch "[^\n]+" do files[#files + 1] = path end
  return files
end

--- The kinds in tables of an error's fields: those with a message.
local function kinds_in_tables(text, set)
  local position = text:find("{", 1, true)
  while position do
    local fields = text:match("^%b{}", position)
    if fields and fields:find "message%s*=" then
      local own = fields:sub(2, -2):gsub("%b{}", "")
      for kind in own:gmatch '%f[%w]kind = "([%w_]+)"' do set[kind] = true end
    end
    position = text:find("{", position + 1, true)
  end
end

--- The kinds that are handed to a function that makes errors, as its first argument.
local function kinds_in_calls(text, set)
  for maker, body in text:gmatch "local function ([%w_]+)%(kind(.-)\nend" do
    if body:find("errors.new", 1, true) then
      for kind in text:gmatch(maker .. '%("([%w_]+)"') do set[kind] = true end
    end
  end
end

--- All kinds of errors that the code makes.
---@return table<string, true>
function code.error_kinds()
  local set = {}
  for _, path in ipairs(lua_files()) do
    local text = support.read_file(path):gsub("%-%-[^\n]*", "")
    kinds_in_tables(text, set)
    kinds_in_calls(text, set)
  end
  local c_functions = {
    { "csrc/http/failure.c", "*kind_of_code(" }, { "csrc/http/failure.c", "*failure_kind(" },
    { "csrc/lua/submit.c", "int refuse(" },
  }
  for _, place in ipairs(c_functions) do
    for kind in pairs(c_texts(place[1], place[2])) do set[kind] = true end
  end
  return set
end

--- The reasons for which a request is not tried again.
function code.stop_reasons()
  local set = c_texts("csrc/http/retry.c", "*retry_word(")
  set.closed = true -- csrc/lua/transfer.c, where the verdict has no word
  return set
end

return code
