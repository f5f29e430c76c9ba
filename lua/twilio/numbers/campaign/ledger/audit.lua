--- Compares a ledger's rows with the plan that is stored beside them, which has a hash of every byte. A file may
--- be damaged, and another program may write to a database. No target may be missing, added, or different
--- from the plan.

local ascii = require "twilio.numbers.util.ascii"
local document = require "twilio.numbers.campaign.plan.document"
local row_types = require "twilio.numbers.campaign.ledger.row_types"
local schema = require "twilio.numbers.campaign.ledger.schema"

local audit = {}

--- All rows of one campaign, as of one moment.
---@class twilio.numbers.CampaignRecord
---@field campaign table its row
---@field plan twilio.numbers.Plan the stored plan
---@field targets table[] in the plan's order, each with its `tries`, the oldest first
---@field runs table[] the oldest first
---@field brakes twilio.numbers.Brakes? nil in a ledger of version 1
---@field purge { plan_id: string }? if what is personal was removed
---@field result any what the reader's function gave

local is_state = {}
for _, state in ipairs(schema.STATES) do is_state[state] = true end

local identity = { "port_in_sid", "phone_number_sid", "phone_number" }

--- How a target's row differs from the plan; nil if it does not.
local function mismatch(plan, row)
  local number = row.number
  local entry = plan.targets[number]
  if not entry then return "there is a target that the plan does not have" end
  for _, name in ipairs(identity) do
    if row[name] ~= entry[name] then
      return ("target %d has another %s than in the plan"):format(number, name)
    end
  end
  if row.planned_status ~= entry.status then
    return ("target %d has another status than in the plan"):format(number)
  elseif not is_state[row.state] then
    return ("target %d is in a state that does not exist"):format(number)
  elseif entry.class ~= "cancel" and (row.state ~= "skipped" or row.attempts ~= 0) then
    return ("target %d is not to be cancelled by the plan, and is not skipped"):format(number)
  end
end

--- How a row that was just claimed or intended differs from the plan; nil if it does not.
---@param plan twilio.numbers.Plan
---@param row table all of its columns
---@return string?
function audit.objection(plan, row)
  local column = row_types.misfit("targets", row)
  if column then return ("in targets, a value of %s cannot be there"):format(column) end
  return mismatch(plan, row)
end

local outcomes = { accepted = true, refused = true, uncertain = true, not_sent = true }

--- The problem of an attempt's row; nil if there is none.
local function problem_of_try(try, place, runs)
  if try.attempt ~= place then return "its attempts are not numbered one after the other" end
  if not runs[try.run] then return "an attempt is of a run that is not known" end
  if try.outcome and not outcomes[try.outcome] then return "an attempt's outcome does not exist" end
  if (try.answered_at == nil) ~= (try.seconds == nil) or try.outcome and not try.answered_at then
    return "an attempt is half answered"
  end
end

--- The statuses of refusals after which the target stays planned.
local is_final = { [401] = false, [403] = false, [429] = false }

--- Whether a target's state contradicts its last DELETE. In SQLite only one process writes, and it writes an
--- answer together with the state. (With PostgreSQL, an answer may arrive after another machine has
--- claimed the target.)
local function contradicts(target, last)
  if target.state == "intended" then return last.outcome ~= nil end
  local is_open_again = target.state == "planned" or target.state == "uncertain"
  if not is_open_again or target.again ~= nil then return false end
  local was_refused = last.outcome == "refused" and is_final[last.http_status] == nil
  return was_refused or last.outcome == "accepted"
end

--- How a target's row contradicts the rows of its attempts, or those of the runs; nil if it does not.
local function problem_of_target(record, target, kind)
  local tries, runs = target.tries, record.run_by_id
  local last = tries[#tries]
  if #tries ~= target.attempts then return "it has lost an attempt, or got one" end
  for place, try in ipairs(tries) do
    local problem = problem_of_try(try, place, runs)
    if problem then return problem end
  end
  if target.intended_at ~= (last and last.intended_at) then
    return "its last attempt was at another time"
  elseif not last and (target.state == "intended" or target.state == "uncertain") then
    return "it has no attempt, and is " .. target.state
  elseif target.state == "confirmed" and target.seen ~= "canceled" then
    return "it is confirmed, and was not seen as canceled"
  elseif target.state == "skipped" and target.why == nil then
    return "it is skipped without a reason"
  elseif target.run and not runs[target.run] or target.again and not runs[target.again] then
    return "it is of a run that is not known"
  elseif kind == "sqlite" and last and contradicts(target, last) then
    return "its last attempt's outcome is another than its state"
  end
end

local function misfit(name, rows)
  for _, row in ipairs(rows) do
    local column = row_types.misfit(name, row)
    if column then return ("in %s, a value of %s cannot be there"):format(name, column) end
  end
end

--- The stored plan, if it is unaltered and the campaign's row agrees with it. After a purge it is a shorter one.
local function plan_of(campaign, purge)
  local plan = document.read(campaign.plan)
  if not plan or plan.id ~= (purge and purge.plan_id or campaign.id) then return nil end
  if plan.account_sid ~= campaign.account_sid then return nil end
  return plan:count "cancel" == campaign.planned and plan or nil
end

local function by_number(a, b) return a.number < b.number end
local function by_attempt(a, b) return a.attempt < b.attempt end

local function by_start(a, b)
  if a.started_at ~= b.started_at then return a.started_at < b.started_at end
  return ascii.is_before(a.id, b.id)
end

--- Sorts a record's rows and attaches the attempts to their targets. Returns the problem that prevents that.
local function arrange(record)
  local targets, run_by_id = record.targets, {}
  table.sort(targets, by_number)
  table.sort(record.runs, by_start)
  table.sort(record.attempts, by_attempt)
  for _, run in ipairs(record.runs) do
    if (run.ended_at == nil) ~= (run.ended_as == nil) then return "a run has half ended" end
    run_by_id[run.id] = run
  end
  for number, target in ipairs(targets) do
    if target.number ~= number then
      return ("target %d is missing, or there twice"):format(number)
    end
    target.tries = {}
  end
  for _, try in ipairs(record.attempts) do
    local target = targets[try.target]
    if not target then return "there is an attempt of a target that is missing" end
    table.insert(target.tries, try)
  end
  record.run_by_id = run_by_id
end

--- The problem of a record; nil if there is none. Sets its plan.
local function problem_of(record, kind)
  local plan = plan_of(record.campaign, record.purge)
  if not plan then return "a campaign is not that of its plan" end
  local problem = arrange(record)
  if problem then return problem end
  if #record.targets ~= #plan.targets then
    return ("%d targets are there of %d"):format(#record.targets, #plan.targets)
  end
  record.plan = plan
  for number, target in ipairs(record.targets) do
    problem = mismatch(plan, target)
    if problem then return problem end
    problem = problem_of_target(record, target, kind)
    if problem then return ("target %d: %s"):format(number, problem) end
  end
end

local halts = { failures = true, canary = true }

--- How a campaign's brakes contradict themselves; nil if they do not.
local function problem_of_brakes(record)
  local row = record.brakes
  if not row then return "its brakes are missing" end
  local is_known = row.halted == nil or halts[row.halted]
  if not is_known or (row.halted == nil) ~= (row.halted_at == nil) then
    return "its brakes are half on"
  end
  for _, name in ipairs { "halted_by", "canary_run" } do
    if row[name] and not record.run_by_id[row[name]] then
      return "its brakes are of a run that is not known"
    end
  end
end

local parts = { "targets", "attempts", "runs" }

--- Rows without a campaign that are no problem: those of a run whose plan was refused before it was entered.
local may_be_alone = { runs = true, brakes = true }

--- Tables with at most one row for a campaign, and where that stands in its record.
local single = { brakes = "brakes", purges = "purge" }

--- Gives each record its rows.
local function distribute(records, name, rows)
  for _, row in ipairs(rows) do
    local record = records[row.campaign]
    if record and single[name] then
      record[single[name]] = row
    elseif record then
      table.insert(record[name], row)
    elseif not may_be_alone[name] then
      return ("in %s, there is a row of no campaign"):format(name)
    end
  end
end

local function select_all(db, name, id)
  local sql = ("SELECT %s FROM %s"):format(schema.list(name), name)
  if not id then return db:rows(sql) end
  return db:rows(("%s WHERE %s = ?"):format(sql, name == "campaigns" and "id" or "campaign"), id)
end

local tables_of_version_1 = { "campaigns", "targets", "attempts", "runs" }
local all_tables = { "campaigns", "targets", "attempts", "runs", "brakes", "purges" }

local function read_tables(db, id)
  local everything = {}
  for _, name in ipairs(db.version > 1 and all_tables or tables_of_version_1) do
    local rows, err = select_all(db, name, id)
    if not rows then return nil, err end
    everything[name] = rows
  end
  return everything
end

--- The records by their ids; or nil and the problem.
local function records_of(db, everything)
  for name, rows in pairs(everything) do
    local problem = misfit(name, rows)
    if problem then return nil, problem end
  end
  local records = {}
  for _, campaign in ipairs(everything.campaigns) do
    records[campaign.id] = { campaign = campaign, targets = {}, attempts = {}, runs = {} }
  end
  for _, name in ipairs(parts) do
    local problem = distribute(records, name, everything[name])
    if problem then return nil, problem end
  end
  for name in pairs(single) do
    local problem = distribute(records, name, everything[name] or {})
    if problem then return nil, problem end
  end
  for id, record in pairs(records) do
    local problem = problem_of(record, db.kind)
    problem = problem or everything.brakes and problem_of_brakes(record)
    if problem then return nil, ("campaign %s: %s"):format(id:sub(1, 12), problem) end
  end
  return records
end

--- Reads and checks all rows, or all of one campaign, as of one moment. `also` gets the records of that moment.
local function read(db, id, also)
  return db:snapshot(function()
    local everything, err = read_tables(db, id)
    if not everything then return nil, err end
    local records, problem = records_of(db, everything)
    if not records then return db:damaged(problem) end
    if also and records[id] then
      records[id].result, err = also(records[id])
      if records[id].result == nil then return nil, err end
    end
    return records
  end)
end

--- Checks all rows of a ledger.
---@param db twilio.numbers.Database
---@return true?
---@return twilio.numbers.Error? # of kind "ledger"
function audit.all(db)
  local records, err = read(db)
  return records and true, err
end

--- Reads and checks a campaign. False if there is none with this id.
---@param db twilio.numbers.Database
---@param id string
---@param also (fun(record: twilio.numbers.CampaignRecord): any, twilio.numbers.Error?)? reads more, as of the same moment
---@return twilio.numbers.CampaignRecord|false|nil
---@return twilio.numbers.Error? # of kind "ledger"
function audit.read(db, id, also)
  local records, err = read(db, id, also)
  if not records then return nil, err end
  return records[id] or false
end

return audit
