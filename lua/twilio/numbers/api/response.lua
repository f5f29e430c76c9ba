--- Turns a finished transfer into the caller's result: the response's JSON object, `true` where the contract
--- promises none, or `nil, err`.

local answers = require "twilio.numbers.api.answer"
local ascii = require "twilio.numbers.util.ascii"
local contract = require "twilio.numbers.api.contract"
local core = require "twilio.numbers.core"
local errors = require "twilio.numbers.api.error"
local excerpt = require "twilio.numbers.util.excerpt"
local identity = require "twilio.numbers.api.identity"
local readings = require "twilio.numbers.api.reading"
local sid = require "twilio.numbers.util.sid"

local null = core.null

local answer = {}

local EXCERPT, MESSAGE, CODE = 200, 1000, 100 -- bytes of a body, a message and a code that are kept

--- The start of a body.
local function body_excerpt(transfer)
  return excerpt(transfer:text(5 * EXCERPT), EXCERPT)
end

local function or_nil(value)
  if value == null then return nil end
  return value
end

local DIGITS = 15 -- of a code that is a number on every Lua
local MOST = 2 ^ 53

--- An error code: a number, also if it came as digits, or another text.
local function code_of(object)
  local code = object.code
  if type(code) == "number" then
    local is_whole = code % 1 == 0 and math.abs(code) <= MOST
    return is_whole and math.floor(code) or excerpt(code, CODE)
  end
  if type(code) ~= "string" or code == "" then return nil end
  return #code <= DIGITS and ascii.whole(code) or excerpt(code, CODE)
end

--- The API's id of a request.
---@param transfer twilio.numbers.Transfer
---@return string?
function answer.request_id(transfer)
  local id = transfer:header "Twilio-Request-Id"
  return id and excerpt(id, CODE)
end

--- How many requests the API counted for the account.
---@param transfer twilio.numbers.Transfer
---@return integer?
function answer.concurrent_requests(transfer)
  local count = transfer:header "Twilio-Concurrent-Requests"
  return count and #count <= DIGITS and ascii.whole(count) or nil
end

local function first_text(...)
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if type(value) == "string" and value ~= "" then return excerpt(value, MESSAGE) end
  end
end

--- The outcome of a failed DELETE or POST. Only a 4xx means that it was refused. A 408 comes from a server that stopped
--- waiting, and the request may have been acted upon.
local function outcome(operation, transfer, status)
  local is_sent, in_last_attempt = transfer:sent()
  if not is_sent then return "not_sent" end
  if operation.method == "GET" then return nil end
  if in_last_attempt == false then return "refused" end -- by 429: nothing else is repeated
  local said_no = status and status >= 400 and status < 500 and status ~= 408
  return said_no and "refused" or "uncertain"
end

--- The error of a call whose transfer has ended.
---@param call twilio.numbers.Call
---@param problem table what is particular to it, completed here
---@return twilio.numbers.Error
function answer.error(call, problem)
  local operation, transfer = contract.operations[call.id], call.transfer
  problem.operation, problem.method, problem.path = call.id, operation.method, call.path
  problem.http_status = transfer:status()
  problem.request_id = answer.request_id(transfer)
  problem.concurrent_requests = answer.concurrent_requests(transfer)
  problem.retry_after = transfer:retry_after()
  problem.attempts, problem.stopped = transfer:attempts(), (transfer:stopped())
  problem.outcome = problem.outcome or outcome(operation, transfer, (transfer:result()))
  return answers.note(errors.new(problem), transfer)
end

local function is_problem(object)
  return first_text(object.title, object.detail, object.type) and not first_text(object.message)
end

--- The error that an object has the shape of, if any.
local function problem_of_object(object)
  if is_problem(object) then
    return {
      kind = "problem", problem = core.complete_object(object),
      message = first_text(object.detail, object.title, "the request was refused"),
      code = code_of(object), more_info = first_text(object.type),
    }
  elseif first_text(object.message) or code_of(object) then
    return {
      kind = "api",
      message = first_text(object.message, "the API gave no message"),
      code = code_of(object),
      more_info = first_text(object.more_info),
    }
  end
end

--- The error of a response with an error status.
local function problem_of_body(transfer)
  local object = transfer:object()
  local problem = object and problem_of_object(object)
  if problem then return problem end
  local body = transfer:size() > 0 and body_excerpt(transfer) or nil
  local location = transfer:header "Location"
  if location then
    return {
      kind = "http", body = body,
      message = "the server sends us to " .. excerpt(location, EXCERPT) .. ", where we do not go",
    }
  end
  local what = "the server answered %d, which is no answer of this API"
  return {
    kind = "http", body = body,
    message = what:format(transfer:status()) .. (body and ": " .. body or ""),
  }
end

local function is_answer(operation, status, object)
  local exception = operation.answer_on
  if not object or not exception or exception.status ~= status then return false end
  for _, field in ipairs(exception.fields) do
    if or_nil(object[field]) ~= nil then return true end
  end
  return false
end

--- Whether an object has a field that, by the contract, a resource has and an error has not.
local function has_content(reading, object)
  local fields = reading.content
  for i = 1, #fields do
    local value = object[fields[i]]
    if value ~= nil and value ~= null then return true end
  end
  return false
end

local function unreadable(transfer, why)
  local body = transfer:size() > 0 and body_excerpt(transfer) or nil
  return {
    kind = "unreadable", body = body,
    message = "the answer cannot be read, " .. why .. (body and ": " .. body or ""),
  }
end

local NAMES = 8 -- fields that a message names

--- The problem of an object that is no resource of the operation's.
local function of_no_kind(reading, transfer)
  local fields = reading.content
  local names = table.concat(fields, ", ", 1, math.min(#fields, NAMES))
  return unreadable(transfer, ("it has no field of %s (%s%s)"):format(
    reading.operation.returns, names, #fields > NAMES and ", ..." or ""))
end

--- Whether an object lacks the SID of what was created.
local function lacks_sid(operation, object)
  local name = operation.creates.sid
  local pattern = contract.resources[operation.returns][name].pattern
  return not sid.validator(pattern:match "^%^([A-Z][A-Z])")(object[name])
end

--- The problem of an answer that tells of a creation without what proves it.
local function unproved(operation, object)
  local proof = operation.creates.proof
  if not proof or (or_nil(object[proof]) or "") ~= "" then return nil end
  return {
    kind = "unreadable", outcome = "refused",
    message = ("nothing was uploaded: %s has no %s"):format(
      object[operation.creates.sid], proof),
  }
end

--- The object that tells of a creation.
local function created(operation, transfer, object)
  if lacks_sid(operation, object) then
    return nil, unreadable(transfer, "it has no " .. operation.creates.sid)
  end
  local problem = unproved(operation, object)
  return not problem and object or nil, problem
end

--- The object of a response, if it is the response to this call. Mostly one field proves its kind.
local function object_of(call, reading, object)
  local contradiction, is_named = identity.compare(call, object)
  if contradiction then return nil, { kind = "unreadable", message = contradiction } end
  local operation, proof = reading.operation, object[reading.proof]
  local is_of_kind = proof ~= nil or identity.is_of_kind(call.id, object)
  if is_of_kind and (proof and proof ~= null or has_content(reading, object)) then
    if operation.creates then return created(operation, call.transfer, object) end
    return object
  end
  local problem = problem_of_object(object)
  if problem then return nil, problem end
  if operation.creates then return nil, of_no_kind(reading, call.transfer) end
  if is_of_kind or is_named and not identity.is_of_another_kind(call.id, object) then
    return object
  end
  return nil, of_no_kind(reading, call.transfer)
end

local function too_large(why)
  return {
    kind = "too_large",
    message = ("the answer is too large, %s: the option max_values sets the limit"):format(why),
  }
end

--- The content of an attempt's response, which may be incomplete.
---@param call twilio.numbers.Call
---@param known_status integer? the status of a response whose object was read already
---@param known_object table? the object
---@return table|true|nil # the answer's JSON object, or true if there is none to come
---@return table? # what is particular to the error; `answer.error` makes one of it
function answer.content(call, known_status, known_object)
  local reading = readings[call.id]
  local success, operation = reading.success, reading.operation
  if known_object and success[known_status] and operation.returns then
    return object_of(call, reading, known_object)
  end
  local transfer = call.transfer
  local status, kind, message = transfer:result()
  if not status then
    if kind == "file" then message = call.file .. ": " .. message .. " after it was opened" end
    return nil, { kind = kind, message = message }
  end
  if success[status] then
    if not operation.returns then return true end
    local object, why, excess = transfer:object()
    if excess then return nil, too_large(why) end
    if not object then return nil, unreadable(transfer, why) end
    return object_of(call, reading, object)
  end
  local object = operation.answer_on and transfer:object()
  if is_answer(operation, status, object) then return object_of(call, reading, object) end
  if object and status == operation.answer_on.status and reading.codes[code_of(object)] then
    local contradiction = identity.compare(call, object)
    if not contradiction then return object end
  end
  return nil, problem_of_body(transfer)
end

--- Reads a transfer that is done.
---@param call twilio.numbers.Call
---@return table|true|nil
---@return twilio.numbers.Error?
function answer.read(call)
  local object, problem = answer.content(call)
  if object then return object end
  return nil, answer.error(call, problem)
end

return answer
