--- Checks which of a file's phone numbers can be ported in. `lua check_portability.lua --help` says how, and
--- what its exit codes mean.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
require("start").note_interrupts()
local argument_parser = require "argument_parser"
local cli = require "cli"
local interruptible = require "interruptible"
local json_text = require "json_text"
local numbers = require "twilio.numbers"
local sheet = require "sheet"
local csv = numbers.csv
local print = cli.print

local description = "Checks which of a file's phone numbers can be ported in. Prints CSV or JSON. "
  .. "Changes nothing."

local epilog = [[
Exit codes: 0 every number got an answer; 1 wrong usage, no credentials, unreadable file, lost
output; 2 bad rows in the file, or no rows, nothing was sent; 3 some numbers got no answer, see the
column error; 4 the credentials were not accepted; 7 interrupted, the output has what was checked.

Credentials: TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET.]]

local function arguments()
  local parser = argument_parser.new("check_portability.lua", description, epilog)
  parser:argument("file", "Phone numbers with + and country code, one a line or in a column of a "
    .. "CSV file; - for standard input.")
  parser:option("--column", "The column with the phone numbers. Default: one of "
    .. table.concat(sheet.number_columns, ", ") .. ", however they are written.")
  parser:option("--country", "The country of numbers without a country code, such as US. "
    .. "Default: none.")
    :convert(sheet.country)
  parser:option("--account", "The account that the numbers would be ported to. Default: your own.")
    :convert(argument_parser.account)
  parser:flag("--json", "Print a JSON array instead of CSV.")
  parser:flag("--skip-invalid", "Go on without the rows that are not phone numbers.")
  return argument_parser.parse(parser)
end

local columns = { "phone_number", "portable", "reason", "not_portable_reason_code",
  "not_portable_reason", "number_type", "country", "pin_and_account_number_required", "error" }

local function csv_printer()
  print(csv.line(columns, #columns))
  return function(answer)
    local fields = {}
    for i, column in ipairs(columns) do
      local value = answer[column]
      fields[i] = type(value) == "string" and csv.without_formulas(value) or value
    end
    print(csv.line(fields, #columns))
  end
end

--- The columns of one answer, or of one that did not come.
local function row(number, answer, err)
  local fields = { phone_number = number }
  if not answer then
    fields.error, fields.kind = tostring(err), err.kind -- the latter in JSON only
    return fields
  end
  for _, column in ipairs(columns) do
    local value = answer[column]
    if type(value) ~= "function" then fields[column] = value end
  end
  fields.reason = answer:reason()
  return fields
end

local function main()
  local options = arguments()
  local phone_numbers = sheet.values(options.file, options.column or sheet.number_columns,
    sheet.number_reader(options.country), "a phone number in E.164 format", options.skip_invalid)
  local print_row = (options.json and json_text.array or csv_printer)()
  local failed, unauthorized = 0, nil
  local progress = numbers.progress { total = #phone_numbers, label = "checked" }
  local is_done = interruptible.read(function(client)
    for number, answer, err in client.portability:check_each(phone_numbers,
      { ordered = true, progress = progress, target_account_sid = options.account }) do
      if err and cli.is_unauthorized(err) then unauthorized = err end
      if err then failed = failed + 1 end
      progress:clear()
      print_row(row(number, answer, err))
    end
  end)
  progress:clear()
  if not is_done then cli.exit(cli.interrupted, "Interrupted.") end
  if unauthorized then cli.exit(cli.unauthorized, tostring(unauthorized), unauthorized) end
  cli.exit(failed > 0 and cli.partial or 0)
end

main()
