--- The client: calls an operation by its id and gives back what the API answered. It knows
--- credentials, host and errors; the resources on top of it know what a port-in is.

local answer = require "twilio.numbers.answer"
local core = require "twilio.numbers.core"
local endpoint = require "twilio.numbers.endpoint"
local errors = require "twilio.numbers.error"
local misuse = require "twilio.numbers.misuse"
local request = require "twilio.numbers.request"
local version = require "twilio.numbers.version"
local waiting = require "twilio.numbers.waiting"

---@class twilio.numbers.Transport
local client = {}
local meta = { __index = client, __name = "twilio.numbers.Client" }

--- Which part takes which option.
local parts = {
  engine = { "timeout", "connect_timeout", "max_response_size", "http_version", "allow_http",
    "proxy", "ca_file", "ca_path" },
  credentials = { "account_sid", "auth_token", "api_key", "api_secret" },
  endpoint = { "base_url", "edge", "region" },
  client = { "waiter" },
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
  local lua = jit and jit.version:match "^%S+ %d+%.%d+" or _VERSION
  return ("twilio-numbers-lua/%s (%s)"):format(version, lua)
end

local function check_waiter(waiter)
  if waiter == nil then return waiting.blocking end
  if type(waiter) ~= "table" or type(waiter.wait) ~= "function" then
    misuse.argument("waiter", "a table with a function wait", waiter)
  end
  return waiter
end

--- See `numbers.new`, which adds the resources.
---@param options table
---@return twilio.numbers.Transport?
---@return twilio.numbers.Error?
function client.new(options)
  if type(options) ~= "table" then misuse.argument("options", "a table", options) end
  local sorted = sort_options(options)
  local waiter = check_waiter(sorted.client.waiter)
  local base_url = endpoint.url(sorted.endpoint)
  sorted.engine.user_agent = user_agent()
  local engine = made(core.engine, sorted.engine)
  local objection = engine:objection(base_url)
  if objection then misuse.raise("base_url: " .. objection) end
  local credentials, why = made(core.credentials, sorted.credentials)
  if not credentials then
    return nil, errors.new { kind = "credentials", message = why, outcome = "not_sent" }
  end
  return setmetatable({
    base_url = base_url,
    account_sid = credentials:account_sid(),
    engine = engine,
    credentials = credentials,
    waiter = waiter,
  }, meta)
end

--- Calls an operation and waits for its answer.
---@param id string the operation's id in the contract
---@param query table? query parameters by their Lua names
---@param first string? path parameters, in the path's order
---@param second string?
---@return table|true|nil # the answer's JSON object, or true if there is none to come
---@return twilio.numbers.Error?
function client:call(id, query, first, second)
  local path = request.target(id, query, first, second)
  if self.closed then misuse.raise("the client is closed") end
  local engine = self.engine
  local transfer = engine:submit(request.method(id), self.base_url .. path, self.credentials)
  self.waiter.wait(engine, transfer)
  local result, err = answer.read(id, path, transfer)
  transfer:close()
  return result, err
end

--- Ends what is under way, closes the connections and wipes the credentials. Doing it twice is
--- harmless.
function client:close()
  self.closed = true
  self.engine:close()
  self.credentials:close()
end

meta.__close = client.close

function meta:__tostring()
  return ("twilio.numbers client of %s at %s%s"):format(
    self.account_sid, self.base_url, self.closed and " (closed)" or "")
end

return client
