--- Examines the machine, the way to the API, the credentials and the API's answers. `lua doctor.lua --help`
--- says how, and what its exit codes mean.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
require("start").note_interrupts()
local argument_parser = require "argument_parser"
local cli = require "cli"
local doctor = require "twilio.numbers.doctor"
local interruptible = require "interruptible"

local description = "Examines the machine, the way to the API, the credentials and the API's "
  .. "answers, and prints a report for an issue: without secrets, phone numbers and names. "
  .. "Changes nothing."

local epilog = [[
Exit codes: 0 all is well; 1 wrong usage, no credentials, lost output; 3 something does not work,
see FAILED; 4 the credentials were not accepted; 7 interrupted; 9 everything works, but answers
differ from the contract.

Credentials: TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET.]]

local exit_codes = {
  well = 0, no_credentials = cli.usage_error, failed = cli.partial, unauthorized = cli.unauthorized,
  deviations = cli.deviations,
}

local function sid(text)
  if #text == 34 and (text:find "^KW%x+$" or text:find "^EC%x+$") then return text end
  return nil, ("'%s' is no SID of a port-in, KW..., or of a bulk eligibility, EC..."):format(text)
end

local function number(text)
  if text:find "^%+[1-9]%d+$" and #text <= 16 then return text end
  return nil, ("'%s' is no phone number in E.164 format"):format(text)
end

local function arguments()
  local parser = argument_parser.new("doctor.lua", description, epilog)
  parser:argument("sids", "Port-ins, KW..., and bulk eligibilities, EC..., to look at. Default: "
    .. "some port-ins of the account."):args("*"):convert(sid)
  parser:option("--number", "A phone number whose portability is checked, in E.164 format. "
    .. "Default: none.")
    :convert(number)
  parser:flag("--json", "Print the report as JSON.")
  return argument_parser.parse(parser)
end

--- The report; nil if Ctrl-C has ended it.
local function examine(wanted)
  local report
  local is_done = interruptible.run(function(waiter)
    wanted.client = { waiter = waiter }
    local fine, found = pcall(doctor.run, wanted)
    if not fine and type(found) == "table" then error(found, 0) end -- an interrupt
    report = fine and found or nil
  end)
  wanted.client = nil -- then what is wrong in the environment is reported, and not raised
  return report or is_done and doctor.run(wanted) or nil
end

local function main()
  local options = arguments()
  local report = examine {
    sids = options.sids[1] and options.sids or nil, phone_number = options.number,
  }
  if not report then cli.exit(cli.interrupted, "Interrupted.") end
  cli.write(options.json and report:to_json() .. "\n" or report:text())
  cli.exit(exit_codes[report.verdict])
end

main()
