--- How a script that creates something ends.

local cli = require "cli"
local json_text = require "json_text"

local created = {}

--- Ends the script for what could not be created.
---@param options { json: boolean? }
---@param err twilio.numbers.Error
---@param is_interrupted boolean
---@param hint string? what to do
function created.fail(options, err, is_interrupted, hint)
  local problems = {}
  for i, problem in ipairs(err.problems or {}) do
    problems[i] = { path = problem.path, message = problem.message }
    cli.warn(problem.path .. ": " .. problem.message)
  end
  if options.json then
    json_text.print { error = tostring(err), outcome = err.outcome,
      problems = #problems > 0 and problems or nil }
  end
  if #problems == 0 then cli.warn(tostring(err)) end
  if hint then cli.hint(hint) end
  if is_interrupted then cli.exit(cli.interrupted, "Interrupted.") end
  if #problems > 0 then cli.exit(cli.bad_rows) end
  cli.exit(cli.is_unauthorized(err) and cli.unauthorized or cli.partial)
end

--- Writes to a terminal how much of a file is sent, for the option `progress` of an upload.
---@return (fun(sent: integer, total: integer))?
function created.progress()
  if not cli.is_interactive() then return nil end -- terminals are those from which one types
  return function(sent, total)
    io.stderr:write(("\r%3.0f %%%s"):format(100 * sent / total, sent == total and "\n" or ""))
  end
end

return created
