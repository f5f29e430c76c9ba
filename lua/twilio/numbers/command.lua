--- Runs the scripts that are installed as commands. They lie in the folder `command` beside this file.

local command = {}

local folder = debug.getinfo(1, "S").source:match "^@(.*)%.lua$" .. "/"

--- Internal. Runs a script under the name of a command, with the command line in `arg`.
---@param name string what the command is called
---@param script string the script's name without its folder and ending
function command.run(name, script)
  arg.command, arg.folder = name, folder
  package.path = folder .. "support/?.lua;" .. package.path
  local run, why = loadfile(folder .. script .. ".lua")
  if not run then error(why, 0) end
  return run()
end

return command
