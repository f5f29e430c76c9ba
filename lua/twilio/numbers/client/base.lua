--- The client: calls an operation by its id and gives back what the API answered. It knows
--- credentials, host and errors; the resources on top of it know what a port-in is.

local answers = require "twilio.numbers.api.answer"
local argument_error = require "twilio.numbers.util.argument_error"
local body = require "twilio.numbers.api.body"
local call_options = require "twilio.numbers.client.call_options"
local family = require "twilio.numbers.client.family"
local guard = require("twilio.numbers.util.methods").guard
local loops = require "twilio.numbers.runtime.loop"
local outcome = require "twilio.numbers.api.outcome"
local queues = require "twilio.numbers.runtime.queue"
local request = require "twilio.numbers.api.request"
local response = require "twilio.numbers.api.response"
local system = require "twilio.numbers.util.system"
local task_group = require "twilio.numbers.runtime.task_group"
local upload = require "twilio.numbers.api.upload"
local upload_progress = require "twilio.numbers.client.upload_progress"

---@class twilio.numbers.GatherOptions
---@field concurrency integer? how many functions run at once. Default: all of them.

---@class twilio.numbers.Pace
---@field limit integer the option `concurrency`
---@field window integer how many requests may be in flight now: half as many after a 429, then growing again
---@field in_flight integer requests that were sent and not answered yet
---@field waiting integer requests that wait for their turn or for another attempt

--- What a client that is derived from another one may have of its own.
---@class twilio.numbers.DerivedOptions
---@field account_sid string? another account, with its own secret. Default: the client's.
---@field auth_token string? the account's auth token. Default: the client's credentials.
---@field api_key string? an API key's SID, with `api_secret`. Default: the client's credentials.
---@field api_secret string? the key's secret. Default: the client's credentials.
---@field rate number? requests per second of this client and of those derived from it; the shared rate holds as well. Default: no limit of its own.
---@field timeout number? seconds for one attempt. Default: the client's.
---@field retry twilio.numbers.RetryPolicy|false|nil when a request is repeated; false: never. Default: the client's.
---@field headers table<string, string>|nil further headers, with those of the client. Default: the client's.
---@field context any handed to the hooks as `event.context`. Default: the client's.
---@field on_request fun(event: twilio.numbers.Event)? called when an attempt begins. Default: the client's.
---@field on_response fun(event: twilio.numbers.Event)? called when an attempt has ended. Default: the client's.
---@field on_retry fun(event: twilio.numbers.Event)? called when there will be another attempt. Default: the client's.
---@field on_unknown fun(event: twilio.numbers.Unknown)? called for what the contract has not. Default: the client's.

--- Credentials of an account: an auth token, or an API key with its secret.
---@class twilio.numbers.CredentialOptions
---@field account_sid string? must be the client's, if given. Default: the client's.
---@field auth_token string? the account's auth token
---@field api_key string? an API key's SID
---@field api_secret string? the key's secret

---@class twilio.numbers.BaseClient
local client = {}
local meta = { __index = client, __name = "twilio.numbers.Client" }

--- What a client is made of.
---@class twilio.numbers.ClientParts
---@field base_url string
---@field upload_base_url string
---@field credentials table the core's
---@field transport twilio.numbers.Transport
---@field waiter twilio.numbers.Waiter
---@field hooks twilio.numbers.Hooks?
---@field call_options twilio.numbers.client.Prepared? of calls that have none

--- Internal. See `numbers.new`, which adds the resources.
---@param parts twilio.numbers.ClientParts
---@return twilio.numbers.BaseClient
function client.new(parts)
  return setmetatable({
    base_url = parts.base_url, upload_base_url = parts.upload_base_url,
    account_sid = parts.credentials:account_sid(),
    engine = parts.transport,
    credentials = parts.credentials,
    hooks = parts.hooks, call_options = parts.call_options,
    loop = loops.new(parts.transport, parts.waiter, outcome.judge, parts.hooks),
  }, meta)
end

local function check_open(self)
  if self.closed then argument_error.raise("the client is closed") end
end

--- Internal. Whether no further call may be queued; see the option `max_waiting`.
---@return boolean
function client:is_full()
  return self.engine:is_full()
end

--- Hands a call to the transport. Returns whether it was begun; then whether it is done.
local function send(self, call, options, submit)
  options = options or self.call_options
  local sent
  if options then sent, call.context, call.hooks = options.sent, options.context, options.hooks end
  local multipart = call.multipart
  if multipart or call.body then sent = request.options(call, sent) end
  local transfer, number, more = submit(self.engine, request.method(call.id),
    (multipart and self.upload_base_url or self.base_url) .. call.path, self.credentials, sent)
  if transfer == false then return false end
  if multipart then multipart.source:close() end -- the transfer holds it
  if transfer then
    call.transfer, call.number = transfer, number
    return true, more
  end
  call.failure = { kind = number, message = more }
  return true, true
end

--- Internal. Sends a request, or queues it. The call comes to its queue when it is done, and is cancelled when
--- it has no holder any more.
---@param call twilio.numbers.Call what `request.call` gave
---@param options twilio.numbers.client.Prepared? Default: the client's.
function client:begin(call, options)
  send(self, call, options, self.engine.submit)
  if call.failure then return call.queue:put(call) end
  self.loop:expect(call)
end

--- Carries out a call if nothing else is under way, without queue and loop. What takes longer than the transport
--- waits at once, or is tried again for what its answer says, goes on in the loop. Returns whether it was carried
--- out; then whether the loop had no part in it.
local function carry_out(self, call, options)
  if not self.loop:is_single() then return false end
  local is_begun, is_done = send(self, call, options, self.engine.perform)
  if not is_begun then return false end
  if call.failure or is_done and not outcome.judge(self.engine, call) then return true, true end
  call.queue = queues.new(true)
  self.loop:expect(call)
  self.loop:wait(call.queue)
  return true, false
end

--- Internal. The result of a call that came to its queue.
---@return table|true|nil # the answer's JSON object, or true if there is none to come
---@return twilio.numbers.Error?
function client.read(_, call)
  return outcome.of(call)
end

--- Internal. The same, and gives back what the call held: its outcome is in the caller's hands.
---@return table|true|nil
---@return twilio.numbers.Error?
---@return string? # where nothing but `true` comes: the request's id, for the support
---@return table? came what brought it: the transfer; for `true`, what `answers.noted` takes
function client.finish(_, call)
  local result, err = outcome.of(call)
  local transfer, request_id = call.transfer, nil
  local came = transfer or nil
  if result == true then
    request_id, came = response.request_id(transfer), answers.note({}, transfer)
  end
  loops.release(call)
  return result, err, request_id, came
end

-- What iterators, watches and campaigns need of the loop.

--- Internal. Returns when the queue has an item; see `begin` and `pause`. In a task, the others go on meanwhile.
---@param queue twilio.numbers.Queue
function client:wait(queue)
  self.loop:wait(queue)
end

--- Internal. A call that comes to the queue after so many seconds, or when the process is about to end.
---@param queue twilio.numbers.Queue
---@param seconds number
---@return table call
function client:pause(queue, seconds)
  return self.loop:sleep(queue, seconds, true)
end

--- Internal. A call that comes to the queue after so many seconds.
---@param queue twilio.numbers.Queue
---@param seconds number
---@return table call
function client:deadline(queue, seconds)
  return self.loop:sleep(queue, seconds)
end

--- Internal. Gives back what a call holds, and cancels it if it is under way. Doing it twice is harmless.
---@param call table
function client.release(_, call)
  loops.release(call)
end

--- Internal. Has one of those that wait for the queue check again why it waits: an item with nothing in it.
---@param queue twilio.numbers.Queue
function client:wake(queue)
  self.loop:wake(queue)
end

--- Internal. Seconds on the clock by which it waits.
---@return number
function client:now()
  local engine = self.engine
  return engine.clock and engine:clock() or system.now()
end

--- Internal. Whether the process is about to end.
---@return boolean
function client:is_ending()
  return self.loop:is_ending()
end

--- Internal. Whether each call is followed until it is released. Then a call is to be held until its outcome is
--- handed to the caller: an outcome that gets lost before that is logged.
---@return boolean
function client:is_observed()
  return self.loop.observer ~= nil
end

--- Internal. Raises where it is impossible to wait.
function client:check()
  self.loop:check()
end

--- Internal. Raises what a hook has raised, before anything new is begun.
---@param queue twilio.numbers.Queue? of an iterator or a watch, see `hooks:surface`
function client:surface(queue)
  local raised = self.raised -- by the function that was told of an upload
  if raised then
    self.raised = nil
    error(raised[1], 0)
  end
  if self.hooks then self.hooks:surface(queue) end
end

--- Internal. Raises if nothing can be begun here and now, or what a hook has raised.
function client:ready()
  check_open(self)
  self.loop:check()
  self:surface()
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
function client:call(id, options, first, second)
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
function client:perform(id, options, query, first, second, progress)
  local checked, call, problem
  if query then checked, problem = request.query(id, query) end
  if checked or not query then
    call, problem = request.call(nil, id, checked, first, second)
  end
  if not call then argument_error.raise(problem) end
  self:ready()
  if not progress then
    local is_carried_out, is_single = carry_out(self, call, options)
    local object = call.object
    if is_single and object and object ~= true then
      return object, nil, nil, self.engine:settle(call.transfer)
    end
    if is_carried_out then return self:finish(call) end
  end
  if self.engine:is_full() then return nil, outcome.busy(call) end
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
function client:create(id, fields, options)
  local make = upload.takes(id) and upload.make or body.make
  local content, err = make(id, fields)
  if not content then return nil, err end
  return self:call(id, options, content)
end

--- Waits. Other tasks and requests in flight go on meanwhile. Inside an nginx worker that is ending, it
--- returns at once.
---@param seconds number from 0
function client:sleep(seconds)
  if type(seconds) ~= "number" or not (seconds >= 0 and seconds <= 1e9) then
    argument_error.argument("seconds", "a number of seconds", seconds)
  end
  check_open(self)
  self.loop:check()
  local queue = queues.new(true)
  local call = self.loop:sleep(queue, seconds, true)
  self.loop:wait(queue)
  loops.release(call)
end

--- Runs functions concurrently, each as ordinary sequential code. While one waits for an answer, the others
--- go on. They share the client's connections and limits.
---
---     local results, errors = client:gather {
---       old = function() return client.port_ins:fetch(a) end,
---       new = function() return client.portability:check(b) end,
---     }
---     print(results.old, errors.old)
---
---@param functions table<any, function> under any keys; those of an array begin in order
---@param options twilio.numbers.GatherOptions?
---@return table<any, any> # each function's first result, under its key
---@return table<any, any> # each function's second result after nil or false, under its key; an error of
---  kind "raised" if it raised
function client:gather(functions, options)
  self:ready()
  return task_group.run(self.loop, functions, options or {})
end

--- How many requests are allowed at present, and how many there are.
---@return twilio.numbers.Pace
function client:pace()
  return self.engine:load()
end

--- Internal. The policy of retries, for those who repeat a call themselves.
---@return integer # how many attempts a call may have
---@return number # seconds of the first wait between two of them, at most
---@return number # seconds of the longest one
function client:retry_policy()
  return self.engine:policy()
end

--- Stops sending, or allows it again. Requests in flight go on. Requests that wait for their turn or for
--- another attempt end at once, with `stopped` "closed".
---@param on boolean true to stop sending
function client:wind_down(on)
  check_open(self)
  self.engine:drain(on)
end

--- A client that shares connections, `concurrency`, `rate` and loop with this one, but has other credentials or
--- options: one for each subaccount, or for each request that a server handles. What is not given is as here.
---@param options twilio.numbers.DerivedOptions an option of what is shared raises
---@return twilio.numbers.Client
function client:with(options)
  check_open(self)
  return self.bind_resources(setmetatable(family.derive(self, options), meta))
end

--- Gives the client other credentials of the same account, such as a new auth token. Calls that are begun afterwards
--- use them; those under way, and their further attempts, use the old ones, which are wiped when the last of these
--- calls has ended. Clients that share the credentials (see `with`) get the new ones too.
---@param options twilio.numbers.CredentialOptions
function client:exchange_credentials(options)
  check_open(self)
  family.exchange(self, options)
end

--- Ends the calls in flight, closes the connections and wipes the credentials, also those of all clients that were
--- derived from it. A client that was itself derived only ends for its user: its calls in flight go on. Closing twice
--- is harmless.
function client:close()
  self.closed = true
  if not self.parent then self.loop:close() end
  family.close(self)
  self:surface()
end

meta.__close = client.close

function meta:__tostring()
  return ("twilio.numbers client of %s at %s%s"):format(
    self.account_sid, self.base_url, self.closed and " (closed)" or "")
end

guard(client, meta, "client", "sleep gather pace wind_down with exchange_credentials close")

return client
