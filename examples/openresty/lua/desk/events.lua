--- Tells the page of each change as it happens, by server-sent events.

local board = require "desk.board"

local events = {}

local EVERY, HEARTBEAT, LONGEST = 0.25, 15, 600 -- seconds; the browser comes back after the last

--- False when the browser has gone.
local function send(...)
  return ngx.print(...) and ngx.flush(true)
end

local function send_newer(version)
  local newest = board.version()
  if newest == version then return version, true end
  for _, entry in ipairs(board.entries_since(version)) do
    if not send("id: ", newest, "\nevent: port-in\ndata: ", entry, "\n\n") then
      return newest, false
    end
  end
  return newest, true
end

function events.serve()
  ngx.header["Content-Type"] = "text/event-stream"
  ngx.header["X-Accel-Buffering"] = "no" -- for a proxy in between
  local version, is_there = tonumber(ngx.var.http_last_event_id) or 0, send "retry: 1000\n\n"
  local began, spoke = ngx.now(), ngx.now()
  while is_there and not ngx.worker.exiting() and ngx.now() - began < LONGEST do
    local before = version
    version, is_there = send_newer(version)
    if version ~= before then spoke = ngx.now() end
    if is_there and ngx.now() - spoke > HEARTBEAT then
      is_there, spoke = send ": still here\n\n", ngx.now()
    end
    if is_there then ngx.sleep(EVERY) end
  end
end

return events
