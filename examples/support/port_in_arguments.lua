--- The command line of port_ins.lua.

local argument_parser = require "argument_parser"
local campaign_arguments = require "campaign_arguments"
local numbers = require "twilio.numbers"
local sheet = require "sheet"

local description = [[
Port-ins: fetch, list, watch and create them, or cancel them in bulk by plan, apply, resume,
report. Cancelling cannot be undone.]]

local STATUSES = table.concat(numbers.statuses.port_in, ", ")

--- A status, as a converter for argparse. The API answers one that it does not know with an empty list.
local function status(text)
  local normal = numbers.normal_status(text)
  for _, name in ipairs(numbers.statuses.port_in) do
    if name == normal then return text end
  end
  return nil, ("'%s' is not a status of port-ins: %s"):format(text, STATUSES)
end

--- Port-ins by their SIDs, from the command line or a file.
local function add_source(command)
  command:argument("sids", "Port-ins, KW..."):args("*"):convert(argument_parser.port_in)
  command:option("--file", "CSV file with port-in SIDs in a column; - for standard input. "
    .. "Default: none.")
  command:option("--column", "The column with the SIDs. Default: one of "
    .. table.concat(sheet.port_in_columns, ", ") .. ", however they are written.")
  command:flag("--skip-invalid", "Go on without the rows that are no SIDs.")
end

local function add_fetch(parser)
  local fetch = parser:command("fetch", "Show port-ins and their phone numbers. Changes nothing.")
  add_source(fetch)
  fetch:flag("--json", "Print what the API sent as JSON, each port-in on a line of its own.")
  return fetch
end

local function add_list(parser)
  local list = parser:command("list", "List the account's port-ins. Changes nothing.")
  list:option("--status", ("Only those at this status, in any spelling: %s. Default: all."):format(
    STATUSES)):convert(status)
  list:option("--created-after", "Only those created after that date, such as 2026-05-04. "
    .. "Default: all.")
  list:option("--created-before", "Only those created before that date. Default: all.")
  list:option("--limit", "How many at most. Default: all."):convert(argument_parser.count)
  list:flag("--json", "Print a JSON array.")
  return list
end

local function add_watch(parser)
  local watch = parser:command("watch", "Show each change of port-ins and their numbers, until all "
    .. "are at an end. Changes nothing.")
  add_source(watch)
  watch:option("--interval", "Seconds between two fetches at first; they become less often while "
    .. "nothing changes.", "5"):convert(argument_parser.seconds)
  watch:option("--timeout", "Seconds after which it ends anyway. Default: no limit.")
    :convert(argument_parser.seconds)
  watch:flag("--json", "Print each change as JSON on a line of its own.")
  return watch
end

local function add_create(parser)
  local create = parser:command("create", "Create a port-in: one POST. Wrong fields are all told, "
    .. "and nothing is sent.")
  create:argument("fields", "JSON file with the fields of the port-in; - for standard input. "
    .. "account_sid is your own if missing.")
  create:option("--bill", "A utility bill, PDF or image, that is uploaded before and added to "
    .. "documents. Default: none.")
  create:flag("--json", "Print the port-in, or what is wrong, as JSON.")
  return create
end

local function parser()
  local top = argument_parser.new("port_ins.lua", description, campaign_arguments.epilog)
  top:command_target "command"
  top:require_command(true)
  top:group("One by one", add_fetch(top), add_list(top), add_watch(top), add_create(top))
  campaign_arguments.add(top)
  return top
end

return { parser = parser }
