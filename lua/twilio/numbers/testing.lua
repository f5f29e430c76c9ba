--- A double of the API in memory, for unit tests of programs that use this library: no network, no server, and no
--- real time passes.
---
---     local testing = require "twilio.numbers.testing"
---     local double = testing.new { ["DELETE /v1/Porting/PortIn/*"] = 204 }
---     my_script.cancel(double.client, { "KW…" })
---     double:verify()

require "twilio.numbers.util.core_loading" -- before all others: it tells why that fails
local answers = require "twilio.numbers.testing.answers"
local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local bodies = require "twilio.numbers.testing.bodies"
local builder = require "twilio.numbers.client.builder"
local methods = require "twilio.numbers.util.methods"
local numbers = require "twilio.numbers"
local resources = require "twilio.numbers.resources"
local transports = require "twilio.numbers.testing.transport"

---@alias twilio.numbers.TestAnswerSource integer|twilio.numbers.TestAnswer|fun(request: twilio.numbers.TestRequest): any

---@class twilio.numbers.testing
---@field port_in fun(status: string, fields: table?): fun(request: twilio.numbers.TestRequest): table an answer: the port-in that was asked for, at that status, with further fields
---@field phone_number fun(status: string, fields: table?): fun(request: twilio.numbers.TestRequest): table an answer: the number of a port-in that was asked for
---@field portability fun(portable: boolean, fields: table?): fun(request: twilio.numbers.TestRequest): table an answer: whether the number that was asked for can be ported
---@field list fun(items: table[]): fun(): table an answer to "GET /v1/Porting/PortIn/PortInRequests": a list's only page, of items such as `{ port_in_request_sid = "KW…", port_in_request_status = "In Review" }`
local testing = {
  port_in = bodies.port_in, phone_number = bodies.phone_number, portability = bodies.portability,
  list = bodies.list,
}

--- A double: answers to give, and what was asked.
---@class twilio.numbers.Double
---@field client twilio.numbers.Client a client of the double; closing it is not needed
---@field requests twilio.numbers.TestRequest[] each attempt of each request, in the order of their sending
local double = {}

local meta = { __index = double, __name = "twilio.numbers.Double" }

local function sorted_keys(entries)
  local keys = {}
  for key in pairs(entries) do keys[#keys + 1] = key end
  return ascii.sort(keys)
end

local function line_of(request) return request.method .. " " .. request.path end

local function respond(self, request)
  table.insert(self.requests, request)
  if self.any then return answers.of(self.any, request) end
  local entry = answers.find(self.entries, request)
  if entry then return answers.next(entry, request) end
  table.insert(self.unanswered, line_of(request))
  return argument_error.raise(("the double has no answer to %s; it has those to: %s"):format(
    line_of(request), table.concat(sorted_keys(self.entries), ", ")))
end

--- Sets the clock forward to the next thing that is due, however far.
---@type twilio.numbers.Waiter
local waiter = {
  suspends = true,
  wait = function(loop, queue)
    repeat loop:turn(math.huge) until queue:has_items()
  end,
}

local function own_waiter(given)
  if given ~= nil then argument_error.raise "waiter: the double has its own" end
  return waiter
end

--- A further client of the double, as `numbers.new` makes one.
---@param options twilio.numbers.Options? those of `numbers.new`, without `waiter` and `shared_limit`. Default: the double's own credentials.
---@return twilio.numbers.Client
function double:new_client(options)
  local all = { account_sid = "AC" .. ("0"):rep(32), auth_token = "token of the double" }
  for name, value in pairs(options or {}) do all[name] = value end
  local client = assert(builder.build(all, own_waiter, function(given, observe)
    local transport = transports.new(given, self.clock, function(request)
      return respond(self, request)
    end)
    if observe then transport:observe() end
    return transport
  end))
  return resources.bind(client)
end

--- Gives an answer in place of the one that there is, or adds one.
---@param key string method and path, such as "GET /v1/Porting/PortIn/*"; * is one part of the path
---@param answer any a status, an answer (`TestAnswer`), a function that gives one, or an array of these
function double:answer(key, answer)
  self.entries[key] = answers.entry(key, answer)
end

--- Seconds that have passed on the double's clock: by answers that took time, pauses, and waits before retries.
---@return number
function double:now()
  return self.clock.now
end

--- Runs a program that makes its clients itself: meanwhile `numbers.new` gives clients of the double. What the
--- function raises is raised again.
---@param body fun(): any
---@return any # all that it returns
function double:stand_in(body)
  local new = numbers.new
  local function finish(ok, ...)
    numbers.new = new
    if not ok then error((...), 0) end
    return ...
  end
  numbers.new = function(options) return self:new_client(options) end
  return finish(pcall(body))
end

--- Raises if an answer was never asked for (of an array: any of them), or a request had none.
function double:verify()
  local problems = {}
  for _, line in ipairs(self.unanswered) do
    problems[#problems + 1] = "without an answer: " .. line
  end
  for _, key in ipairs(sorted_keys(self.entries)) do
    local entry = self.entries[key]
    if entry.used < #entry.list then
      local form = "asked for %d times of %d: %s"
      problems[#problems + 1] = form:format(entry.used, #entry.list, key)
    end
  end
  if #problems == 0 then return end
  argument_error.raise("the double's requests: " .. table.concat(problems, "; "))
end

methods.guard(double, meta, "double", "new_client answer now stand_in verify")

--- Makes a double with a client. A request that has no answer raises.
---@param given table<string, any>|fun(request: twilio.numbers.TestRequest): any answers by method and path, such as "GET /v1/Porting/PortIn/*", where * is one part of the path: a status, an answer (`TestAnswer`), a function that gives one, or an array of these, the last of which serves all further requests. Or one function for all requests.
---@param options twilio.numbers.Options? see `new_client`
---@return twilio.numbers.Double
function testing.new(given, options)
  methods.check_dot(given, testing, "testing.new")
  if type(given) ~= "table" and type(given) ~= "function" then
    argument_error.argument("answers", "a table or a function", given)
  end
  local self = setmetatable({
    entries = {}, requests = {}, unanswered = {}, clock = { now = 0 },
    any = type(given) == "function" and given or nil,
  }, meta)
  for key, answer in pairs(type(given) == "table" and given or {}) do self:answer(key, answer) end
  self.client = self:new_client(options)
  return self
end

return testing
