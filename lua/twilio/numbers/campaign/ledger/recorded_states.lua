--- Compares the states of a campaign's targets with those that its audit chain has recorded last. A state that was
--- changed by hand must not be reported as proven, and must not steer a run. The database compares, so that this
--- takes little time and memory; the hashes are for `verify`.

local audit = require "twilio.numbers.campaign.ledger.audit"
local chain = require "twilio.numbers.campaign.ledger.chain"

local recorded_states = {}

--- The first target whose state is not the recorded one, and how many are skipped without a record. Those that the
--- plan skips are entered as such, and have a record only where a ledger of version 1 was migrated.
local COMPARE = [[SELECT min(CASE WHEN t.state <> coalesce(s.state, 'planned')
    AND NOT (t.state = 'skipped' AND s.state IS NULL) THEN t.number END) AS differing,
  count(CASE WHEN t.state = 'skipped' AND s.state IS NULL THEN 1 END) AS unrecorded
  FROM targets AS t LEFT JOIN (
    SELECT c.target AS target, c.state AS state FROM audit_chain AS c JOIN (
      SELECT max(position) AS position FROM audit_chain
      WHERE chain = ? AND target IS NOT NULL AND state IS NOT NULL GROUP BY target) AS last
    ON c.chain = ? AND c.position = last.position) AS s
  ON s.target = t.number WHERE t.campaign = ?]]

local RECORDED = [[SELECT state FROM audit_chain
  WHERE chain = ? AND target = ? AND state IS NOT NULL ORDER BY position DESC LIMIT 1]]

--- What the database has found.
local function compare(db, id)
  local head, err = chain.head(db, id)
  if not head then
    if head == nil then return nil, err end
    return db:damaged "its audit chain is missing"
  end
  local found, recorded
  found, err = db:row(COMPARE, head.chain, head.chain, id)
  if not (found and found.differing) then return found, err end
  recorded, err = db:row(RECORDED, head.chain, found.differing)
  if recorded == nil then return nil, err end
  found.recorded = recorded and recorded.state or "planned"
  return found
end

--- The difference in words; nil if there is none.
---@param found { differing: integer?, recorded: string?, unrecorded: integer }
---@param state string? of the target that differs
---@param skipped integer how many the plan skips
local function difference(found, state, skipped)
  if found.differing then
    return ("target %s: it is %s, the audit chain says %s"):format(
      found.differing, state, found.recorded)
  elseif found.unrecorded > skipped then
    return ("%d targets are skipped without a record, and the plan skips %d"):format(
      found.unrecorded, skipped)
  end
end

--- Reads and checks a campaign, its states as well. False if there is none with this id.
---@param db twilio.numbers.Database
---@param id string
---@param open (fun(record: twilio.numbers.CampaignRecord): (fun(target: table))?, twilio.numbers.Error?)? see `audit.read`
---@return twilio.numbers.CampaignRecord|false|nil
---@return twilio.numbers.Error? # of kind "ledger"
function recorded_states.read(db, id, open)
  if db.version == 1 then return audit.read(db, id, open) end
  local found, state
  local skipped = 0
  local record, err = audit.read(db, id, function(record)
    local take, problem
    found, problem = compare(db, id)
    if found and open then take, problem = open(record) end
    if problem then return nil, problem end
    return function(target)
      if target.number == found.differing then state = target.state end
      if record.plan:target(target.number).class ~= "cancel" then skipped = skipped + 1 end
      if take then take(target) end
    end
  end)
  if not record then return record, err end
  local problem = difference(found, state, skipped)
  if not problem then return record end
  return db:damaged(("campaign %s: %s; verify tells all differences"):format(
    id:sub(1, 12), problem))
end

return recorded_states
