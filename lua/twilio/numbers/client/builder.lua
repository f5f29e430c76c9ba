--- Makes a client from the options of `numbers.new`: sorts them by the part that takes them, and raises at
--- the user's line for what is wrong with them.

local argument_error = require "twilio.numbers.util.argument_error"
local base = require "twilio.numbers.client.base"
local core = require "twilio.numbers.core"
local endpoint = require "twilio.numbers.api.endpoint"
local errors = require "twilio.numbers.api.error"
local hooks = require "twilio.numbers.client.hooks"

local builder = {}

--- Which part takes which option.
local parts = {
  transport = { "timeout", "connect_timeout", "max_response_size", "http_version", "allow_http",
    "proxy", "ca_file", "ca_path", "concurrency", "max_waiting", "rate", "retry" },
  credentials = { "account_sid", "auth_token", "api_key", "api_secret" },
  endpoint = { "base_url", "edge", "region" },
  loop = { "waiter", "shared_limit" },
  hooks = { "on_request", "on_response", "on_retry" },
}

local part_of = {}
for part, names in pairs(parts) do
  for _, name in ipairs(names) do part_of[name] = part end
end

local function sort(options)
  if type(options) ~= "table" then argument_error.argument("options", "a table", options) end
  local sorted = {}
  for part in pairs(parts) do sorted[part] = {} end
  for name, value in pairs(options) do
    local part = part_of[name]
    if not part then argument_error.raise(("unknown option '%s'"):format(tostring(name))) end
    sorted[part][name] = value
  end
  return sorted
end

local function check_hooks(options)
  for name, hook in pairs(options) do
    if type(hook) ~= "function" then argument_error.argument(name, "a function", hook) end
  end
  return hooks.new(options)
end

local function new_credentials(options)
  local ok, credentials, why = pcall(core.credentials, options)
  if not ok then argument_error.raise(tostring(credentials)) end
  if credentials then return credentials end
  return nil, errors.new { kind = "credentials", message = why, outcome = "not_sent" }
end

local function share(client, waiter, limit)
  if not waiter.share then argument_error.raise("shared_limit is for clients inside nginx") end
  waiter.share(client.loop, limit, client.account_sid)
end

---@param options table those of `numbers.new`
---@param choose_waiter fun(given: any): twilio.numbers.Waiter see `host.waiter`
---@param new_transport fun(options: table, observe: boolean): twilio.numbers.Transport see
---  `transport.new`
---@return twilio.numbers.BaseClient?
---@return twilio.numbers.Error?
function builder.build(options, choose_waiter, new_transport)
  local sorted = sort(options)
  local waiter, client_hooks = choose_waiter(sorted.loop.waiter), check_hooks(sorted.hooks)
  local base_url = endpoint.url(sorted.endpoint)
  local transport = new_transport(sorted.transport, client_hooks ~= nil)
  local problem = transport:validate(base_url)
  if problem then argument_error.raise("base_url: " .. problem) end
  local credentials, err = new_credentials(sorted.credentials)
  if not credentials then return nil, err end
  local client = base.new {
    base_url = base_url, credentials = credentials, transport = transport, waiter = waiter,
    hooks = client_hooks,
  }
  if sorted.loop.shared_limit ~= nil then share(client, waiter, sorted.loop.shared_limit) end
  return client
end

return builder
