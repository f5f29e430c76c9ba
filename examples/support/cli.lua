--- What the example scripts share: arguments, the client, reading a column, ending.

local campaign = require "twilio.numbers.campaign"
local failure = require "failure"
local numbers = require "twilio.numbers"
local start = require "start"

local cli = {
  usage_error = 1, bad_rows = 2, partial = 3, unauthorized = 4, nothing = 5, plan_refused = 6,
  interrupted = 7, ledger = 8, deviations = 9,
  closed_pipe = 141, -- as a shell tells it of a program that SIGPIPE has ended
}

--- Every text from outside goes through this before it is printed. A script may replace it to mask texts.
function cli.mask(text) return text end

--- What acts and is not seen: control characters, which could give a terminal commands, and marks of direction.
local acting = { "[%z\1-\8\11-\31\127]", "\194[\128-\159]", "\226\128[\139-\143\168-\174]",
  "\226\129[\160-\175]" }

--- Without PINs, and what acts by its code: a file or an answer may have them.
local function printable(text)
  text = numbers.mask_pins(text)
  for _, pattern in ipairs(acting) do text = text:gsub(pattern, numbers.visible) end
  return text
end

function cli.warn(...)
  io.stderr:write(printable(cli.mask(table.concat({ ... }))), "\n")
end

--- Shows what is to be read or copied as it is: commands, paths, what is wrong with an argument.
function cli.hint(text)
  io.stderr:write(printable(text), "\n")
end

local installed, folder = arg.command, arg.folder -- of a script that is installed as a command
local script = arg[0] -- plain Lua 5.1 calls something else `arg` in functions that take any number of them

--- What the script is called: the command that it is installed as, or its file's name.
function cli.script_name(file) return installed or file end

--- The path of a file beside the script.
function cli.beside(name) return (folder or script:match "^(.*[/\\])" or "./") .. name end

--- A word as a shell takes it, whatever is in it.
function cli.quoted(word) return "'" .. word:gsub("'", "'\\''") .. "'" end

--- This script with these arguments, as a shell takes it.
---@param ... string|number
---@return string
function cli.command(...)
  local words = { ... }
  table.insert(words, 1, installed or script)
  if not installed then table.insert(words, 1, "lua") end
  for i, word in ipairs(words) do
    word = type(word) == "number" and ("%.14g"):format(word) or word
    words[i] = word:find "^[%w%%%+%-%./:=@_,]+$" and word or cli.quoted(word)
  end
  return table.concat(words, " ")
end

local ENOENT, EPIPE = 2, 32 -- on all systems that are POSIX in practice

--- Files that are open as long as the script runs. Where a program is started without the standard input, output or error,
--- they take its place: else the next file or connection would, and get what is printed.
cli.placeholders = {}
for i = 1, 3 do cli.placeholders[i] = io.open("/dev/null", "rb") end

local lost -- why output could not be written
local has_written = false

--- Ends the script. The state is closed, so that connections and credentials are, too. Signals stay recorded until
--- the process has ended: the handler of Lua's interpreter would use a state that is gone, and crash.
local function leave(code)
  if start.interrupts then debug.setmetatable(start.interrupts, nil) end -- then nothing closes it
  os.exit(code, true)
end

-- Each text is seen at once, whatever happens next. Flushed line by line, the C library may hide a failure.
io.stdout:setvbuf "full"

--- Writes to the standard output, and remembers when that fails. A script whose reader has enough ends quietly, unless it
--- has set `outlives_reader`: then it goes on, and tells at its end.
function cli.write(text)
  has_written = true
  local written, why, code = io.stdout:write(text)
  if written then written, why, code = io.stdout:flush() end
  if written then return end
  if code == EPIPE and not cli.outlives_reader then leave(cli.closed_pipe) end
  lost = why
end

--- Writes JSON, in which what acts is escaped as JSON has it.
function cli.write_json(text)
  text = numbers.mask_pins(text)
  for i = 2, #acting do
    text = text:gsub(acting[i], function(character)
      return ("\\u%04x"):format(tonumber(numbers.visible(character):match "%x%x+", 16))
    end)
  end
  cli.write(text)
end

--- Like print, but a failure to write is kept, and makes the exit code.
function cli.print(...)
  local words = { ... }
  for i = 1, select("#", ...) do words[i] = tostring(words[i]) end
  cli.write(printable(table.concat(words, "\t")) .. "\n")
end

local ENOUGH = 65536 -- bytes that are written at once

--- A function that takes a long text piece by piece, and one that writes the rest.
---@param write fun(text: string) `cli.write`, or one that filters
function cli.pieces(write)
  local parts, size = {}, 0
  local function flush()
    if #parts > 0 then write(table.concat(parts)) end
    parts, size = {}, 0
  end
  return function(text)
    parts[#parts + 1], size = text, size + #text
    if size >= ENOUGH then flush() end
  end, flush
end

--- Prints a text that is made piece by piece, each of which ends with a line.
---@param make fun(write: fun(text: string))
function cli.print_pieces(make)
  local write, flush = cli.pieces(function(text) cli.write(printable(text)) end)
  make(write)
  flush()
end

--- Writes such a text as it is.
---@param make fun(write: fun(text: string))
function cli.write_pieces(make)
  local write, flush = cli.pieces(cli.write)
  make(write)
  flush()
end

--- Ends what the script prints on its standard output. `cli.finish_json` does it for an array and for lines; other JSON is
--- one value, which is what has failed unless there is a result.
local function finish_output(code, message, err)
  if not start.is_json then
    if code ~= 0 and start.failure_output then cli.write(start.failure_output) end
    return
  end
  local text = code ~= 0 and failure.encode(code, message, err, cli.mask) or nil
  if cli.finish_json then return cli.finish_json((message or err) and text) end
  if text and not has_written then cli.write_json(text .. "\n") end
end

local function finish(code, message, err)
  finish_output(code, message, err)
  local written, why = io.stdout:flush()
  if not written then lost = why end
  if lost then
    cli.warn("the output could not be written: " .. tostring(lost))
    code = code == 0 and cli.usage_error or code
  end
  leave(code)
end

--- Ends the script.
---@param code integer
---@param message string? what is said
---@param err twilio.numbers.Error? what JSON tells of it, beside the message
function cli.exit(code, message, err)
  if message then cli.warn(message) end
  finish(code, message and cli.mask(message), err)
end

--- Ends the script for a path or an argument of which nothing can be made.
function cli.refuse(text)
  cli.hint(text)
  finish(cli.usage_error, text)
end

--- Whether Ctrl-C was pressed.
function cli.is_interrupted()
  return start.interrupts ~= nil and start.interrupts:caught() ~= nil
end

--- From now on another Ctrl-C is told from those before.
function cli.forget_interrupts()
  local function reopen()
    start.interrupts:close()
    start.interrupts = campaign.interrupts()
  end
  if pcall(reopen) then return end
  collectgarbage() -- in between, Lua's interpreter has raised an error; what was opened and is lost is closed
  start.interrupts = campaign.interrupts()
end

--- What was raised, without the place in the source: a file of Lua, or the command itself.
function cli.without_place(why)
  return (tostring(why):gsub("^[^\n]-[^%s:]:%d+: ", "", 1))
end

--- The client for the real API, or for another host named by TWILIO_NUMBERS_BASE_URL.
---@param concurrency integer? the client's own if missing
---@param waiter table? how it waits
function cli.client(concurrency, waiter)
  local made, client = pcall(numbers.new, { concurrency = concurrency, waiter = waiter })
  if not made then cli.exit(cli.usage_error, cli.without_place(client)) end
  return client
end

--- Whether going on is pointless: the credentials are not accepted.
function cli.is_unauthorized(err)
  return err.http_status == 401 or err.http_status == 403
end

--- Ends the script if Ctrl-C was pressed before anything was sent.
function cli.stop_if_interrupted()
  if cli.is_interrupted() then cli.exit(cli.interrupted, "Interrupted. Nothing was sent.") end
end

--- A file's text. One that cannot be read ends the script.
---@param path string "-" for standard input
---@param hint string? what to do if there is no such file
---@return string
function cli.read_file(path, hint)
  if path == "-" then
    local text = io.read "*a"
    cli.stop_if_interrupted()
    return text or ""
  end
  local file, why, code = io.open(path, "rb")
  local text
  if file then
    text, why = file:read "*a"
    file:close()
    why = path .. ": " .. tostring(why)
  end
  if text then return text end
  cli.refuse("cannot read " .. why .. (code == ENOENT and hint and "\n" .. hint or ""))
end

--- Reads a text file, in UTF-8 or UTF-16. What is no text ends the script.
---@param path string "-" for standard input
---@param hint string? what to do if there is no such file
---@return string
function cli.read_text(path, hint)
  local text, why = numbers.csv.text(cli.read_file(path, hint))
  if text and text:find "%z" then
    text, why = nil, "it has zero bytes, so it is no plain text: save it as UTF-8"
  end
  if not text then cli.exit(cli.bad_rows, ("%s: %s. Nothing was sent."):format(path, why)) end
  return text
end

--- Ends the script for bad rows, or for want of good ones.
function cli.stop_at_bad_rows(bad, good, path, skip_invalid)
  if bad > 0 and not skip_invalid then
    cli.exit(cli.bad_rows, ("%d bad row%s: nothing was sent. Mend the file, or skip them with "
      .. "--skip-invalid."):format(bad, bad == 1 and "" or "s"))
  end
  if good == 0 then cli.exit(cli.bad_rows, path .. ": there is nothing to do") end
end

--- What a person calls a target.
function cli.name(target)
  return target.port_in_sid .. (target.phone_number_sid and " " .. target.phone_number_sid or "")
end

--- Asks on the terminal; gives the line that was typed.
function cli.ask(question)
  io.stderr:write(question)
  return (io.read "*l" or ""):match "^%s*(.-)%s*$"
end

--- A ledger's place as it may be shown.
function cli.without_password(place)
  return (place:gsub("^(%s*[%w+.-]*://[^:/@]*):.*@", "%1@"):gsub("([?&]password=)[^&]*", "%1***"))
end

return cli
