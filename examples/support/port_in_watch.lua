--- The command `watch` of port_ins.lua.

local cli = require "cli"
local interruptible = require "interruptible"
local json_text = require "json_text"
local source = require "port_in_source"

local function json_printer()
  local print_line = json_text.lines()
  return function(sid, change, err)
    local changed = {}
    for i, number in ipairs(change.numbers) do
      changed[i] = { sid = number.sid, phone_number = number.phone_number, from = number.from,
        to = number.to }
    end
    print_line {
      port_in_request_sid = sid, from = change.from, to = change.to,
      error = err and tostring(err), kind = err and err.kind,
      numbers = #changed > 0 and changed or json_text.empty_array,
      time = os.date "!%Y-%m-%dT%H:%M:%SZ",
    }
  end
end

local function words(from, to)
  if not from or from == to then return to or "no status" end
  return ("%s -> %s"):format(from, to or "no status")
end

local function print_lines(sid, change, err)
  local time = os.date "!%Y-%m-%dT%H:%M:%SZ"
  cli.print(("%s  %s  %s"):format(time, sid, words(change.from, change.to)))
  for _, number in ipairs(change.numbers) do
    cli.print(("  %-16s %s"):format(number.phone_number or "?", words(number.from, number.to)))
  end
  if err then cli.warn(("%s: not watched any longer: %s"):format(sid, tostring(err))) end
end

return function(options)
  local sids = source.read(options)
  local failed, unauthorized = 0, false
  local show = options.json and json_printer() or print_lines
  local is_done = interruptible.read(function(client)
    for port_in, change, err in client.port_ins:watch(sids,
      { interval = options.interval, timeout = options.timeout }) do
      if err then failed, unauthorized = failed + 1, unauthorized or cli.is_unauthorized(err) end
      show(port_in:sid(), change, err)
    end
  end)
  if not is_done then cli.exit(cli.interrupted, "Interrupted.") end
  cli.exit(unauthorized and cli.unauthorized or failed > 0 and cli.partial or 0)
end
