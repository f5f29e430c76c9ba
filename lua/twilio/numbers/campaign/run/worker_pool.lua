--- Tasks that work on targets side by side, until no target is left or a stop condition holds.

local queue = require "twilio.numbers.runtime.queue"
local system = require "twilio.numbers.util.system"

local worker_pool = {}

--- Claims so many more targets. A target that this run has tried before is given back: another run had it
--- meanwhile, and may know better.
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

--- Gives planned targets one after the other, up to so many. They are claimed in small groups.
---@param run twilio.numbers.CampaignRun
---@param limit number
---@return fun(): twilio.numbers.LedgerTarget?
---@return fun(): integer # how many were claimed
---@return fun() # gives those back that nothing has begun with
function worker_pool.claims(run, limit)
  local claimed, taken, is_empty = {}, 0, false
  -- A target can be claimed twice. A damaged index could return the same ones for ever.
  local most = math.min(limit, 2 * run.plan:count())
  local function next_target()
    while #claimed == 0 and taken < most and not is_empty and not run.is_waiting do
      local count = claim(run, math.min(most - taken, run.concurrency), claimed)
      taken, is_empty = taken + count, count == 0
    end
    return table.remove(claimed, 1)
  end
  --- Other tasks may claim while this one waits for the ledger: it takes the rows first.
  local function put_back()
    local rows = {}
    while #claimed > 0 do rows[#rows + 1] = table.remove(claimed) end
    taken = taken - #rows
    for _, row in ipairs(rows) do
      run.tried[row.number] = nil
      run:write(function(ledger) return ledger:move(row, { state = "planned", free = true }) end)
    end
  end
  return next_target, function() return taken end, put_back
end

--- Gives an array's targets one after the other.
function worker_pool.each(list)
  local i = 0
  return function()
    i = i + 1
    return list[i]
  end
end

local function raise_first(errs)
  for _, err in pairs(errs) do error(err.raised, 0) end
end

--- Works on targets until none is left or a stop condition holds. Raises what `body` raises, when all tasks have
--- ended.
---@param run twilio.numbers.CampaignRun
---@param next_target fun(): twilio.numbers.LedgerTarget?
---@param body fun(run: twilio.numbers.CampaignRun, target: twilio.numbers.LedgerTarget)
---@param most number? how many targets there are at most
function worker_pool.work(run, next_target, body, most)
  local client, stop = run.client, run.stop_conditions
  local workers, wakeup, is_at_work = {}, queue.new(true), true
  local function work()
    while not stop:on() do
      local target = next_target()
      if not target then break end
      body(run, target)
    end
    return true
  end
  for i = 1, math.min(run.concurrency, most or run.concurrency) do workers[i] = work end
  raise_first(select(2, client:gather {
    function()
      local _, errs = client:gather(workers)
      is_at_work = false
      client:wake(wakeup)
      raise_first(errs)
      return true
    end,
    function()
      stop:watch(function() return is_at_work end, wakeup)
      return true
    end,
  }))
end

return worker_pool
