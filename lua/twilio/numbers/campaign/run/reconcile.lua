--- Fetches targets to learn the effect of their DELETEs: those that were intended when a process died, those
--- whose response was lost, and those that were accepted, which is not yet cancelled. Sends no DELETE.

local backoff = require "twilio.numbers.bulk.backoff"
local fetch_target = require "twilio.numbers.campaign.plan.fetch_target"
local status = require "twilio.numbers.api.status"
local system = require "twilio.numbers.util.system"
local worker_pool = require "twilio.numbers.campaign.run.worker_pool"

local reconcile = {}

local PAGE = 500 -- targets that are in memory at once
local INTERVAL, MOST = 1, 30 -- seconds between two fetches of a target

--- Whether the last DELETE was refused, and only its effect could not be looked at.
local function was_refused(target)
  local answer = target.state == "uncertain" and target.http_status
  return answer and answer >= 400 and answer < 500 and answer ~= 408 and answer ~= 429
end

--- The least age of a target's last DELETE. When it was sent is unknown if its process died, or if the client
--- made several attempts. So its age counts from the first time that this run has seen no effect of it.
local function age_of(run, target)
  local attempt, now = target.number .. "/" .. target.attempts, system.now()
  run.checked_since[attempt] = run.checked_since[attempt] or now
  return now - run.checked_since[attempt]
end

--- The state of a target by its status now. Nil if it is too early to tell: a DELETE without a visible effect may still
--- be under way.
local function judge(run, target, seen, kind)
  if seen == "canceled" then return { state = "confirmed", seen = seen } end
  if seen == "canceling" then
    return { state = "accepted", seen = seen, why = "seen as canceling", keep = true }
  end
  local phase = status.phase(kind, seen)
  if phase == "done" then
    return { state = "refused", seen = seen,
      why = ("it is %s, and was not cancelled"):format(seen) }
  elseif phase == nil then
    return { state = target.state == "accepted" and "accepted" or "uncertain", seen = seen,
      why = ("status %s says nothing"):format(seen or "missing"), keep = true,
      http_status = target.http_status }
  elseif target.state == "accepted" then
    return { state = "accepted", seen = seen, keep = true,
      why = "accepted, but still " .. seen }
  elseif was_refused(target) then
    return { state = "refused", seen = seen, why = "refused, then seen as " .. seen }
  end
  local age = age_of(run, target)
  if age >= run.settle_after then
    return { state = "planned", seen = seen, free = true,
      why = ("still %s for %.0f s: the DELETE was not acted upon"):format(seen, age) }
  end
end

--- The state of a target that cannot be fetched. A 404 proves nothing.
local function not_seen(target, err)
  local state = target.state == "accepted" and "accepted" or "uncertain"
  return { state = state, keep = true, why = "could not be looked at: " .. tostring(err),
    http_status = target.http_status }
end

--- Checks one target. Returns its new state, nil if it is too early to tell.
local function check(run, target)
  local port_in, number = fetch_target.fetch(run.client, target)
  if not port_in then
    if number.stopped == "closed" then return nil end
    local is_unauthorized = number.http_status == 401 or number.http_status == 403
    if is_unauthorized then run.stop_conditions:count(number) end
    return not_seen(target, number)
  end
  local item, kind = number or port_in, number and "number" or "request"
  return judge(run, target, item:status(), kind)
end

--- Checks each target once. Records the places of those that are not settled.
local function check_all(run, list, is_final, open)
  worker_pool.work(run, worker_pool.each(list), function(_, target)
    local finding, before = check(run, target), target.state
    if finding then
      -- What is uncertain was counted when it became so.
      local is_failure = finding.state == "refused" and before ~= "uncertain"
      local moved = run:write(function(ledger)
        local is_moved, err = ledger:move(target, finding)
        if is_moved and is_failure then ledger:fail() end
        return is_moved, err
      end)
      if moved == false then return end -- it is another run's by now
      if moved and target.state ~= before then
        if is_failure then run.stop_conditions:fail() end
        if target.state == "planned" then run:come_back_to(target) end
        run:tell(target)
      end
    end
    if not finding or not is_final[target.state] then open[target.number] = true end
  end, #list)
end

--- Works on all targets, page by page.
---@param run twilio.numbers.CampaignRun
---@param read fun(limit: integer, after: integer): twilio.numbers.LedgerTarget[]
---@param work fun(list: twilio.numbers.LedgerTarget[])
local function each_page(run, read, work)
  local last = 0
  local list
  repeat
    list = read(PAGE, last)
    if #list > 0 then
      last = list[#list].number
      work(list)
    end
  until #list == 0 or run.stop_conditions:on()
end

local is_settled = {
  planned = true, accepted = true, confirmed = true, refused = true, uncertain = true,
}

local unsettled = { "intended", "uncertain" }

--- Checks those targets once more that were not settled. Returns those that are not settled yet.
local function check_again(run, places)
  local open = {}
  each_page(run, function(...) return run:claimed(unsettled, ...) end, function(list)
    local left = {}
    for _, target in ipairs(list) do
      if places[target.number] then left[#left + 1] = target end
    end
    check_all(run, left, is_settled, open)
  end)
  return open
end

--- Settles the targets that earlier runs have left unsettled.
---@param run twilio.numbers.CampaignRun
function reconcile.settle(run)
  local open, is_told = {}, false
  each_page(run, function(limit, after)
    return run:claim(unsettled, limit, false, after)
  end, function(list)
    if not is_told then
      run:stage("settling", #list < PAGE and #list or run:count(unsettled))
    end
    is_told = true
    check_all(run, list, is_settled, open)
  end)
  while next(open) ~= nil and not run.stop_conditions:on() do
    run.stop_conditions:sleep(math.min(run.settle_after / 4, INTERVAL))
    open = check_again(run, open)
  end
end

local sent = { "accepted", "uncertain", "intended" }
local is_proven = { confirmed = true, refused = true, planned = true }

--- Watches accepted and uncertain targets until all are proven or the time is over.
---@param run twilio.numbers.CampaignRun
---@param seconds number
function reconcile.prove(run, seconds)
  local polling = {
    interval = run.interval or INTERVAL, most = MOST, clock = system, ends = system.now() + seconds,
  }
  local pause, left
  while not run.stop_conditions:on() do
    each_page(run, function(limit, after)
      return run:claim(sent, limit, true, after)
    end, function(list) check_all(run, list, is_proven, {}) end)
    local is_over = backoff.is_over(polling)
    if is_over or run:count(sent) == 0 then return end
    pause, left = backoff.next(polling, pause)
    run.stop_conditions:sleep(left)
  end
end

return reconcile
