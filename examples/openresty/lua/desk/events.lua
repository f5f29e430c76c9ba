--- Tells the page of each change as it happens, by server-sent events.

local board = require "desk.board"
local cjson = require "cjson"
local place = require "desk.place"
local respond = require "desk.respond"
local watched = require "desk.watched"

local events = {}

local EVERY, LONGEST = 0.25, 600 -- seconds; the page comes back after the last
local BEAT = 3 -- seconds: the page takes a longer silence for a lost connection

--- False when the browser has gone.
local function send(name, data)
  return ngx.print("event: ", name, "\ndata: ", data, "\n\n") and ngx.flush(true)
end

--- What is watched: a page that has come back may show more.
local function send_watched(state)
  local version = watched.version()
  if version == state.watched then return true end
  state.watched = version
  return send("watched", cjson.encode { sids = watched.sids()[1] and watched.sids() })
end

local function send_news(state)
  local version = board.version()
  if version == state.version then return true end
  state.version = version
  for _, entry in ipairs(board.news(state.seen)) do
    if not send("port-in", entry) then return false end
  end
  return true
end

local function send_look(state)
  local look = board.look()
  if not look or look == state.look then return true end
  state.look = look
  return send("look", look)
end

local function send_beat(state)
  if ngx.now() - state.beat < BEAT then return true end
  state.beat = ngx.now()
  return send("beat", ("%d"):format(BEAT))
end

function events.serve()
  if not respond.is_get() then return end
  if respond.is_foreign() then return respond.foreign() end
  ngx.header["Content-Type"] = "text/event-stream"
  ngx.header["X-Accel-Buffering"] = "no" -- for a proxy in between
  local began, state = ngx.now(), { seen = {}, beat = 0 }
  local is_there = ngx.print "retry: 1000\n\n" and send("place", cjson.encode(place.facts()))
  while is_there and not ngx.worker.exiting() and ngx.now() - began < LONGEST do
    is_there = send_watched(state) and send_news(state) and send_look(state) and send_beat(state)
    if is_there then ngx.sleep(EVERY) end
  end
  if is_there then send("again", "true") end -- so that the page does not take the end for a loss
end

return events
