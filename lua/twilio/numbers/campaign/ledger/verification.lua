--- Verifies a ledger: its rows against the plan, and its audit chain from the first row to the last. Changes nothing.

local audit = require "twilio.numbers.campaign.ledger.audit"
local chain = require "twilio.numbers.campaign.ledger.chain"
local replay = require "twilio.numbers.campaign.ledger.replay"
local row_types = require "twilio.numbers.campaign.ledger.row_types"
local schema = require "twilio.numbers.campaign.ledger.schema"

local verification = {}

local PAGE = 2000 -- rows that are in memory at once

local function read_page(db, number, after)
  return db:rows(("SELECT %s FROM audit_chain WHERE chain = ? AND position > ? "
    .. "ORDER BY position LIMIT %d"):format(schema.list "audit_chain", PAGE), number, after)
end

--- Gives each row of a chain to a function.
local function each(db, number, take)
  local after = 0
  repeat
    local rows, err = read_page(db, number, after)
    if not rows then return nil, err end
    for _, row in ipairs(rows) do
      local column = row_types.misfit("audit_chain", row)
      if column then
        return db:damaged(("in audit_chain, a value of %s cannot be there"):format(column))
      end
      take(row)
      after = row.position
    end
  until #rows < PAGE
  return true
end

--- How a ledger differs from itself, from its plan and from a head that was kept elsewhere.
---@class twilio.numbers.LedgerVerification
---@field record twilio.numbers.CampaignRecord
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
  local read, problem
  local record, err = audit.read(db, id, function(record)
    read = replay.new(record, head)
    if db.version == 1 then return { head = false, differences = read.differences } end
    local end_of_chain
    end_of_chain, problem = chain.head(db, id)
    if end_of_chain == nil then return nil, problem end
    local ok
    local number = end_of_chain and end_of_chain.chain or 0
    ok, problem = each(db, number, function(row) read:add(row) end)
    if not ok then return nil, problem end
    local differences = read:finish(end_of_chain)
    return { head = end_of_chain, differences = differences, found_at = read.found_at }
  end)
  if not record then return nil, err end
  local result = record.result
  if db.version == 1 and head then
    table.insert(result.differences, "the ledger is of version 1, which has no audit chain")
  end
  result.record = record
  return result
end

return verification
