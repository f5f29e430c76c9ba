--- Which port-ins are watched, for all workers. Each SID is a key of its own, so that two workers can change the list
--- at once.

local dict, desk = ngx.shared.watched, ngx.shared.desk

local watched = {}

local MOST = 1000 -- at once

--- The SIDs, in the order in which they were added.
---@return string[]
function watched.sids()
  local sids, places = dict:get_keys(0), {}
  for _, sid in ipairs(sids) do places[sid] = dict:get(sid) or 0 end
  table.sort(sids, function(a, b) return places[a] < places[b] end)
  return sids
end

---@return boolean
function watched.has(sid)
  return dict:get(sid) ~= nil
end

--- A number that changes with the list.
---@return integer
function watched.version()
  return desk:get "watched version" or 0
end

local function note_change()
  desk:incr("watched version", 1, 0)
end

--- Watches one more.
---@return boolean # false if there are as many as the desk can watch
function watched.add(sid)
  if watched.has(sid) then return true end
  if #dict:get_keys(0) >= MOST then return false end
  dict:safe_add(sid, desk:incr("watched place", 1, 0))
  note_change()
  return watched.has(sid)
end

--- Watches it no longer.
function watched.remove(sid)
  dict:delete(sid)
  note_change()
end

--- Begins with those that DESK_SIDS names: once, not again when nginx reloads.
function watched.start()
  if not desk:add("watched from the start", true) then return end
  for sid in (os.getenv "DESK_SIDS" or ""):gmatch "KW%x+" do
    if not watched.add(sid) then ngx.log(ngx.ERR, "not watched, there are too many: ", sid) end
  end
end

return watched
