--- Makes a client from the options of `numbers.new`: sorts them by the part that takes them, and raises at
--- the user's line for what is wrong with them.

local argument_error = require "twilio.numbers.util.argument_error"
local base = require "twilio.numbers.client.base"
local call_options = require "twilio.numbers.client.call_options"
local client_options = require "twilio.numbers.client.options"
local credentials_of = require "twilio.numbers.client.credentials"
local endpoint = require "twilio.numbers.api.endpoint"
local hooks = require "twilio.numbers.client.hooks"
local log = require "twilio.numbers.client.log"

local builder = {}

builder.options, builder.retry_options = client_options.all, client_options.retry

local function sort(options)
  local sorted = client_options.sort(builder.options, options)
  if type(options.retry) == "table" then builder.retry_options:check(options.retry) end
  return sorted
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
  local upload_base_url, name = endpoint.upload_url(sorted.endpoint, base_url)
  problem = transport:validate(upload_base_url)
  if problem then argument_error.raise(("%s: %s"):format(name, problem)) end
  local credentials, err = credentials_of.new(sorted.credentials)
  if not credentials then return nil, err end
  local client = base.new {
    base_url = base_url, upload_base_url = upload_base_url, credentials = credentials,
    transport = transport, waiter = waiter,
    hooks = client_hooks, call_options = call_options.prepare(sorted.call),
  }
  if sorted.loop.shared_limit ~= nil then share(client, waiter, sorted.loop.shared_limit) end
  return client
end

return builder
