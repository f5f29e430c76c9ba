--- Statuses in normal form. The API spells one status in several ways ("In Review", "in_review";
--- "Cancelled", "Canceled"): compare these, show the raw ones.

local ascii = require "twilio.numbers.util.ascii"

local status = {}

--- The normal form: lower case, "_" for blanks and hyphens, "canceled" and "canceling" with one l.
---@param raw string? as the API gave it
---@return string? # nil for nil
function status.normal(raw)
  if type(raw) ~= "string" then return nil end
  return (ascii.lower(raw):gsub("[ \t\n\v\f\r%-]+", "_"):gsub("cancell", "cancel"))
end

--- What is known of the statuses: "open" can be cancelled, as far as is known; "leaving" is being
--- cancelled; "done" never changes again.
local phases = {
  request = {
    in_progress = "open", in_review = "open", waiting_for_signature = "open",
    action_required = "open", pending = "open",
    canceling = "leaving",
    completed = "done", canceled = "done", expired = "done",
  },
  number = { -- a rejected one waits for a person
    in_review = "open", waiting_for_signature = "open", port_submitted = "open",
    port_pending = "open", port_rejected = "open",
    canceling = "leaving",
    completed = "done", canceled = "done",
  },
  bulk = {
    in_progress = "open", queued = "open", processing = "open",
    complete = "done", completed = "done", successful = "done", failed = "done",
  },
}

--- The phase that a status belongs to.
---@param kind "request"|"number"|"bulk"
---@param raw string? as the API gave it
---@return "open"|"leaving"|"done"|nil # nil for an unknown status
function status.phase(kind, raw)
  return phases[kind][status.normal(raw)]
end

return status
