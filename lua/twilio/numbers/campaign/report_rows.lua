--- The rows of a report's targets and their DELETEs, column by column: as tables of their own they would take ten times
--- the memory. What the plan says of a target is not kept again.

local schema = require "twilio.numbers.campaign.ledger.schema"

---@class twilio.numbers.ReportRows
---@field plan twilio.numbers.Plan
---@field campaign string the campaign's id
---@field count integer
---@field columns table<string, table<integer, any>> of the targets, by their places in the plan
---@field tries table<string, table<integer, any>> of the DELETEs, in the order of the targets
---@field runs table<string, string> the ids of runs, each once
---@field first integer[] the place of a target's first DELETE; one more than there are targets
local report_rows = {}
report_rows.__index = report_rows

--- What is not kept, since the plan or the place tells it.
local told = {
  targets = { campaign = true, number = true, port_in_sid = true, phone_number_sid = true,
    phone_number = true, planned_status = true },
  attempts = { campaign = true, target = true, attempt = true },
}

local function names_of(name)
  local names = {}
  for _, column in ipairs(schema.columns[name]) do
    if not told[name][column.name] then names[#names + 1] = column.name end
  end
  return names
end

local target_names, try_names = names_of "targets", names_of "attempts"

---@param plan twilio.numbers.Plan
---@param campaign string the campaign's id
---@return twilio.numbers.ReportRows
function report_rows.new(plan, campaign)
  local self = { plan = plan, campaign = campaign, count = 0, columns = {}, tries = {},
    runs = {}, first = { 1 } }
  for _, name in ipairs(target_names) do self.columns[name] = {} end
  for _, name in ipairs(try_names) do self.tries[name] = {} end
  return setmetatable(self, report_rows)
end

--- The one text that stands for a run's id in all rows.
local function share_run(self, row)
  local id = row.run
  if id == nil then return end
  local shared = self.runs[id]
  if not shared then self.runs[id] = id end
  row.run = shared or id
end

--- Puts the values of a row into their columns.
local function copy(columns, place, names, row)
  for i = 1, #names do
    local name = names[i]
    local value = row[name]
    if value ~= nil then columns[name][place] = value end -- many are nil
  end
end

--- Adds the next target of the ledger, with its `tries`.
---@param target table
function report_rows:add(target)
  local number = self.count + 1
  local place = self.first[number]
  self.count = number
  share_run(self, target)
  copy(self.columns, number, target_names, target)
  for i, try in ipairs(target.tries) do
    share_run(self, try)
    copy(self.tries, place + i - 1, try_names, try)
  end
  self.first[number + 1] = place + #target.tries
end

--- A target with its DELETEs; nil if there is none.
---@param number integer its place in the plan
---@return twilio.numbers.ReportTarget?
function report_rows:get(number)
  local planned = number <= self.count and self.plan:target(number)
  if not planned then return nil end
  local target = {
    campaign = self.campaign, number = number, port_in_sid = planned.port_in_sid,
    phone_number_sid = planned.phone_number_sid, phone_number = planned.phone_number,
    planned_status = planned.status, tries = {},
  }
  for _, name in ipairs(target_names) do target[name] = self.columns[name][number] end
  local first = self.first[number]
  for place = first, self.first[number + 1] - 1 do
    local try = { campaign = self.campaign, target = number, attempt = place - first + 1 }
    for _, name in ipairs(try_names) do try[name] = self.tries[name][place] end
    target.tries[place - first + 1] = try
  end
  return target
end

--- The state of a target.
---@param number integer
---@return twilio.numbers.TargetState
function report_rows:state(number) return self.columns.state[number] end

return report_rows
