--- Tells the page of each change as it happens, by server-sent events.

local board = require "desk.board"
local cjson = require "cjson"
local respond = require "desk.respond"

local events = {}

local EVERY, HEARTBEAT, LONGEST = 0.25, 15, 600 -- seconds; the browser comes back after the last

--- False when the browser has gone.
local function send(...)
  return ngx.print(...) and ngx.flush(true)
end

--- What is watched, once: a page that has come back may show more.
local function send_watched()
  return send("event: watched\ndata: ", cjson.encode(board.sids()), "\n\n")
end

local function send_news(seen)
  for _, entry in ipairs(board.news(seen)) do
    if not send("event: port-in\ndata: ", entry, "\n\n") then return false end
  end
  return true
end

function events.serve()
  if not respond.is_get() then return end
  ngx.header["Content-Type"] = "text/event-stream"
  ngx.header["X-Accel-Buffering"] = "no" -- for a proxy in between
  local version, seen = nil, {}
  local began, spoke = ngx.now(), ngx.now()
  local is_there = send "retry: 1000\n\n" and send_watched()
  while is_there and not ngx.worker.exiting() and ngx.now() - began < LONGEST do
    local newest = board.version()
    if newest ~= version then
      is_there, version, spoke = send_news(seen), newest, ngx.now()
    elseif ngx.now() - spoke > HEARTBEAT then
      is_there, spoke = send ": still here\n\n", ngx.now()
    end
    if is_there then ngx.sleep(EVERY) end
  end
end

return events
