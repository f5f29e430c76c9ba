--- Tasks that work on targets side by side, until no target is left or a stop condition holds.

local queue = require "twilio.numbers.runtime.queue"
local system = require "twilio.numbers.util.system"

local worker_pool = {}

local FRESH_SHARE = 1 / 6 -- of a lease: a target whose claim is older is claimed anew before anything begins with it
local LONGEST = 3 -- leases that a task waits for others that claim or put back

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

--- The planned targets of a run, one after the other. They are claimed in groups.
---@class twilio.numbers.Claims
---@field run twilio.numbers.CampaignRun
---@field claimed twilio.numbers.LedgerTarget[] those that nothing has begun with
---@field taken integer how many were claimed
---@field most integer how many may be claimed
---@field is_empty boolean whether none was left to be claimed
---@field changing integer how many tasks claim or put back: what the ledger has meanwhile is not all there is
local claims = {}
claims.__index = claims

---@param run twilio.numbers.CampaignRun
---@param limit number
---@return twilio.numbers.Claims
function worker_pool.claims(run, limit)
  -- A target can be claimed twice. A damaged index could return the same ones for ever.
  local most = math.min(limit, 2 * run.plan:count())
  return setmetatable({ run = run, claimed = {}, taken = 0, most = most, is_empty = false,
    changing = 0 }, claims)
end

--- Whether there is no target any more, as far as is known without the ledger.
---@return boolean
function claims:is_over()
  if #self.claimed > 0 then return false end
  return self.is_empty or self.taken >= self.most or self.run.is_waiting == true
end

--- Waits until no task claims or puts back, which may wait for a database that was lost. False if some still do.
local function wait_for_tasks(self)
  if self.changing > 0 then
    self.run.stop_conditions:sleep(LONGEST * self.run.lease, function()
      return self.changing == 0
    end)
  end
  return self.changing == 0
end

--- Whether there may be one, by the ledger: those that other runs have may become free.
---@return boolean
function claims:has_more()
  if #self.claimed == 0 and not self:is_over() and wait_for_tasks(self) then
    self.is_empty = not self.run:has_claimable()
  end
  return not self:is_over()
end

--- Claims a group, unless another task claims, since as many again would be claimed, or puts back, since those may be
--- the last. False if none can be claimed now.
local function claim_group(self)
  if self.changing > 0 then return wait_for_tasks(self) end
  local run = self.run
  self.changing = self.changing + 1
  local most = math.min(self.most - self.taken, run.group)
  local count = claim(run, most, self.claimed)
  self.changing = self.changing - 1
  self.taken, self.is_empty = self.taken + count, count == 0
  return true
end

--- Whether the claim of the next one is so old that there may be no time left to send it: it had to wait for the rate,
--- or for the hours.
local function is_old(self)
  local next_one = self.claimed[1]
  return next_one ~= nil and system.now() - next_one.claimed > self.run.lease * FRESH_SHARE
end

--- Claims one.
---@return twilio.numbers.LedgerTarget?
function claims:next()
  if is_old(self) then self:put_back() end
  while #self.claimed == 0 and not self:is_over() do
    if not claim_group(self) then return nil end
  end
  return table.remove(self.claimed, 1)
end

--- Gives those back that nothing has begun with. Other tasks may ask for one while this one waits for the ledger: it
--- takes the rows first.
function claims:put_back()
  local run, rows = self.run, {}
  while #self.claimed > 0 do rows[#rows + 1] = table.remove(self.claimed) end
  if #rows == 0 then return end
  self.taken = self.taken - #rows
  for _, row in ipairs(rows) do run.tried[row.number] = nil end
  self.changing = self.changing + 1
  run:write(function(ledger)
    for _, row in ipairs(rows) do
      local is_moved, err = ledger:move(row, { state = "planned", free = true })
      if is_moved == nil then return nil, err end
    end
    return true
  end)
  self.changing, self.is_empty = self.changing - 1, false
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
