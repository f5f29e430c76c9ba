--- A batch: one operation for each input, several at once. What the `..._each` methods give.

local answers = require "twilio.numbers.api.answer"
local argument_error = require "twilio.numbers.util.argument_error"
local call_options = require "twilio.numbers.client.call_options"
local errors = require "twilio.numbers.api.error"
local inputs = require "twilio.numbers.runtime.inputs"
local methods = require "twilio.numbers.util.methods"
local options_of = require "twilio.numbers.util.options"
local outcome = require "twilio.numbers.api.outcome"
local progress = require "twilio.numbers.bulk.progress"
local queues = require "twilio.numbers.runtime.queue"
local request = require "twilio.numbers.api.request"
local release = require("twilio.numbers.runtime.loop").release
local seen = require "twilio.numbers.bulk.seen"

local pcall, take = pcall, queues.take

--- The options of a call go to each request.
---@class twilio.numbers.BatchOptions: twilio.numbers.CallOptions
---@field concurrency integer? calls in flight at once, at most the client's `concurrency`. Default: the client's.
---@field ordered boolean? give outcomes in the order of the inputs, not as they arrive. Default: false.
---@field unique boolean? leave out inputs that came before. All inputs are remembered for it. Default: false.
---@field stop_on "error"|(fun(err: twilio.numbers.Error, input: any): boolean)|nil when to read no more inputs; calls in flight are still waited for and given. After a 401 or 403 no call is begun either, and the other inputs give errors of kind "not_tried". Default: never.
---@field progress boolean|twilio.numbers.Progress|nil show a progress line on a terminal. Default: false.

---@class twilio.numbers.KnownOutcome
---@field input any the input
---@field result any its result
---@field err twilio.numbers.Error? or its error

--- How a batch uses an operation.
---@class twilio.numbers.Action
---@field id string the operation's id in the contract
---@field arguments fun(input: any): string?, string? the path's parameters
---@field result fun(client: table, raw: table|true, first: string, second: string?, transfer: table): any

---@class twilio.numbers.Batch
local batch = {}
local meta = { __index = batch, __name = "twilio.numbers.Batch" }

--- Seconds between two checks whether others' calls have made room for one of a batch.
local ROOM_CHECK = 0.05

--- Ordered outcomes wait for the slowest one before them: so many times `concurrency` may wait.
local ORDERED_AHEAD = 8

local schema = options_of.schema(call_options.fields):extended {
  concurrency = { kind = "count" },
  ordered = { kind = "boolean" },
  unique = { kind = "boolean" },
  stop_on = { kind = "any" },
  progress = { kind = "any" },
}

local function check_concurrency(client, wanted)
  local most = client:pace().limit
  if wanted == nil then return most end
  if wanted > most then
    argument_error.argument("concurrency",
      ("at most %d, the client's own (an option of numbers.new),"):format(most), wanted)
  end
  return wanted
end

local function stopper(stop_on)
  if stop_on == nil then return function() return false end end
  if stop_on == "error" then return function() return true end end
  if type(stop_on) ~= "function" then
    argument_error.argument("stop_on", '"error" or a function', stop_on)
  end
  return stop_on
end

--- Internal. The four values that a `for` loop takes: on 5.4 it closes the iterator when it is left.
---@param client table
---@param action twilio.numbers.Action
---@param source any an array, an iterator or a coroutine
---@param options twilio.numbers.BatchOptions?
---@return twilio.numbers.Batch, nil, nil, twilio.numbers.Batch
function batch.new(client, action, source, options)
  if client.closed then argument_error.raise("the client is closed") end
  local own, query = schema:check(options or {}, request.query_options(action.id))
  local checked, problem = request.query(action.id, query)
  if not checked then argument_error.raise(problem) end
  local concurrency = check_concurrency(client, own.concurrency)
  local self = setmetatable({ -- false rather than nil: a field that is missing is looked up in the class
    client = client, engine = client.engine, may_object = client:may_object(),
    action = action, query = checked,
    call_options = call_options.prepare(own, client.call_options) or false,
    next_input = inputs.open(source),
    concurrency = concurrency,
    ahead = own.ordered and concurrency * ORDERED_AHEAD or concurrency,
    places = own.ordered and {} or false, -- outcomes that wait for those before them
    keeps = own.ordered and client:is_observed() or false, -- the transfers of outcomes that wait
    seen = own.unique and seen.new() or false,
    stops = stopper(own.stop_on),
    progress = progress.for_option(own.progress) or false,
    queue = queues.new(),
    in_flight = {}, flying = 0, -- an array of calls, and how many
    spare = false, -- the table of a call whose outcome was given
    begun = 0, given = 0,
    stopping = false, failed = false, failure = false, refusal = false, ended = false,
  }, meta)
  return self, nil, nil, self
end

--- No further input is begun. What a hook, the source or `stop_on` raised is raised at the end.
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

--- Begins a call for an input. An input that is not valid gives its outcome at once.
local function begin(self, input)
  local action, spare = self.action, self.spare
  self.spare = false
  local first, second = action.arguments(input)
  local call, problem = request.call(self.queue, action.id, self.query, first, second, spare)
  if call and self.seen and not self.seen:add(first, second) then return end
  call = call or { err = invalid(self, problem) }
  if self.refusal and call.path then call = { err = outcome.not_tried(call, self.refusal) } end
  if self.ended then return end -- by the input's code or a finalizer, just now
  local place, slot = self.begun + 1, self.flying + 1
  self.begun, call.input, call.place = place, input, place
  if call.err then return self.queue:put(call) end
  self.flying, self.in_flight[slot], call.slot = slot, call, slot
  self.client:begin(call, self.call_options)
  if self.ended then release(call) end -- by a hook or a finalizer
end

--- Waits for an outcome. Without a call of its own in flight it waits for room.
local function wait(self)
  local client, pause = self.client, nil
  if self.flying == 0 and not client.closed then pause = client:pause(self.queue, ROOM_CHECK) end
  client:wait(self.queue)
  if pause then release(pause) end
end

--- Begins calls as long as there is room. The source and the hooks may close the batch, and the client.
local function feed(self)
  local client, engine = self.client, self.engine
  while self.flying < self.concurrency and self.begun - self.given < self.ahead
    and not self.stopping and not self.ended and not engine:is_full() do
    if client.closed then return stop(self, true, "the client is closed") end
    local ok, input, err = pcall(self.next_input)
    if not ok then return stop(self, true, input) end
    if input == nil then return stop(self) end
    if input == false and inputs.has_failed(input, err) then return stop(self, true, err) end
    if not self.ended and not client.closed then begin(self, input) end
  end
end

--- Makes a call that is done an outcome. What was not begun is one already. The last call in flight takes its slot;
--- after `close` there is none.
local function read(self, call)
  if not call.path then return end
  local in_flight, flying, slot = self.in_flight, self.flying, call.slot
  local last = in_flight[flying]
  self.flying = flying - 1
  if last then
    in_flight[slot], last.slot = last, slot
    in_flight[flying] = nil
  end
  local raw, err, came = self.client:collect(call, self.keeps)
  if raw then
    call.result = self.action.result(self.client, raw, call.first, call.second, came)
  else
    call.err = err
  end
end

--- Has an outcome that is an error stop the batch, if it does.
local function heed(self, err, input)
  if self.stopping or err.kind == "not_tried" then return end
  if errors.is_unauthorized(err) then self.refusal = self.refusal or err end
  local ok, stops = pcall(self.stops, err, input)
  if not ok then stop(self, true, stops) elseif stops then stop(self) end
end

--- The next outcome that can be given, or nil if none has come yet.
local function pick(self)
  local places, queue = self.places, self.queue
  local call = take(queue)
  while call do
    if call.place then -- else it only ended a wait
      read(self, call)
      if call.err then heed(self, call.err, call.input) end
      if not places or self.ended then break end -- by `stop_on` or a finalizer, just now: it comes out of order
      places[call.place] = call
    end
    call = take(queue)
  end
  local place = self.given + 1
  if places and not self.ended then call, places[place] = places[place], nil end
  if call then self.given = place end
  return call
end

local function end_loop(self)
  self.ended = true
  if self.progress then self.progress:finish() end
  if self.failed then
    self.failed = false
    error(self.failure, 0)
  end
  self.client:surface(self.queue)
end

local function is_over(self)
  return self.stopping and self.given == self.begun
end

--- The next input with its result or its error; nil at the end. Several tasks may use one iterator. Calling
--- the iterator does the same.
---@return any # the input
---@return any # its result
---@return twilio.numbers.Error? # or its error
---@return any # where the result is `true`: what it came with, for `numbers.answer_of`
function batch:next()
  if self.ended then return nil end
  if self.may_object then self.client:check() end
  local call = pick(self)
  feed(self) -- the outcome that was picked has made room
  while not (call or self.ended or is_over(self)) do
    wait(self)
    if self.ended then break end
    call = pick(self)
    feed(self)
  end
  if not call or self.stopping and is_over(self) or self.places and self.places[self.given + 1] then
    self.client:wake(self.queue) -- another task may have an outcome to take, or the end to see
  end
  if not call then
    if not self.ended then end_loop(self) end
    return nil
  end
  if self.keeps then release(call) end
  if self.progress then self.progress:count(call.err) end
  local input, result, err, transfer = call.input, call.result, call.err, call.transfer
  if transfer or err or call.problem then
    return input, result, err, result == true and answers.note({}, transfer) or nil
  end
  call.object, call.result, call.input = false, nil, nil
  self.spare = call -- nobody else has it; to make its table would take longer than all else here
  return input, result
end

--- The outcomes that are known and were not given.
local function take_known(self)
  local outcomes, places = {}, self.places or {}
  for call in function() return self.queue:take() end do
    if call.place then
      read(self, call)
      places[call.place] = call
    end
  end
  for _, call in pairs(places) do
    release(call)
    outcomes[#outcomes + 1] = { input = call.input, result = call.result, err = call.err }
  end
  self.places = self.places and {}
  return outcomes
end

--- Ends the iterator and abandons its calls in flight. Closing twice is harmless.
---@return any[] # inputs whose calls were in flight: their outcome is uncertain
---@return twilio.numbers.KnownOutcome[] # outcomes that had arrived and were not given yet
function batch:close()
  local outcomes, cut_off = take_known(self), {}
  for _, call in ipairs(self.in_flight) do
    cut_off[#cut_off + 1] = call.input
    release(call)
  end
  if not self.ended and self.progress then self.progress:finish() end
  self.in_flight, self.ended = {}, true
  self.client:wake(self.queue)
  return cut_off, outcomes
end

meta.__call = batch.next
meta.__close = function(self) self:close() end

methods.guard(batch, meta, "batch", "next close")
methods.iterator(batch, meta, "batch")

return batch
