--- Undo sheets: each port-in as it was just before its DELETE, in a table of its own. A sheet becomes durable together
--- with the intent of that DELETE. It may be encrypted: what is kept is a text and the name of its form.

local own_table = require "twilio.numbers.campaign.ledger.own_table"

--- The part of a ledger that keeps undo sheets.
---@class twilio.numbers.LedgerUndoSheets: twilio.numbers.LedgerRuns
local undo_sheets = {}

local TABLE = [[CREATE TABLE IF NOT EXISTS undo_sheets (
  campaign TEXT NOT NULL, target INTEGER NOT NULL, kept_at DOUBLE PRECISION NOT NULL,
  form TEXT NOT NULL, sheet TEXT NOT NULL, PRIMARY KEY (campaign, target))]]

--- Internal. Makes the table if it is missing: ledgers of earlier versions have none.
---@return true?
---@return twilio.numbers.Error?
function undo_sheets:prepare_undo()
  return self.db:transaction(function() return own_table.make(self.db, "undo_sheets", TABLE) end)
end

--- Internal. Keeps the sheet of a target whose DELETE is about to be sent. An earlier one is replaced: the target was
--- found as planned again.
---@param target twilio.numbers.LedgerTarget
---@param form string how the sheet is written: "json", or by what it is encrypted
---@param sheet string
---@return true?
---@return twilio.numbers.Error?
function undo_sheets:keep_undo(target, form, sheet)
  local now, err = self:now()
  if not now then return nil, err end
  local ok
  ok, err = self.db:run([[INSERT INTO undo_sheets (campaign, target, kept_at, form, sheet)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT (campaign, target) DO UPDATE SET kept_at = excluded.kept_at,
    form = excluded.form, sheet = excluded.sheet]], self.campaign, target.number, now, form, sheet)
  return ok and true, err
end

--- Internal. Removes all sheets of a campaign: they are personal.
---@param id string
---@return true?
---@return twilio.numbers.Error?
function undo_sheets:remove_undo(id)
  return own_table.clear(self.db, "undo_sheets", id)
end

local PAGE = 100 -- sheets that are in memory at once

local READ = ([[SELECT u.target AS number, u.kept_at AS kept_at, u.form AS form,
  u.sheet AS sheet, t.state AS state, t.port_in_sid AS port_in_sid,
  t.phone_number_sid AS phone_number_sid FROM undo_sheets AS u JOIN targets AS t
  ON t.campaign = u.campaign AND t.number = u.target WHERE u.campaign = ? AND u.target > ?
  ORDER BY u.target LIMIT %d]]):format(PAGE)

--- Internal. Gives the sheets of a campaign one after the other, in the plan's order, with their targets' states.
---@param id string
---@param take fun(row: table)
---@return true?
---@return twilio.numbers.Error?
function undo_sheets:each_undo_sheet(id, take)
  local known, err = own_table.exists(self.db, "undo_sheets")
  if known == nil then return nil, err elseif not known then return true end
  local last, rows = 0
  repeat
    rows, err = self.db:rows(READ, id, last)
    if not rows then return nil, err end
    for _, row in ipairs(rows) do
      last = row.number
      take(row)
    end
  until #rows < PAGE
  return true
end

return undo_sheets
