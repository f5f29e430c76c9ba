--- Makes a client from the options of `numbers.new`: sorts them by the part that takes them, and raises at
--- the user's line for what is wrong with them.

local argument_error = require "twilio.numbers.util.argument_error"
local base = require "twilio.numbers.client.base"
local core = require "twilio.numbers.core"
local endpoint = require "twilio.numbers.api.endpoint"
local errors = require "twilio.numbers.api.error"
local hooks = require "twilio.numbers.client.hooks"
local log = require "twilio.numbers.client.log"
local options_of = require "twilio.numbers.util.options"

local builder = {}

--- The part that takes an option checks its value, where nothing is said here.
local function of(part, kind)
  return { kind = kind or "any", part = part }
end

builder.options = options_of.schema {
  timeout = of "transport", connect_timeout = of "transport", max_response_size = of "transport",
  http_version = of "transport", ip_version = of "transport",
  allow_http = of "transport", proxy = of "transport",
  ca_file = of "transport", ca_path = of "transport", concurrency = of "transport",
  max_values = of "transport", max_waiting = of "transport", rate = of "transport",
  retry = of "transport",
  account_sid = of "credentials", auth_token = of "credentials", api_key = of "credentials",
  api_secret = of "credentials",
  base_url = of "endpoint", edge = of "endpoint", region = of "endpoint",
  waiter = of "loop", shared_limit = of "loop",
  on_request = of("hooks", "function"), on_response = of("hooks", "function"),
  on_retry = of("hooks", "function"),
}

builder.retry_options = options_of.schema({
  attempts = of "transport", base = of "transport", cap = of "transport", deadline = of "transport",
}, "retry")

local function sort(options)
  local sorted = { transport = {}, credentials = {}, endpoint = {}, loop = {}, hooks = {} }
  for name, value in pairs(builder.options:check(options)) do
    sorted[builder.options.fields[name].part][name] = value
  end
  if type(options.retry) == "table" then builder.retry_options:check(options.retry) end
  return sorted
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
  local waiter = choose_waiter(sorted.loop.waiter)
  local client_hooks = hooks.new(log.with(sorted.hooks), waiter.report)
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
