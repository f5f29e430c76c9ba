--- What a shell tells of processes, files and terminals.

local cli = require "cli"

local shell = {}

local ENOENT = 2 -- on all systems that are POSIX in practice

--- Whether a shell's words end with 0.
local function is_well(words)
  local result = os.execute(words)
  return result == true or result == 0 -- Lua 5.1 gives the exit code
end

--- What the shell's `test` says of these words.
local function test(words) return is_well("test " .. words) end

--- Whether there is a process of that number, in digits.
function shell.is_running(process) return is_well("kill -0 " .. process .. " 2>/dev/null") end

--- Whether the standard error is a terminal, where questions and progress are seen.
function shell.is_seen() return test "-t 2" end

--- Whether a person sees the standard output, and no program reads it.
function shell.is_output_seen() return test "-t 1" end

--- Whether questions can be asked: they are seen, and an answer can be typed.
function shell.is_interactive() return test "-t 0" and shell.is_seen() end

--- Whether there is a file.
function shell.is_file(path) return test("-e " .. cli.quoted(path)) end

--- Whether there is nothing at a path, not even a link, for certain: false if a folder is closed, or if no command can be
--- run.
function shell.is_missing(path)
  local file, _, code = io.open(path, "rb")
  if file then file:close() end
  return not file and code == ENOENT and test("! -h " .. cli.quoted(path))
end

--- Whether two paths lead to one file that exists.
function shell.is_same_file(a, b) return test(cli.quoted(a) .. " -ef " .. cli.quoted(b)) end

return shell
