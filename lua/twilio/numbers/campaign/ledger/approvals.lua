--- Approvals of a campaign's plan by a second person, with their signatures, in a table of their own.

local own_table = require "twilio.numbers.campaign.ledger.own_table"

--- An approval that was verified.
---@class twilio.numbers.Approval
---@field approver string who has approved
---@field approved_at string when, in ISO 8601, as it was signed
---@field key string the key's fingerprint
---@field statement string? the text that was signed
---@field signature string? its signature
---@field recorded_at number? when it was recorded, in seconds since 1970

--- The part of a ledger that keeps approvals.
---@class twilio.numbers.LedgerApprovals: twilio.numbers.LedgerRuns, twilio.numbers.LedgerTransactions
local approvals = {}

local TABLE = [[CREATE TABLE IF NOT EXISTS approvals (
  campaign TEXT NOT NULL, key TEXT NOT NULL, approver TEXT NOT NULL, approved_at TEXT NOT NULL,
  statement TEXT, signature TEXT, recorded_at DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (campaign, key))]]

--- Internal. Records an approval, once for each key.
---@param id string the campaign's
---@param approval twilio.numbers.Approval
---@return true?
---@return twilio.numbers.Error?
function approvals:record_approval(id, approval)
  local db = self.db
  return self:transaction(function()
    local now, err = self:now()
    if not now then return nil, err end
    local ok, why = own_table.make(db, "approvals", TABLE)
    if not ok then return nil, why end
    ok, why = db:run([[INSERT INTO approvals (campaign, key, approver, approved_at, statement,
      signature, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (campaign, key) DO NOTHING]],
      id, approval.key, approval.approver, approval.approved_at, approval.statement,
      approval.signature, now)
    if ok == 1 then
      self:note({ event = "approve", run = self.run, who = approval.approver,
        note = ("at %s with key %s"):format(approval.approved_at, approval.key) }, id)
    end
    return ok and true, why
  end)
end

--- Internal. Removes all approvals of a campaign: they name persons.
---@param id string
---@return true?
---@return twilio.numbers.Error?
function approvals:remove_approvals(id)
  return own_table.clear(self.db, "approvals", id)
end

--- Internal. The approvals of a campaign, oldest first.
---@param id string the campaign's
---@return twilio.numbers.Approval[]?
---@return twilio.numbers.Error?
function approvals:approvals(id)
  local known, err = own_table.exists(self.db, "approvals")
  if known == nil then return nil, err elseif not known then return {} end
  return self.db:rows([[SELECT approver, approved_at, key, statement, signature, recorded_at
    FROM approvals WHERE campaign = ? ORDER BY recorded_at, key]], id)
end

return approvals
