--- One GET, and all that came of it. Nothing else than GETs is sent here.

local queues = require "twilio.numbers.runtime.queue"
local request = require "twilio.numbers.api.request"
local system = require "twilio.numbers.util.system"

---@class twilio.numbers.Probe
---@field id string the operation's id in the contract
---@field object table? the answer
---@field err twilio.numbers.Error? why there is none
---@field status integer? the HTTP status
---@field info table how the attempt went
---@field headers table<string, string> those of interest, in lower case
---@field began number seconds since 1970
---@field ended number
---@field error_object table? of an error: its JSON object

local probe = {}

local HEADERS = {
  "Date", "Age", "Content-Type", "Retry-After", "Twilio-Request-Id", "Twilio-Concurrent-Requests",
  "Twilio-Request-Duration",
}

local function read_transfer(answer, transfer)
  answer.status, answer.info = transfer:status(), transfer:info()
  for _, name in ipairs(HEADERS) do answer.headers[name] = transfer:header(name) end
  if answer.err then answer.error_object = transfer:object() end
end

--- Asks for one thing.
---@param client twilio.numbers.BaseClient
---@param id string the operation's id in the contract
---@param query table?
---@param first string?
---@param second string?
---@return twilio.numbers.Probe
function probe.get(client, id, query, first, second)
  assert(request.method(id) == "GET", id)
  local queue = queues.new(true)
  local call = assert(request.call(queue, id, assert(request.query(id, query)), first, second))
  local answer = { id = id, info = {}, headers = {}, began = system.time() }
  client:ready()
  client:begin(call)
  client:wait(queue)
  answer.object, answer.err = client:read(call)
  answer.ended = system.time()
  if call.transfer and not call.transfer:is_closed() then read_transfer(answer, call.transfer) end
  client:release(call)
  return answer
end

return probe
