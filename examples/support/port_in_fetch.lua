--- The command `fetch` of port_ins.lua.

local cli = require "cli"
local interruptible = require "interruptible"
local json_text = require "json_text"
local numbers = require "twilio.numbers"
local source = require "port_in_source"

local print = cli.print

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

--- A function that prints one of them as JSON, or what became of it instead.
local function json_printer()
  local print_line = json_text.lines()
  return function(sid, port_in, err)
    print_line(port_in and port_in:to_json()
      or { port_in_request_sid = sid, error = tostring(err), kind = err.kind })
  end
end

local function print_lines(_, port_in)
  if port_in then print_port_in(port_in) end
end

return function(options)
  local sids = source.read(options)
  local failed, unauthorized = 0, false
  local print_one = options.json and json_printer() or print_lines
  local progress
  if #sids > 1 then progress = numbers.progress { total = #sids, label = "fetched" } end
  local is_done = interruptible.read(function(client)
    for sid, port_in, err in client.port_ins:fetch_each(sids,
      { ordered = true, progress = progress }) do
      if err then failed, unauthorized = failed + 1, unauthorized or cli.is_unauthorized(err) end
      if progress then progress:clear() end
      print_one(sid, port_in, err)
      if err then cli.warn(("%s: %s"):format(sid, tostring(err))) end
    end
  end)
  if not is_done then cli.exit(cli.interrupted, "Interrupted.") end
  cli.exit(unauthorized and cli.unauthorized or failed > 0 and cli.partial or 0)
end
