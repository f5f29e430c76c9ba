--- Looks at many port-ins again and again and tells what has changed.

local inboxes = require "twilio.numbers.runtime.queue"
local intervals = require "twilio.numbers.bulk.backoff"
local loop = require "twilio.numbers.runtime.loop"
local misuse = require "twilio.numbers.util.argument_error"
local request = require "twilio.numbers.api.request"
local status = require "twilio.numbers.api.status"

---@class twilio.numbers.Change
---@field sid string the port-in's
---@field from string? its status before in normal form, nil at the first look
---@field to string? its status now
---@field numbers { sid: string?, phone_number: string?, from: string?, to: string? }[] its numbers
---  whose status changed; none at the first look
---@field err twilio.numbers.Error? why it is not watched any longer: it cannot be fetched

---@class twilio.numbers.Watch
local watch = {}
local meta = { __index = watch, __name = "twilio.numbers.Watch" }

local function number_key(number)
  return number:sid() or number.phone_number or ""
end

local function number_statuses(port_in)
  local statuses = {}
  for number in port_in:numbers() do statuses[number_key(number)] = number:status() end
  return statuses
end

--- What differs from the last look; nil if nothing does.
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

--- No more looks; what was seen can still be given.
local function finish(self)
  if self.ended then return end
  self.ended = true
  for _, item in pairs(self.items) do
    if item.call then loop.release(item.call) end
  end
  if self.deadline then loop.release(self.deadline) end
  self.client.loop:nudge(self.inbox)
end

local function give(self, item, change)
  self.changes:put { port_in = item.port_in or self.resource:blank(item.sid), change = change }
end

local function drop(self, item)
  self.items[item.sid] = nil
  self.left = self.left - 1
end

local function look_later(self, item)
  local pause
  item.pause, pause = intervals.next(self.plan, item.pause)
  item.call = self.client.loop:sleep(self.inbox, math.max(pause, 0), true)
  item.call.item = item
end

local function looked(self, item, raw, err)
  item.unreadable = intervals.count_unreadable(item.unreadable, err)
  if err and not intervals.may_pass(self.plan, err, item.unreadable) then
    give(self, item, { sid = item.sid, from = item.status, to = item.status, numbers = {},
      err = err })
    return drop(self, item)
  end
  local change = raw and compare(item, self.resource:of(raw, item.sid))
  if change then
    item.pause = nil
    give(self, item, change)
  end
  if raw and status.phase("request", item.port_in.port_in_request_status) == "done" then
    return drop(self, item)
  end
  look_later(self, item)
end

local function receive(self, call)
  local item = call.item
  if call == self.deadline then
    finish(self)
  elseif not item then
    return -- only to wake us
  elseif call.id then
    self.flying, item.call = self.flying - 1, nil
    looked(self, item, self.client:finish(call))
  else
    loop.release(call)
    item.call = nil
    self.due:put(item)
  end
end

local function begin(self)
  while self.flying < self.most and not self.client.closed do
    local item = self.due:take()
    if not item then return end
    local call = request.call(self.inbox, "FetchPortingPortIn", nil, item.sid)
    call.item = item
    item.call, self.flying = call, self.flying + 1
    self.client:begin(call)
    if self.ended then loop.release(call) end -- by a hook
  end
end

--- The next port-in that changed, and how; nil at the end.
---@return twilio.numbers.PortIn?
---@return twilio.numbers.Change?
function watch:next()
  local client = self.client
  client.loop:check()
  while true do
    local entry = self.changes:take()
    if self.left == 0 or not entry and client.loop:is_ending() then finish(self) end
    if entry or self.ended then client.loop:nudge(self.inbox) end -- for another task that waits
    if entry then return entry.port_in, entry.change end
    if self.ended then return client:surface() end
    if client.closed then
      client.loop:nudge(self.inbox)
      misuse.raise "the client is closed"
    end
    client:surface()
    begin(self)
    if not client.closed and not self.ended then client.loop:wait(self.inbox) end -- unless by a hook
    local call = self.inbox:take()
    while call and not self.ended do
      receive(self, call)
      call = self.inbox:take()
    end
  end
end

--- The SIDs that are not at a terminal status, as far as was seen, sorted.
---@return string[]
function watch:unfinished()
  local sids = {}
  for sid in pairs(self.items) do sids[#sids + 1] = sid end
  table.sort(sids)
  return sids
end

--- Ends it, cancels what is under way and forgets what was not given. Doing it twice is harmless.
function watch:close()
  finish(self)
  self.changes = inboxes.new()
end

meta.__call = watch.next
meta.__close = watch.close

local watching = {}

--- See `client.port_ins:watch`. `sids` are checked; `resource` makes objects of answers.
---@param resource { client: table, of: function, blank: function }
---@param sids string[]
---@param options twilio.numbers.WaitOptions?
function watching.new(resource, sids, options)
  local client = resource.client
  local plan = intervals.new(options or {}, {})
  if client.closed then misuse.raise("the client is closed") end
  local self = setmetatable({
    client = client, resource = resource, plan = plan, most = client:pace().limit,
    items = {}, left = 0, flying = 0,
    inbox = inboxes.new(), due = inboxes.new(), changes = inboxes.new(),
  }, meta)
  for _, sid in ipairs(sids) do
    local path, problem = request.path("FetchPortingPortIn", sid)
    if not path then misuse.raise(problem) end
    if not self.items[sid] then
      local item = { sid = sid }
      self.items[sid], self.left = item, self.left + 1
      self.due:put(item)
    end
  end
  if plan.timeout then self.deadline = client.loop:sleep(self.inbox, plan.timeout) end
  return self, nil, nil, self
end

return watching
