--- A campaign's report: counts by state, the targets that are not confirmed, and the runs.

local classify = require "twilio.numbers.campaign.plan.classify"
local date = require "twilio.numbers.util.date"
local extent = require "twilio.numbers.campaign.plan.extent"
local format = require "twilio.numbers.util.format"
local guard = require("twilio.numbers.util.methods").guard
local options_of = require "twilio.numbers.util.options"
local redact = require "twilio.numbers.util.redact"
local schema = require "twilio.numbers.campaign.ledger.schema"
local standing = require "twilio.numbers.campaign.standing"
local to_json = require "twilio.numbers.campaign.report_json"

---@class twilio.numbers.ReportTarget: twilio.numbers.LedgerTarget
---@field tries twilio.numbers.ReportTry[] its DELETEs, oldest first

---@class twilio.numbers.ReportTry
---@field target integer the target's place in the plan
---@field attempt integer 1 for the first DELETE
---@field campaign string internal: the campaign's id
---@field run string the run that sent it
---@field intended_at number when it was intended, in seconds since 1970
---@field answered_at number? when its outcome was known
---@field seconds number? how long it took
---@field outcome "accepted"|"refused"|"uncertain"|"not_sent"|nil its outcome
---@field http_status integer? the HTTP status
---@field code string? the API's error code
---@field request_id string? the API's id of the request
---@field message string? the error in words

---@class twilio.numbers.ReportRun
---@field id string its id
---@field campaign string internal: the campaign's id
---@field command string "apply", "resume" or "retry-failed"
---@field host string the machine
---@field pid integer the process
---@field who string the user
---@field started_at number when it began, in seconds since 1970
---@field ended_at number? when it ended
---@field ended_as string? how it ended: "done", "refused", "raised", "died", or why it stopped

---@class twilio.numbers.Report
---@field campaign twilio.numbers.LedgerCampaign the campaign
---@field base_url string? where the plan was made; nil for a plan of version 1
---@field counts table<twilio.numbers.TargetState, integer> how many targets are in each state
---@field plan twilio.numbers.Plan the plan
---@field is_begun boolean whether a DELETE may have been sent yet
---@field planned integer how many targets the plan is to cancel
---@field extent twilio.numbers.Extent the same as port-ins and telephone numbers
---@field numbers table<twilio.numbers.TargetState, integer> telephone numbers of the planned targets in each state
---@field problems integer how many inputs of the plan a person has to check
---@field changed integer how many planned targets were skipped because they changed, and are not canceled
---@field targets twilio.numbers.ReportTarget[] all targets, in the plan's order
---@field runs twilio.numbers.ReportRun[] the runs, oldest first
---@field approvals twilio.numbers.Approval[] who has approved the plan
---@field failures integer how many targets have failed since the last release
---@field halt twilio.numbers.Halt? why, when and by whom the campaign was halted
---@field head twilio.numbers.AuditHead? the end of the audit chain; nil in a ledger of version 1
local report = {}
report.__index = report

local report_options = options_of.schema {
  all = { kind = "boolean" },
  unmasked = { kind = "boolean" },
  limit = { kind = "count" },
}

local function time_of(seconds)
  return seconds and date.text(seconds) or nil
end

--- The class for which a target was skipped.
local function class_of(target)
  return (target.why or ""):match "^([a-z_]+)"
end

local function is_planned(self, target)
  return self.plan.targets[target.number].class == "cancel"
end

local function count(self)
  for _, state in ipairs(schema.STATES) do self.counts[state], self.numbers[state] = 0, 0 end
  for _, target in ipairs(self.targets) do
    local entry = self.plan.targets[target.number]
    self.counts[target.state] = self.counts[target.state] + 1
    if entry.class == "cancel" then
      self.numbers[target.state] = self.numbers[target.state] + (extent.numbers_of(entry) or 0)
    end
    for _, try in ipairs(target.tries) do
      self.is_begun = self.is_begun or try.outcome ~= "not_sent"
    end
    local was_skipped = target.state == "skipped" and is_planned(self, target)
    if was_skipped and class_of(target) ~= "canceled" then self.changed = self.changed + 1 end
  end
end

--- Internal. Reads a report from the ledger. It is an error if the rows differ from the plan.
---@param ledger twilio.numbers.Ledger
---@param campaign table as the ledger found it
---@return twilio.numbers.Report?
---@return twilio.numbers.Error?
function report.read(ledger, campaign)
  local record, err = ledger:read(campaign.id)
  if record == nil then return nil, err end
  if not record then return ledger:damaged "a campaign is missing that was there" end
  local self = setmetatable({
    campaign = campaign, plan = record.plan, targets = record.targets, runs = record.runs,
    planned = campaign.planned, problems = record.plan:problems(), is_begun = false, changed = 0,
    counts = {}, numbers = {}, extent = record.plan:extent(), base_url = record.plan.base_url,
  }, report)
  self.approvals, err = ledger:approvals(campaign.id)
  if not self.approvals then return nil, err end
  count(self)
  local ok
  ok, err = standing.read(self, ledger, record)
  return ok and self, err
end

--- How much is in a state: targets, port-ins, single numbers, and the telephone numbers of all of them.
---@param state twilio.numbers.TargetState
---@return twilio.numbers.Extent
function report:extent_of(state)
  local numbers = {}
  for _, target in ipairs(self.targets) do
    if target.state == state then numbers[#numbers + 1] = target.number end
  end
  return self.plan:extent_of(numbers)
end

--- How many targets are not settled: planned, intended, accepted or uncertain.
---@return integer
function report:open()
  local counts = self.counts
  return counts.planned + counts.intended + counts.accepted + counts.uncertain
end

--- Whether every planned target is canceled, and no input has to be checked.
---@return boolean
function report:is_success()
  return self:open() == 0 and self.counts.refused == 0 and self.changed == 0
    and self.problems == 0
end

--- The counts in words: "5 confirmed, 1 refused".
---@return string
function report:summary()
  local parts = {}
  for _, state in ipairs(schema.STATES) do
    local n = self.counts[state]
    if n > 0 then parts[#parts + 1] = ("%d %s"):format(n, state) end
  end
  return #parts > 0 and table.concat(parts, ", ") or "no targets"
end

--- The telephone numbers in words: "Numbers: 12 of 13 confirmed"; nil if no list of them could be read.
---@return string?
function report:numbers_summary()
  if self.extent.numbers == 0 then return nil end
  return ("Numbers: %d of %d confirmed"):format(self.numbers.confirmed, self.extent.numbers)
end

local columns = to_json.COLUMNS

local function row_of(self, target, mask)
  local run = self.run_by_id[target.run or ""] or {}
  local last = target.tries[#target.tries] or {}
  local row = {
    intended_at = time_of(target.intended_at), changed_at = time_of(target.changed_at),
    host = mask(run.host), who = mask(run.who), why = mask(target.why),
    phone_number = mask(target.phone_number),
    numbers = extent.numbers_of(self.plan.targets[target.number]),
    request_id = mask(target.request_id or last.request_id),
    http_status = target.http_status or last.http_status,
  }
  for _, name in ipairs(columns) do
    if row[name] == nil then row[name] = mask(target[name]) end
  end
  return row
end

--- Whether the table lists a target without the option `all`: it is neither done, nor does the plan say why there
--- was nothing to do.
local function is_listed(self, target)
  if not is_planned(self, target) then
    local class = self.plan.targets[target.number].class
    return class == "left_out" or classify.is_problem(class)
  end
  return target.state ~= "confirmed"
end

--- The targets to list, up to so many; and how many more there are.
local function listed(self, options)
  local targets, more = {}, 0
  for _, target in ipairs(self.targets) do
    local is_meant = options.all or is_listed(self, target)
    if is_meant and #targets == options.limit then
      more = more + 1
    elseif is_meant then
      targets[#targets + 1] = target
    end
  end
  return targets, more
end

--- Gives the rows of targets with their targets, one after the other: all at once would take much memory. Also the
--- filter of their texts.
local function rows_of(self, targets, unmasked)
  self.run_by_id = {}
  for _, run in ipairs(self.runs) do self.run_by_id[run.id] = run end
  local mask, i = redact.filter(unmasked), 0
  return function()
    i = i + 1
    local target = targets[i]
    if target then return row_of(self, target, mask), target end
  end, mask
end

---@class twilio.numbers.ReportOptions
---@field all boolean? include targets that are confirmed, and those that the plan left out for good reason. Default: false.
---@field unmasked boolean? show phone numbers and e-mail addresses in full. Default: false.
---@field limit integer? list so many targets at most, and count the rest; of `table` only. Default: no limit.

--- A text table of the targets that a person may have to check; "" if there are none.
---@param options twilio.numbers.ReportOptions?
---@return string
function report:table(options)
  options = report_options:check(options or {})
  local shown = { "state", "port_in_sid", "phone_number_sid", "phone_number", "seen", "attempts",
    "code", "why" }
  local targets, more = listed(self, options)
  if #targets == 0 then return "" end
  local rows = {}
  for row in rows_of(self, targets, options.unmasked) do rows[#rows + 1] = row end
  return format.aligned(shown, rows) .. (more > 0 and ("and %d more\n"):format(more) or "")
end

--- The same as CSV, with every column.
---@param options twilio.numbers.ReportOptions?
---@return string
function report:csv(options)
  options = report_options:check(options or {})
  return format.csv_of(columns, (rows_of(self, (listed(self, options)), options.unmasked)))
end

--- The report as JSON: campaign, counts, runs, targets with every attempt.
---@param options twilio.numbers.ReportOptions?
---@return string
function report:to_json(options)
  options = report_options:check(options or {})
  local rows, mask = rows_of(self, (listed(self, options)), options.unmasked)
  return to_json.text(self, rows, mask)
end

--- The campaign and its runs, as lines of text.
---@param options twilio.numbers.ReportOptions?
---@return string
function report:describe(options)
  options = report_options:check(options or {})
  local mask, campaign = redact.filter(options.unmasked), self.campaign
  local place = self.base_url and " at " .. self.base_url or ""
  local lines = { ("campaign %s of %s%s, entered %s, to cancel %d (%s)"):format(
    campaign.id:sub(1, 12), campaign.account_sid, place, time_of(campaign.created_at),
    campaign.planned, extent.words(self.extent)) }
  for _, name in ipairs { "reason", "ticket" } do
    if campaign[name] then lines[#lines + 1] = name .. " " .. mask(campaign[name]) end
  end
  if self.plan.planned_by then
    lines[#lines + 1] = "planned by " .. mask((self.plan.planned_by:gsub("@", " on ", 1)))
  end
  for _, approval in ipairs(self.approvals) do
    lines[#lines + 1] = ("approved by %s %s with key %s"):format(mask(approval.approver),
      mask(approval.approved_at), mask(approval.key))
  end
  for _, run in ipairs(self.runs) do
    lines[#lines + 1] = ("%s  %s by %s on %s, process %d: %s"):format(time_of(run.started_at),
      mask(run.command), mask(run.who), mask(run.host), run.pid,
      run.ended_as and mask(run.ended_as) .. " " .. time_of(run.ended_at) or "at work, or dead")
  end
  for _, line in ipairs(standing.lines(self, mask)) do lines[#lines + 1] = line end
  return table.concat(lines, "\n") .. "\n"
end

function report:__tostring()
  return ("campaign %s: %s"):format(self.campaign.id:sub(1, 12), self:summary())
end

guard(report, report, "report",
  "open is_success extent_of summary numbers_summary table csv to_json describe")

return report
