--- The client: calls an operation by its id and gives back what the API answered. It knows
--- credentials, host and errors; the resources on top of it know what a port-in is.

local core = require "twilio.numbers.core"
local endpoint = require "twilio.numbers.api.endpoint"
local errors = require "twilio.numbers.api.error"
local gathering = require "twilio.numbers.runtime.task_group"
local hooks = require "twilio.numbers.client.hooks"
local inboxes = require "twilio.numbers.runtime.queue"
local loop = require "twilio.numbers.runtime.loop"
local misuse = require "twilio.numbers.util.argument_error"
local outcome = require "twilio.numbers.api.outcome"
local request = require "twilio.numbers.api.request"
local version = require "twilio.numbers.version"
local waiting = require "twilio.numbers.runtime.waiter"

---@class twilio.numbers.Transport
local client = {}
local meta = { __index = client, __name = "twilio.numbers.Client" }

--- Which part takes which option.
local parts = {
  engine = { "timeout", "connect_timeout", "max_response_size", "http_version", "allow_http",
    "proxy", "ca_file", "ca_path", "concurrency", "rate", "retry" },
  credentials = { "account_sid", "auth_token", "api_key", "api_secret" },
  endpoint = { "base_url", "edge", "region" },
  client = { "waiter", "shared_limit" },
  hooks = { "on_request", "on_response", "on_retry" },
}

local part_of = {}
for part, names in pairs(parts) do
  for _, name in ipairs(names) do part_of[name] = part end
end

local function sort_options(options)
  local sorted = {}
  for part in pairs(parts) do sorted[part] = {} end
  for name, value in pairs(options) do
    local part = part_of[name]
    if not part then misuse.raise(("unknown option '%s'"):format(tostring(name))) end
    sorted[part][name] = value
  end
  return sorted
end

--- The core's complaints about options, raised where the caller can see them.
local function made(constructor, options)
  local ok, object, why = pcall(constructor, options)
  if not ok then misuse.raise(tostring(object)) end
  return object, why
end

local function user_agent()
  local jit = package.loaded.jit
  local lua = jit and jit.version:match "^%S+ %d+%.%d+" or _VERSION
  return ("twilio-numbers-lua/%s (%s)"):format(version, lua)
end

local function check_waiter(waiter)
  if waiter == nil then return waiting.default() end
  if type(waiter) ~= "table" or type(waiter.wait) ~= "function" then
    misuse.argument("waiter", "a table with a function wait", waiter)
  end
  return waiter
end

local function check_hooks(options)
  for name, hook in pairs(options) do
    if type(hook) ~= "function" then misuse.argument(name, "a function", hook) end
  end
  return hooks.new(options)
end

local function share(self, limit)
  local waiter = self.loop.waiter
  if not waiter.share then misuse.raise("shared_limit is for clients inside nginx") end
  waiter.share(self.loop, limit, self.account_sid)
end

--- See `numbers.new`, which adds the resources.
---@param options table
---@return twilio.numbers.Transport?
---@return twilio.numbers.Error?
function client.new(options)
  if type(options) ~= "table" then misuse.argument("options", "a table", options) end
  local sorted = sort_options(options)
  local waiter, observers = check_waiter(sorted.client.waiter), check_hooks(sorted.hooks)
  local base_url = endpoint.url(sorted.endpoint)
  sorted.engine.user_agent, sorted.engine.observe = user_agent(), observers ~= nil
  local engine = made(core.engine, sorted.engine)
  local objection = engine:validate(base_url)
  if objection then misuse.raise("base_url: " .. objection) end
  local credentials, why = made(core.credentials, sorted.credentials)
  if not credentials then
    return nil, errors.new { kind = "credentials", message = why, outcome = "not_sent" }
  end
  local self = setmetatable({
    base_url = base_url,
    account_sid = credentials:account_sid(),
    engine = engine,
    credentials = credentials,
    hooks = observers,
    loop = loop.new(engine, waiter, outcome.judge, observers),
  }, meta)
  if sorted.client.shared_limit ~= nil then share(self, sorted.client.shared_limit) end
  return self
end

local function check_open(self)
  if self.closed then misuse.raise("the client is closed") end
end

--- Sends a request, or queues it. The call comes to its inbox when it is done, and is cancelled
--- when nobody holds it any more.
---@param call twilio.numbers.Call what `request.call` gave
function client:begin(call)
  local transfer, number, message =
    self.engine:submit(request.method(call.id), self.base_url .. call.path, self.credentials)
  if not transfer then
    call.failure = { kind = number, message = message }
    return call.inbox:put(call)
  end
  call.transfer, call.number = transfer, number
  self.loop:expect(call)
end

--- What a call that came to its inbox has brought.
---@return table|true|nil # the answer's JSON object, or true if there is none to come
---@return twilio.numbers.Error?
function client.read(_, call)
  return outcome.of(call)
end

--- The same, and gives back what the call held: its outcome is in the caller's hands.
---@return table|true|nil
---@return twilio.numbers.Error?
---@return string? # where nothing but `true` comes: the request's id, for the support
function client:finish(call)
  local result, err = self:read(call)
  local request_id = result == true and call.transfer:header "Twilio-Request-Id" or nil
  loop.release(call)
  return result, err, request_id
end

--- Raises what a hook has raised, before anything new is begun.
function client:surface()
  if self.hooks then self.hooks:surface() end
end

--- Raises if nothing can be begun here and now, or what a hook has raised.
function client:ready()
  check_open(self)
  self.loop:check()
  self:surface()
end

local function wait_within(self, call, within)
  if type(within) ~= "number" or not (within >= 0 and within <= 1e9) then
    misuse.argument("within", "a number of seconds", within)
  end
  local pause = self.loop:sleep(call.inbox, within)
  self:begin(call)
  self.loop:wait(call.inbox)
  local is_over = call.inbox:take() == pause and not call.dropped and not self.closed
  loop.release(pause)
  if not (is_over and call.transfer) then return self:finish(call) end
  local err = outcome.given_up(call, within)
  loop.release(call)
  return nil, err
end

--- Calls an operation and waits for its answer.
---@param id string the operation's id in the contract
---@param query table? query parameters by their Lua names
---@param first string? path parameters, in the path's order
---@param second string?
---@param within number? seconds after which a GET is given up, retries and all
---@return table|true|nil # the answer's JSON object, or true if there is none to come
---@return twilio.numbers.Error?
---@return string? # where nothing but `true` comes: the request's id, for the support
function client:call(id, query, first, second, within)
  local checked, problem = request.query(id, query)
  local call
  if checked then
    call, problem = request.call(inboxes.new(true), id, checked, first, second)
  end
  if not call then misuse.raise(problem) end
  self:ready()
  if within then return wait_within(self, call, within) end
  self:begin(call)
  self.loop:wait(call.inbox)
  return self:finish(call)
end

--- Waits so long, while siblings go on: other tasks, and requests that are under way. Inside an
--- nginx worker that is to end, no longer.
---@param seconds number
function client:sleep(seconds)
  if type(seconds) ~= "number" or not (seconds >= 0 and seconds <= 1e9) then
    misuse.argument("seconds", "a number of seconds", seconds)
  end
  check_open(self)
  self.loop:check()
  local inbox = inboxes.new(true)
  local call = self.loop:sleep(inbox, seconds, true)
  self.loop:wait(inbox)
  loop.release(call)
end

--- Runs functions side by side, each as ordinary sequential code, on this client's connections and
--- within its limits: while one waits for an answer, the others go on.
---
---     local results, errors = client:gather {
---       old = function() return client.port_ins:fetch(a) end,
---       new = function() return client.portability:check(b) end,
---     }
---     print(results.old, errors.old)
---
---@param functions table<any, function> under any keys; an array's are begun in order
---@param options { concurrency: integer? }? how many run at once; all if missing
---@return table<any, any> results what each gave back first, under its key
---@return table<any, any> errors what a function gave back second after nil or false, under its
---  key; an error of kind "raised", with `traceback` and `raised`, if it raised
function client:gather(functions, options)
  self:ready()
  return gathering.run(self.loop, functions, options or {})
end

--- How many requests are allowed at present. The client begins with its `concurrency`, halves it
--- when the API answers 429, and grows again as far as the API bears it.
---@return { limit: integer, window: integer, in_flight: integer, waiting: integer } # the option,
---  what is allowed now, what is sent and not answered, what waits for its turn or to be retried
function client:pace()
  return self.engine:load()
end

--- Whether no request is sent any more: one that waits for its turn, or to be tried again, ends at once
--- as its last attempt did, with `stopped` "closed"; what is in flight is waited for as ever. So a
--- program that was told to end knows soon what became of everything.
---@param on boolean
function client:wind_down(on)
  check_open(self)
  self.engine:drain(on)
end

--- Ends what is under way, closes the connections and wipes the credentials. Doing it twice is
--- harmless.
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

return client
