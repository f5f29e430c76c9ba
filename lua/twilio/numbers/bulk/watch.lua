--- Polls many port-ins and gives what has changed.
---
--- Each is fetched. One list of 100 SIDs would do for a hundred of them, at a fifth of the bytes and an eighth of the
--- client's CPU time (`spec/bench/poll.sh`). But items of lists have no numbers: a number's change would be noticed
--- only where the port-in's status changes, too. Whether the item's time tells it is not known; the doctor asks.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local backoff = require "twilio.numbers.bulk.backoff"
local call_options = require "twilio.numbers.client.call_options"
local errors = require "twilio.numbers.api.error"
local methods = require "twilio.numbers.util.methods"
local outcome = require "twilio.numbers.api.outcome"
local queues = require "twilio.numbers.runtime.queue"
local request = require "twilio.numbers.api.request"
local status = require "twilio.numbers.api.status"

---@class twilio.numbers.Change
---@field sid string? the port-in's SID; nil where the list of those to be watched cannot be fetched
---@field from string? its earlier status in normal form; nil at the first fetch
---@field to string? its status now
---@field numbers twilio.numbers.NumberChange[] its numbers whose status changed; none at the first fetch
---@field err twilio.numbers.Error? why it is not watched any longer, though its status may still change: it cannot be fetched, or not any more; of kind "waited" when the time is over

---@class twilio.numbers.NumberChange
---@field sid string? the number's SID
---@field phone_number string? the number
---@field from string? its earlier status in normal form
---@field to string? its status now

---@class twilio.numbers.Watch
local watch = {}
local meta = { __index = watch, __name = "twilio.numbers.Watch" }

--- Seconds between two checks whether others' calls have made room.
local ROOM_CHECK = 0.05

local function number_key(number)
  return number:sid() or number.phone_number or ""
end

local function number_statuses(port_in)
  local statuses = {}
  for number in port_in:numbers() do statuses[number_key(number)] = number:status() end
  return statuses
end

--- What differs from the last poll; nil if nothing does.
local function compare(item, port_in)
  local to, statuses, numbers = port_in:status(), number_statuses(port_in), {}
  for number in item.numbers and port_in:numbers() or function() end do
    local from, now = item.numbers[number_key(number)], number:status()
    if from ~= now then
      numbers[#numbers + 1] = {
        sid = number:sid(), phone_number = number.phone_number, from = from, to = now,
      }
    end
  end
  local change
  if not item.port_in or to ~= item.status or #numbers > 0 then
    change = { sid = item.sid, from = item.status, to = to, numbers = numbers }
  end
  item.port_in, item.status, item.numbers = port_in, to, statuses
  return change
end

--- Ends the polls. Changes that were found can still be given.
local function finish(self)
  if self.ended then return end
  self.ended = true
  for _, item in pairs(self.items) do
    if item.call then self.client:release(item.call) end
  end
  if self.deadline then self.client:release(self.deadline) end
  self.client:wake(self.queue)
end

local function give(self, item, change)
  self.changes:put { port_in = item.port_in or self.resource:blank(item.sid), change = change }
end

--- Gives why a port-in is not watched any longer. It stays among the unfinished ones.
local function give_up(self, item, err)
  item.is_given_up, self.left = true, self.left - 1
  give(self, item, {
    sid = item.sid, from = item.status, to = item.status, numbers = {}, err = err,
  })
end

local function drop(self, item)
  self.items[item.sid] = nil
  self.left = self.left - 1
end

--- Ends the polls before all port-ins are at a terminal status, and gives why for each of the others.
---@param error_of fun(item: table): twilio.numbers.Error
local function end_early(self, error_of)
  for _, sid in ipairs(self:unfinished()) do
    local item = self.items[sid]
    if not item.is_given_up then give_up(self, item, error_of(item)) end
  end
  finish(self)
end

local function in_words(item, why)
  return ("port-in %s %s, but at %s%s"):format(item.sid, why, item.status or "no known status",
    item.failure and ": " .. tostring(item.failure) or "")
end

local function time_is_over(self)
  end_early(self, function(item)
    return errors.new { kind = "waited", message = in_words(item,
      ("is not at a terminal status after %s s"):format(ascii.text(self.plan.timeout))) }
  end)
end

local function process_ends(self)
  end_early(self, function(item)
    return errors.new { kind = "closed", message = in_words(item,
      "is not at a terminal status when the process ends") }
  end)
end

local function not_tried(self, item)
  local call = request.call(self.queue, "FetchPortingPortIn", nil, item.sid)
  return outcome.not_tried(call, self.refusal)
end

--- Every other poll would end alike. Those in flight were sent, so their answers are waited for.
local function leave_others(self, err)
  if self.refusal then return end
  self.refusal, self.due = err, queues.new()
  for _, sid in ipairs(self:unfinished()) do
    local item = self.items[sid]
    local call = item.call
    if not item.is_given_up and not (call and call.id) then
      if call then self.client:release(call) end
      give_up(self, item, not_tried(self, item))
    end
  end
end

local function poll_later(self, item)
  local pause
  item.pause, pause = backoff.next(self.plan, item.pause)
  item.call = self.client:pause(self.queue, math.max(pause, 0))
  item.call.item = item
end

local function receive_response(self, item, raw, err, _, came)
  item.failure, item.unreadable = err, backoff.count_unreadable(item.unreadable, err)
  if err and not backoff.may_pass(self.plan, err, item.unreadable) then
    give_up(self, item, err)
    if errors.is_unauthorized(err) then leave_others(self, err) end
    return
  end
  local change = raw and compare(item, self.resource:of(raw, item.sid, came))
  if change then
    item.pause = nil
    give(self, item, change)
  end
  if raw and status.phase("request", item.port_in.port_in_request_status) == "done" then
    return drop(self, item)
  end
  if self.refusal then return give_up(self, item, not_tried(self, item)) end
  poll_later(self, item)
end

local function receive(self, call)
  local item = call.item
  if call == self.deadline then
    time_is_over(self)
  elseif not item then
    return -- it only ended a wait
  elseif call.id then
    self.flying, item.call = self.flying - 1, nil
    receive_response(self, item, self.client:finish(call))
  else
    self.client:release(call)
    item.call = nil
    if not item.is_given_up then self.due:put(item) end
  end
end

local function begin(self)
  while self.flying < self.most and not self.client.closed and not self.client:is_full() do
    local item = self.due:take()
    if not item then return end
    local call = request.call(self.queue, "FetchPortingPortIn", nil, item.sid)
    call.item = item
    item.call, self.flying = call, self.flying + 1
    self.client:begin(call, self.call_options)
    if self.ended then self.client:release(call) end -- by a hook
  end
end

--- Waits for something to receive. If others' calls leave no room and none of its own is in flight, it waits
--- for room.
local function wait(self)
  local client, pause = self.client, nil
  if self.flying == 0 and self.due:has_items() then
    pause = client:pause(self.queue, ROOM_CHECK)
  end
  client:wait(self.queue)
  if pause then client:release(pause) end
end

--- The next port-in that changed, and how; nil at the end. Calling the object does the same.
---@return twilio.numbers.PortIn|false|nil
---@return twilio.numbers.Change?
---@return twilio.numbers.Error? # the change's
function watch:next()
  local client = self.client
  client:check()
  while true do
    local entry = self.changes:take()
    if not entry and not self.ended and client:is_ending() then
      process_ends(self)
      entry = self.changes:take()
    end
    if self.left == 0 then finish(self) end
    if entry or self.ended then client:wake(self.queue) end -- for another task that waits
    if entry then return entry.port_in, entry.change, entry.change.err end
    if self.ended then return client:surface(self.queue) end
    if client.closed then
      client:wake(self.queue) -- another task may wait
      argument_error.raise "the client is closed"
    end
    client:surface(self.queue)
    begin(self)
    if not client.closed and not self.ended then wait(self) end -- unless by a hook
    local call = self.queue:take()
    while call and not self.ended do
      receive(self, call)
      call = self.queue:take()
    end
  end
end

--- The sorted SIDs of the port-ins that were not seen at a terminal status.
---@return string[]
function watch:unfinished()
  local sids = {}
  for sid in pairs(self.items) do sids[#sids + 1] = sid end
  return ascii.sort(sids)
end

--- Ends the watch and abandons its calls in flight. Closing twice is harmless.
function watch:close()
  finish(self)
  self.changes = queues.new()
end

meta.__call = watch.next
meta.__close = watch.close

--- Internal. See `client.port_ins:watch`. `sids` are checked; `resource` makes objects of responses.
---@param resource { client: table, of: function, blank: function }
---@param sids string[]
---@param options twilio.numbers.WaitOptions?
---@param err twilio.numbers.Error? why the SIDs could not be read
function watch.new(resource, sids, options, err)
  local client = resource.client
  local plan = backoff.new(client, options or {})
  if client.closed then argument_error.raise("the client is closed") end
  local self = setmetatable({
    client = client, resource = resource, plan = plan, most = client:pace().limit,
    call_options = call_options.prepare(plan.call, client.call_options),
    items = {}, left = 0, flying = 0,
    queue = queues.new(), due = queues.new(), changes = queues.new(),
  }, meta)
  for _, sid in ipairs(sids) do
    local path, problem = request.path("FetchPortingPortIn", sid)
    if not path then argument_error.raise(problem) end
    if not self.items[sid] then
      local item = { sid = sid }
      self.items[sid], self.left = item, self.left + 1
      self.due:put(item)
    end
  end
  if err then self.changes:put { port_in = false, change = { numbers = {}, err = err } } end
  if plan.timeout then self.deadline = client:deadline(self.queue, plan.timeout) end
  return self, nil, nil, self
end

methods.guard(watch, meta, "watch", "next unfinished close")
methods.iterator(watch, meta, "watch")

return watch
