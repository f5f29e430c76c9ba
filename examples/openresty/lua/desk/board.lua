--- What is watched and how it stands, for all workers: a board that everyone reads. Each change
--- raises the board's version, by which readers see what is new to them.

local cjson = require "cjson"

local desk = ngx.shared.desk

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
    desk:delete("entry " .. oldest)
    desk:delete("version " .. oldest)
  end
  desk:set("sids", table.concat(sids, " "))
end

--- Those whose status may change yet.
---@return string[]
function board.open_sids()
  local open = {}
  for _, sid in ipairs(board.sids()) do
    local text = desk:get("entry " .. sid)
    local entry = text and cjson.decode(text)
    if not (entry and entry.is_terminal and not entry.problem) then open[#open + 1] = sid end
  end
  return open
end

--- The parts of a port-in that the page shows.
local function summary(port_in)
  local carrier = port_in.losing_carrier_information or {}
  local numbers = {}
  for number in port_in:numbers() do
    numbers[#numbers + 1] = { phone_number = number.phone_number, status = number:status() }
  end
  return {
    sid = port_in:sid(), status = port_in:status(), is_terminal = port_in:is_terminal(),
    is_cancelable = port_in:is_cancelable(),
    numbers = numbers[1] and numbers, -- an empty table could be an object as well
    customer_name = carrier.customer_name, target_date = port_in.target_port_in_date,
  }
end

local function post(sid, entry)
  local text = cjson.encode(entry)
  if desk:get("entry " .. sid) == text then return end
  desk:set("entry " .. sid, text)
  desk:set("version " .. sid, desk:incr("version", 1, 0))
end

--- Puts up how a port-in stands.
function board.post(port_in)
  post(port_in:sid(), summary(port_in))
end

--- Puts up why it is not known how one stands. What was seen of it before stays.
function board.post_error(sid, err)
  local before = desk:get("entry " .. sid)
  local entry = before and cjson.decode(before) or { sid = sid }
  entry.problem, entry.is_cancelable = tostring(err), false
  post(sid, entry)
end

function board.version()
  return desk:get "version" or 0
end

--- The entries that are newer than that version, as JSON texts, in the order of the SIDs.
---@return string[]
function board.entries_since(version)
  local texts = {}
  for _, sid in ipairs(board.sids()) do
    if (desk:get("version " .. sid) or 0) > version then
      texts[#texts + 1] = desk:get("entry " .. sid)
    end
  end
  return texts
end

return board
