--- What a program that reads JSON gets where a script ends without its result: an object with `error`, the message, and
--- `kind`.

local json_encode = require "json_encode"

local INTERRUPTED = 7

--- By exit code, where the library does not tell the kind.
local kinds = {
  "usage", "input", "partial", [5] = "nothing", [6] = "plan", [INTERRUPTED] = "interrupted",
  [8] = "ledger",
}

--- The problems of a create's fields, as they are told.
local function problems_of(err)
  local list = {}
  for i, problem in ipairs(err.problems or {}) do
    list[i] = { path = problem.path, message = problem.message }
  end
  return list[1] and list
end

--- The object as JSON.
---@param code integer the exit code
---@param message string? what was said
---@param err twilio.numbers.Error? why it ends
---@param mask fun(text: string): string for texts of the error
---@return string
local function encode(code, message, err, mask)
  local object = { error = message, kind = kinds[code] }
  if err then
    object.error = mask(tostring(err))
    if code ~= INTERRUPTED then object.kind = err.kind end
    object.outcome, object.problems = err.outcome, problems_of(err)
    for i, change in ipairs(err.changes or {}) do
      object.changes = object.changes or {}
      object.changes[i] = mask(change)
    end
  end
  object.error = object.error or "It has failed: the standard error tells why."
  return json_encode.encode(object)
end

return { encode = encode }
