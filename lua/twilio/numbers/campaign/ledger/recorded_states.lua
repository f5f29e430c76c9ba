--- Compares the states of a campaign's targets with those that its audit chain has recorded last. A state that was
--- changed by hand must not be reported as proven, and must not steer a run. The database compares, so that this
--- takes little time; the hashes are for `verify`.

local audit = require "twilio.numbers.campaign.ledger.audit"
local chain = require "twilio.numbers.campaign.ledger.chain"

local recorded_states = {}

--- The targets whose state is not the recorded one. What was entered has no record of its own.
local DIFFERENT = [[SELECT t.number AS number, t.state AS state, s.state AS recorded
  FROM targets AS t LEFT JOIN (
    SELECT c.target AS target, c.state AS state FROM audit_chain AS c JOIN (
      SELECT max(position) AS position FROM audit_chain
      WHERE chain = ? AND target IS NOT NULL AND state IS NOT NULL GROUP BY target) AS last
    ON c.chain = ? AND c.position = last.position) AS s
  ON s.target = t.number WHERE t.campaign = ? AND t.state <> coalesce(s.state, 'planned')]]

--- The first difference in words; nil if there is none.
local function difference(record, rows)
  for _, row in ipairs(rows) do
    local target = record.targets[row.number]
    local is_as_entered = row.recorded == nil
      and record.plan.targets[row.number].class ~= "cancel" and row.state == "skipped"
    if target and not is_as_entered then
      return ("campaign %s: target %d: it is %s, the audit chain says %s"):format(
        record.campaign.id:sub(1, 12), row.number, row.state, row.recorded or "planned")
    end
  end
end

local function check(db, record)
  if db.version == 1 then return true end
  local head, err = chain.head(db, record.campaign.id)
  if not head then
    if head == nil then return nil, err end
    return db:damaged "its audit chain is missing"
  end
  local rows
  rows, err = db:rows(DIFFERENT, head.chain, head.chain, record.campaign.id)
  if not rows then return nil, err end
  local problem = difference(record, rows)
  if problem then return db:damaged(problem .. "; verify tells all differences") end
  return true
end

--- Reads and checks a campaign, its states as well. False if there is none with this id.
---@param db twilio.numbers.Database
---@param id string
---@return twilio.numbers.CampaignRecord|false|nil
---@return twilio.numbers.Error? # of kind "ledger"
function recorded_states.read(db, id)
  return audit.read(db, id, function(record) return check(db, record) end)
end

return recorded_states
