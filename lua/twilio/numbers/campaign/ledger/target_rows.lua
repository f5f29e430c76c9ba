--- Compares a target's row with the plan, with the rows of its attempts, and with the runs.

local row_types = require "twilio.numbers.campaign.ledger.row_types"
local schema = require "twilio.numbers.campaign.ledger.schema"

local target_rows = {}

local is_state = {}
for _, state in ipairs(schema.STATES) do is_state[state] = true end

local identity = { "port_in_sid", "phone_number_sid", "phone_number" }

--- How a target's row differs from the plan; nil if it does not.
local function mismatch(plan, row)
  local number = row.number
  local entry = plan:target(number)
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
function target_rows.objection(plan, row)
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

--- How a target's row, with its `tries`, differs from the plan or contradicts itself; nil if it does not.
---@param record twilio.numbers.CampaignRecord
---@param target table
---@param kind "sqlite"|"postgresql"
---@return string?
function target_rows.problem(record, target, kind)
  local problem = mismatch(record.plan, target)
  if problem then return problem end
  problem = problem_of_target(record, target, kind)
  return problem and ("target %d: %s"):format(target.number, problem)
end

return target_rows
