--- What is watched and how it stands, for all workers: a board that everyone reads. Each change gives
--- its entry a new version, and then the board one, by which readers see that there is something new.

local cjson = require "cjson"

-- Apart, so that large entries push out nothing else.
local desk, entries = ngx.shared.desk, ngx.shared.entries

local board = {}

--- The SIDs that are watched.
---@return string[]
function board.sids()
  local sids = {}
  for sid in (desk:get "sids" or os.getenv "DESK_SIDS" or ""):gmatch "KW%x+" do
    sids[#sids + 1] = sid
  end
  return sids
end

local MOST = 1000 -- are watched at once: with one more, the oldest is forgotten

--- Watches one more.
function board.add(sid)
  local sids = board.sids()
  for _, known in ipairs(sids) do
    if known == sid then return end
  end
  sids[#sids + 1] = sid
  if #sids > MOST then
    local oldest = table.remove(sids, 1)
    entries:delete(oldest)
    desk:delete("version " .. oldest)
  end
  desk:set("sids", table.concat(sids, " "))
end

--- Those whose status may change yet.
---@return string[]
function board.open_sids()
  local open = {}
  for _, sid in ipairs(board.sids()) do
    local text = entries:get(sid)
    local entry = text and cjson.decode(text)
    if not (entry and entry.is_terminal and not entry.problem) then open[#open + 1] = sid end
  end
  return open
end

local SHOWN = 50 -- numbers of a port-in

--- The parts of a port-in that the page shows.
local function summary(port_in)
  local carrier, numbers, count = port_in.losing_carrier_information, {}, 0
  for number in port_in:numbers() do
    count = count + 1
    if count <= SHOWN then
      numbers[count] = { phone_number = number.phone_number, status = number:status() }
    end
  end
  return {
    sid = port_in:sid(), status = port_in:status(), is_terminal = port_in:is_terminal(),
    is_cancelable = port_in:is_cancelable(), number_count = count,
    numbers = numbers[1] and numbers, -- an empty table could be an object as well
    customer_name = type(carrier) == "table" and carrier.customer_name or nil,
    target_date = port_in.target_port_in_date,
  }
end

local function post(sid, entry)
  local text = cjson.encode(entry)
  if entries:get(sid) == text then return end
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
  post(port_in:sid(), summary(port_in))
end

--- Puts up why it is not known how one stands. What was seen of it before stays.
function board.post_error(sid, err)
  local before = entries:get(sid)
  local entry = before and cjson.decode(before) or { sid = sid }
  entry.problem, entry.is_cancelable = tostring(err), false
  post(sid, entry)
end

function board.version()
  return desk:get "version" or 0
end

--- The entries that a reader has not seen yet, as JSON texts, in the order of the SIDs.
---@param seen table<string, number> their versions, by SID; brought up to date
---@return string[]
function board.news(seen)
  local texts = {}
  for _, sid in ipairs(board.sids()) do
    local version = desk:get("version " .. sid)
    if version and version ~= seen[sid] then
      seen[sid] = version
      texts[#texts + 1] = entries:get(sid)
    end
  end
  return texts
end

return board
