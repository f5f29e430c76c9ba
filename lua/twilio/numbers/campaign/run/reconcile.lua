--- Finds out by GET what became of DELETEs: of those that were intended when a process died, of those
--- whose answer was lost, and of those that were accepted, which is not yet cancelled. Sends no DELETE.

local fetch_target = require "twilio.numbers.campaign.plan.fetch_target"
local statuses = require "twilio.numbers.api.status"
local system = require "twilio.numbers.util.system"
local worker_pool = require "twilio.numbers.campaign.run.worker_pool"

local reconcile = {}

local ALL = 1000000 -- more than there are
local INTERVAL, GROWTH, MOST = 1, 1.5, 30 -- seconds between two looks at what was accepted

--- What a status says of a DELETE that is `age` seconds old at least. Nil for nothing yet: one that
--- seems not to have been acted upon may still be on its way.
local function judge(run, target, status, kind, age)
  if status == "canceled" then return { state = "confirmed", seen = status } end
  if status == "canceling" then
    return { state = "accepted", seen = status, why = "seen as canceling", keep = true }
  end
  local phase = statuses.phase(kind, status)
  if phase == "done" then
    return { state = "refused", seen = status,
      why = ("it is %s, and was not cancelled"):format(status) }
  elseif phase == nil then
    return { state = target.state == "accepted" and "accepted" or "uncertain", seen = status,
      why = ("status %s says nothing"):format(status or "missing"), keep = true }
  elseif target.state == "accepted" then
    return { state = "accepted", seen = status, keep = true,
      why = "accepted, but still " .. status }
  elseif age >= run.settle_after then
    return { state = "planned", seen = status, free = true,
      why = ("still %s for %.0f s: the DELETE was not acted upon"):format(status, age) }
  end
end

--- What cannot be looked at stays as uncertain as it is. A 404 proves nothing.
local function not_seen(target, err)
  local state = target.state == "accepted" and "accepted" or "uncertain"
  return { state = state, keep = true, why = "could not be looked at: " .. tostring(err) }
end

--- How old its last DELETE is, at least. Nobody knows when one was sent whose process died, or which the
--- client has tried more than once: what is certain is since when this run has been looking for that one.
local function age_of(run, target)
  local attempt, now = target.number .. "/" .. target.attempts, system.now()
  run.looks[attempt] = run.looks[attempt] or now
  return now - run.looks[attempt]
end

--- Looks at one. Gives what it found, nil if it is too early to tell.
local function look(run, target)
  local port_in, number = fetch_target.fetch(run.client, target)
  if not port_in then
    if number.stopped == "closed" then return nil end
    local is_unauthorized = number.http_status == 401 or number.http_status == 403
    if is_unauthorized then run.stop_conditions:count(number) end
    return not_seen(target, number)
  end
  local item, kind = number or port_in, number and "number" or "request"
  return judge(run, target, item:status(), kind, age_of(run, target))
end

--- Looks at all of them once, and gives those that are not settled.
local function look_at(run, list, is_settled)
  local open = {}
  worker_pool.work(run, worker_pool.each(list), function(_, target)
    local finding, before = look(run, target), target.state
    if finding then
      local moved = run:write(function(ledger) return ledger:move(target, finding) end)
      if moved == false then return end -- somebody else's by now
      if moved and target.state ~= before then
        if target.state == "refused" then run.stop_conditions:fail() end
        run:tell(target)
      end
    end
    if not finding or not is_settled[target.state] then open[#open + 1] = target end
  end, #list)
  return open
end

local told = {
  planned = true, accepted = true, confirmed = true, refused = true, uncertain = true,
}

--- Settles what earlier runs, and runs that died, have left in the open.
---@param run twilio.numbers.CampaignRun
function reconcile.settle(run)
  local list = run:claim({ "intended", "uncertain" }, ALL)
  if #list > 0 then run:stage("settling", #list) end
  while #list > 0 and not run.stop_conditions:on() do
    list = look_at(run, list, told)
    if #list > 0 then run.stop_conditions:sleep(math.min(run.settle_after / 4, INTERVAL)) end
  end
end

local is_proven = { confirmed = true, refused = true, planned = true }

--- Watches what was accepted, and what is uncertain, until all of it is proven or the time is over.
---@param run twilio.numbers.CampaignRun
---@param seconds number
function reconcile.prove(run, seconds)
  local ends, pause = system.now() + seconds, run.interval or INTERVAL
  while not run.stop_conditions:on() do
    local list = run:claim({ "accepted", "uncertain", "intended" }, ALL, true)
    look_at(run, list, is_proven)
    local left = ends - system.now()
    if left <= 0 or run:count { "accepted", "uncertain", "intended" } == 0 then return end
    run.stop_conditions:sleep(math.min(pause, left))
    pause = math.min(pause * GROWTH, MOST)
  end
end

return reconcile
