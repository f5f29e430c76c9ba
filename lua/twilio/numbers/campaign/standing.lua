--- What a report says of a campaign as a whole: its failures, whether it is halted, and the end of its audit chain.

local date = require "twilio.numbers.util.date"

local standing = {
  NAMES = { "failures", "halted", "halted_at", "audit_length", "audit_head" },
}

---@class twilio.numbers.Halt
---@field reason "failures"|"canary" why no run sends anything
---@field at number since when, in seconds since 1970
---@field run twilio.numbers.ReportRun? the run that has halted the campaign

---@class twilio.numbers.AuditHead
---@field length integer how many rows the chain has
---@field hash string the hash of the last one, which stands for all of them

--- Reads it into a report.
---@param report twilio.numbers.Report
---@param ledger twilio.numbers.Ledger
---@param record twilio.numbers.CampaignRecord
---@return true?
---@return twilio.numbers.Error?
function standing.read(report, ledger, record)
  local head, err = ledger:audit_head(record.campaign.id)
  if head == nil then return nil, err end
  local brakes = record.brakes or { failures = 0 }
  report.head, report.failures = head or nil, brakes.failures
  report.halt = brakes.halted and { reason = brakes.halted, at = brakes.halted_at,
    run = record.run_by_id[brakes.halted_by] } or nil
  return true
end

local reasons = {
  failures = "too many have failed", canary = "the first targets were not confirmed",
}

--- As lines of text.
---@param report twilio.numbers.Report
---@param mask fun(text: any): any
---@return string[]
function standing.lines(report, mask)
  local lines, halt, head = {}, report.halt, report.head
  if halt then
    local by = halt.run and (" by the run of %s on %s, process %d"):format(mask(halt.run.who),
      mask(halt.run.host), halt.run.pid) or ""
    lines[1] = ("halted %s%s: %s, so no run sends anything until it is released"):format(
      date.text(halt.at), by, reasons[halt.reason])
  end
  if head then
    lines[#lines + 1] = ("audit chain: %d rows, head %s"):format(head.length, head.hash)
  end
  return lines
end

--- Adds it to the fields of a JSON object.
---@param report twilio.numbers.Report
---@param fields table
---@return table
function standing.add(report, fields)
  local halt, head = report.halt or {}, report.head or {}
  fields.failures, fields.halted = report.failures, halt.reason
  fields.halted_at = halt.at and date.text(halt.at)
  fields.audit_length, fields.audit_head = head.length, head.hash
  return fields
end

return standing
