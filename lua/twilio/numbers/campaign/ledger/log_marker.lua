--- An SQLite ledger is its file and, while a run is at work or after it was killed, the log beside it (`-wal`). A copy
--- of the file alone lacks what was sent since. So the file is marked before a run begins, and the log takes the
--- mark off: where the mark is seen, the log is missing.

local lock = require "twilio.numbers.campaign.ledger.lock"
local system = require "twilio.numbers.util.system"
local wal_file = require "twilio.numbers.campaign.ledger.wal_file"

local log_marker = {}

local MARK = "UPDATE campaign_schema SET log = 'needed'"
local UNMARK = "UPDATE campaign_schema SET log = NULL"

local PATIENCE = 10 -- seconds, as for other locks

local TRANSACTIONS = 500 -- after so many the log goes into the file, before it grows too long

--- The log goes into the file with the mark, and the mark is taken off in the log only.
local function mark(db)
  local ok, err = db:run(MARK)
  if ok then ok, err = db:rows "PRAGMA wal_checkpoint(PASSIVE)" end
  if ok then ok, err = db:run(UNMARK) end
  return ok and true, err
end

--- A transaction was made durable. What fails here fails in the next one, too.
---@param db twilio.numbers.Database
function log_marker.count(db)
  if not db.marked_since then return end
  db.marked_since = db.marked_since + 1
  if db.marked_since < TRANSACTIONS then return end
  db.marked_since = 0
  mark(db)
end

--- The run ends.
---@param db twilio.numbers.Database
function log_marker.finish(db)
  if not db.marked_since then return end
  db.marked_since = nil
  db:rows "PRAGMA wal_autocheckpoint = 1000"
end

--- How many frames the log has. Another process may be at a checkpoint, which is soon over.
local function count_frames(db)
  local ends = system.now() + PATIENCE
  local row, err
  repeat
    row, err = db:row "PRAGMA wal_checkpoint(PASSIVE)"
  until not row or row.busy == 0 or system.now() >= ends
  if row == nil then return nil, err end
  return row and row.log or 0
end

--- Refuses a file whose log is missing. A process that died between the mark and its removal has left a log that
--- can be read: then nothing is missing, and the mark is taken off, unless it is that of a run at work.
local function judge(db, is_at_work)
  local row, err = db:row "SELECT log FROM campaign_schema"
  if row == nil then return nil, err end
  if not row or row.log == nil then return true end
  local has_just_begun = wal_file.has_just_begun(db.file .. "-wal")
  local frames
  frames, err = count_frames(db)
  if frames == nil then return nil, err end
  if has_just_begun or frames > 0 then
    if is_at_work then return true end
    local ok
    ok, err = db:run(UNMARK)
    return ok and true, err
  end
  return db:refuse(("its log %s-wal is missing, and what was sent since it was copied with it. "
    .. "A ledger is all its files: copy them together, while no run is at work. Bring the log "
    .. "back, or make a new plan and a new ledger: what was sent is in the API's own state")
      :format(db.file))
end

--- Checks whether the log is there. While a run is at work, its mark can be seen for a moment, and be gone in the next.
---@param db twilio.numbers.Database
---@return true?
---@return twilio.numbers.Error?
function log_marker.check(db)
  local row, err = db:row "SELECT log FROM campaign_schema"
  if row == nil then return nil, err end
  if not row or row.log == nil then return true end
  local ends = system.now() + PATIENCE
  local ok, is_at_work
  repeat
    local held, problem = lock.take(db.file)
    is_at_work = not held and problem.is_held
    ok, err = judge(db, is_at_work)
    if held then held:close() end
  until ok or not is_at_work or system.now() >= ends
  return ok, err
end

--- A run begins, under the ledger's lock: the log must not go into the file without the mark from now on.
---@param db twilio.numbers.Database
---@return true?
---@return twilio.numbers.Error?
function log_marker.begin(db)
  local ok, err = judge(db)
  if ok then ok, err = db:rows "PRAGMA wal_autocheckpoint = 0" end
  if not ok then return nil, err end
  db.marked_since = 0
  return mark(db)
end

return log_marker
