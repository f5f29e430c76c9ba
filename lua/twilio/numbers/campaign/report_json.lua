--- A campaign's report as JSON.

local date = require "twilio.numbers.util.date"
local format = require "twilio.numbers.util.format"
local schema = require "twilio.numbers.campaign.ledger.schema"
local standing = require "twilio.numbers.campaign.standing"

local report_json = {
  COLUMNS = {
    "state", "port_in_sid", "phone_number_sid", "phone_number", "numbers", "planned_status", "seen",
    "attempts", "http_status", "code", "request_id", "intended_at", "changed_at", "host", "who",
    "why",
  },
}

local function time_of(seconds)
  return seconds and date.text(seconds) or nil
end

local try_names = { "attempt", "intended_at", "answered_at", "seconds", "outcome", "http_status",
  "code", "request_id", "message" }

local function tries_json(target, mask)
  local list = {}
  for i, try in ipairs(target.tries) do
    local row = {}
    for _, name in ipairs(try_names) do row[name] = mask(try[name]) end
    row.intended_at, row.answered_at = time_of(try.intended_at), time_of(try.answered_at)
    list[i] = format.object(try_names, row)
  end
  return "[" .. table.concat(list, ",") .. "]"
end

--- The texts of a list's items, masked.
local function masked(list, names, mask)
  local rows = {}
  for i, item in ipairs(list) do
    rows[i] = {}
    for _, name in ipairs(names) do rows[i][name] = mask(item[name]) end
  end
  return rows
end

local approval_names = { "approver", "approved_at", "key" }

--- Writes a report.
---@param self twilio.numbers.Report
---@param rows fun(): table?, twilio.numbers.ReportTarget? gives the rows of the targets
---@param mask fun(text: any): any
---@param write fun(text: string)
function report_json.write(self, rows, mask, write)
  local runs = {}
  for i, run in ipairs(self.runs) do
    runs[i] = { command = mask(run.command), host = mask(run.host), pid = run.pid,
      who = mask(run.who),
      started_at = time_of(run.started_at), ended_at = time_of(run.ended_at),
      ended_as = mask(run.ended_as) }
  end
  local campaign = self.campaign
  local names = { "id", "base_url", "account_sid", "planned", "planned_numbers", "reason",
    "ticket", "created_at", (table.unpack or unpack)(standing.NAMES) }
  local head = format.object(names, standing.add(self, {
    id = campaign.id, base_url = self.base_url, account_sid = campaign.account_sid,
    planned = campaign.planned, planned_numbers = self.extent.numbers,
    reason = mask(campaign.reason), ticket = mask(campaign.ticket),
    created_at = time_of(campaign.created_at),
  }))
  write(('{"campaign":%s,\n"counts":%s,\n"numbers":%s,\n"approvals":%s,\n"runs":%s,\n'
    .. '"targets":[\n'):format(head, format.object(schema.STATES, self.counts),
    format.object(schema.STATES, self.numbers),
    format.array(approval_names, masked(self.approvals, approval_names, mask)),
    format.array({ "command", "host", "pid", "who", "started_at", "ended_at", "ended_as" }, runs)))
  local between = ""
  for row, target in rows do
    write(("%s%s,\"tries\":%s}"):format(between,
      format.object(report_json.COLUMNS, row):gsub("}$", ""), tries_json(target, mask)))
    between = ",\n"
  end
  write "\n]}\n"
end

return report_json
