--- The command line of cancel_port_ins.lua.

local argument_parser = require "argument_parser"
local cli = require "cli"
local sheet = require "sheet"

local description = [[
Cancels port-ins, or single numbers of port-ins, in bulk: plan, apply, resume, report.

Cancelling cannot be undone. It may cost carrier fees and may leave a business without its
numbers; close to the port date it may be too late. Tell the losing carrier, too: the API does
not. Nothing is cancelled before you confirm how many it will be.]]

local epilog = [[
Exit codes: 0 all done; 1 wrong usage, no credentials, unreadable file, lost output; 2 bad rows in
a file, nothing was sent; 3 not all, see the list; 4 the credentials were not accepted; 5 nothing
to do; 6 the plan is stale, altered, of another account or host, or another number was confirmed,
nothing was sent; 7 interrupted, resume it, or apply the plan again if nothing was sent; 8 the
ledger cannot be used, or is damaged; 9 verify has found differences.

The ledger is a file, or postgresql://user:password@host:port/database for several machines.
Credentials: TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET.]]

--- A number in plain decimal digits. Other forms that Lua takes, such as 0x2 and 2e0, confirm nothing.
local function plain(text, is_whole)
  local whole = text:match(is_whole and "^(%d+)$" or "^(%d+)%.?%d*$")
  return whole and (whole == "0" or not whole:find "^0") and tonumber(text) or nil
end

local function number_of(what, least)
  return function(text)
    local value = plain(text, what == "count")
    if value and value >= least and value <= 1e9 then return value end
    return nil, ("'%s' is not a %s from %.14g"):format(text,
      what == "count" and "whole number in plain digits" or what, least)
  end
end

--- As many requests as a client may have in flight.
local function concurrency(text)
  local value = plain(text, true)
  if value and value >= 1 and value <= 1000 then return value end
  return nil, ("'%s' is not a whole number from 1 to 1000"):format(text)
end

local count, from_zero = number_of("count", 1), number_of("count", 0)
local seconds = number_of("number of seconds", 0)

local function add_progress(command)
  command:option("--progress", "Seconds between two lines that say how far it is, where there is "
    .. "no terminal.", "30"):convert(number_of("number of seconds", 0.01))
end

local function add_plan(parser)
  local plan = parser:command("plan", "Fetch what a CSV file lists and say what would be done. "
    .. "Changes nothing.")
  plan:argument("file", "CSV file with port-in SIDs (KW...) in a column; - for standard input")
  plan:option("--column", "The column with the port-in SIDs. Default: one of "
    .. table.concat(sheet.port_in_columns, ", ") .. ", however they are written.")
  plan:option("--number-column", "The column with what to cancel of each: a phone number SID "
    .. "(PU...) or an E.164 number. Default: one of " .. table.concat(sheet.number_columns, ", ")
    .. ", if there is one.")
  plan:option("--country", "The country of numbers without a country code, in that column and in "
    .. "the file of --protect, such as US. Default: none."):convert(sheet.country)
  plan:flag("--whole", "Cancel whole port-ins, although the file has a column of numbers, too.")
  plan:option("-o --output", "Where the plan is written. Default: FILE.plan.json.")
  plan:option("--csv", "Write the plan as CSV, too, to this file. Default: none.")
  plan:option("--protect", "File with what must not be cancelled: port-in SIDs, phone number SIDs, "
    .. "E.164 numbers, one a line. With it, what cannot be read is not cancelled "
    .. "either. Default: none.")
    :overwrite(false)
  plan:option("--window", "Hours before and after the port date in which it is too late.", "48")
    :convert(number_of("number of hours", 0))
  plan:option("--account", "Another account whose port-ins may be cancelled. "
    .. "Default: none."):count "*":convert(argument_parser.account)
  plan:option("--concurrency", "How many are fetched at once. Default: 16."):convert(concurrency)
  add_progress(plan)
  plan:flag("--skip-invalid", "Go on without the rows that are no SIDs.")
  plan:flag("--unmasked", "Show phone numbers in full.")
  plan:flag("--json", "Print counts and targets as JSON rather than a table.")
end

local function add_run_options(command)
  command:option("--concurrency", "How many targets at once. Default: 16."):convert(concurrency)
  command:option("--canary", "Cancel so many first and watch them. Then ask on a terminal; "
    .. "elsewhere go on only if all are confirmed. Default: none."):convert(count)
  command:option("--canary-pause", "Seconds to watch the first ones. Default: as --wait.")
    :convert(seconds)
  command:option("--batch", "Pause after so many. Default: no pauses."):convert(count)
  command:option("--batch-pause", "Seconds of that pause. Default: 0."):convert(seconds)
  command:option("--max-failures", "Stop after more failures than this. Default: no limit.")
    :convert(from_zero)
  command:option("--max-failure-percent", "The same, as a percentage of all targets to be "
    .. "cancelled. Default: no limit.")
    :convert(number_of("number", 0))
  command:option("--window", "Hours in which DELETEs are sent, 22:00-06:00 by this machine's time, "
    .. "or with an offset, 22:00-06:00+02:00. Outside of them it waits. Default: always.")
    :target "hours"
  command:option("--max-rate", "DELETEs a second at most, such as 0.5. Default: no limit.")
    :convert(number_of("number", 0.0001))
  command:option("--deadline", "Seconds from the start after which no DELETE is sent; what was "
    .. "sent is still watched. Default: no limit."):convert(seconds)
  command:option("--wait", "Seconds to watch accepted targets until they are canceled. "
    .. "Default: 300."):convert(seconds)
  command:option("--settle-after", "If a DELETE whose answer was lost shows no effect for so many "
    .. "seconds, it is sent again. Default: 60."):convert(seconds)
  command:option("--lease", "Seconds after which another machine may take over the targets of one "
    .. "that died. Default: 600."):convert(seconds)
  command:option("--undo", "How each port-in is kept as it was before its DELETE, for `export`: "
    .. "cms:FILE encrypts to a certificate by openssl, age:FILE to recipients by age, off keeps "
    .. "none. Default: as it is, in the ledger.")
  command:option("--allowed-signers", "File with the SSH keys of those who may approve, as "
    .. "ssh-keygen takes it. With it, only an approved plan is applied. A file "
    .. "/etc/twilio-numbers/allowed_signers, else " .. cli.beside "allowed_signers"
    .. ", is used in any case. Default: none.")
  command:option("--approval", "The approval's file. Default: PLAN.approval, or what the ledger "
    .. "has.")
  command:option("--metrics", "File that shows the campaign in numbers while it runs, in "
    .. "Prometheus's text format. Default: none.")
  command:option("--notify", "Shell command that is run at the end. It gets a summary as JSON on "
    .. "its standard input. Default: none.")
  add_progress(command)
  command:flag("--unmasked", "Show phone numbers and e-mail addresses in full.")
  command:flag("--json", "Print a report as JSON rather than lines.")
end

local function add_confirmation(command, text)
  command:option("--confirm", text):convert(from_zero)
  command:option("--confirm-numbers", "How many telephone numbers that is. Needed where it is "
    .. "another number. Default: ask on a terminal."):convert(from_zero)
end

--- What is checked until the first DELETE, by `apply` and `resume` alike.
local function add_checks(command)
  add_confirmation(command, "How many are to be cancelled. Default: ask on a terminal.")
  command:option("--max-age", "Hours after which a plan is stale.", "24")
    :convert(number_of("number of hours", 0))
  command:flag("--skip-changed", "Leave out what has changed since the plan, rather than refuse "
    .. "it.")
end

local function add_apply(parser)
  local apply = parser:command("apply", "Cancel what a plan says. This cannot be undone. "
    .. "Tell the losing carrier, too.")
  apply:argument("plan", "The plan's file")
  apply:option("--ledger", "Where to keep what was intended and done. Default: PLAN.ledger.")
  apply:option("--reason", "Kept in the ledger. Default: none.")
  apply:option("--ticket", "Kept in the ledger. Default: none.")
  apply:flag("--dry-run", "Check all of it against the state of today. Sends and writes nothing, "
    .. "and needs no --confirm.")
  add_checks(apply)
  add_run_options(apply)
end

local function add_approve(parser)
  local approve = parser:command("approve", "Approve a plan that another person has made: sign its "
    .. "hash by ssh-keygen.")
  approve:argument("plan", "The plan's file")
  approve:option("--key", "The file of an SSH key of yours. Required."):count(1)
  approve:option("--approval", "Where the approval is written. Default: PLAN.approval.")
end

local function add_campaign(command)
  command:argument("ledger", "The ledger's file or URL")
  command:option("--campaign", "Which, by the start of its id. Default: the only one.")
end

local function add_others(parser)
  local resume = parser:command("resume", "Go on after a crash or an interruption. Targets whose "
    .. "outcome is not known are checked first. Until the first DELETE it checks what apply "
    .. "checks.")
  add_campaign(resume)
  add_checks(resume)
  add_run_options(resume)
  local retry = parser:command("retry-failed",
    "Try again what the API has refused, and nothing else.")
  add_campaign(retry)
  add_confirmation(retry, "How many those are. Default: ask on a terminal.")
  add_run_options(retry)
  local release = parser:command("release", "Let a campaign go on that was halted, by too many "
    .. "failures or by its first targets. Sends nothing.")
  add_campaign(release)
  add_confirmation(release, "How many are left to be cancelled. Default: ask on a terminal.")
  release:flag("--unmasked", "Show users in full.")
  local verify = parser:command("verify", "Compare a ledger with its plan and its audit chain, and "
    .. "with what the API says today. Changes nothing.")
  add_campaign(verify)
  verify:option("--head", "The head of the audit chain that an earlier run has printed. "
    .. "Default: it is not compared.")
  verify:flag("--offline", "Do not ask the API. It is not asked without credentials either.")
  verify:option("--concurrency", "How many targets are fetched at once. Default: 16.")
    :convert(concurrency)
  verify:flag("--unmasked", "Show phone numbers and e-mail addresses in full.")
  local purge = parser:command("purge", "Remove phone numbers, names and messages from campaigns "
    .. "that are over. SIDs, outcomes and the audit chain stay.")
  purge:argument("ledger", "The ledger's file or URL")
  purge:option("--older-than", "Days since a campaign's last change; younger ones stay. "
    .. "Required.")
    :count(1):convert(from_zero)
  purge:flag("--unmasked", "No effect: nothing personal is shown.")
  local status = parser:command("status", "Count the targets by state. Reads only the ledger.")
  add_campaign(status)
  status:flag("--json", "Print the report as JSON.")
  status:flag("--unmasked", "Show users and reasons in full.")
  local export = parser:command("export", "Write each port-in as it was before its DELETE, in the "
    .. "form that a create takes, with what has to be filled in again. Reads only the ledger.")
  add_campaign(export)
  export:option("-o --output", "Where it is written. Required."):count(1)
  export:option("--key", "The private key's file, where --undo has encrypted. Default: "
    .. "none.")
  local report = parser:command("report", "Count the targets by state and list what needs a check. "
    .. "Reads only the ledger.")
  add_campaign(report)
  report:flag("--all", "List all targets, not only those that need a check.")
  report:flag("--csv", "Print all targets as CSV.")
  report:flag("--json", "Print JSON.")
  report:flag("--unmasked", "Show phone numbers and e-mail addresses in full.")
end

--- Adds the commands of campaigns to a parser.
local function add(top)
  add_plan(top)
  add_approve(top)
  add_apply(top)
  add_others(top)
end

local function parser()
  local top = argument_parser.new("cancel_port_ins.lua", description, epilog)
  top:command_target "command"
  top:require_command(true)
  add(top)
  return top
end

return { parser = parser, add = add, epilog = epilog }
