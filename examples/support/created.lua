--- How a script that creates something ends.

local cli = require "cli"
local shell = require "shell"

local created = {}

--- Ends the script for what could not be created.
---@param err twilio.numbers.Error
---@param is_interrupted boolean
---@param hint string? what to do
function created.fail(err, is_interrupted, hint)
  local problems = err.problems or {}
  for _, problem in ipairs(problems) do cli.warn(problem.path .. ": " .. problem.message) end
  if #problems == 0 then cli.warn(tostring(err)) end
  if hint then cli.hint(hint) end
  if is_interrupted then cli.exit(cli.interrupted, "Interrupted.", err) end
  if #problems > 0 then cli.exit(cli.bad_rows, nil, err) end
  cli.exit(cli.is_unauthorized(err) and cli.unauthorized or cli.partial, nil, err)
end

--- Writes to a terminal how much of a file is sent, for the option `progress` of an upload.
---@return (fun(sent: integer, total: integer))?
function created.progress()
  if not shell.is_seen() then return nil end
  return function(sent, total)
    io.stderr:write(("\r%3.0f %%%s"):format(100 * sent / total, sent == total and "\n" or ""))
  end
end

return created
