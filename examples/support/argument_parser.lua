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

--- A port-in's SID, as a converter for argparse.
local function port_in(text)
  if #text == 34 and text:find "^KW%x+$" then return text end
  return nil, ("'%s' is no port-in's SID, KW and 32 hexadecimal digits"):format(text)
end

--- A whole number from 1, in plain digits.
local function count(text)
  if text:find "^[1-9]%d*$" and #text <= 9 then return tonumber(text) end
  return nil, ("'%s' is not a whole number from 1"):format(text)
end

--- A number of seconds above 0, in plain digits.
local function seconds(text)
  local value = text:find "^%d+%.?%d*$" and tonumber(text)
  if value and value > 0 and value <= 1e9 then return value end
  return nil, ("'%s' is not a number of seconds above 0"):format(text)
end

return { new = new, account = account, port_in = port_in, count = count, seconds = seconds }
