--- Modules that read the time of another clock.

local core = require "twilio.numbers.core"

local clock = {}

--- Loads a module anew, which keeps the function of the core by which it reads the time. One that is loaded
--- already stays as it is.
---@param name string the module's
---@param reads "now"|"time" the core's function
---@param read fun(): number what stands for it
---@return table
function clock.load(name, reads, read)
  local real, loaded = core[reads], package.loaded[name]
  core[reads], package.loaded[name] = read, nil
  local ok, module = pcall(require, name)
  core[reads], package.loaded[name] = real, loaded
  return assert(ok and module, module)
end

return clock
