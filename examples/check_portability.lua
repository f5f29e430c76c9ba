--- Checks which of a file's phone numbers can be ported in; prints CSV or JSON.
---
--- Exit codes: 0 every number got an answer; 1 wrong usage, no credentials, unreadable file, lost
--- output; 2 bad rows, or none, nothing was sent; 3 some numbers got no answer; 4 the credentials were not accepted.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
local cli = require "cli"
local csv = require "twilio.numbers.util.csv"
local json = require "twilio.numbers.util.json"
local numbers = require "twilio.numbers"
local print = cli.print

local usage = [[
usage: lua check_portability.lua FILE [--column NAME] [--account AC...] [--json] [--skip-invalid]

  FILE             phone numbers in E.164 format, one a line or in a CSV column; "-" for
                   standard input
  --column NAME    which column, "phone_number" if not said
  --account AC...  the account that the numbers would go to
  --json           print a JSON array instead of CSV
  --skip-invalid   go on without the rows that are no phone number]]

local function is_number(text)
  return text:find "^%+[1-9]%d+$" ~= nil and #text <= 16
end

local columns = { "phone_number", "portable", "reason", "not_portable_reason_code",
  "not_portable_reason", "number_type", "country", "pin_and_account_number_required", "error" }

local function csv_printer()
  print(csv.line(columns, #columns))
  return function(answer)
    local fields = {}
    for i, column in ipairs(columns) do fields[i] = answer[column] end
    print(csv.line(fields, #columns))
  end, function() end
end

local function json_printer()
  local separator = "[\n"
  return function(answer)
    io.write(separator, json.encode_object(answer))
    separator = ",\n"
  end, function() print(separator == "[\n" and "[]" or "\n]") end
end

--- The columns of one answer, or of one that did not come.
local function row(number, answer, err)
  local fields = { phone_number = number }
  if not answer then
    fields.error = tostring(err)
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
  local options, files = cli.arguments({ ["--column"] = true, ["--account"] = true,
    ["--json"] = false, ["--skip-invalid"] = false }, usage)
  if #files ~= 1 then cli.exit(cli.usage_error, usage) end
  local account = options["--account"]
  if account and not account:find("^AC" .. ("%x"):rep(32) .. "$") then
    cli.exit(cli.usage_error, "--account: not an account SID: " .. account)
  end
  local phone_numbers = cli.read_column(files[1], options["--column"] or "phone_number", is_number,
    "a phone number in E.164 format", options["--skip-invalid"])
  local client = cli.client()
  local print_row, finish = (options["--json"] and json_printer or csv_printer)()
  local failed, unauthorized = 0, nil
  local progress = numbers.progress { total = #phone_numbers, label = "checked" }
  for number, answer, err in client.portability:check_each(phone_numbers,
    { ordered = true, progress = progress, target_account_sid = account }) do
    if err and cli.is_unauthorized(err) then unauthorized = err end
    if err then failed = failed + 1 end
    progress:clear()
    print_row(row(number, answer, err))
  end
  finish()
  client:close()
  if unauthorized then cli.exit(cli.unauthorized, tostring(unauthorized)) end
  cli.exit(failed > 0 and cli.partial or 0)
end

main()
