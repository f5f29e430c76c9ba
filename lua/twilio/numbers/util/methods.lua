--- Has methods say that they were called with a dot in place of a colon. Else `client.port_ins.fetch(sid)` would fail
--- somewhere in the library, and say nothing that helps. Likewise for names that objects do not have, and for iterators
--- that are taken for arrays, which would be empty ones.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"

local type = type

--- The library's metatables are not hidden. So PUC Lua need not search them for a field that hides them, which is most
--- of what its `getmetatable` does. LuaJIT compiles only the plain function.
local debugging = not package.loaded.jit and package.loaded.debug
local getmetatable = debugging and debugging.getmetatable or getmetatable

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

--- The public names of a class, for a message.
local function names_of(class, internal)
  local names = {}
  for name, value in pairs(class) do
    local is_public = not name:find "^__" and not internal[name]
    if type(value) == "function" and is_public then names[#names + 1] = name end
  end
  return table.concat(ascii.sort(names), ", ")
end

--- Has names raise that the objects of a class do not have. It is for objects without optional fields.
---@param class table<string, any> the methods, by name
---@param object string what to call an object in a message
---@param internal table<string, boolean> methods that are not for users
function methods.complete(class, object, internal)
  local names = names_of(class, internal)
  setmetatable(class, { __index = function(_, name)
    if type(name) == "string" and name:find "^__" then return nil end -- a metamethod, for tools that show objects
    argument_error.raise(("%s has no %s: it has %s"):format(object,
      type(name) == "string" and ("'%s'"):format(name) or "indexes", names))
  end })
end

--- Has iterators raise where they are taken for arrays. Lua 5.1 and LuaJIT do not ask metatables in `ipairs` and `#`.
---@param class table<string, any> the methods, by name
---@param meta table the metatable of the objects
---@param object string what to call an object in a message
function methods.iterator(class, meta, object)
  local function refuse()
    argument_error.raise(("a %s is an iterator, no array: write `for item in %s do`"):format(
      object, object))
  end
  meta.__pairs, meta.__ipairs, meta.__len = refuse, refuse, refuse
  setmetatable(class, { __index = function(_, key)
    if type(key) == "number" then refuse() end
  end })
end

--- Raises where a function of a module was called with a colon, as if it were a method.
---@param first any the first argument
---@param module table
---@param name string the module and the function, such as "numbers.new"
function methods.check_dot(first, module, name)
  if rawequal(first, module) then
    argument_error.raise(("%s is a function: write %s(...), with a dot"):format(name, name))
  end
end

return methods
