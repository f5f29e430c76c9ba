--- Calls of operations: how one is begun, carried out and read. The single call, while nothing else is under way, needs
--- neither queue nor loop.

local lazily = require "twilio.numbers.util.lazily"
local answers = require "twilio.numbers.api.answer"
local argument_error = require "twilio.numbers.util.argument_error"
local body = lazily.require "twilio.numbers.api.body"
local call_options = require "twilio.numbers.client.call_options"
local core = require "twilio.numbers.core"
local loops = require "twilio.numbers.runtime.loop"
local outcome = require "twilio.numbers.api.outcome"
local queues = require "twilio.numbers.runtime.queue"
local request = require "twilio.numbers.api.request"
local response = require "twilio.numbers.api.response"
local upload = lazily.require "twilio.numbers.api.upload"
local upload_progress = require "twilio.numbers.client.upload_progress"

--- A client's methods for calls; see `base.lua`.
---@class twilio.numbers.ClientCalls
local calls = {}

--- Hands a call to the transport. Returns whether it was begun; then whether it is done, and maybe what it brought.
local function send(self, call, options, submit)
  options = options or self.call_options
  local sent
  if options then sent, call.context, call.hooks = options.sent, options.context, options.hooks end
  local multipart = call.multipart
  if multipart or call.body then sent = request.options(call, sent) end
  local transfer, number, more, status, object = submit(self.engine, call.method,
    (multipart and self.upload_base_url or self.base_url) .. call.path, self.credentials, sent)
  if transfer == false then return false end
  if multipart then multipart.source:close() end -- the transfer holds it
  if transfer then
    call.transfer, call.number = transfer, number
    return true, more, status, object
  end
  call.failure = { kind = number, message = more }
  return true, true
end

--- Internal. Sends a request, or queues it. The call comes to its queue when it is done, and is cancelled when
--- it has no holder any more.
---@param call twilio.numbers.Call what `request.call` gave
---@param options twilio.numbers.client.Prepared? Default: the client's.
function calls:begin(call, options)
  send(self, call, options, self.engine.submit)
  if call.failure then return call.queue:put(call) end
  self.loop:expect(call)
end

--- Carries out a call if nothing else is under way, without queue and loop. What takes longer than the transport
--- waits at once, or is tried again for what its answer says, goes on in the loop. Returns whether it was carried
--- out; then whether the loop had no part in it.
local function carry_out(self, call, options)
  local is_begun, is_done, status, object = send(self, call, options, self.engine.perform)
  if not is_begun then return false end
  if call.failure or is_done and not outcome.judge(self.engine, call, status, object) then
    return true, true
  end
  call.queue = queues.new(true)
  while self.engine:take(call.transfer) do -- a finalizer made calls, just now, until this one had finished
    if not outcome.judge(self.engine, call) then return true, true end
  end
  self.loop:expect(call)
  self.loop:wait(call.queue)
  return true, false
end

--- Internal. The result of a call that came to its queue.
---@return table|true|nil # the answer's JSON object with all its members made, or true if there is none to come
---@return twilio.numbers.Error?
function calls.read(_, call)
  local result, err = outcome.of(call)
  if type(result) == "table" then core.complete_object(result) end
  return result, err
end

--- Internal. The same, and gives back what the call held: its outcome is in the caller's hands.
---@return table|true|nil
---@return twilio.numbers.Error?
---@return string? # where nothing but `true` comes: the request's id, for the support
---@return table? came what brought it: the transfer; for `true` and for an error, what `answers.noted` takes
function calls.finish(_, call)
  local result, err = outcome.of(call)
  local transfer, request_id = call.transfer, nil
  local came = err or transfer or nil
  if result == true then
    request_id, came = response.request_id(transfer), answers.note({}, transfer)
  end
  loops.release(call)
  return result, err, request_id, came
end

--- Internal. Calls an operation and waits for its answer.
---@param id string the operation's id in the contract
---@param options twilio.numbers.CallOptions|table|number|nil the call's options, with query parameters by their
---  Lua names; or its deadline
---@param first string|twilio.numbers.Body|nil path parameters, in the path's order; or the body, from `body.make`
---@param second string?
---@return table|true|nil # the response's JSON object, or true if there is none to come
---@return twilio.numbers.Error?
---@return string? # where nothing but `true` comes: the request's id, for the support
---@return table? came what brought it
function calls:call(id, options, first, second)
  local prepared, query, progress
  if options ~= nil then
    prepared, query, progress = call_options.read(id, options, self.call_options)
  end
  return self:perform(id, prepared, query, first, second, progress)
end

--- Internal. The same with options that were checked.
---@param id string the operation's id in the contract
---@param options twilio.numbers.client.Prepared?
---@param query table? query parameters by their Lua names
---@param first string|twilio.numbers.Body|nil
---@param second string?
---@param progress (fun(sent: integer, total: integer))? told of an upload
---@return table|true|nil
---@return twilio.numbers.Error?
---@return string?
---@return table?
function calls:perform(id, options, query, first, second, progress)
  local checked, call, problem
  local spare = self.spare_call
  self.spare_call = false
  if query then checked, problem = request.query(id, query) end
  if checked or not query then
    call, problem = request.call(nil, id, checked, first, second, spare)
  end
  if not call then argument_error.raise(problem) end
  self:ready()
  if not progress and self.loop:is_single() then
    local is_carried_out, is_single = carry_out(self, call, options)
    local object = call.object
    if is_single and object and object ~= true then
      local came = call.transfer:settle()
      if call.first ~= nil and not (options or query or self.call_options) then
        call.transfer, call.object = false, false
        self.spare_call = call -- for the next: to make its table would take longer than all else here
      end
      return object, nil, nil, came
    end
    if is_carried_out then return self:finish(call) end
  end
  if self.engine:is_full() then
    if call.multipart then call.multipart.source:close() end
    return nil, outcome.busy(call)
  end
  call.queue = queues.new(true)
  self:begin(call, options)
  if progress then
    self.raised = upload_progress.follow(self.loop, call, progress) or self.raised
  else
    self.loop:wait(call.queue)
  end
  return self:finish(call)
end

--- Internal. Calls an operation that takes a body, if the fields for it are sound.
---@param id string the operation's id in the contract
---@param fields table
---@param options twilio.numbers.CallOptions|number|nil
---@return table? # the response's JSON object
---@return twilio.numbers.Error?
---@return nil
---@return table? came what brought it
function calls:create(id, fields, options)
  local make = request.takes_file(id) and upload.make or body.make
  local prepared, query, progress
  if options ~= nil then
    prepared, query, progress = call_options.read(id, options, self.call_options)
  end
  self:ready() -- whatever raises does so before a file is opened
  local content, err = make(id, fields)
  if not content then return nil, err end
  return self:perform(id, prepared, query, content, nil, progress)
end

return calls
