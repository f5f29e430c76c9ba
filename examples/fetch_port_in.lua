--- Shows one port-in and its phone numbers. `lua fetch_port_in.lua --help` says how, and what its exit
--- codes mean.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
local argument_parser = require "argument_parser"
local cli = require "cli"
local numbers = require "twilio.numbers"
local print = cli.print

local description = "Shows one port-in and its phone numbers. Changes nothing."

local epilog = [[
Exit codes: 0 shown; 1 wrong usage, no credentials, lost output; 3 it could not be fetched; 4 the
credentials were not accepted.

Credentials: TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET.]]

local function arguments()
  local parser = argument_parser.new("fetch_port_in.lua", description, epilog)
  parser:argument("sid", "The port-in's SID, KW...")
  parser:flag("--json", "Print what the API sent, as JSON.")
  return cli.parse(parser)
end

local function show(value)
  if value == numbers.null then return "null" end
  if type(value) ~= "table" then return tostring(value) end
  if value[1] == nil then
    local parts = {}
    for name, item in pairs(value) do parts[#parts + 1] = name .. " " .. show(item) end
    table.sort(parts)
    return #parts > 0 and table.concat(parts, ", ") or "none"
  end
  local parts = {}
  for i, item in ipairs(value) do parts[i] = show(item) end
  return table.concat(parts, ", ")
end

local function print_port_in(port_in)
  print(tostring(port_in))
  local lines = {} -- not by port_in[name]: a field may be called like a method
  for name, value in port_in:fields() do
    if name ~= "phone_numbers" then
      lines[#lines + 1] = ("  %-32s %s"):format(name, show(value))
    end
  end
  table.sort(lines)
  for _, line in ipairs(lines) do print(line) end
  for number in port_in:numbers() do
    print(("  %-16s %-22s %s"):format(
      number.phone_number or "?", number:status() or "no status", number:sid() or "no SID"))
  end
end

local function main()
  local options = arguments()
  local client = cli.client()
  local valid, port_in, err = pcall(client.port_ins.fetch, client.port_ins, options.sid)
  if not valid then cli.exit(cli.usage_error, tostring(port_in)) end
  if not port_in then
    cli.exit(cli.is_unauthorized(err) and cli.unauthorized or cli.partial, tostring(err))
  end
  if options.json then
    cli.write_json(port_in:to_json() .. "\n")
  else
    print_port_in(port_in)
  end
  client:close()
  cli.exit(0)
end

main()
