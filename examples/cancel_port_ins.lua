--- Cancels the port-ins that a CSV file lists. Without --apply it only shows what it would do.
---
--- Exit codes: 0 done; 1 wrong usage, no credentials, unreadable file, lost output; 2 bad rows, or
--- none, nothing was sent; 3 something could not be fetched, cancelled or confirmed, see the list; 4 the
--- credentials were not accepted, it stopped there.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
local cli = require "cli"
local numbers = require "twilio.numbers"
local print = cli.print

local usage = [[
usage: lua cancel_port_ins.lua FILE.csv [--column NAME] [--apply] [--skip-invalid] [--wait SECONDS]

  FILE.csv         port-in SIDs (KW...) in a column; "-" reads standard input
  --column NAME    which column, "port_in_request_sid" if not said
  --apply          cancel. This cannot be undone. Tell the losing carrier, too.
  --skip-invalid   go on without the rows that are no SID
  --wait SECONDS   how long to look for "canceled" afterwards, 60 if not said]]

local function is_sid(text)
  return text:find("^KW" .. ("%x"):rep(32) .. "$") ~= nil
end

--- What to do with a port-in and why. "cancel", "keep" or "problem".
local function decide(port_in, err)
  if not port_in then return "problem", tostring(err) end
  local status = port_in:status()
  if port_in:is_cancelable() then return "cancel", status end
  if port_in:is_terminal() then return "keep", "already " .. status end
  if status == "canceling" then return "keep", "is being canceled already" end
  return "problem", "unknown status: " .. tostring(port_in.port_in_request_status)
end

local function stop_if_unauthorized(err)
  if err and cli.is_unauthorized(err) then cli.exit(cli.unauthorized, tostring(err)) end
end

--- Options of a loop over so many, with a line of progress on a terminal.
local function loop_options(total, label)
  return { ordered = true, progress = numbers.progress { total = total, label = label } }
end

--- Fetches each and prints what is planned for it.
local function plan(client, sids)
  local planned = { cancel = {}, keep = {}, problem = {} }
  local options = loop_options(#sids, "fetched")
  for sid, port_in, err in client.port_ins:fetch_each(sids, options) do
    options.progress:clear()
    stop_if_unauthorized(err)
    local decision, why = decide(port_in, err)
    table.insert(planned[decision], port_in or sid)
    local words = { cancel = "to cancel", keep = "keep", problem = "PROBLEM" }
    print(("  %s  %-9s  %s"):format(sid, words[decision], why))
  end
  return planned
end

--- Cancels each and gives back those whose end must be looked at: accepted, or uncertain.
local function apply(client, port_ins)
  local open, failed, tried, unauthorized = {}, 0, 0, false
  local options = loop_options(#port_ins, "cancelled")
  for port_in, accepted, err in client.port_ins:cancel_each(port_ins, options) do
    options.progress:clear()
    tried = tried + 1
    if accepted or err.outcome == "uncertain" then
      open[#open + 1] = port_in
    else
      failed = failed + 1
      unauthorized = unauthorized or cli.is_unauthorized(err)
    end
    print(("  %s  %s"):format(port_in:sid(), accepted and "accepted" or tostring(err)))
  end
  if unauthorized then
    cli.exit(cli.unauthorized, ("Stopped: %d accepted or uncertain before, none of them "
      .. "confirmed, %d not tried."):format(#open, #port_ins - tried))
  end
  return open, failed
end

--- Watches until all are canceled or the time is over: accepted is not yet done.
local function confirm(client, port_ins, seconds)
  local last, open = {}, 0
  for port_in, change in client.port_ins:watch(port_ins, { interval = 1, timeout = seconds }) do
    stop_if_unauthorized(change.err)
    last[change.sid] = change.to
    if change.to == "canceled" then print(("  %s  canceled"):format(port_in:sid())) end
  end
  for _, port_in in ipairs(port_ins) do
    local sid = port_in:sid()
    if last[sid] ~= "canceled" then
      open = open + 1
      print(("  %s  NOT CONFIRMED, last seen as %s"):format(sid, last[sid] or port_in:status()))
    end
  end
  return open
end

local function main()
  local options, files = cli.arguments(
    { ["--column"] = true, ["--apply"] = false, ["--skip-invalid"] = false, ["--wait"] = true },
    usage)
  local seconds = tonumber(options["--wait"] or 60)
  local is_time = seconds and seconds > 0 and seconds <= 1e9
  if #files ~= 1 or not is_time then cli.exit(cli.usage_error, usage) end
  local sids = cli.read_column(files[1], options["--column"] or "port_in_request_sid", is_sid,
    "a port-in SID", options["--skip-invalid"])
  local client = cli.client()

  print(("%d port-ins of %s:"):format(#sids, client.account_sid))
  local planned = plan(client, sids)
  local summary = ("%d to cancel, %d to keep, %d with problems"):format(
    #planned.cancel, #planned.keep, #planned.problem)
  print(summary .. ".")
  local failed, unconfirmed = 0, 0
  if not options["--apply"] then
    print "Nothing was changed. To cancel them, run this again with --apply."
  elseif #planned.cancel > 0 then
    print "Cancelling:"
    local open
    open, failed = apply(client, planned.cancel)
    print "Looking whether they are canceled:"
    unconfirmed = confirm(client, open, seconds)
    print(("%d canceled, %d not confirmed, %d not cancelled, %d kept, %d with problems."):format(
      #open - unconfirmed, unconfirmed, failed, #planned.keep, #planned.problem))
  end
  client:close()
  cli.exit(#planned.problem + failed + unconfirmed > 0 and cli.partial or 0)
end

main()
