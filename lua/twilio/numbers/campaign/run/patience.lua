--- Waits for a database that was lost: a PostgreSQL server that was restarted, or a connection that was ended. The run
--- connects again, with growing pauses, until its lease is over or it is interrupted. Its claims are checked in each
--- statement that follows, so a target that another run has taken over meanwhile is left to that.

local system = require "twilio.numbers.util.system"

local patience = {}

local FIRST, LONGEST = 0.1, 5 -- seconds of a pause

--- The reasons for which a run does not wait for its database.
local ends_waiting = { interrupted = true, raised = true, ledger = true }

local function may_wait(run, ends)
  local stop = run.stop_conditions
  stop:on()
  return system.now() < ends and not ends_waiting[stop.stopped] and not run.client.closed
end

--- Calls a function of the ledger, and once more after each time that the database was lost and found.
---@param run twilio.numbers.CampaignRun|twilio.numbers.CampaignBeginning `has_waited` is set
---@param work fun(...): any, any
---@return any
---@return any
function patience.call(run, work, ...)
  local result, more = work(...)
  local ends, pause = nil, FIRST
  while result == nil and type(more) == "table" and more.is_lost do
    ends = ends or system.now() + run.lease
    if not may_wait(run, ends) then break end
    run.client:sleep(pause)
    pause = math.min(2 * pause, LONGEST)
    local ok, err = run.ledger:reconnect()
    if ok then
      run.has_waited = true
      result, more = work(...)
    else
      more = err
    end
  end
  return result, more
end

return patience
