--- Raises an error about how the library was called, at the line of the caller's own code.

local ascii = require "twilio.numbers.util.ascii"
local edges = require "twilio.numbers.util.edges"
local excerpt = require "twilio.numbers.util.excerpt"
local pins = require "twilio.numbers.util.pins"
local visible = require "twilio.numbers.util.visible"

local debugging = package.loaded.debug -- a program may not have it
local getinfo = debugging and debugging.getinfo

--- "@/somewhere/twilio/numbers", which every chunk of the library begins with.
local library = getinfo and getinfo(1, "S").source:match("^(@.*)[/\\]util[/\\]argument_error%.lua$")

local function is_ours(source)
  if source:sub(1, #library) ~= library then return false end
  local rest = source:sub(#library + 1)
  return rest == ".lua" or rest:find("^[/\\]") ~= nil
end

local function callers_level()
  if not library then return 2 end
  local level = 3
  while true do
    local info = getinfo(level, "S")
    if not info then return 0 end -- all of the caller's were left by tail calls
    local is_code = info.what ~= "C" and info.what ~= "tail" -- a frame that Lua 5.1 left out
    if is_code and not is_ours(info.source) then return level - 1 end
    level = level + 1
  end
end

local SHOWN = 60 -- bytes of a wrong value
local MOST = 1000 -- bytes of a message

--- How a wrong value is shown: short, on one line. A character that cannot be seen may be what is wrong with it.
local function show(value)
  if type(value) == "string" then
    local start = pins.mask(value:sub(1, 4 * SHOWN))
    return '"' .. excerpt(visible.text(start), SHOWN) .. '"' .. edges.note(value)
  end
  if type(value) == "number" or type(value) == "boolean" or value == nil then
    return ascii.text(value)
  end
  return "a " .. type(value)
end

local argument_error = {}

---@param message string
function argument_error.raise(message)
  error(excerpt(message, MOST), callers_level())
end

--- What is wrong with an argument or option, in words.
---@param name string what it is called
---@param wanted string what it should be
---@param got any
---@return string
function argument_error.words(name, wanted, got)
  return ("%s: %s expected, got %s"):format(name, wanted, show(got))
end

---@param name string
---@param wanted string
---@param got any
function argument_error.argument(name, wanted, got)
  argument_error.raise(argument_error.words(name, wanted, got))
end

return argument_error
