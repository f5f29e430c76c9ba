--- Reads undo sheets from a ledger, in the form that a create takes.

local system = require "twilio.numbers.util.system"
local undo_sheet = require "twilio.numbers.campaign.plan.undo_sheet"

--- A port-in as it was before its DELETE.
---@class twilio.numbers.UndoSheet
---@field number integer its target's place in the plan
---@field state twilio.numbers.TargetState what became of the target
---@field port_in_sid string the port-in that was cancelled, or of which a number was
---@field phone_number_sid string? that number
---@field kept_at number when it was kept, in seconds since 1970
---@field fields table? for `port_ins:create`; nil if the sheet cannot be read
---@field fill_in string[] what has to be filled in or checked before that, in words

local undo_export = {}

local function open_sheet(row, decrypt)
  if row.form == "json" then return row.sheet end
  if not decrypt then return nil, "it is encrypted by " .. row.form end
  return decrypt(row.sheet, row.form)
end

---@param ledger twilio.numbers.Ledger
---@param id string
---@param decrypt (fun(text: string, form: string): string?, string?)?
---@return twilio.numbers.UndoSheet[]?
---@return twilio.numbers.Error?
function undo_export.read(ledger, id, decrypt)
  local rows, err = ledger:undo_sheets(id)
  if not rows then return nil, err end
  local now = math.floor(system.time())
  for _, row in ipairs(rows) do
    local text, why = open_sheet(row, decrypt)
    if text then
      row.fields, row.fill_in = undo_sheet.read(text, row, now)
    else
      row.fill_in = { tostring(why) }
    end
    row.sheet, row.form = nil, nil
  end
  return rows
end

return undo_export
