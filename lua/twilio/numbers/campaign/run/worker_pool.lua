--- A group of tasks that work on targets side by side, until there is none left or a stop condition holds.

local system = require "twilio.numbers.util.system"


local worker_pool = {}

--- Claims so many more. What this run has tried before, and somebody else has had in between, is not
--- tried again.
local function claim(run, count, claimed)
  local rows, now = run:claim({ "planned" }, count), system.now()
  for _, row in ipairs(rows) do
    row.claimed, row.claimed_at = now, system.time()
    if run.tried[row.number] then
      run:write(function(ledger) return ledger:move(row, { state = "planned" }) end)
    else
      run.tried[row.number] = true
      claimed[#claimed + 1] = row
    end
  end
  return #rows
end

--- Gives the planned targets one after the other, claimed a handful at a time; up to so many in all.
---@param run twilio.numbers.CampaignRun
---@param limit number
---@return fun(): twilio.numbers.LedgerTarget?
---@return fun(): integer # how many were claimed
function worker_pool.claims(run, limit)
  local claimed, taken, is_empty = {}, 0, false
  -- A target can be claimed twice. A damaged index could return the same ones for ever.
  local most = math.min(limit, 2 * #run.plan.targets)
  local function next_target()
    while #claimed == 0 and taken < most and not is_empty do
      local count = claim(run, math.min(most - taken, run.concurrency), claimed)
      taken, is_empty = taken + count, count == 0
    end
    return table.remove(claimed, 1)
  end
  return next_target, function() return taken end
end

--- Gives an array's targets one after the other.
function worker_pool.each(list)
  local i = 0
  return function()
    i = i + 1
    return list[i]
  end
end

---@param run twilio.numbers.CampaignRun
---@param next_target fun(): twilio.numbers.LedgerTarget?
---@param body fun(run: twilio.numbers.CampaignRun, target: twilio.numbers.LedgerTarget)
---@param most number? how many targets there are at most
function worker_pool.work(run, next_target, body, most)
  local count = math.min(run.concurrency, most or run.concurrency)
  local at_work, tasks = count, {}
  local function work()
    while not run.stop_conditions:on() do
      local target = next_target()
      if not target then break end
      body(run, target)
    end
    at_work = at_work - 1
    return true
  end
  for i = 1, count do tasks[i] = work end
  tasks[count + 1] = function()
    run.stop_conditions:watch(function() return at_work > 0 end)
    return true
  end
  local _, errs = run.client:gather(tasks)
  for _, err in pairs(errs) do error(err.raised, 0) end
end

return worker_pool
