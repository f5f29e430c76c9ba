--- How the watched port-ins stand, for all workers. Each change gives its entry a new version, and then the board one,
--- by which readers see that there is something new.

local cjson = require "cjson"
local summary = require "desk.summary"
local watched = require "desk.watched"
local words = require "desk.words"

-- Apart, so that large entries push out nothing else.
local desk, entries = ngx.shared.desk, ngx.shared.entries

local board = {}

--- Those whose status may change yet.
---@return string[]
function board.open_sids()
  local open = {}
  for _, sid in ipairs(watched.sids()) do
    local text = entries:get(sid)
    local entry = text and cjson.decode(text)
    if not (entry and entry.is_terminal and not entry.problem) then open[#open + 1] = sid end
  end
  return open
end

local function post(sid, entry)
  local text = cjson.encode(entry)
  if not watched.has(sid) or entries:get(sid) == text then return end
  local kept, why = entries:safe_set(sid, text)
  if not kept then
    ngx.log(ngx.ERR, "no room for ", sid, ": ", why, "; raise lua_shared_dict entries")
    return
  end
  desk:set("version " .. sid, desk:incr("changes", 1, 0))
  desk:incr("version", 1, 0) -- last, so that a reader of this version finds the entry's
end

--- Puts up how a port-in stands.
function board.post(port_in)
  post(port_in:sid(), summary.of(port_in))
end

--- Puts up why it is not known how one stands. What was seen of it before stays.
---@param sid string
---@param err twilio.numbers.Error? nil if it is known and cannot be shown
function board.post_error(sid, err)
  local before = entries:get(sid)
  local entry = before and cjson.decode(before) or { sid = sid }
  entry.problem = err and words.of_error(err) or "It cannot be shown. The desk's log says why."
  entry.detail = err and tostring(err)
  entry.is_cancelable = false
  post(sid, entry)
end

--- Forgets one that is not watched any longer.
function board.forget(sid)
  entries:delete(sid)
  desk:delete("version " .. sid)
end

--- Notes that all were looked at.
---@param count integer how many
---@param failed integer for how many of them the API could not be asked
---@param interval number seconds until the next look
function board.note_look(count, failed, interval)
  desk:set("look", cjson.encode {
    at = ngx.time(), count = count, failed = failed, interval = interval,
  })
end

--- The last look as a JSON text; nil before the first.
---@return string?
function board.look()
  return desk:get "look"
end

function board.version()
  return desk:get "version" or 0
end

--- The entries that a reader has not seen yet, as JSON texts, in the order of the SIDs.
---@param seen table<string, number> their versions, by SID; brought up to date
---@return string[]
function board.news(seen)
  local texts = {}
  for _, sid in ipairs(watched.sids()) do
    local version = desk:get("version " .. sid)
    if version and version ~= seen[sid] then
      seen[sid] = version
      texts[#texts + 1] = entries:get(sid)
    end
  end
  return texts
end

return board
