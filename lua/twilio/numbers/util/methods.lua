--- Has methods say that they were called with a dot in place of a colon. Else `client.port_ins.fetch(sid)` would fail
--- somewhere in the library, and say nothing that helps.

local argument_error = require "twilio.numbers.util.argument_error"

local type, getmetatable = type, getmetatable

local methods = {}

--- No method takes more than four arguments, and `...` would take longer.
local function guarded(method, meta, object, name)
  local function guard(self, a, b, c, d)
    if getmetatable(self) == meta then return method(self, a, b, c, d) end
    local inherits = type(self) == "table" and self[name] == guard
    if inherits then return method(self, a, b, c, d) end
    argument_error.raise(("%s is a method: write %s:%s(...), with a colon"):format(
      name, object, name))
  end
  return guard
end

--- Puts functions that check what they are called on in the place of methods.
---@param class table<string, any> the methods, by name
---@param meta table the metatable of the objects
---@param object string what to call an object in a message
---@param names string? the methods that users call, with blanks between. Default: all functions of the class.
function methods.guard(class, meta, object, names)
  local guards = {}
  for name, method in pairs(class) do
    local is_named = not names or (" " .. names .. " "):find(" " .. name .. " ", 1, true)
    if type(method) == "function" and is_named and not name:find "^__" then
      guards[name] = guarded(method, meta, object, name)
    end
  end
  for name, guard in pairs(guards) do class[name] = guard end
end

return methods
