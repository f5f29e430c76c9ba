--- What inputs come from.

local list = require "twilio.numbers.util.array"
local misuse = require "twilio.numbers.util.argument_error"

local sources = {}

local WANTED = "an array, an iterator or a coroutine"

--- Checked once, then read element by element: what is added meanwhile is read, too.
local function array(items)
  list.check("source", items, WANTED)
  local i = 0
  return function()
    i = i + 1
    return items[i]
  end
end

local function coroutine_source(thread)
  return function()
    if coroutine.status(thread) == "dead" then return nil end
    local ok, input = coroutine.resume(thread)
    if not ok then error(input, 0) end
    return input
  end
end

local function is_callable(value)
  local meta = getmetatable(value)
  return type(meta) == "table" and meta.__call ~= nil
end

--- A function that gives the next input at each call and nil at the end.
---@param source any[]|fun(): any|thread an array; an iterator such as `file:lines()`, asked only when
---  there is room for another; a coroutine that yields inputs
---@return fun(): any
function sources.open(source)
  if type(source) == "function" then return source end
  if type(source) == "thread" then return coroutine_source(source) end
  if type(source) == "table" and not is_callable(source) then return array(source) end
  if is_callable(source) then return function() return (source()) end end
  return misuse.argument("source", WANTED, source)
end

return sources
