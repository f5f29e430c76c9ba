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
---@param take (fun(sheet: twilio.numbers.UndoSheet))?
---@return twilio.numbers.UndoSheet[]? # empty if there is `take`
---@return twilio.numbers.Error?
function undo_export.read(ledger, id, decrypt, take)
  local now, sheets = math.floor(system.time()), {}
  take = take or function(sheet) sheets[#sheets + 1] = sheet end
  local ok, err = ledger:each_undo_sheet(id, function(row)
    local text, why = open_sheet(row, decrypt)
    if text then
      row.fields, row.fill_in = undo_sheet.read(text, row, now)
    else
      row.fill_in = { tostring(why) }
    end
    row.sheet, row.form = nil, nil
    take(row)
  end)
  return ok and sheets, err
end

return undo_export
