--- The outcome of a call: its response's content, or why there is none. A response is read when it arrives, since
--- one that is of no use may be requested again.

local response = require "twilio.numbers.api.response"
local errors = require "twilio.numbers.api.error"
local request = require "twilio.numbers.api.request"

local outcome = {}

--- Reads the response of a call that is done. If it is of no use, the engine may request it again: then the call
--- is under way after this.
---@param engine table the core's
---@param call twilio.numbers.Call
---@param status integer? see `response.content`
---@param content table?
---@return boolean # whether that is so
function outcome.judge(engine, call, status, content)
  local object, problem = response.content(call, status, content)
  if problem then
    problem.attempts, call.problem = call.transfer:attempts(), problem
    -- More bytes may follow, and would be taken for the next response.
    if problem.kind == "unreadable" or problem.kind == "http" then call.transfer:distrust() end
    if problem.kind == "unreadable" and engine:retry(call.transfer) then return true end
  end
  call.object = object
  return false
end

--- The problem of the last attempt's response, for hooks; nil if there is none, or no response.
---@param call twilio.numbers.Call
---@return string? kind
---@return string? message
function outcome.complaint(call)
  local problem = call.problem
  local is_older = not problem or problem.attempts ~= call.transfer:attempts()
  if is_older or problem.kind ~= "unreadable" then return nil end
  return problem.kind, problem.message
end

local function failed(call, fields)
  fields.operation, fields.method, fields.path = call.id, request.method(call.id), call.path
  return errors.new(fields)
end

--- The result of a call that came to its queue.
---@param call twilio.numbers.Call
---@return table|true|nil # the response's JSON object, or true if there is none to come
---@return twilio.numbers.Error?
function outcome.of(call)
  if call.failure then
    return nil, failed(call, {
      kind = call.failure.kind, message = call.failure.message, outcome = "not_sent", attempts = 0,
    })
  elseif call.dropped and call.transfer:is_closed() then
    return nil, failed(call, {
      kind = "closed", message = "the call was ended, for nobody seemed to wait for it",
      outcome = call.outcome,
    })
  end
  if call.object == false then call.object, call.problem = response.content(call) end
  if call.object then return call.object end
  return nil, response.error(call, call.problem)
end

--- The error of a call that is not begun, because the credentials were not accepted for another one.
---@param call twilio.numbers.Call
---@param cause twilio.numbers.Error the other one's
---@return twilio.numbers.Error
function outcome.not_tried(call, cause)
  return failed(call, {
    kind = "not_tried", outcome = "not_sent", attempts = 0,
    message = ("it was not tried, for another call was answered with HTTP %d: %s"):format(
      cause.http_status, cause.message),
  })
end

--- The error of a call that is not begun, because too many wait.
---@param call twilio.numbers.Call
---@return twilio.numbers.Error
function outcome.busy(call)
  return failed(call, {
    kind = "busy", message = "too many calls wait (option max_waiting)",
    outcome = "not_sent", attempts = 0,
  })
end

return outcome
