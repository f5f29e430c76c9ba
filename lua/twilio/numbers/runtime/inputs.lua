--- Reads inputs one by one from what a user gives as `source`.

local argument_error = require "twilio.numbers.util.argument_error"
local array = require "twilio.numbers.util.array"
local encoding = require "twilio.numbers.util.encoding"
local errors = require "twilio.numbers.api.error"

local byte, type = string.byte, type

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

--- The first line of a file without the file's byte order mark.
local function without_mark(line)
  if encoding.is_wide(line) then
    argument_error.raise("source: its lines are UTF-16 or UTF-32: save the file as UTF-8, "
      .. "or read it by numbers.csv.parse")
  end
  return (line:gsub("^\239\187\191", ""))
end

local RETURN = ("\r"):byte()

--- The lines of a file, as `io.lines` gives them, may have the file's byte order mark, and a carriage return each.
local function without_marks(next_input)
  local is_first = true
  return function()
    local input, err = next_input()
    if type(input) == "string" then
      if is_first then input = without_mark(input) end
      if byte(input, -1) == RETURN then input = input:sub(1, -2) end
    end
    is_first = false
    return input, err
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

--- A function that gives the next input at each call and nil at the end. Of texts from an iterator it leaves out the
--- byte order mark of the first, and a carriage return at the end of each.
---@param source any[]|fun(): any|thread an array; an iterator such as `file:lines()`, called only when
---  there is room for another input; a coroutine that yields inputs
---@return fun(): any, any
function inputs.open(source)
  if type(source) == "function" then return without_marks(source) end
  if type(source) == "thread" then return without_marks(from_coroutine(source)) end
  if type(source) == "table" and not is_callable(source) then return from_array(source) end
  if is_callable(source) then return without_marks(function() return source() end) end
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
