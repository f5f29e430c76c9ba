--- A campaign's report as a person or another program is shown it: a table, CSV, JSON, lines of text. Numbers are masked
--- unless asked for.

local classify = require "twilio.numbers.campaign.plan.classify"
local date = require "twilio.numbers.util.date"
local extent = require "twilio.numbers.campaign.plan.extent"
local format = require "twilio.numbers.util.format"
local options_of = require "twilio.numbers.util.options"
local redact = require "twilio.numbers.util.redact"
local standing = require "twilio.numbers.campaign.standing"
local to_json = require "twilio.numbers.campaign.report_json"

--- The part of a report that shows it.
---@class twilio.numbers.ReportPresentation
local presentation = {}

local report_options = options_of.schema {
  all = { kind = "boolean" },
  unmasked = { kind = "boolean" },
  limit = { kind = "count" },
}

local function time_of(seconds)
  return seconds and date.text(seconds) or nil
end

local columns = to_json.COLUMNS
local shown = { "state", "port_in_sid", "phone_number_sid", "phone_number", "seen", "attempts",
  "code", "why" }

local function row_of(self, target, mask)
  local run = self.run_by_id[target.run or ""] or {}
  local last = target.tries[#target.tries] or {}
  local row = {
    intended_at = time_of(target.intended_at), changed_at = time_of(target.changed_at),
    host = mask(run.host), who = mask(run.who), why = mask(target.why),
    phone_number = mask(target.phone_number),
    numbers = extent.numbers_of(self.plan:target(target.number)),
    request_id = mask(target.request_id or last.request_id),
    http_status = target.http_status or last.http_status,
  }
  for _, name in ipairs(columns) do
    if row[name] == nil then row[name] = mask(target[name]) end
  end
  return row
end

--- Whether the table lists a target without the option `all`: it is neither done, nor does the plan say why there
--- was nothing to do. What is not to be cancelled by the plan is skipped, so the others need no look at the plan.
local function is_listed(self, number)
  local state = self.rows:state(number)
  if state ~= "skipped" then return state ~= "confirmed" end
  local class = self.plan:target(number).class
  return class == "cancel" or class == "left_out" or classify.is_problem(class)
end

--- Gives the rows of the targets to list with their targets, one after the other, up to so many.
local function rows_of(self, options, mask)
  local next_target, left = self:each(), options.limit or math.huge
  return function()
    local target
    repeat target = next_target() until not target or options.all or is_listed(self, target.number)
    left = left - 1
    if target and left >= 0 then return row_of(self, target, mask), target end
  end
end

--- How many targets are listed.
local function count_listed(self, options)
  if options.all then return self.rows.count end
  local listed = 0
  for number = 1, self.rows.count do
    if is_listed(self, number) then listed = listed + 1 end
  end
  return listed
end

--- The filter of the texts. The runs are found by their ids from then on.
local function prepare(self, options)
  self.run_by_id = {}
  for _, run in ipairs(self.runs) do self.run_by_id[run.id] = run end
  return redact.filter(options.unmasked)
end

---@class twilio.numbers.ReportOptions
---@field all boolean? include targets that are confirmed, and those that the plan left out for good reason. Default: false.
---@field unmasked boolean? show phone numbers and e-mail addresses in full. Default: false.
---@field limit integer? list so many targets at most, and count the rest; of `table` only. Default: no limit.

--- A text table of the targets that a person may have to check; "" if there are none.
---@param options twilio.numbers.ReportOptions?
---@param write (fun(text: string))? gets the text piece by piece, which takes less memory
---@return string # empty if there is `write`
function presentation:table(options, write)
  options = report_options:check(options or {})
  local mask, listed = prepare(self, options), count_listed(self, options)
  if listed == 0 then return "" end
  local more = listed - (options.limit or listed)
  return format.pieces(function(to)
    format.write_aligned(shown, function() return rows_of(self, options, mask) end, to)
    if more > 0 then to(("and %d more\n"):format(more)) end
  end, write)
end

--- The same as CSV, with every column.
---@param options twilio.numbers.ReportOptions?
---@param write (fun(text: string))? as for `table`
---@return string # empty if there is `write`
function presentation:csv(options, write)
  options = report_options:check(options or {})
  local rows = rows_of(self, { all = options.all }, prepare(self, options))
  return format.pieces(function(to) format.write_csv(columns, rows, to) end, write)
end

--- The report as JSON: campaign, counts, runs, targets with every attempt.
---@param options twilio.numbers.ReportOptions?
---@param write (fun(text: string))? as for `table`
---@return string # empty if there is `write`
function presentation:to_json(options, write)
  options = report_options:check(options or {})
  local mask = prepare(self, options)
  local rows = rows_of(self, { all = options.all }, mask)
  return format.pieces(function(to) to_json.write(self, rows, mask, to) end, write)
end

--- The campaign and its runs, as lines of text.
---@param options twilio.numbers.ReportOptions?
---@return string
function presentation:describe(options)
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

return presentation
