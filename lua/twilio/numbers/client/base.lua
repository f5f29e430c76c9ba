--- The client: what it is made of, what it has of its own, and how it ends. It knows credentials, host and errors;
--- the resources on top of it know what a port-in is.

local lazily = require "twilio.numbers.util.lazily"
local argument_error = require "twilio.numbers.util.argument_error"
local calls = require "twilio.numbers.client.calls"
local family = require "twilio.numbers.client.family"
local guard = require("twilio.numbers.util.methods").guard
local loops = require "twilio.numbers.runtime.loop"
local outcome = require "twilio.numbers.api.outcome"
local queues = require "twilio.numbers.runtime.queue"
local task_group = lazily.require "twilio.numbers.runtime.task_group"
local waits = require "twilio.numbers.client.waits"

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

---@class twilio.numbers.BaseClient: twilio.numbers.ClientCalls, twilio.numbers.ClientWaits
local client = {}
for _, methods in ipairs { calls, waits } do
  for name, method in pairs(methods) do client[name] = method end
end

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
  return setmetatable({ -- false rather than nil: a field that is missing is looked up in the class
    base_url = parts.base_url, upload_base_url = parts.upload_base_url,
    account_sid = parts.credentials:account_sid(),
    engine = parts.transport,
    credentials = parts.credentials,
    hooks = parts.hooks or false, call_options = parts.call_options or false, closed = false,
    raised = false, spare_call = false,
    loop = loops.new(parts.transport, parts.waiter, outcome.judge, parts.hooks),
  }, meta)
end

local function check_open(self)
  if self.closed then argument_error.raise("the client is closed") end
end

--- Internal. Raises what a hook has raised, before anything new is begun.
---@param queue twilio.numbers.Queue? of an iterator or a watch, see `hooks:surface`
function client:surface(queue)
  local raised = self.raised -- by the function that was told of an upload
  if raised then
    self.raised = false
    error(raised[1], 0)
  end
  if self.hooks then self.hooks:surface(queue) end
end

--- Internal. Raises if nothing can be begun here and now, or what a hook has raised.
function client:ready()
  local loop = self.loop
  if self.closed then check_open(self) end
  if loop.may_object then loop:check() end
  if self.raised or self.hooks then self:surface() end
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
