--- Tells the user's functions what happens to each attempt. What they raise disturbs no call: it
--- is kept, and surfaces once, at the next moment at which no answer is lost by it.

local contract = require "twilio.numbers.api.contract"
local outcome = require "twilio.numbers.api.outcome"

---@class twilio.numbers.Event
---@field operation string the operation's id in the contract
---@field method string
---@field path string
---@field attempt integer 1 for the first
---@field status integer? the HTTP status, if one came
---@field kind string? why there is no whole answer, or none of use, as in an error
---@field message string? the same in words
---@field final boolean? whether there will be no further attempt
---@field bytes integer? of the body, decompressed
---@field request_id string? the API's
---@field concurrent_requests integer? the account's, as the API counts them
---@field reused boolean? whether the connection was used before
---@field http_version string? "1.1" or "2"
---@field timings { name: number, connect: number, tls: number, first_byte: number, total: number }?
---  seconds since the attempt began
---@field wait number? on_retry: seconds until the next attempt

---@class twilio.numbers.Hooks
local hooks = {}
hooks.__index = hooks

local names = { "on_request", "on_response", "on_retry" }

--- nil if no function is given.
---@param options table<string, function>
---@return twilio.numbers.Hooks?
function hooks.new(options)
  local self
  for _, name in ipairs(names) do
    if options[name] then
      self = self or setmetatable({ failed = false }, hooks)
      self[name] = options[name]
    end
  end
  return self
end

local function fire(self, name, event)
  local ok, why = pcall(self[name], event)
  if ok or self.failed then return end
  self.failed = true
  self.failure = type(why) == "string" and ("%s raised: %s"):format(name, why) or why
end

local function event_of(call)
  return {
    operation = call.id, method = contract.operations[call.id].method, path = call.path,
    attempt = call.transfer:attempts(),
  }
end

local function add_answer(event, call)
  local transfer = call.transfer
  local info = transfer:info()
  local status, kind, message = transfer:result()
  if status then kind, message = outcome.complaint(call) end
  event.status, event.kind, event.message = transfer:status(), kind, message
  event.bytes = transfer:size()
  event.request_id = transfer:header "Twilio-Request-Id"
  event.concurrent_requests = tonumber(transfer:header "Twilio-Concurrent-Requests" or nil)
  event.reused, event.http_version = info.reused, info.http_version
  event.timings = {
    name = info.name, connect = info.connect, tls = info.tls, first_byte = info.first_byte,
    total = info.total,
  }
end

--- The events of an attempt that began, that ended, or both.
local function events_of(self, call, started, ended)
  local request, response, retry
  if started and self.on_request then request = event_of(call) end
  local stopped, wait
  if ended then stopped, wait = call.transfer:stopped() end
  if ended and self.on_response then
    response = event_of(call)
    add_answer(response, call)
    response.final = stopped ~= nil
  end
  if ended and not stopped and self.on_retry then
    retry = event_of(call)
    add_answer(retry, call)
    retry.wait = wait
  end
  return request, response, retry
end

--- Tells what happened to a call's attempt. All of it is read before any function is called, because
--- that may close the call, or work until the next attempt begins.
---@param call table
---@param started boolean an attempt began
---@param ended boolean it ended
function hooks:tell(call, started, ended)
  if call.transfer:is_closed() then return end
  local ok, request, response, retry = pcall(events_of, self, call, started, ended)
  if not ok then
    if call.transfer:is_closed() then return end -- by a finalizer, just now
    error(request, 0)
  end
  if request then fire(self, "on_request", request) end
  if response then fire(self, "on_response", response) end
  if retry then fire(self, "on_retry", retry) end
end

--- Raises what a hook raised, once.
function hooks:surface()
  if not self.failed then return end
  self.failed = false
  error(self.failure, 0)
end

return hooks
