--- A campaign's report: counts by state, the targets that are not confirmed, and the runs.

local extent = require "twilio.numbers.campaign.plan.extent"
local guard = require("twilio.numbers.util.methods").guard
local presentation = require "twilio.numbers.campaign.report_presentation"
local report_rows = require "twilio.numbers.campaign.report_rows"
local schema = require "twilio.numbers.campaign.ledger.schema"
local standing = require "twilio.numbers.campaign.standing"

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

---@class twilio.numbers.Report: twilio.numbers.ReportPresentation
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
---@field targets twilio.numbers.ReportTarget[] all targets, in the plan's order; made when it is first read, so `each` takes less memory
---@field rows twilio.numbers.ReportRows internal
---@field runs twilio.numbers.ReportRun[] the runs, oldest first
---@field approvals twilio.numbers.Approval[] who has approved the plan
---@field failures integer how many targets have failed since the last release
---@field halt twilio.numbers.Halt? why, when and by whom the campaign was halted
---@field head twilio.numbers.AuditHead? the end of the audit chain; nil in a ledger of version 1
local report = {}
for name, method in pairs(presentation) do report[name] = method end

local function targets_of(self)
  local targets = {}
  for target in self:each() do targets[target.number] = target end
  self.targets = targets
  return targets
end

function report.__index(self, name)
  if name == "targets" then return targets_of(self) end
  return report[name]
end

--- The class for which a target was skipped.
local function class_of(target)
  return (target.why or ""):match "^([a-z_]+)"
end

local function count(self, target)
  local entry = self.plan:target(target.number)
  self.counts[target.state] = self.counts[target.state] + 1
  if entry.class == "cancel" then
    self.numbers[target.state] = self.numbers[target.state] + (extent.numbers_of(entry) or 0)
  end
  for _, try in ipairs(target.tries) do
    self.is_begun = self.is_begun or try.outcome ~= "not_sent"
  end
  local was_skipped = target.state == "skipped" and entry.class == "cancel"
  if was_skipped and class_of(target) ~= "canceled" then self.changed = self.changed + 1 end
end

local function new(campaign, record)
  local plan = record.plan
  local self = setmetatable({
    campaign = campaign, plan = plan, runs = record.runs, rows = report_rows.new(plan, campaign.id),
    planned = campaign.planned, problems = plan:problems(), is_begun = false, changed = 0,
    counts = {}, numbers = {}, extent = plan:extent(), base_url = plan.base_url,
  }, report)
  for _, state in ipairs(schema.STATES) do self.counts[state], self.numbers[state] = 0, 0 end
  return self
end

--- Internal. Reads a report from the ledger. It is an error if the rows differ from the plan.
---@param ledger twilio.numbers.Ledger
---@param campaign table as the ledger found it
---@return twilio.numbers.Report?
---@return twilio.numbers.Error?
function report.read(ledger, campaign)
  local self
  local record, err = ledger:read(campaign.id, function(record)
    self = new(campaign, record)
    return function(target)
      self.rows:add(target)
      count(self, target)
    end
  end)
  if record == nil then return nil, err end
  if not record then return ledger:damaged "a campaign is missing that was there" end
  self.approvals, err = ledger:approvals(campaign.id)
  if not self.approvals then return nil, err end
  local ok
  ok, err = standing.read(self, ledger, record)
  return ok and self, err
end

--- Gives the targets one after the other, in the plan's order. That takes less memory than `targets`.
---@return fun(): twilio.numbers.ReportTarget?
function report:each()
  local number = 0
  return function()
    number = number + 1
    return self.rows:get(number)
  end
end

--- How much is in a state: targets, port-ins, single numbers, and the telephone numbers of all of them.
---@param state twilio.numbers.TargetState
---@return twilio.numbers.Extent
function report:extent_of(state)
  local numbers = {}
  for number = 1, self.rows.count do
    if self.rows:state(number) == state then numbers[#numbers + 1] = number end
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

function report:__tostring()
  return ("campaign %s: %s"):format(self.campaign.id:sub(1, 12), self:summary())
end

guard(report, report, "report",
  "each open is_success extent_of summary numbers_summary table csv to_json describe")

return report
