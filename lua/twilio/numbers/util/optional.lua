--- Libraries that only a part of this one needs.

local argument_error = require "twilio.numbers.util.argument_error"

local optional = {}

--- Loads a library, or raises at the user's line what to install.
---@param name string
---@param package string what has it
---@return any
function optional.load(name, package)
  local ok, module = pcall(require, name)
  if ok then return module end
  local missing = ("module '%s' not found"):format(name)
  if not tostring(module):find(missing, 1, true) then error(module, 0) end
  return argument_error.raise(("%s is missing: install %s"):format(name, package))
end

return optional
