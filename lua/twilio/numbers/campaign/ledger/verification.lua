--- Verifies a ledger: its rows against the plan, and its audit chain from the first row to the last. Changes nothing.

local audit = require "twilio.numbers.campaign.ledger.audit"
local chain = require "twilio.numbers.campaign.ledger.chain"
local cursor = require "twilio.numbers.campaign.ledger.cursor"
local replay = require "twilio.numbers.campaign.ledger.replay"

local verification = {}

--- Gives each row of a chain to a function.
local function each(db, number, take)
  local rows = cursor.open(db, "audit_chain", number)
  local row, err = rows:next()
  while row do
    take(row)
    row, err = rows:next()
  end
  return row == false or nil, err
end

--- How a ledger differs from itself, from its plan and from a head that was kept elsewhere.
---@class twilio.numbers.LedgerVerification
---@field record twilio.numbers.CampaignRecord
---@field states twilio.numbers.TargetState[] in the plan's order
---@field was_canceled table<integer, true> targets that were skipped because they were canceled already
---@field differences string[]
---@field head { length: integer, hash: string }|false
---@field found_at integer? the place in the chain of the head that was given

--- Verifies a campaign.
---@param db twilio.numbers.Database
---@param id string
---@param head string? a hash that has to be in the chain
---@return twilio.numbers.LedgerVerification?
---@return twilio.numbers.Error? # of kind "ledger": the rows contradict the plan, or cannot be read
function verification.run(db, id, head)
  local read, head_now, problem
  local record
  record, problem = audit.read(db, id, function(record_of_then)
    read = replay.new(record_of_then, head)
    if db.version == 1 then return function(target) read:take(target) end end
    local ok, err
    head_now, err = chain.head(db, id)
    if head_now == nil then return nil, err end
    ok, err = each(db, head_now and head_now.chain or 0, function(row) read:add(row) end)
    if not ok then return nil, err end
    read:end_chain(head_now)
    return function(target) read:compare(target) end
  end)
  if not record then return nil, problem end
  if db.version > 1 then
    read:finish()
  elseif head then
    read:tell "the ledger is of version 1, which has no audit chain"
  end
  return { record = record, states = read.found, was_canceled = read.was_canceled,
    differences = read.differences, head = head_now or false, found_at = read.found_at }
end

return verification
