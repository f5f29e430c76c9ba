--- A transport in memory, with a clock of its own: each wait is over at once, and the clock is set forward. See
--- client/transport.lua for the interface.

local argument_error = require "twilio.numbers.util.argument_error"
local core = require "twilio.numbers.core"
local requests = require "twilio.numbers.testing.request"
local retry = require "twilio.numbers.testing.retry"
local transfers = require "twilio.numbers.testing.transfer"

local TIMEOUT, MAX_WAITING = 30, 10000 -- as csrc/lua/settings.c has them
local MOST_DAYS = 30

---@class twilio.numbers.testing.Clock
---@field now number seconds

---@class twilio.numbers.testing.Transport: twilio.numbers.Transport
---@field open table[] transfers that are not done, the oldest first
local transport = {}
transport.__index = transport

--- What the core objects to in the options raises as it does for the core's engine.
---@param options table those of `numbers.new` that are for a transport
---@param clock twilio.numbers.testing.Clock
---@param respond fun(request: twilio.numbers.TestRequest): table
---@return twilio.numbers.testing.Transport
function transport.new(options, clock, respond)
  local ok, engine = pcall(core.engine, options)
  if not ok then argument_error.raise(tostring(engine)) end
  local timeout = options.timeout or TIMEOUT
  return setmetatable({
    engine = engine, clocked = clock, respond = respond, open = {}, finished = {}, told = {},
    numbers = 0, timeout_of_attempts = timeout, retry_policy = retry.policy(options.retry, timeout),
    concurrency = engine:load().limit, max_waiting = options.max_waiting or MAX_WAITING,
  }, transport)
end

local function count(self, state)
  local number = 0
  for _, one in ipairs(self.open) do
    if one.state == state and not one.closed then number = number + 1 end
  end
  return number
end

local function tell(self, one, started, ended)
  if self.observed then self.told[#self.told + 1] = { one.number, started, ended } end
end

local function finish(self, one, why_stopped)
  one.state, one.why_stopped = "done", why_stopped
  self.finished[#self.finished + 1] = one
end

local function begin_attempt(self, one)
  local now = self.clocked.now
  one.was_sent = one.was_sent or one.count > 0 and one.response.sent ~= false
  one.count, one.state = one.count + 1, "in_flight"
  local response = self.respond(requests.of_attempt(one.request, one.count, now))
  local most = math.min(one.timeout, one.ends - now)
  if response.seconds >= most then
    response = {
      kind = "timeout", passing = true, seconds = most, sent = response.sent,
      message = "the answer did not come in time",
    }
  end
  one.response, one.due = response, now + response.seconds
  tell(self, one, true, false)
end

local function end_attempt(self, one)
  local status, now, wait, why = one.response.status, self.clocked.now, nil, "final"
  if not status or status < 200 or status >= 300 then
    wait, why = retry.wait(one.policy, one, one.response, math.min(one.ends, one.sent_by) - now)
  end
  if wait and self.draining then wait, why = nil, "closed" end
  if wait then
    one.state, one.due = "waiting", now + wait
  else
    finish(self, one, why)
  end
  tell(self, one, false, true)
end

--- Ends a request whose turn has not come. What an earlier attempt brought says more.
local function give_up(self, one, kind, message, why)
  one.response = one.response or { kind = kind, message = message, sent = false, seconds = 0 }
  finish(self, one, why)
end

local function expire(self, one)
  give_up(self, one, "timeout", "its time was over before it was sent", "deadline")
end

local function hold_back(self, one)
  give_up(self, one, "closed", "the client sends nothing any more", "closed")
end

--- What is due now happens; the oldest requests first.
local function advance(self)
  local now, free = self.clocked.now, self.concurrency
  for _, one in ipairs(self.open) do
    if one.closed then
      one.state = one.state == "done" and "done" or "closed"
    elseif one.due <= now then
      if one.state == "in_flight" then end_attempt(self, one) end
      if one.state == "asleep" then finish(self, one) end
      if one.state == "waiting" and one.due <= now then one.state = "queued" end
    end
  end
  free = free - count(self, "in_flight")
  for _, one in ipairs(self.open) do
    if one.state == "queued" and math.min(one.ends, one.sent_by) <= now then expire(self, one) end
    if one.state == "queued" and self.draining then hold_back(self, one) end
    if one.state == "queued" and free > 0 then
      free = free - 1
      begin_attempt(self, one)
    end
  end
  local open = {}
  for _, one in ipairs(self.open) do
    if one.state ~= "done" and one.state ~= "closed" then open[#open + 1] = one end
  end
  self.open = open
end

--- When the next thing is due.
local function next_due(self)
  local due
  for _, one in ipairs(self.open) do
    local its = one.state == "queued" and math.min(one.ends, one.sent_by) or one.due
    if not due or its < due then due = its end
  end
  return due
end

local function add(self, one)
  if self.closed then return nil, "closed", "the client was closed" end
  self.numbers = self.numbers + 1
  one.number, one.clock, one.count = self.numbers, self.clocked, 0
  self.open[#self.open + 1] = setmetatable(one, transfers)
  return one, one.number
end

function transport:submit(method, url, credentials, options)
  options = options or {}
  local now, timeout = self.clocked.now, options.timeout or self.timeout_of_attempts
  local policy = self.retry_policy
  if options.retry ~= nil then policy = retry.policy(options.retry, timeout) end
  local multipart = options.multipart
  return add(self, {
    state = "queued", due = now, method = method, policy = policy, timeout = timeout,
    request = requests.new(method, url, credentials, options),
    file_size = multipart and multipart.source:size(),
    ends = now + (options.deadline or policy.deadline),
    sent_by = now + (options.send_within or math.huge),
  })
end

function transport:sleep(seconds)
  return add(self, { state = "asleep", due = self.clocked.now + seconds })
end

function transport:step(seconds)
  if self.finished[1] then return end
  advance(self)
  if self.finished[1] or seconds == 0 then return end
  local due, clock = next_due(self), self.clocked
  if not due then argument_error.raise "nothing is under way: this wait would never end" end
  clock.now = math.max(clock.now, math.min(due, clock.now + seconds))
  if clock.now > MOST_DAYS * 86400 then
    local message = "%d days have passed on the double's clock: what is waited for does not come"
    argument_error.raise(message:format(MOST_DAYS))
  end
  advance(self)
end

function transport:take()
  local one = table.remove(self.finished, 1)
  if one then return one, one.number end
end

function transport:events()
  local told = table.remove(self.told, 1)
  if told then return told[1], told[2], told[3] end
end

function transport:observe() self.observed = true end

--- A response that is of no use was judged as one without a status.
function transport:retry(one)
  if one.why_stopped ~= "final" then return false end
  local left = math.min(one.ends, one.sent_by) - self.clocked.now
  local wait, why = retry.wait(one.policy, one, { passing = true }, left)
  if not wait then
    one.why_stopped = why
    return false
  end
  one.state, one.due, one.why_stopped = "waiting", self.clocked.now + wait, nil
  self.open[#self.open + 1] = one
  return true
end

function transport:drain(on)
  self.draining = on
  for _, one in ipairs(on and self.open or {}) do
    if one.state == "queued" or one.state == "waiting" then
      hold_back(self, one)
    end
  end
end

function transport:is_full()
  return count(self, "queued") + count(self, "waiting") + count(self, "in_flight")
    >= self.concurrency + self.max_waiting
end

function transport:load()
  return {
    limit = self.concurrency, window = self.concurrency, in_flight = count(self, "in_flight"),
    waiting = count(self, "queued") + count(self, "waiting"),
  }
end

function transport:in_flight()
  local number = count(self, "in_flight")
  return number, number
end

function transport:running()
  local number = 0
  for _, one in ipairs(self.open) do number = number + (one.closed and 0 or 1) end
  return number
end

function transport:timeout()
  local due = next_due(self)
  return due and math.max(due - self.clocked.now, 0)
end

function transport:policy()
  local policy = self.retry_policy
  return policy.attempts, policy.base, policy.cap
end

function transport:clock() return self.clocked.now end
function transport:validate(url) return self.engine:validate(url) end
function transport.allow() end
function transport.spread() end
function transport.begin() return 0 end -- a step does all
function transport.fd() end
function transport.cancel(_, one) one:close() end

function transport:close()
  if self.closed then return end
  self.closed = true
  for _, one in ipairs(self.open) do
    if one.state ~= "in_flight" then
      give_up(self, one, "closed", "the client was closed", "closed")
    else
      one.response = { kind = "closed", message = "the client was closed", seconds = 0 }
      finish(self, one, "closed")
    end
  end
  self.open = {}
  self.engine:close()
end

return transport
