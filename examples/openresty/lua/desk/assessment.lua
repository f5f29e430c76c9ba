--- Whether a port-in, or one number of it, is to be cancelled: judged as a campaign's plan judges it.

local campaign = require "twilio.numbers.campaign"
local client = require "desk.client"

local assessment = {}

local LATE = "It may be too late: %s."
local UNSURE = "It cannot be told whether it is too late: %s."
local SCHEDULED = "It has a port date: %s."
local FOREIGN = "It belongs to another account than the desk's: %s."
local IMPOSSIBLE = "Its status does not allow cancelling: %s."

local REFUSAL = "The carrier may refuse, or charge a fee."
local PORTED = "The losing carrier may refuse, or charge a fee, and numbers may be ported all the "
  .. "same. A campaign would not cancel it."

--- The warning in words, what it means, and whether the person may cancel in spite of it.
---@return string? warning
---@return string? meaning
---@return boolean may_cancel
local function warning_of(target, is_cancelable)
  local why = (target.note or ""):gsub("_", " ")
  if target.class == "cancel" then
    local date = target.scheduled
    return date and SCHEDULED:format(date), date and REFUSAL, is_cancelable
  elseif target.class == "too_late" then
    return LATE:format(why), PORTED, is_cancelable
  elseif target.class == "unknown" and is_cancelable then
    return UNSURE:format(why), PORTED, true
  elseif target.class == "wrong_account" then
    return FOREIGN:format(why), nil, false
  end
  return IMPOSSIBLE:format(((target.status or "missing"):gsub("_", " "))), nil, false
end

---@class desk.Assessment
---@field class string the plan's
---@field status string? in normal form
---@field warning string? in words
---@field meaning string? of the warning
---@field may_cancel boolean
---@field is_risky boolean whether a person has to say that they know the warning
---@field seen string what it was judged by: if it has changed by the time of the DELETE, nothing is cancelled

--- Fetches and judges it. Changes nothing.
---@param port_in_sid string
---@param number_sid string? if only that number is meant
---@param is_cancelable boolean what its status allows
---@return desk.Assessment?
---@return twilio.numbers.Error? # why it cannot be fetched; nil if it is not known why
function assessment.of(port_in_sid, number_sid, is_cancelable)
  local plan, err = campaign.plan(client, { { port_in_sid, number_sid } })
  if not plan then return nil, err end
  local target = plan.targets[1]
  if target.class == "failed" or target.class == "not_found" then return nil end
  local warning, meaning, may_cancel = warning_of(target, is_cancelable)
  local parts = { target.class, target.status or "", target.note or "", target.scheduled or "",
    target.phone_number or "", table.concat(target.numbers or {}, " ") }
  return {
    class = target.class, status = target.status, warning = warning, meaning = meaning,
    may_cancel = may_cancel,
    is_risky = may_cancel and target.class ~= "cancel", seen = ngx.md5(table.concat(parts, "\n")),
  }
end

return assessment
