--- Runs a command on a terminal of its own, and types there. The program `script` of every Debian makes it.

local support = require "spec.support"

local terminal = {}

--- Whether this system has terminals to give.
function terminal.is_there()
  local _, code = support.run "script -qec true /dev/null </dev/null"
  return code == 0
end

-- A step waits until the terminal shows a text, or until the command has ended. It has 5 minutes.
local BEGIN = [[
cd %s || exit 1
trap '' PIPE
mkfifo typed
: >shown
(cd %s && SHELL=/bin/sh exec env --default-signal=INT timeout 300 script -qefc %s /dev/null) \
  <typed >shown 2>&1 &
child=$!
exec 3>typed
await() {
  until grep -qF -e "$1" shown; do
    kill -0 $child 2>/dev/null || return 1
    sleep 0.05
  done
}
]]

--- Ctrl-C is typed until the command has ended: one between a question and the reading of its answer is
--- noted, and does not end the reading.
local function words_of(step)
  local wanted, typed = step[1], step[2]
  local act = step.run or ("printf %%b %s >&3"):format(support.quote(typed))
  if typed == "\3" then act = ("while kill -0 $child 2>/dev/null; do %s; sleep 0.2; done"):format(act) end
  return ("await %s && { %s; }\n"):format(support.quote(wanted), act)
end

--- Runs a command there. It replaces the terminal's shell, so it is one program.
---@param command string shell words
---@param steps table[]? each a text to wait for, and what is typed then; or `run`, shell words
---@return string shown what was on the terminal, as it was written
---@return integer exit_code
function terminal.run(command, steps)
  local folder, here = support.run "mktemp -d":gsub("%s+$", ""), support.run "pwd":gsub("%s+$", "")
  local script = { BEGIN:format(support.quote(folder), support.quote(here),
    support.quote("exec " .. command)) }
  for _, step in ipairs(steps or {}) do script[#script + 1] = words_of(step) end
  script[#script + 1] = "wait $child"
  local said, code = support.run(table.concat(script))
  local shown = support.read_file(folder .. "/shown")
  support.run("rm -rf " .. support.quote(folder))
  assert(said == "", said)
  return shown, code
end

--- What a person sees in the end: of each line what was written after it was last cleared.
function terminal.screen(shown)
  return (shown:gsub("\r\n", "\n"):gsub("[^\n]*\r\27%[K", ""))
end

return terminal
