--- Reads inputs one by one from what a user gives as `source`.

local argument_error = require "twilio.numbers.util.argument_error"
local array = require "twilio.numbers.util.array"
local errors = require "twilio.numbers.api.error"

local inputs = {}

local WANTED = "an array, an iterator or a coroutine"

--- The array is checked once, then read element by element: elements added meanwhile are read, too.
local function from_array(items)
  array.check("source", items, WANTED, true)
  local i = 0
  return function()
    i = i + 1
    return items[i]
  end
end

local function from_coroutine(thread)
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

--- Whether a value gives inputs one by one: a function, a coroutine, or an object such as a list.
---@param value any
---@return boolean
function inputs.is_iterator(value)
  return type(value) == "function" or type(value) == "thread" or is_callable(value)
end

--- A function that gives the next input at each call and nil at the end.
---@param source any[]|fun(): any|thread an array; an iterator such as `file:lines()`, called only when
---  there is room for another input; a coroutine that yields inputs
---@return fun(): any, any
function inputs.open(source)
  if type(source) == "function" then return source end
  if type(source) == "thread" then return from_coroutine(source) end
  if type(source) == "table" and not is_callable(source) then return from_array(source) end
  if is_callable(source) then return function() return source() end end
  return argument_error.argument("source", WANTED, source)
end

--- Whether a source tells that it has failed, as a list does whose next page cannot be fetched.
---@param input any what it gave
---@param err any what it gave beside that
---@return boolean
function inputs.has_failed(input, err)
  return input == false and errors.is(err)
end

return inputs
