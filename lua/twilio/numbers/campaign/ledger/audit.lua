--- Compares a ledger's rows with the plan that is stored beside them, which has a hash of every byte. A file may
--- be damaged, and another program may write to a database. No target may be missing, added, or different
--- from the plan.

local ascii = require "twilio.numbers.util.ascii"
local cursor = require "twilio.numbers.campaign.ledger.cursor"
local document = require "twilio.numbers.campaign.plan.document"
local row_types = require "twilio.numbers.campaign.ledger.row_types"
local schema = require "twilio.numbers.campaign.ledger.schema"
local target_rows = require "twilio.numbers.campaign.ledger.target_rows"

local audit = {}

--- A campaign as of one moment, but for the rows of its targets: those are many.
---@class twilio.numbers.CampaignRecord
---@field campaign table its row
---@field plan twilio.numbers.Plan the stored plan
---@field runs table[] the oldest first
---@field run_by_id table<string, table>
---@field count integer how many targets were read
---@field attempts integer how many attempts
---@field brakes twilio.numbers.Brakes? nil in a ledger of version 1
---@field purge { plan_id: string }? if what is personal was removed

--- The stored plan, if it is unaltered and the campaign's row agrees with it. After a purge it is a shorter one.
local function plan_of(campaign, purge)
  local plan = document.read(campaign.plan)
  if not plan or plan.id ~= (purge and purge.plan_id or campaign.id) then return nil end
  if plan.account_sid ~= campaign.account_sid then return nil end
  return plan:count "cancel" == campaign.planned and plan or nil
end

local function by_start(a, b)
  if a.started_at ~= b.started_at then return a.started_at < b.started_at end
  return ascii.is_before(a.id, b.id)
end

--- Sorts a record's runs. Returns the problem of one of them.
local function arrange_runs(record)
  record.run_by_id = {}
  table.sort(record.runs, by_start)
  for _, run in ipairs(record.runs) do
    if (run.ended_at == nil) ~= (run.ended_as == nil) then return "a run has half ended" end
    record.run_by_id[run.id] = run
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

--- Tables with few rows. Those of a run whose plan was refused before it was entered are of no campaign.
local small = { "runs", "brakes", "purges" }
local may_be_alone = { runs = true, brakes = true }

--- Gives each record its rows.
local function distribute(records, name, rows)
  for _, row in ipairs(rows) do
    local column = row_types.misfit(name, row)
    if column then return ("in %s, a value of %s cannot be there"):format(name, column) end
    local record = records[row.campaign]
    if record and name == "runs" then
      table.insert(record.runs, row)
    elseif record then
      record[name == "purges" and "purge" or name] = row
    elseif not may_be_alone[name] then
      return ("in %s, there is a row of no campaign"):format(name)
    end
  end
end

--- The rows of a query, all or those of a campaign.
local function query(db, sql, id)
  if id == nil then return db:rows(sql) end
  return db:rows(sql .. " WHERE campaign = ?", id)
end

local function read_small(db, records, id)
  for _, name in ipairs(db.version > 1 and small or { "runs" }) do
    local sql = ("SELECT %s FROM %s"):format(schema.list(name), name)
    local rows, err = query(db, sql, id)
    if not rows then return nil, err end
    local problem = distribute(records, name, rows)
    if problem then return db:damaged(problem) end
  end
  return true
end

--- Reads the campaign's row and its plan, and checks what needs no target. False if there is no such campaign.
local function read_head(db, record, id)
  local campaign, err = row_types.checked(db, "campaigns", db:row(
    ("SELECT %s FROM campaigns WHERE id = ?"):format(schema.list "campaigns"), id))
  if not campaign then return campaign, err end
  record.plan = plan_of(campaign, record.purge)
  record.campaign, campaign.plan = campaign, nil
  local problem = not record.plan and "a campaign is not that of its plan" or arrange_runs(record)
  if not problem and db.version > 1 then problem = problem_of_brakes(record) end
  if problem then return db:damaged(("campaign %s: %s"):format(id:sub(1, 12), problem)) end
  return true
end

--- Reads the attempts of a target. They come in the order of the targets.
---@return table|false|nil # the first attempt that is another target's
local function read_tries(attempts, try, target)
  local err
  target.tries = {}
  while try and try.target == target.number do
    table.insert(target.tries, try)
    try, err = attempts:next()
  end
  return try, err
end

local function problem_of(db, record, target, place)
  if place > record.plan:count() then return nil end -- what is too much is counted
  if target.number ~= place then
    return ("target %d is missing, or there twice"):format(place)
  end
  return target_rows.problem(record, target, db.kind)
end

--- What is missing at the end of a campaign's targets, or is there too much.
local function problem_at_end(record, count, try)
  if try then return "there is an attempt of a target that is missing" end
  if count == record.plan:count() then return nil end
  return ("%d targets are there of %d"):format(count, record.plan:count())
end

--- Reads the targets of a campaign with their attempts, checks each, and gives it to `take`.
local function read_targets(db, record, take)
  local id = record.campaign.id
  local targets, attempts = cursor.open(db, "targets", id), cursor.open(db, "attempts", id)
  local count, try, err = 0, attempts:next()
  local target, problem
  record.attempts = 0
  repeat
    if try == nil then return nil, err end
    target, err = targets:next()
    if target then
      count = count + 1
      try, err = read_tries(attempts, try, target)
      if try == nil then return nil, err end
      record.attempts = record.attempts + #target.tries
      problem = problem_of(db, record, target, count)
      if not problem and take and count <= record.plan:count() then take(target) end
    end
  until not target or problem
  if target == nil then return nil, err end
  record.count = count
  problem = problem or problem_at_end(record, count, try)
  if not problem then return true end
  return db:damaged(("campaign %s: %s"):format(id:sub(1, 12), problem))
end

local large = { "targets", "attempts" }

local function check_owners(db)
  for _, name in ipairs(large) do
    local row, err = db:row(([[SELECT 1 AS one FROM %s
      WHERE campaign NOT IN (SELECT id FROM campaigns) LIMIT 1]]):format(name))
    if row == nil then return nil, err end
    if row then return db:damaged(("in %s, there is a row of no campaign"):format(name)) end
  end
  return true
end

--- Whether all rows were read: one whose key cannot be right is not found by it.
local function check_counts(db, counts, id)
  for _, name in ipairs(large) do
    local rows, err = query(db, "SELECT count(*) AS n FROM " .. name, id)
    if not rows then return nil, err end
    if rows[1].n ~= counts[name] then
      return db:damaged(("in %s, a row cannot be read by its key"):format(name))
    end
  end
  return true
end

local function new_record() return { runs = {} } end

local function read_all(db)
  local rows, err = db:rows "SELECT id FROM campaigns"
  if not rows then return nil, err end
  local records, counts = {}, { targets = 0, attempts = 0 }
  for _, row in ipairs(rows) do
    if type(row.id) ~= "string" then
      return db:damaged "in campaigns, a value of id cannot be there"
    end
    records[row.id] = new_record()
  end
  local ok
  ok, err = read_small(db, records)
  if ok then ok, err = check_owners(db) end
  if not ok then return nil, err end
  for id, record in pairs(records) do
    ok, err = read_head(db, record, id)
    if ok == false then return db:damaged "in campaigns, a value of id cannot be there" end
    if ok then ok, err = read_targets(db, record) end
    if not ok then return nil, err end
    counts.targets = counts.targets + record.count
    counts.attempts = counts.attempts + record.attempts
    records[id] = new_record() -- its plan is not needed any more
  end
  return check_counts(db, counts)
end

local function read_one(db, id, open)
  local record = new_record()
  local ok, err = read_small(db, { [id] = record }, id)
  if ok then ok, err = read_head(db, record, id) end
  if not ok then return ok, err end
  local take
  if open then
    take, err = open(record)
    if not take then return nil, err end
  end
  ok, err = read_targets(db, record, take)
  local counts = { targets = record.count, attempts = record.attempts }
  if ok then ok, err = check_counts(db, counts, id) end
  return ok and record, err
end

--- Checks all rows of a ledger, as of one moment.
---@param db twilio.numbers.Database
---@return true?
---@return twilio.numbers.Error? # of kind "ledger"
function audit.all(db)
  return db:snapshot(function() return read_all(db) end)
end

--- Reads and checks a campaign, as of one moment. False if there is none with this id.
---@param db twilio.numbers.Database
---@param id string
---@param open (fun(record: twilio.numbers.CampaignRecord): (fun(target: table))?, twilio.numbers.Error?)? gives the function that takes the targets with their `tries`, in the plan's order
---@return twilio.numbers.CampaignRecord|false|nil
---@return twilio.numbers.Error? # of kind "ledger"
function audit.read(db, id, open)
  return db:snapshot(function() return read_one(db, id, open) end)
end

return audit
