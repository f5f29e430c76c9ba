--- Calls the user's functions with what happens to each attempt. What they raise disturbs no call: it is
--- kept, and raised once, as soon as no response is lost by it. Where unrelated callers share a client, the
--- next caller may be another one. There it is logged at once, and raised only by the iterator or watch whose
--- call it was.

local lazily = require "twilio.numbers.util.lazily"
local contract = require "twilio.numbers.api.contract"
local excerpt = require "twilio.numbers.util.excerpt"
local outcome = require "twilio.numbers.api.outcome"
local responses = require "twilio.numbers.api.response"
local unknowns = lazily.require "twilio.numbers.client.unknowns"

local MESSAGE = 1000 -- bytes of a message

---@class twilio.numbers.Event
---@field operation string the operation's id in the contract
---@field method string the HTTP method
---@field path string the path, with its query
---@field attempt integer 1 for the first
---@field context any the call's option `context`
---@field status integer? the HTTP status, if there was one
---@field kind twilio.numbers.ErrorKind? why there is no usable answer
---@field message string? the same in words
---@field final boolean? whether there will be no further attempt; only for `on_response`
---@field bytes integer? the size of the body after decompression
---@field request_id string? the API's id of the request
---@field concurrent_requests integer? how many requests the API counted for the account
---@field reused boolean? whether the connection was used before
---@field http_version string? "1.1" or "2"
---@field timings twilio.numbers.Timings? when the parts of the attempt were done
---@field wait number? seconds until the next attempt; only for `on_retry`

---@class twilio.numbers.Timings
---@field name number seconds from the attempt's start until the name was looked up
---@field connect number until the connection was there
---@field tls number until TLS was agreed on
---@field first_byte number until the first byte came
---@field total number until the end

---@class twilio.numbers.Hooks
local hooks = {}
hooks.__index = hooks

local names = { "on_request", "on_response", "on_retry", "on_unknown" }

--- nil if no function is given.
---@param options table<string, function>
---@param report (fun(text: string))? logs what a function raised, where unrelated callers share the client
---@param others twilio.numbers.Hooks? those that are called where none is given
---@return twilio.numbers.Hooks?
function hooks.new(options, report, others)
  local self
  for _, name in ipairs(names) do
    local given = options[name] or others and others[name]
    if given then
      self = self or setmetatable({
        report = report, failures = setmetatable({}, { __mode = "k" }), -- by queue
      }, hooks)
      self[name] = given
    end
  end
  if self and self.on_unknown then -- a function that is shared is told each thing once
    local is_shared = others ~= nil and others.on_unknown == self.on_unknown
    self.unknowns = is_shared and others.unknowns or unknowns.new()
  end
  return self
end

--- Stands for those of a client that has none.
---@type twilio.numbers.Hooks
hooks.silent = setmetatable({ failures = {} }, hooks)

local ALL = {} -- stands for the queue where all calls have one caller
local MOST_LOGGED = 1000 -- bytes

local function fire(self, name, event, queue)
  local ok, why = pcall(self[name], event)
  if ok then return end
  local text = ("%s raised: %s"):format(name, tostring(why))
  if self.report then self.report(excerpt(text, MOST_LOGGED)) end
  local owner = self.report and queue or ALL
  if not self.failures[owner] then
    self.failures[owner] = { type(why) == "string" and text or why }
  end
end

local function event_of(call)
  return {
    operation = call.id, method = contract.operations[call.id].method, path = call.path,
    attempt = call.transfer:attempts(), context = call.context,
  }
end

local function add_response(event, call)
  local transfer = call.transfer
  local info = transfer:info()
  local status, kind, message = transfer:result()
  if status then kind, message = outcome.complaint(call) end
  event.status, event.kind = transfer:status(), kind
  event.message = message and excerpt(message, MESSAGE)
  event.bytes = transfer:size()
  event.request_id = responses.request_id(transfer)
  event.concurrent_requests = responses.concurrent_requests(transfer)
  event.reused, event.http_version = info.reused, info.http_version
  event.timings = {
    name = info.name, connect = info.connect, tls = info.tls, first_byte = info.first_byte,
    total = info.total,
  }
end

local NONE = {}

--- The events of an attempt that began, that ended, or both, and what is not known of its answer.
local function events_of(self, call, started, ended)
  local request, response, retry
  if started and self.on_request then request = event_of(call) end
  local stopped, wait
  if ended then stopped, wait = call.transfer:stopped() end
  if ended and self.on_response then
    response = event_of(call)
    add_response(response, call)
    response.final = stopped ~= nil
  end
  if ended and not stopped and self.on_retry then
    retry = event_of(call)
    add_response(retry, call)
    retry.wait = wait
  end
  local unknown = ended and self.unknowns and self.unknowns:of(call) or NONE
  return request, response, retry, unknown
end

--- Calls the functions for what happened to a call's attempt. All of it is read before any of them is
--- called, because a function may close the call, or work until the next attempt begins.
---@param call table
---@param started boolean an attempt began
---@param ended boolean it ended
function hooks:tell(call, started, ended)
  if call.transfer:is_closed() then return end
  local ok, request, response, retry, unknown = pcall(events_of, self, call, started, ended)
  if not ok then
    if call.transfer:is_closed() then return end -- by a finalizer, just now
    error(request, 0)
  end
  local queue = call.queue
  if request then fire(self, "on_request", request, queue) end
  if response then fire(self, "on_response", response, queue) end
  if retry then fire(self, "on_retry", retry, queue) end
  for _, event in ipairs(unknown) do fire(self, "on_unknown", event, queue) end
end

--- Raises what a hook raised, once.
---@param queue twilio.numbers.Queue? the iterator's or the watch's: where unrelated callers share the client,
---  only what belongs to it is raised
function hooks:surface(queue)
  local owner = self.report and queue or ALL
  local failure = self.failures[owner]
  if not failure then return end
  self.failures[owner] = nil
  error(failure[1], 0)
end

return hooks
