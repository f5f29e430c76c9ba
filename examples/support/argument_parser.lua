--- Makes the parser of a script's command line, with the library argparse.

local cli = require "cli"

local found, argparse = pcall(require, "argparse")

--- Ends the script if argparse is missing.
---@param script string the script's file name
---@param description string what it does
---@param epilog string exit codes, and what else --help tells at its end
---@return table # argparse's parser
local function new(script, description, epilog)
  script = cli.script_name(script)
  if not found then
    cli.exit(cli.usage_error, script .. " needs argparse: install Debian's package lua-argparse or "
      .. "the rock argparse.")
  end
  local parser = argparse(script, description, epilog)
  parser:help_max_width(100)
  if parser.add_complete then parser:add_complete() end -- since argparse 0.7
  return parser
end

--- An account's SID, as a converter for argparse.
local function account(text)
  if #text == 34 and text:find "^AC%x+$" then return text end
  return nil, ("'%s' is not an account SID, AC..."):format(text)
end

return { new = new, account = account }
