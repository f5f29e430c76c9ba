--- The commands that the rock installs, and how to run each against the sandbox. COMMANDS in the environment
--- names a folder in which they are installed; without it their scripts are run.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local commands = { files = {} }

local function KW(number) return sandbox.sid("KW", number) end

--- A file with that text, and that end of its name.
function commands.file_of(text, ending)
  local path = os.tmpname()
  os.remove(path)
  path = path .. (ending or "")
  support.write_file(path, text)
  table.insert(commands.files, path)
  return path
end

local file_of = commands.file_of

--- The folder's scripts by the name of the command.
local function installed()
  local scripts = {}
  for path in support.run "ls examples/commands/*":gmatch "[^\n]+" do
    local name, script = support.read_file(path):match '%.run%("([%w-]+)", "([%w_]+)"%)'
    scripts[name] = script
  end
  return scripts
end

commands.scripts = installed()

--- The shell command that runs one.
function commands.shell(name)
  local environment = ("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s "):format(sandbox.url, sandbox.ca_file)
  local folder = os.getenv "COMMANDS"
  if folder then return ("env %s %s/%s"):format(environment, folder, name) end
  return ("env %s %s examples/%s.lua"):format(environment, support.lua, commands.scripts[name])
end

local function must(name, arguments)
  local output, code = support.run(("%s %s </dev/null"):format(commands.shell(name), arguments))
  assert(code == 0, output)
end

--- A plan that cancels two port-ins; its file.
function commands.plan()
  local list = file_of("port_in_sid\n" .. KW(1) .. "\n" .. KW(2) .. "\n", ".csv")
  local path = file_of("", ".json")
  must("twilio-port-ins", ("plan %s -o %s"):format(list, path))
  return path
end

local CONFIRMED = "--confirm 2 --confirm-numbers 3"

--- The ledger of a campaign that has come to its end.
local function new_ledger()
  local path = commands.plan()
  table.insert(commands.files, path .. ".ledger")
  must("twilio-port-ins", ("apply %s %s --ledger %s.ledger"):format(path, CONFIRMED, path))
  return path .. ".ledger"
end

local finished

--- The same one each time, for commands that only read it.
function commands.ledger()
  finished = finished or new_ledger()
  return finished
end

local function fields()
  return file_of(([[{"documents":["%s"],"phone_numbers":[{"phone_number":"+14155550199"}],
    "losing_carrier_information":{"customer_name":"A","customer_type":"Individual",
    "authorized_representative":"B","authorized_representative_email":"a@example.com","account_number":"1",
    "address":{"street":"1 A St","city":"B","state":"CA","zip":"94105","country":"USA"}}}]]):format(
    sandbox.sid("RD", 1)))
end

--- For each command: `arguments`, for a run that ends with 0 and prints something; `api`, whether it calls
--- the API; `creates`, whether it creates something, `cancels`, and `finishes`, whether it waits for what it
--- has sent; `json`, whether it has that flag, and "lines" where it prints a value on each line;
--- `reports`, whether it prints a report of failures as well.
commands.all = {
  ["twilio-numbers-doctor"] = { arguments = "", api = true, json = true, reports = true },
  ["twilio-numbers-upload"] = {
    arguments = function() return file_of "%PDF-1.4\n" end, api = true, json = true, creates = true,
  },
  ["twilio-portability"] = {
    arguments = function() return file_of "+14155550100\n+14155550101\n" end, api = true, json = true,
  },
  ["twilio-numbers-sandbox env"] = {
    arguments = function()
      return support.quote(sandbox.ca_file:match "^(.*)/[^/]*$")
    end, json = true,
  },
  ["twilio-numbers-sandbox start"] = { json = true },
  ["twilio-numbers-sandbox stop"] = {},
  ["twilio-port-ins fetch"] = { arguments = KW(1) .. " " .. KW(2), api = true, json = "lines" },
  ["twilio-port-ins list"] = { arguments = "", api = true, json = true },
  ["twilio-port-ins watch"] = { arguments = "--interval 0.05 " .. KW(9), api = true, json = "lines" },
  ["twilio-port-ins create"] = { arguments = fields, api = true, json = true, creates = true },
  ["twilio-port-ins plan"] = {
    arguments = function()
      return ("%s -o %s"):format(file_of("port_in_sid\n" .. KW(1) .. "\n", ".csv"), file_of("", ".json"))
    end, api = true, json = true,
  },
  ["twilio-port-ins apply"] = {
    arguments = function()
      local path = commands.plan()
      table.insert(commands.files, path .. ".ledger")
      return ("%s %s --ledger %s.ledger"):format(path, CONFIRMED, path)
    end, api = true, json = true, finishes = true, cancels = true,
  },
  ["twilio-port-ins verify"] = { arguments = new_ledger, api = true, finishes = true },
  ["twilio-port-ins status"] = { arguments = commands.ledger, json = true },
  ["twilio-port-ins report"] = { arguments = commands.ledger, json = true },
  ["twilio-port-ins resume"] = { api = true, json = true },
  ["twilio-port-ins retry-failed"] = { api = true, json = true },
  ["twilio-port-ins release"] = {},
  ["twilio-port-ins approve"] = {},
  ["twilio-port-ins purge"] = {},
  ["twilio-port-ins export"] = {},
}

--- The shell command for a run with arguments that are made now; nil if it has none.
---@param title string such as "twilio-port-ins list"
---@param flags string?
---@param arguments (string|fun(): string)? in place of those
function commands.line(title, flags, arguments)
  arguments = arguments or commands.all[title].arguments
  if type(arguments) == "function" then arguments = arguments() end
  local name, sub = title:match "^(%S+)%s*(.*)$"
  return ("%s %s %s %s"):format(commands.shell(name), sub, flags or "", arguments or "")
end

--- Runs shell words without anything to read; gives standard output, standard error and the exit code.
function commands.run(line)
  local said, out = os.tmpname(), os.tmpname()
  local _, code = support.run(("sh -c %s </dev/null >%s 2>%s"):format(support.quote(line), out, said))
  local output, errors = support.read_file(out), support.read_file(said)
  os.remove(out)
  os.remove(said)
  return output, errors, code
end

--- What --help prints of a command, or of all that it can do.
---@param title string
function commands.help_of(title)
  local output, code = support.run(commands.shell(title:match "%S+") .. title:match "%S+(.*)" .. " --help")
  assert(code == 0, output)
  return output
end

function commands.clean()
  for _, path in ipairs(commands.files) do
    for _, ending in ipairs { "", ".journal", "-journal", "-wal", "-shm" } do os.remove(path .. ending) end
  end
  commands.files, finished = {}, nil
end

return commands
