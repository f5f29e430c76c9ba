--- One operation for each input of a source, several at once: what the `..._each` methods give.

local errors = require "twilio.numbers.api.error"
local inboxes = require "twilio.numbers.runtime.queue"
local loop = require "twilio.numbers.runtime.loop"
local misuse = require "twilio.numbers.util.argument_error"
local progress = require "twilio.numbers.bulk.progress"
local request = require "twilio.numbers.api.request"
local sources = require "twilio.numbers.runtime.inputs"

---@class twilio.numbers.EachOptions
---@field concurrency integer? how many at once, up to the client's `concurrency`, which it is if
---  missing
---@field ordered boolean? outcomes in the order of the inputs rather than as they come
---@field unique boolean? leave out inputs that came before; remembers them all
---@field stop_on "error"|fun(err: twilio.numbers.Error, input: any): boolean|nil when to begin no
---  more; always at 401 and 403. What is in flight then is still waited for and given.
---@field progress boolean|twilio.numbers.Progress|nil shows on a terminal how far it is

--- What an operation is to an iterator.
---@class twilio.numbers.Action
---@field id string the operation's id in the contract
---@field arguments fun(input: any): string?, string? the path's parameters
---@field result fun(client: table, raw: table|true, first: string, second: string?): any

---@class twilio.numbers.Each
local each = {}
local meta = { __index = each, __name = "twilio.numbers.Each" }

--- Ordered outcomes wait for the slowest before them: so many times `concurrency` may.
local ORDERED_AHEAD = 8

local own_options = {
  concurrency = "number", ordered = "boolean", unique = "boolean", progress = true, stop_on = true,
}

--- Takes apart the iterator's options and those that go to the API.
local function sort_options(options)
  if type(options) ~= "table" then misuse.argument("options", "a table", options) end
  local own, query = {}, nil
  for name, value in pairs(options) do
    local wanted = own_options[name]
    if wanted == nil then
      query = query or {}
      query[name] = value
    else
      local fits = wanted == true or type(value) == wanted
      if not fits then misuse.argument(name, "a " .. wanted, value) end
      own[name] = value
    end
  end
  return own, query
end

local function check_concurrency(client, wanted)
  local most = client:pace().limit
  if wanted == nil then return most end
  if wanted < 1 or wanted % 1 ~= 0 then
    misuse.argument("concurrency", "a whole number above 0", wanted)
  elseif wanted > most then
    misuse.argument("concurrency", ("at most %d, the client's own (an option of numbers.new),")
      :format(most), wanted)
  end
  return wanted
end

local function stopper(stop_on)
  if stop_on == nil then return function() return false end end
  if stop_on == "error" then return function() return true end end
  if type(stop_on) ~= "function" then
    misuse.argument("stop_on", '"error" or a function', stop_on)
  end
  return stop_on
end

--- The four values that a `for` loop takes: on 5.4 it closes the iterator when it is left.
---@param client table
---@param action twilio.numbers.Action
---@param source any an array, an iterator or a coroutine
---@param options twilio.numbers.EachOptions?
---@return twilio.numbers.Each, nil, nil, twilio.numbers.Each
function each.new(client, action, source, options)
  if client.closed then misuse.raise("the client is closed") end
  local own, query = sort_options(options or {})
  local checked, problem = request.query(action.id, query)
  if not checked then misuse.raise(problem) end
  local concurrency = check_concurrency(client, own.concurrency)
  local self = setmetatable({
    client = client, action = action, query = checked,
    next_input = sources.open(source),
    concurrency = concurrency,
    ahead = own.ordered and concurrency * ORDERED_AHEAD or concurrency,
    places = own.ordered and {} or nil, -- outcomes that wait for those before them
    keeps = own.ordered and client.loop.orphans ~= nil, -- their transfers, lest they get lost
    seen = own.unique and {} or nil,
    stops = stopper(own.stop_on),
    progress = progress.for_option(own.progress),
    inbox = inboxes.new(),
    in_flight = {}, flying = 0, -- a set of calls, and how many
    begun = 0, given = 0,
  }, meta)
  return self, nil, nil, self
end

--- No further input is begun; what a hook, the source or `stop_on` raised comes at the end.
local function stop(self, failed, failure)
  self.stopping = true
  if failed and not self.failed then self.failed, self.failure = true, failure end
end

local function invalid(self, problem)
  return errors.new {
    kind = "invalid", message = problem, outcome = "not_sent", attempts = 0,
    operation = self.action.id,
  }
end

local function is_new(self, first, second)
  local key = second and first .. " " .. second or first
  if self.seen[key] then return false end
  self.seen[key] = true
  return true
end

--- Begins a call for an input. One that is no argument for it is an outcome at once.
local function begin(self, input)
  local action = self.action
  local first, second = action.arguments(input)
  local call, problem = request.call(self.inbox, action.id, self.query, first, second)
  if call and self.seen and not is_new(self, first, second) then return end
  call = call or { err = invalid(self, problem) }
  self.begun = self.begun + 1
  call.input, call.place = input, self.begun
  if call.err then return self.inbox:put(call) end
  self.in_flight[call], self.flying = true, self.flying + 1
  self.client:begin(call)
  if self.ended then loop.release(call) end -- by a hook or a finalizer
end

--- Whether another call may be begun. The source and the hooks can end the iterator, and the
--- client, while they are asked.
local function has_room(self)
  return not self.ended and not self.stopping and self.flying < self.concurrency
    and self.begun - self.given < self.ahead
end

local function feed(self)
  while has_room(self) do
    if self.client.closed then return stop(self, true, "the client is closed") end
    local ok, input = pcall(self.next_input)
    if not ok then return stop(self, true, input) end
    if input == nil then return stop(self) end
    if not self.ended and not self.client.closed then begin(self, input) end
  end
end

--- Turns a call that came in into an outcome.
local function read(self, call)
  local client, action = self.client, self.action
  if not call.path then return end
  self.in_flight[call], self.flying = nil, self.flying - 1
  local raw, err = client:read(call)
  if not self.keeps then loop.release(call) end
  if raw then
    call.result = action.result(client, raw, call.first, call.second)
  else
    call.err = err
  end
end

local function conclude(self, call)
  read(self, call)
  local err = call.err
  if not err or self.stopping then return end
  if err.http_status == 401 or err.http_status == 403 then return stop(self) end
  local ok, stops = pcall(self.stops, err, call.input)
  if not ok then stop(self, true, stops) elseif stops then stop(self) end
end

--- The next outcome that can be given, or nil if none has come yet.
local function pick(self)
  local places = self.places
  local call = self.inbox:take()
  while call do
    if call.place then -- else it was only to wake us
      conclude(self, call)
      if not places then return call end
      places[call.place] = call
    end
    call = self.inbox:take()
  end
  if not places then return nil end
  local place = self.given + 1
  call, places[place] = places[place], nil
  return call
end

local function end_loop(self)
  self.ended = true
  if self.progress then self.progress:finish() end
  if self.failed then
    self.failed = false
    error(self.failure, 0)
  end
  self.client:surface()
end

local function is_over(self)
  return self.stopping and self.given == self.begun
end

--- The next outcome, waited for; nil at the end.
local function next_call(self)
  while not self.ended do
    local call = pick(self)
    if call then self.given = self.given + 1 end
    feed(self) -- what was picked has made room
    if call then return call end
    if is_over(self) or self.ended then return nil end
    self.client.loop:wait(self.inbox)
  end
end

--- The next input, its result, and its error instead; nil at the end. Several tasks may take from
--- one iterator.
---@return any input
---@return any result
---@return twilio.numbers.Error? err
function each:next()
  if self.ended then return nil end
  self.client.loop:check()
  local call = next_call(self)
  if not call or is_over(self) or self.places and self.places[self.given + 1] then
    self.client.loop:nudge(self.inbox) -- who else waits has something to take, or to end with
  end
  if not call then
    if not self.ended then end_loop(self) end
    return nil
  end
  loop.release(call)
  if self.progress then self.progress:count(call.err) end
  return call.input, call.result, call.err
end

--- Those whose outcome is known, though it was not given.
local function take_known(self)
  local outcomes, places = {}, self.places or {}
  for call in function() return self.inbox:take() end do
    if call.place then
      read(self, call)
      places[call.place] = call
    end
  end
  for _, call in pairs(places) do
    loop.release(call)
    outcomes[#outcomes + 1] = { input = call.input, result = call.result, err = call.err }
  end
  self.places = self.places and {}
  return outcomes
end

--- Ends it, and cancels what is in flight. Doing it twice is harmless.
---@return any[] inputs whose requests were in flight: whether they arrived, nobody knows
---@return { input: any, result: any, err: twilio.numbers.Error? }[] outcomes that had come and were
---  not given
function each:close()
  local outcomes, inputs = take_known(self), {}
  for call in pairs(self.in_flight) do
    inputs[#inputs + 1] = call.input
    loop.release(call)
  end
  if not self.ended and self.progress then self.progress:finish() end
  self.in_flight, self.ended = {}, true
  self.client.loop:nudge(self.inbox)
  return inputs, outcomes
end

meta.__call = each.next
meta.__close = function(self) self:close() end

return each
