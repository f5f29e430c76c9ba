--- Cancels planned targets, several at once. Each one is fetched again, recorded in the ledger as intended, sent,
--- and recorded with its outcome.

local binding = require "twilio.numbers.campaign.plan.binding"
local classify = require "twilio.numbers.campaign.plan.classify"
local errors = require "twilio.numbers.api.error"
local fetch_target = require "twilio.numbers.campaign.plan.fetch_target"
local personal = require "twilio.numbers.campaign.plan.personal"
local repeats = require "twilio.numbers.campaign.run.repeats"
local system = require "twilio.numbers.util.system"
local undo_sheet = require "twilio.numbers.campaign.plan.undo_sheet"
local worker_pool = require "twilio.numbers.campaign.run.worker_pool"

local cancel = {}

--- The share of a lease that may be over when a DELETE is sent. The rest is left for its response.
local LEASE_SHARE = 1 / 3

--- The state after a DELETE. A target whose DELETE certainly had no effect stays planned.
local function finding_of(err)
  if not err then return { state = "accepted" } end
  local status = err.http_status
  local was_limited = status == 429 or err.outcome == "refused" and not status
  if err.outcome == "not_sent" or was_limited then
    return { state = "planned", why = "not acted upon: " .. err.message }
  elseif err.outcome ~= "refused" then
    return { state = "uncertain", why = err.message }
  elseif status == 401 or status == 403 then
    return { state = "planned", why = "the credentials were not accepted" }
  end
  return { state = "refused", why = err.message }
end

--- Sends at most one DELETE, and none after `left` seconds, however long the client makes it wait.
local function send(client, target, left)
  local limits = { send_within = math.max(left, 0), retry = false }
  if target.phone_number_sid then
    return client.port_in_phone_numbers:cancel(target.port_in_sid, target.phone_number_sid, limits)
  end
  return client.port_ins:cancel(target.port_in_sid, limits)
end

--- Gives a target back: it stays planned.
local function give_back(run, target, why, has_failed)
  return run:write(function(ledger)
    if has_failed then ledger:fail() end
    return ledger:move(target, { state = "planned", why = why })
  end)
end

--- The finding for a target whose DELETE was not sent, since the hours for it have ended. This run is to claim it
--- again.
local function put_back(run, target)
  run.tried[target.number], run.has_put_back = nil, true
  return { state = "planned", free = true }
end

--- Makes the undo sheet of a target, which is kept together with its intent. Without one, the run stops.
local function make_sheet(run, target, port_in)
  if not run.undo then return true end
  local form, text = run.undo(undo_sheet.text(port_in))
  if form then
    target.sheet = { form = form, text = text }
    return true
  end
  local err = errors.new { kind = "ledger", outcome = "not_sent",
    message = "the undo sheet cannot be made: " .. tostring(text) }
  run.stop_conditions:stop("undo", err)
  give_back(run, target)
  return false, err
end

--- The state that follows from a status alone. An earlier DELETE of the target may have had its effect late:
--- then `canceled` is that DELETE's outcome.
local function finding_of_status(target, status)
  if status == "canceling" then
    return { state = "accepted", seen = status, why = "seen as canceling" }
  elseif status == "canceled" and target.attempts > 0 then
    return { state = "confirmed", seen = status }
  end
end

--- Fetches a target again. True and its port-in if it is still to be cancelled. If not, its new state is recorded.
local function is_still_to_cancel(run, target)
  local port_in, number = fetch_target.fetch(run.client, target)
  local class, note, status
  if port_in then
    class, note, status = classify.of(target, port_in, number, run.plan:rules(system.time()))
    local change = class == "cancel"
      and binding.change(run.plan, run.plan:target(target.number), port_in, number)
    if change then class, note = "changed", change end
  else
    class, note = classify.of_error(number)
  end
  if class == "cancel" then
    local is_made, problem = make_sheet(run, target, port_in)
    return is_made, problem or port_in
  end
  local has_failed = not port_in and run.stop_conditions:count(number)
  if class == "failed" then
    local was_held_back = number.stopped == "closed"
    local why = not was_held_back and "could not be looked at: " .. note or nil
    give_back(run, target, why, has_failed)
    run:come_back_to(target)
    return false, number
  end
  local finding = finding_of_status(target, status)
  if finding then
    run:write(function(ledger) return ledger:move(target, finding) end)
    return false
  end
  run:write(function(ledger)
    if has_failed then ledger:fail() end
    return ledger:move(target, {
      state = "skipped", seen = status, why = class .. (note and ": " .. note or ""),
    }, not port_in and number or nil)
  end)
  return false
end

local function milliseconds(seconds)
  return math.floor(seconds * 1000 + 0.5) / 1000
end

--- The finding after a refusal, which proves nothing by itself: an earlier DELETE may have had its effect late, and
--- another program may have cancelled the target. So it is fetched once, and the words say what was seen.
local function check_refusal(run, target, finding)
  local port_in, number = fetch_target.fetch(run.client, target)
  if not port_in then
    return { state = "uncertain", why = ("%s (it was refused, and could not be looked at: %s)")
      :format(finding.why, number.message) }
  end
  local status = (number or port_in):status()
  if status == "canceled" then
    return { state = "confirmed", seen = status, why = "a DELETE was refused, and it is canceled" }
  elseif status == "canceling" then
    return { state = "accepted", seen = status, why = "a DELETE was refused, and it is canceling" }
  end
  return { state = "refused", seen = status, why = ("%s (then seen as %s)"):format(finding.why,
    status or "without a status") }
end

--- Seconds for which the target may still be sent: until so much of the lease is over that another machine may soon
--- take it for free, or until the run's deadline. A process that was stopped for a while, or a machine that slept,
--- finds out by one clock or the other.
local function time_left(run, target)
  local passed = math.max(system.now() - target.claimed, system.time() - target.claimed_at)
  return math.min(run.lease * LEASE_SHARE - passed, run.stop_conditions:time_left(),
    run.gate:time_left())
end

--- What an attempt came to.
---@param err twilio.numbers.Error?
local function attempt_of(ok, err, seconds, request_id)
  return { outcome = ok and "accepted" or err.outcome, seconds = milliseconds(seconds), err = err,
    http_status = ok and 204 or nil, request_id = request_id }
end

--- A refusal that could not be looked at proves nothing.
local function settle_outcome(run, target, attempt, finding)
  if finding.state ~= "refused" then return finding end
  finding = check_refusal(run, target, finding)
  if finding.state == "uncertain" then attempt.outcome = "uncertain" end
  return finding
end

--- Sends one DELETE. Returns its error, and seconds after which another may be sent, if that makes sense.
---@param port_in twilio.numbers.PortIn as it was fetched: an error must not repeat what it says of persons
local function send_and_record(run, target, port_in, again)
  local began = system.now()
  local ok, err, request_id = send(run.client, target, time_left(run, target))
  if err then err.message = personal.mask(err.message, personal.values(port_in)) end
  if ok or err.outcome ~= "not_sent" then run.sent = run.sent + 1 end
  local was_late = err and err.outcome == "not_sent" and time_left(run, target) <= 0
  local attempt = attempt_of(ok, err, system.now() - began, request_id)
  local finding = finding_of(err)
  local wait = finding.state == "planned" and not was_late and again:wait(err) or nil
  finding.keep = wait ~= nil
  finding = settle_outcome(run, target, attempt, finding)
  if finding.state == "planned" and not wait and not run.gate:is_open() then
    finding = put_back(run, target)
  end
  local is_done = finding.state == "confirmed" or finding.state == "accepted"
  local may_have_failed = err and not was_late and not wait and not is_done
  local has_failed = may_have_failed and run.stop_conditions:count(err)
  local is_written = run:write(function(ledger)
    if has_failed then ledger:fail() end
    return ledger:record_outcome(target, attempt, finding)
  end)
  if is_written == nil then
    target.state, target.why = finding.state, finding.why
    target.request_id = request_id or err and err.request_id
    table.insert(run.unwritten, target)
  elseif wait then
    target.claimed, target.claimed_at = system.now(), system.time()
  end
  return err, is_written and wait or nil
end

--- Records that nothing was sent after all.
local function record_nothing(run, target, finding)
  run:write(function(ledger)
    return ledger:record_outcome(target, { outcome = "not_sent", seconds = 0 }, finding)
  end)
end

--- The reasons why a target is not recorded as intended, and stays planned.
local is_braked = { halted = true, canary = true }

--- Records the intent of a DELETE. False if it must not be sent.
local function intend(run, target)
  if run.stop_conditions:on() then
    give_back(run, target)
    return false
  elseif not run.gate:is_open() then
    run:write(function(ledger) return ledger:move(target, put_back(run, target)) end)
    return false
  elseif time_left(run, target) < 0 then
    give_back(run, target, "its claim was too old: a longer lease?")
    run:come_back_to(target)
    return false
  end
  local is_begun = run:write(function(ledger) return ledger:intend(target, run.plan) end)
  if is_begun == "elsewhere" then
    give_back(run, target, "another campaign of this ledger has it in the open")
  elseif is_braked[is_begun] then
    give_back(run, target)
    run:brake(is_begun, target)
  end
  if is_begun ~= true then return false end
  target.state = "intended"
  if run:is_halted_elsewhere() then run:brake("halted", target) end
  local is_open, is_stopped = run.gate:is_open(), run.stop_conditions:on()
  if is_open and not is_stopped and time_left(run, target) >= 0 then return true end
  record_nothing(run, target, is_open and { state = "planned" } or put_back(run, target))
  if is_open and not is_stopped then run:come_back_to(target) end
  return false
end

--- One target, from the claim to its outcome. Each attempt is one HTTP request with its own intent, for which the
--- claim and the brakes are checked again.
local function work_on(run, target)
  local goes_on, more = is_still_to_cancel(run, target)
  if not goes_on then return run:tell(target, more) end
  local again = repeats.new(run.client)
  while intend(run, target) do
    local err, wait = send_and_record(run, target, more, again)
    if not wait then
      if err and target.state == "planned" then run:come_back_to(target) end
      return run:tell(target, err)
    end
    run.stop_conditions:sleep(wait)
    run.gate:keep_rate(run.stop_conditions)
  end
end

--- Claims up to so many targets and works on them. Returns how many were claimed.
local function cancel_claimed(run, limit)
  local claims, gate, stop = worker_pool.claims(run, limit), run.gate, run.stop_conditions
  local function is_over() return claims:is_over() end
  local function next_allowed()
    if not gate:is_open() then claims:put_back() end
    if gate:is_needed() and not claims:has_more() then return nil end
    gate:pass(stop, is_over)
    return not stop:on() and claims:next() or nil
  end
  worker_pool.work(run, next_allowed, work_on, limit)
  return claims.taken
end

--- Cancels up to so many planned targets, and returns when the last outcome is recorded.
---@param run twilio.numbers.CampaignRun
---@param limit number
---@return integer # how many were claimed; 0 when none is left
function cancel.some(run, limit)
  local taken = 0
  repeat -- those that were put back when the hours ended are claimed again
    run.has_put_back = false
    taken = taken + cancel_claimed(run, limit - taken)
  until not run.has_put_back or taken >= limit or run.stop_conditions:on()
  return taken
end

return cancel
