--- Makes the parser of a script's command line, with the library argparse.

local cli = require "cli"
local numbers = require "twilio.numbers"

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
  parser:flag("--version", "Print the version and exit."):action(function()
    cli.print(script .. " " .. numbers.VERSION)
    cli.exit(0)
  end)
  if parser.add_complete then parser:add_complete() end -- since argparse 0.7
  return parser
end

--- Has what is wrong with an option's value begin with the option.
local function name_option(option)
  local convert, name = option._convert, option._name
  if type(convert) ~= "function" then return end
  option:convert(function(text)
    local value, why = convert(text)
    if value == nil and why then why = name .. ": " .. why end
    return value, why
  end)
end

--- Has an option's two names stand on one line of --help. By itself argparse moves the shorter one to the right.
local function align(option)
  local names = option._aliases
  local value = names[2] and option:_get_usage():match "<[^>]+>"
  if not value then return end
  function option._get_label_lines() return { table.concat(names, ", ") .. " " .. value } end
end

local function prepare(parser)
  for _, option in ipairs(parser._options) do
    name_option(option)
    align(option)
  end
  for _, command in ipairs(parser._commands) do prepare(command) end
end

--- The options of a command that begin with an unknown one. argparse itself tells of single letters that differ.
local function options_like(command, message)
  local start = message:match "^unknown option '(%-%-[^']+)'$"
  local names = {}
  for name in command:get_usage():gmatch "%-%-%l[%l-]*" do
    if start and name:sub(1, #start) == start then names[#names + 1] = "'" .. name .. "'" end
  end
  if #names == 0 then return "" end
  return ("\nDid you mean %s%s?"):format(#names > 1 and "one of these: " or "",
    table.concat(names, " "))
end

--- Reads the command line. Wrong usage ends the script, and so do --help, which shows all options, and a Ctrl-C while it
--- was loaded.
---@param parser table what `new` gives
---@param hints table<string, string>? what to do, by a word that is no command
---@return table options by name
local function parse(parser, hints)
  cli.stop_if_interrupted()
  prepare(parser)
  function parser.error(command, message)
    local hint = (hints or {})[message:match "^unknown command '([^']*)'"]
    message = message .. (hint and "\n" .. hint or options_like(command, message))
    cli.warn(command:get_usage() .. "\n")
    cli.exit(cli.usage_error, message)
  end
  return parser:parse(arg)
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

return {
  new = new, parse = parse, account = account, port_in = port_in, count = count, seconds = seconds,
}
