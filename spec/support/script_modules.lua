--- The modules of the example scripts in this process: what would end the script raises instead, and what it
--- would print is kept.

local script_modules = {}

local said = {}

--- Loads a module of examples/support/.
---@param name string
function script_modules.load(name)
  if not package.path:find("examples/support", 1, true) then
    package.path = "./examples/support/?.lua;" .. package.path
    local cli = require "cli"
    io.stdout:setvbuf "no"
    function cli.warn(...) said[#said + 1] = table.concat { ... } end
    function cli.hint(text) said[#said + 1] = text end
    function cli.exit(code, message)
      said[#said + 1] = message
      error { exit_code = code }
    end
  end
  return require(name)
end

--- Calls a function of such a module. Gives what it gave, or nil and the exit code; and what it said.
---@param f function
---@return any result
---@return integer? exit_code
---@return string said
function script_modules.call(f, ...)
  for i in ipairs(said) do said[i] = nil end
  local ok, result = pcall(f, ...)
  if ok then return result, nil, table.concat(said, "\n") end
  if type(result) ~= "table" or not result.exit_code then error(result, 0) end
  return nil, result.exit_code, table.concat(said, "\n")
end

return script_modules
