--- Whether a table is an array: its keys are 1 to n and no others. `ipairs` reads a set as an empty list,
--- and stops at a hole. Of a script's `arg`, the indexes up to 0 do not count.

local argument_error = require "twilio.numbers.util.argument_error"

local list = {}

local function is_index(key)
  return type(key) == "number" and key >= 1 and key % 1 == 0
end

--- Whether that is Lua's own table of a script's arguments, `arg`. The script's name and what stands before it are at
--- indexes up to 0.
local function is_arguments(value)
  return rawequal(value, rawget(_G, "arg"))
end

local function first_hole(value)
  local i = 1
  while value[i] ~= nil do i = i + 1 end
  return i
end

--- What a table is instead of an array, in words without anything of its contents, which may be
--- secret; nil if it is an array.
---@param value table
---@return string?
function list.problem(value)
  local indexes, others, last, is_set = 0, 0, 0, true
  local first = is_arguments(value) and -math.huge or 1
  for key, item in pairs(value) do
    if is_index(key) then
      indexes, last = indexes + 1, math.max(last, key)
    elseif not (type(key) == "number" and key >= first and key < 1) then
      others, is_set = others + 1, is_set and item == true
    end
  end
  if others > 0 then
    return is_set and indexes == 0 and "a set" or "a table with keys other than 1 to n"
  elseif last > indexes then
    return ("a list with a hole at %d"):format(first_hole(value))
  end
end

--- Whether a table's items are its metatable's, which `ipairs` does not read on every Lua.
local function is_proxy(value)
  local meta = getmetatable(value)
  return next(value) == nil and type(meta) == "table" and (meta.__index or meta.__pairs) ~= nil
end

--- Raises, at the caller's line, unless the value is an array.
---@param name string what it is called
---@param value any
---@param wanted string? what it should be, "an array" if missing
---@param is_indexed boolean? whether it is read by its indexes only, as a table whose metatable has its
---  items can be
function list.check(name, value, wanted, is_indexed)
  wanted = wanted or "an array"
  if type(value) ~= "table" then argument_error.argument(name, wanted, value) end
  local problem = list.problem(value)
  if not is_indexed and is_proxy(value) then problem = "a table whose metatable has its items" end
  if problem then
    argument_error.raise(("%s: %s expected, got %s"):format(name, wanted, problem))
  end
end

return list
