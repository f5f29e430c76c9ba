--- Starts and stops the sandbox, a local double of the API. `lua local_sandbox.lua --help` says how, and what its exit
--- codes mean.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
-- `eval` of nothing is well: a program that follows it by && would go to the real API.
local beginning = require "start"
beginning.note_interrupts "false\n"
local argument_parser = require "argument_parser"
local cli = require "cli"
local json_text = require "json_text"
local shell = require "shell"

local description = [[
Starts and stops the sandbox: a double of the API on this machine, on which port-ins can be created
and cancelled without harm. It needs nginx with its Lua module, lua-cjson for it, openssl and curl.

`eval "$(twilio-numbers-sandbox start)"` starts it, and has all that is started from that shell use
it, instead of the real API.]]

local epilog = "Exit codes: 0 done; 1 wrong usage, lost output; 3 it did not start, or does not "
  .. "run; 7 interrupted."

local script = cli.beside "sandbox/sandbox.sh"

local function default_folder()
  local cache, home = os.getenv "XDG_CACHE_HOME" or "", os.getenv "HOME" or ""
  if cache ~= "" then return cache .. "/twilio-numbers-sandbox" end
  if home ~= "" then return home .. "/.cache/twilio-numbers-sandbox" end
  cli.refuse "HOME is not set: name a folder"
end

local function port(text)
  local value = argument_parser.count(text)
  if value and value >= 1024 and value <= 65533 then return value end
  return nil, ("'%s' is not a port from 1024 to 65533"):format(text)
end

local function add_folder(command)
  command:argument("folder", "What holds all that the sandbox writes. Default: "
    .. "twilio-numbers-sandbox in $XDG_CACHE_HOME, or in ~/.cache."):args "?"
end

local function arguments()
  local parser = argument_parser.new("local_sandbox.lua", description, epilog)
  parser:command_target "command"
  parser:require_command(true)
  local start = parser:command("start", "Start it, as it is at its start, and print what "
    .. "`env` prints.")
  add_folder(start)
  start:option("--port", "The first of three ports. Default: one that is free."):convert(port)
  start:option("--lifetime", "Seconds after which it stops by itself.", "3600")
    :convert(argument_parser.count)
  start:flag("--json", "Print the variables as JSON.")
  local env = parser:command("env", "Print the lines for a shell that have programs use it.")
  add_folder(env)
  env:flag("--json", "Print the variables as JSON.")
  add_folder(parser:command("stop", "Stop it."))
  local options = argument_parser.parse(parser)
  options.folder = options.folder or default_folder()
  return options
end

--- Runs the script that does the work. What it says is not part of the output.
local function run(...)
  local words = { "sh", script, ... }
  for i, word in ipairs(words) do words[i] = cli.quoted(tostring(word)) end
  local contract = cli.beside "sandbox/contract.json" -- where it is installed
  if shell.is_file(contract) then
    table.insert(words, 1, "SANDBOX_CONTRACT=" .. cli.quoted(contract))
  end
  local result, how, code = os.execute(table.concat(words, " ") .. " >&2")
  if result == true or result == 0 then return end
  local interrupted = how == "signal" and code == 2 or code == 130 or result == 2
    or result == 130 * 256
  if interrupted then cli.exit(cli.interrupted, "Interrupted.") end
  cli.exit(cli.partial)
end

--- The text of the file that a sandbox writes once it answers. Nothing removes it when the sandbox stops by itself.
local function read_env(folder)
  local path = folder .. "/env"
  local text = shell.is_file(path) and cli.read_file(path) or ""
  local process = text:match "SANDBOX_PID=(%d+)"
  if process and shell.is_running(process) then return text end
  cli.exit(cli.partial, ("no sandbox runs in %s: start it"):format(folder))
end

--- The variables that lead programs to the sandbox, in order.
local function variables(folder)
  local found, names = {}, {}
  local function add(name, value)
    found[name], names[#names + 1] = value, name
  end
  for line in read_env(folder):gmatch "[^\n]+" do
    local name, value = line:match "^([%u_]+)=(.*)$"
    if name and (name:find "^SANDBOX_" or name:find "^TWILIO_") then -- and no other, such as PATH
      add(name, value:match "^'(.*)'$" or value)
    end
  end
  if not found.SANDBOX_URL or not found.SANDBOX_CA then
    cli.exit(cli.partial, ("%s/env is not whole: start the sandbox again"):format(folder))
  end
  add("TWILIO_NUMBERS_BASE_URL", found.SANDBOX_URL)
  add("SSL_CERT_FILE", found.SANDBOX_CA)
  local no_proxy = os.getenv "no_proxy" or ""
  if not no_proxy:find("127.0.0.1", 1, true) then
    add("no_proxy", "127.0.0.1,localhost" .. (no_proxy ~= "" and "," .. no_proxy or ""))
  end
  return found, names
end

local function print_variables(options)
  local found, names = variables(options.folder)
  if options.json then return json_text.print(found) end
  for _, name in ipairs(names) do
    cli.write(("export %s=%s\n"):format(name, cli.quoted(found[name])))
  end
end

local function main()
  if shell.is_output_seen() then beginning.failure_output = nil end -- not `eval`
  local options = arguments()
  if options.command == "stop" then
    run("stop", options.folder)
  elseif options.command == "env" then
    print_variables(options)
  else
    if options.port then
      run("start", options.folder, "--lifetime", options.lifetime, "--port", options.port)
    else
      run("start", options.folder, "--lifetime", options.lifetime)
    end
    print_variables(options)
  end
  cli.exit(0)
end

main()
