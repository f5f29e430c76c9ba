--- The command `list` of port_ins.lua.

local cli = require "cli"
local interruptible = require "interruptible"
local json_text = require "json_text"
local numbers = require "twilio.numbers"

local passed_on = { "status", "created_after", "created_before", "limit" }

local function print_line(summary)
  local ported, all = summary.phone_numbers_ported, summary.phone_numbers_requested
  local counts = all and ("%.14g of %.14g ported"):format(tonumber(ported) or 0, tonumber(all) or 0)
  cli.print(("%s  %-22s  %-16s  %s"):format(summary:sid() or "no SID",
    summary:status() or "no status", counts or "", summary.suggested_action or ""))
end

return function(options)
  local wanted, failure = {}, nil
  for _, name in ipairs(passed_on) do wanted[name] = options[name] end
  local print_item = options.json and json_text.array() or print_line
  local progress = numbers.progress { label = "listed" }
  local is_done = interruptible.read(function(client)
    for summary, err in client.port_ins:list(wanted) do
      failure = err
      progress:clear()
      if summary then
        print_item(options.json and summary:to_json() or summary)
        progress:count()
      end
    end
  end)
  progress:clear()
  if not is_done then cli.exit(cli.interrupted, "Interrupted: there may be more.") end
  if failure then
    cli.exit(cli.is_unauthorized(failure) and cli.unauthorized or cli.partial,
      "The list is not whole: " .. tostring(failure), failure)
  end
  cli.exit(0)
end
