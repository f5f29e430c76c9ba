--- What each script loads first. From then on Ctrl-C is noted, and the script ends in words. Lua's interpreter would end it
--- with a traceback.

local start = {}

local INTERRUPTED = 7 -- the exit code

--- Whether the command line asks for JSON. It is known before the command line is read, since that may fail.
local function wants_json()
  for _, word in ipairs(arg or {}) do
    if word == "--" then return false end
    if word == "--json" then return true end
  end
  return false
end

start.is_json = wants_json()

--- Ends the script. Nothing else is loaded yet.
local function leave()
  io.stdout:write(start.is_json and '{"error":"Interrupted.","kind":"interrupted"}\n'
    or start.failure_output or "")
  io.stderr:write "Interrupted.\n"
  os.exit(INTERRUPTED)
end

local function open()
  start.interrupts = require("twilio.numbers.campaign").interrupts()
end

--- Loads the library, and has Ctrl-C noted. Until then Lua's interpreter raises an error for it.
---@param failure_output string? what the script says on its standard output if it fails. Default: nothing.
function start.note_interrupts(failure_output)
  start.failure_output = failure_output
  local fine, why = pcall(open)
  if fine then return end
  if tostring(why):find("interrupted!", 1, true) then leave() end
  error(why, 0)
end

return start
