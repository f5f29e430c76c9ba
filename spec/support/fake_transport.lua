--- A transport in memory with a clock of its own, so that the client can be tested without a server and
--- without waiting; see client/transport.lua.
---
--- A response is a table: `status`, `object` and `headers`, or `kind` and `message` where none came;
--- `after`, the seconds that the attempt takes; `retry`, the seconds until the next attempt, if there is
--- one; `again`, the same for a response of no use; `stopped`, why there is no further attempt.

local builder = require "twilio.numbers.client.builder"
local resources = require "twilio.numbers.resources"
local waiters = require "twilio.numbers.runtime.waiter"

local transfer = {}
transfer.__index = transfer

function transfer:close() self.closed = true end
function transfer:is_closed() return self.closed == true end
function transfer:done() return self.state == "done" end
function transfer:in_flight() return self.state == "in_flight" end
function transfer:attempts() return self.count end
function transfer:sent()
  local in_last_attempt = self.count > 0 and self.response.sent ~= false
  return self.was_sent or in_last_attempt, in_last_attempt
end
function transfer:status() return self.response.status end
function transfer:object() return self.response.object, "there is no object" end
function transfer:header(name) return (self.response.headers or {})[name] end
function transfer:retry_after() return tonumber(self:header "Retry-After") end
function transfer:text(most) return (self.response.text or ""):sub(1, most or -1) end
function transfer:size() return #self:text() end
function transfer:distrust() self.distrusted = true end
function transfer.info() return { reused = true, http_version = "2" } end

function transfer:result()
  local response = self.response
  if not response.kind then return response.status end
  return nil, response.kind, response.message
end

function transfer:stopped()
  if self.state == "waiting" then return nil, self.due - self.transport.now end
  return self.response.stopped or "final"
end

--- As much of the file as of the attempt's time.
function transfer:uploaded()
  local total, whole = self.file_size or 0, self.response.after or 0
  local is_over = self.state ~= "in_flight" or whole == 0
  local share = is_over and 1 or 1 - (self.due - self.transport.now) / whole
  return math.floor(total * share), total
end

local transport = {}
transport.__index = transport

local function tell(self, one, started, ended)
  self.told[#self.told + 1] = { one.number, started, ended }
end

local function begin_attempt(self, one)
  one.was_sent = one.was_sent or one.count > 0 and one.response.sent ~= false
  one.count, one.state = one.count + 1, "in_flight"
  local request = {
    method = one.method, path = one.path, attempt = one.count, at = self.now, body = one.body,
    multipart = one.multipart,
  }
  self.requests[#self.requests + 1] = request
  one.response = self.respond(request)
  one.due = self.now + (one.response.after or 0)
  tell(self, one, true, false)
end

local function finish(self, one)
  one.state = "done"
  self.finished[#self.finished + 1] = one
end

--- Its time is over.
local function expire(self, one)
  if one.state == "in_flight" then
    one.response = { kind = "timeout", message = "the answer was late" }
    tell(self, one, false, true)
  end
  one.response.stopped = "deadline"
  finish(self, one)
end

--- What is due with a transfer happens.
local function advance(self, one)
  if one.ends and one.ends <= self.now then return expire(self, one) end
  if one.state == "waiting" then return begin_attempt(self, one) end
  if one.state == "in_flight" then
    if one.response.retry and not self.draining then
      one.state, one.due = "waiting", self.now + one.response.retry
      return tell(self, one, false, true)
    end
    tell(self, one, false, true)
  end
  finish(self, one)
end

local function add(self, one)
  if self.closed then return nil, "closed", "the client was closed" end
  one.transport, one.number, one.count = self, #self.transfers + 1, 0
  self.transfers[one.number] = setmetatable(one, transfer)
  return one, one.number
end

--- The transfers that are open and not done, and when the first of them is due.
local function open_transfers(self)
  local open, due = {}, nil
  for _, one in ipairs(self.transfers) do
    if not one.closed and one.state ~= "done" then
      open[#open + 1] = one
      due = math.min(due or one.due, one.due, one.ends or one.due)
    end
  end
  return open, due
end

function transport:submit(method, url, credentials, options)
  self.urls[#self.urls + 1], self.options[#self.options + 1] = url, options or false
  self.credentials[#self.credentials + 1] = credentials
  options = options or {}
  local one, number, message = add(self, {
    method = method, path = url:match "^https://[^/]+(.*)$", body = options.body,
    multipart = options.multipart, file_size = options.multipart and options.multipart.source:size(),
    ends = options.deadline and self.now + options.deadline,
  })
  if one then begin_attempt(self, one) end
  return one, number, message
end

function transport:sleep(seconds)
  return add(self, { state = "asleep", due = self.now + seconds })
end

function transport:step(seconds)
  if self.finished[1] then return end
  local open, due = open_transfers(self)
  assert(due or seconds == 0, "nothing is under way: this wait would never end")
  self.now = due and math.max(self.now, math.min(due, self.now + seconds)) or self.now
  for _, one in ipairs(open) do
    local is_due = math.min(one.due, one.ends or one.due) <= self.now
    if is_due and not one.closed then advance(self, one) end
  end
end

function transport:take()
  local one = table.remove(self.finished, 1)
  if one then return one, one.number end
end

function transport:events()
  local told = table.remove(self.told, 1)
  if told then return told[1], told[2], told[3] end
end

function transport:retry(one)
  if not one.response.again then return false end
  one.state, one.due = "waiting", self.now + one.response.again
  return true
end

function transport:drain(on)
  self.draining = on
  for _, one in ipairs((open_transfers(self))) do
    if on and one.state == "waiting" then
      one.response.stopped = "closed"
      finish(self, one)
    end
  end
end

function transport:clock() return self.now end
function transport.policy() return 1, 0.5, 30 end

function transport:load()
  return { limit = self.concurrency, window = self.concurrency, in_flight = self:in_flight(), waiting = 0 }
end

function transport:in_flight()
  local count = 0
  for _, one in ipairs((open_transfers(self))) do
    if one.state == "in_flight" then count = count + 1 end
  end
  return count, count
end

function transport:is_full()
  local requests = 0
  for _, one in ipairs((open_transfers(self))) do
    if one.method then requests = requests + 1 end
  end
  return requests >= self.concurrency + self.max_waiting
end

function transport:running() return #open_transfers(self) end

function transport:timeout()
  local _, due = open_transfers(self)
  return due and math.max(due - self.now, 0)
end

function transport.allow() end
function transport.spread() end
function transport.observe() end
function transport.validate() end
function transport.fd() end
function transport.cancel(_, one) one:close() end

function transport:close()
  for _, one in ipairs((open_transfers(self))) do
    one.state = "done"
    one.response = { kind = "closed", message = "the client was closed", stopped = "closed" }
  end
  self.closed = true
end

local fake = {}

--- A port-in's SID that is made of a number.
function fake.sid(number) return ("KW%032x"):format(number) end

--- The SID of the port-in that a request is about.
function fake.sid_of(request) return request.path:match "/PortIn/(KW%x+)" end

--- The response that has the port-in of that status.
---@param request table
---@param status string
---@param fields table? what else the response has
---@return table
function fake.port_in(request, status, fields)
  local object = { port_in_request_sid = fake.sid_of(request), port_in_request_status = status }
  local response = { status = 200, object = object }
  for name, value in pairs(fields or {}) do response[name] = value end
  return response
end

--- The same for any port-in that is in review.
function fake.in_review(request) return fake.port_in(request, "In Review") end

---@param respond fun(request: table): table a request has `method`, `path`, `attempt`, `at` and `body`
---@param options table? those of `numbers.new` that are for a transport
function fake.new(respond, options)
  return setmetatable({
    respond = respond, concurrency = options and options.concurrency or 16,
    max_waiting = options and options.max_waiting or 10000,
    now = 0, transfers = {}, requests = {}, urls = {}, options = {},
    credentials = {}, finished = {}, told = {},
  }, transport)
end

--- A client with all resources on such a transport, and the transport.
---@param respond fun(request: table): table
---@param options table? those of `numbers.new`
function fake.client(respond, options)
  local made
  local all = { account_sid = "AC" .. ("0"):rep(32), auth_token = "secret" }
  for name, value in pairs(options or {}) do all[name] = value end
  local client = assert(builder.build(all, function(given) return given or waiters.blocking end,
    function(transport_options)
      made = fake.new(respond, transport_options)
      return made
    end))
  return resources.bind(client), made
end

return fake
