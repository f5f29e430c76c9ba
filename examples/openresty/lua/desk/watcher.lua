--- Fetches all watched port-ins every few seconds, in one of the workers.

local board = require "desk.board"
local client = require "desk.client"
local metrics = require "desk.metrics"
local watched = require "desk.watched"

local desk = ngx.shared.desk

local watcher = {}

local INTERVAL = tonumber(os.getenv "DESK_INTERVAL" or 10) -- seconds

if not INTERVAL or not (INTERVAL > 0 and INTERVAL <= 86400) then
  error("DESK_INTERVAL: a number of seconds above 0 expected", 0)
end

--- A port-in that cannot be shown must not keep the others from being shown.
local function post(sid, port_in, err)
  local ok, why = true, nil
  if port_in then ok, why = pcall(board.post, port_in) end
  if not ok then ngx.log(ngx.ERR, "the desk cannot show ", sid, ": ", why) end
  if not port_in or not ok then board.post_error(sid, err) end
end

--- Whether the API could not be asked: it may also know no such port-in.
local function is_failure(err)
  return err ~= nil and err.http_status ~= 404 and err.kind ~= "invalid"
end

local function fetch_all()
  local count, failed = 0, 0
  for sid, port_in, err in client.port_ins:fetch_each(board.open_sids()) do
    count, failed = count + 1, failed + (is_failure(err) and 1 or 0)
    post(sid, port_in, err)
  end
  desk:set("fetched", ngx.time())
  board.note_look(count, failed, INTERVAL)
end

local is_fetching = false

local function tick()
  if is_fetching or ngx.worker.exiting() then return end
  is_fetching = true
  local ok, why = pcall(fetch_all)
  is_fetching = false
  if not ok then ngx.log(ngx.ERR, "the desk could not fetch: ", why) end
end

--- In each worker.
function watcher.start()
  metrics.watch(client)
  watched.start()
  if ngx.worker.id() ~= 0 then return end
  assert(ngx.timer.at(0, tick))
  assert(ngx.timer.every(INTERVAL, tick))
end

--- Fetches one now, such as after a webhook.
function watcher.refresh(sid)
  local port_in, err = client.port_ins:fetch(sid)
  post(sid, port_in, err)
end

--- 200 while the fetches go on.
function watcher.health()
  local age = ngx.time() - (desk:get "fetched" or 0)
  local is_well = age <= 3 * INTERVAL + 60
  ngx.status = is_well and 200 or 503
  ngx.say(('{"ok":%s,"watched":%d,"seconds_since_look":%d}'):format(
    tostring(is_well), #watched.sids(), age))
end

return watcher
