--- From a finished transfer to what the caller gets: the answer's JSON object, `true` where none is
--- promised, or `nil, err`.

local contract = require "twilio.numbers.contract"
local errors = require "twilio.numbers.error"
local null = require("twilio.numbers.core").null

local answer = {}

local EXCERPT, MESSAGE = 200, 1000 -- bytes of a foreign body, and of a message, that an error keeps

local success = {} -- by operation id, a set of statuses
for id, operation in pairs(contract.operations) do
  success[id] = {}
  for _, status in ipairs(operation.success) do success[id][status] = true end
end

--- Text from outside on one line and shortened. A page that echoes the request must not bring
--- credentials into an error.
local function foreign(text, most)
  text = text:gsub("[%c%s]+", " "):gsub("^ ", ""):gsub(" $", "")
    :gsub("([Bb][Aa][Ss][Ii][Cc])([ %%&][%w%%&;+/=]+)", function(word, rest)
      if #rest > 8 then return word .. " ..." end
    end)
  return #text > most and text:sub(1, most) .. "..." or text
end

--- The start of a body.
local function excerpt(transfer)
  local text = foreign(transfer:text(EXCERPT), EXCERPT)
  return transfer:size() > EXCERPT and text .. "..." or text
end

local function or_nil(value)
  if value == null then return nil end
  return value
end

--- An error code: a number, however it came, or a text.
local function code_of(object)
  local code = object.code
  return tonumber(code) or type(code) == "string" and code or nil
end

local function first_text(...)
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if type(value) == "string" and value ~= "" then return foreign(value, MESSAGE) end
  end
end

--- What a DELETE that failed has done. Only a 4xx says that it was turned down; a 408 comes from a
--- server that lost patience, wherever the request then was.
local function outcome(operation, transfer, status)
  if not transfer:sent() then return "not_sent" end
  if operation.method == "GET" then return nil end
  local said_no = status and status >= 400 and status < 500 and status ~= 408
  return said_no and "refused" or "uncertain"
end

local function error_of(id, path, transfer, fields)
  local operation = contract.operations[id]
  local status = transfer:status()
  fields.operation, fields.method, fields.path = id, operation.method, path
  fields.http_status = status
  fields.request_id = transfer:header "Twilio-Request-Id"
  fields.concurrent_requests = tonumber((transfer:header "Twilio-Concurrent-Requests"))
  fields.retry_after = transfer:retry_after()
  fields.attempts, fields.stopped = transfer:attempts(), (transfer:stopped())
  fields.outcome = outcome(operation, transfer, (transfer:result()))
  return errors.new(fields)
end

local function is_problem(object)
  return first_text(object.title, object.detail, object.type) and not first_text(object.message)
end

--- The error that a body with an unwelcome status stands for.
local function fields_of_body(transfer)
  local object = transfer:object()
  if object and is_problem(object) then
    return {
      kind = "problem", problem = object,
      message = first_text(object.detail, object.title, "the request was refused"),
      code = code_of(object), more_info = first_text(object.type),
    }
  elseif object and (first_text(object.message) or code_of(object)) then
    return {
      kind = "api",
      message = first_text(object.message, "the API gave no message"),
      code = code_of(object),
      more_info = first_text(object.more_info),
    }
  end
  local body = transfer:size() > 0 and excerpt(transfer) or nil
  local location = transfer:header "Location"
  if location then
    return {
      kind = "http", body = body,
      message = "the server sends us to " .. foreign(location, EXCERPT) .. ", where we do not go",
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

--- Reads a transfer that is done.
---@param id string the operation's id in the contract
---@param path string
---@param transfer table
---@return table|true|nil
---@return twilio.numbers.Error?
function answer.read(id, path, transfer)
  local operation = contract.operations[id]
  local status, kind, message = transfer:result()
  if not status then
    return nil, error_of(id, path, transfer, { kind = kind, message = message })
  end
  if success[id][status] then
    if not operation.returns then return true end
    local object, why = transfer:object()
    if object then return object end
    local body = transfer:size() > 0 and excerpt(transfer) or nil
    return nil, error_of(id, path, transfer, {
      kind = "unreadable", body = body,
      message = "the answer cannot be read, " .. why .. (body and ": " .. body or ""),
    })
  end
  local object = operation.answer_on and transfer:object()
  if is_answer(operation, status, object) then return object end
  return nil, error_of(id, path, transfer, fields_of_body(transfer))
end

return answer
