--- Transactions of a ledger. What its parts note down meanwhile is written at their end, in one order for all
--- processes: first the brakes, then the audit chain. So no two of them wait for each other.

local brakes = require "twilio.numbers.campaign.ledger.brakes"
local chain = require "twilio.numbers.campaign.ledger.chain"
local log_marker = require "twilio.numbers.campaign.ledger.log_marker"

--- The part of a ledger that makes changes.
---@class twilio.numbers.LedgerTransactions
---@field db twilio.numbers.Database internal
---@field campaign string? internal: the campaign that the run is for
---@field head { length: integer, hash: string }? internal: the audit chain's head after the last change
---@field unproven table? internal: what the last transaction was to write, if it failed
---@field notes table? internal: what the transaction in progress is to write at its end
local transaction = {}

local function write_notes(self)
  local notes = self.notes
  local campaign = notes.campaign or self.campaign
  if notes.failures > 0 then
    local ok, err = brakes.add(self, notes.failures)
    if not ok then return nil, err end
  end
  if #notes.entries == 0 then return true end
  local now, err = self:now()
  if not now then return nil, err end
  notes.head, err = chain.append(self.db, campaign, notes.entries, now)
  return notes.head and true, err
end

--- The transaction is durable.
local function finish(self, notes)
  self.head = notes.head or self.head
  for _, work in ipairs(notes.later) do work() end
end

--- Internal. Makes all changes of a function, or none if it gives nil.
---@param work fun(): any, twilio.numbers.Error?
---@return any # what the function gave
---@return twilio.numbers.Error?
function transaction:transaction(work)
  local notes = { entries = {}, later = {}, failures = 0 }
  self.notes = notes
  local fine, result, err = pcall(self.db.transaction, self.db, function()
    local done, why = work()
    if done == nil then return nil, why end
    local ok
    ok, why = write_notes(self)
    if not ok then return nil, why end
    return done
  end)
  self.notes, self.unproven = nil, nil
  if not fine then error(result, 0) end
  if result == nil then
    self.unproven = notes
    return nil, err
  end
  finish(self, notes)
  if self.db.kind == "sqlite" then log_marker.count(self.db) end
  return result
end

--- Internal. The same for a part of a transaction that is about another campaign than the run's.
---@param campaign string
---@param work fun(): any, twilio.numbers.Error?
---@return any
---@return twilio.numbers.Error?
function transaction:transaction_part(campaign, work)
  local before = self.notes
  self.notes = { entries = {}, later = {}, failures = 0, campaign = campaign }
  local done, err = work()
  if done ~= nil then
    local ok
    ok, err = write_notes(self)
    done = ok and done
  end
  self.notes = before
  return done, err
end

--- Internal. Whether a transaction was made durable, though the connection was lost before the database said so. Its
--- rows of the audit chain tell.
---@param notes table what `unproven` was after it
---@return boolean?
---@return twilio.numbers.Error?
function transaction:was_committed(notes)
  if not notes.head then return false end
  local row, err = self.db:row([[SELECT 1 AS one FROM audit_chain AS c, audit_heads AS h
    WHERE h.campaign = ? AND c.chain = h.chain AND c.position = ? AND c.hash = ?]],
    notes.campaign or self.campaign, notes.head.length, notes.head.hash)
  if row == nil then return nil, err end
  if row then finish(self, notes) end
  return row ~= false
end

--- Internal. Makes all changes of a function, unless an earlier call with the same state has made them: the database
--- may be lost after a transaction is durable, and before it says so.
---@param state { unproven: table? } empty at the first call
---@param work fun(): any, twilio.numbers.Error?
---@return any # what the function gave; true if an earlier call has made the changes
---@return twilio.numbers.Error?
function transaction:attempt(state, work)
  if state.unproven then
    local was_committed, err = self:was_committed(state.unproven)
    if was_committed ~= false then return was_committed, err end
  end
  local result, err = self:transaction(work)
  state.unproven = self.unproven
  return result, err
end

--- Internal. Connects to the database again, if the connection was lost.
---@return true?
---@return twilio.numbers.Error?
function transaction:reconnect()
  return self.db:reconnect()
end

--- Internal. Has a function called when the transaction in progress is durable.
---@param work fun()
function transaction:later(work)
  table.insert(self.notes.later, work)
end

--- Internal. Has the transaction in progress add a row to the audit chain.
---@param entry twilio.numbers.AuditEntry
---@param campaign string? another than the run's
function transaction:note(entry, campaign)
  local notes = self.notes
  notes.campaign = campaign or notes.campaign
  notes.entries[#notes.entries + 1] = entry
end

--- Internal. Has the transaction in progress count a failed target for the campaign.
function transaction:fail()
  self.notes.failures = self.notes.failures + 1
end

--- Internal. The time; within a transaction, the time at which that first asked.
---@return number? # seconds since 1970
---@return twilio.numbers.Error?
function transaction:now()
  local notes = self.notes
  if notes and notes.now then return notes.now end
  local now, err = self.db:now()
  if notes then notes.now = now end
  return now, err
end

return transaction
