--- The client: calls an operation by its id and gives back what the API answered. It knows
--- credentials, host and errors; the resources on top of it know what a port-in is.

local argument_error = require "twilio.numbers.util.argument_error"
local body = require "twilio.numbers.api.body"
local guard = require("twilio.numbers.util.methods").guard
local loops = require "twilio.numbers.runtime.loop"
local options_of = require "twilio.numbers.util.options"
local outcome = require "twilio.numbers.api.outcome"
local queues = require "twilio.numbers.runtime.queue"
local request = require "twilio.numbers.api.request"
local response = require "twilio.numbers.api.response"
local task_group = require "twilio.numbers.runtime.task_group"

---@class twilio.numbers.GatherOptions
---@field concurrency integer? how many functions run at once. Default: all of them.

--- The last argument of each call. A number in its place is the deadline.
---@class twilio.numbers.CallOptions
---@field deadline number? seconds from the call on, after which it ends: waits, attempts and all. What was sent by then may still take effect. Default: `retry.deadline`.
---@field send_within number? seconds from the call on, after which nothing is sent any more. What was sent is still waited for. Default: no such limit.

---@class twilio.numbers.Pace
---@field limit integer the option `concurrency`
---@field window integer how many requests may be in flight now: half as many after a 429, then growing again
---@field in_flight integer requests that were sent and not answered yet
---@field waiting integer requests that wait for their turn or for another attempt

---@class twilio.numbers.BaseClient
local client = {}
local meta = { __index = client, __name = "twilio.numbers.Client" }

--- What a client is made of.
---@class twilio.numbers.ClientParts
---@field base_url string
---@field credentials table the core's
---@field transport twilio.numbers.Transport
---@field waiter twilio.numbers.Waiter
---@field hooks twilio.numbers.Hooks?

--- Internal. See `numbers.new`, which adds the resources.
---@param parts twilio.numbers.ClientParts
---@return twilio.numbers.BaseClient
function client.new(parts)
  return setmetatable({
    base_url = parts.base_url,
    account_sid = parts.credentials:account_sid(),
    engine = parts.transport,
    credentials = parts.credentials,
    hooks = parts.hooks,
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

--- Internal. Sends a request, or queues it. The call comes to its queue when it is done, and is cancelled when
--- it has no holder any more.
---@param call twilio.numbers.Call what `request.call` gave
---@param limits { deadline: number?, send_within: number? }? seconds from now on
function client:begin(call, limits)
  local options = limits
  if call.body then
    options = limits or {}
    options.body, options.content_type = call.body, "application/json"
  end
  local transfer, number, message = self.engine:submit(
    request.method(call.id), self.base_url .. call.path, self.credentials, options)
  if not transfer then
    call.failure = { kind = number, message = message }
    return call.queue:put(call)
  end
  call.transfer, call.number = transfer, number
  self.loop:expect(call)
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
function client.finish(_, call)
  local result, err = outcome.of(call)
  local request_id = result == true and response.request_id(call.transfer) or nil
  loops.release(call)
  return result, err, request_id
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
  if self.hooks then self.hooks:surface(queue) end
end

--- Internal. Raises if nothing can be begun here and now, or what a hook has raised.
function client:ready()
  check_open(self)
  self.loop:check()
  self:surface()
end

local call_schema = options_of.schema {
  deadline = { kind = "duration" },
  send_within = { kind = "duration" },
}

--- The limits among a call's options, and those that go to the API.
local function sort_options(id, options)
  if type(options) == "number" then options = { deadline = options } end
  if type(options) ~= "table" then
    argument_error.argument("options", "a table, or seconds", options)
  end
  local limits, query = call_schema:check(options, request.query_options(id))
  return next(limits) and limits, query
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
function client:call(id, options, first, second)
  local limits, query
  if options ~= nil then limits, query = sort_options(id, options) end
  local checked, problem = request.query(id, query)
  local call
  if checked then
    call, problem = request.call(queues.new(true), id, checked, first, second)
  end
  if not call then argument_error.raise(problem) end
  self:ready()
  if self.engine:is_full() then return nil, outcome.busy(call) end
  self:begin(call, limits)
  self.loop:wait(call.queue)
  return self:finish(call)
end

--- Internal. Calls an operation that takes a body, if the fields for it are sound.
---@param id string the operation's id in the contract
---@param fields table
---@param options twilio.numbers.CallOptions|number|nil
---@return table? # the response's JSON object
---@return twilio.numbers.Error?
function client:create(id, fields, options)
  local content, err = body.make(id, fields)
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

--- Stops sending, or allows it again. Requests in flight go on. Requests that wait for their turn or for
--- another attempt end at once, with `stopped` "closed".
---@param on boolean true to stop sending
function client:wind_down(on)
  check_open(self)
  self.engine:drain(on)
end

--- Ends the calls in flight, closes the connections and wipes the credentials. Closing twice is harmless.
function client:close()
  self.closed = true
  self.loop:close()
  self.credentials:close()
  self:surface()
end

meta.__close = client.close

function meta:__tostring()
  return ("twilio.numbers client of %s at %s%s"):format(
    self.account_sid, self.base_url, self.closed and " (closed)" or "")
end

guard(client, meta, "client", "sleep gather pace wind_down close")

return client
