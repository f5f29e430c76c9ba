--- Whether a request is tried again, as csrc/http/retry.c decides it. But a wait has no random part, so that a test
--- sees the same times at each run.

local retry = {}

---@class twilio.numbers.testing.Policy
---@field attempts integer
---@field base number seconds
---@field cap number seconds
---@field deadline number seconds; may be infinite

local ATTEMPTS, BASE, CAP, DEADLINE = 5, 0.5, 30, 120

--- The policy of an option `retry`.
---@param given table|false|nil
---@param timeout number seconds
---@return twilio.numbers.testing.Policy
function retry.policy(given, timeout)
  if given == false then
    return { attempts = 1, base = BASE, cap = CAP, deadline = math.huge }
  end
  given = given or {}
  return {
    attempts = given.attempts or ATTEMPTS, base = given.base or BASE, cap = given.cap or CAP,
    deadline = given.deadline or math.max(DEADLINE, timeout),
  }
end

local passing = { [408] = true, [500] = true, [502] = true, [503] = true, [504] = true }

local function is_worth_it(one, response)
  local status = response.status
  if status == 429 then return true end -- it was not executed
  local may_pass = status and passing[status] or not status and response.passing
  if not may_pass then return false, "final" end
  if one.method == "GET" or response.sent == false then return true end
  return false, "unsafe"
end

--- Seconds until the next attempt; or nil and why there is none.
---@param policy twilio.numbers.testing.Policy
---@param one table the transfer, whose last attempt has ended
---@param response table what that has brought
---@param left number seconds until its deadline
---@return number?
---@return twilio.numbers.Stopped?
function retry.wait(policy, one, response, left)
  local again, why = is_worth_it(one, response)
  if not again then return nil, why end
  if left <= 0 then return nil, "deadline" end
  if one.count >= policy.attempts then return nil, "attempts" end
  local wait = math.min(policy.base * 2 ^ (one.count - 1), policy.cap)
  local asked = response.retry_after
  if asked and asked > policy.cap then return nil, "retry_after" end
  wait = math.max(wait, asked or 0)
  if wait >= left then return nil, "deadline" end
  return wait
end

return retry
