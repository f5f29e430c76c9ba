--- A client and those that are derived from it: they share connections, pace and loop. Each is closed with the one
--- that it was derived from.

local argument_error = require "twilio.numbers.util.argument_error"
local call_options = require "twilio.numbers.client.call_options"
local client_options = require "twilio.numbers.client.options"
local credentials_of = require "twilio.numbers.client.credentials"
local hooks_of = require "twilio.numbers.client.hooks"
local log = require "twilio.numbers.client.log"
local options_of = require "twilio.numbers.util.options"

local family = {}

--- An option that exists, but belongs to what the clients share, is told so.
local function check_names(options)
  options_of.check_table(options)
  local own = client_options.derived.fields
  for name in pairs(client_options.all.fields) do
    if options[name] ~= nil and not own[name] then
      argument_error.raise(("%s cannot be changed: the clients share connections, pace and loop"
        ):format(name))
    end
  end
end

local function add(parent, child)
  parent.derived = parent.derived or setmetatable({}, { __mode = "k" })
  parent.derived[child] = true
  child.parent = parent
end

--- The fields of a client that is derived from another one.
---@param parent twilio.numbers.BaseClient
---@param options twilio.numbers.DerivedOptions
---@return table
function family.derive(parent, options)
  check_names(options)
  local sorted = client_options.sort(client_options.derived, options)
  local prepared = call_options.prepare(sorted.call, parent.call_options)
  local own = credentials_of.derived(parent.account_sid, sorted.credentials)
  local child = {
    base_url = parent.base_url, upload_base_url = parent.upload_base_url,
    engine = parent.engine, loop = parent.loop,
    credentials = own or parent.credentials, hooks = parent.hooks, call_options = prepared or false,
    closed = false, raised = false, spare_call = false,
  }
  child.account_sid = child.credentials:account_sid()
  if next(sorted.hooks) then
    local report = parent.loop.waiter.report
    child.hooks = hooks_of.new(log.with(sorted.hooks, true), report, parent.hooks or nil)
    parent.loop:use_hooks(hooks_of.silent)
    child.call_options = call_options.with_hooks(prepared, child.hooks)
  end
  add(parent, child)
  return child
end

local function root_of(client)
  while client.parent do client = client.parent end
  return client
end

local function replace(client, old, new)
  if client.credentials == old then client.credentials = new end
  for child in pairs(client.derived or {}) do replace(child, old, new) end
end

--- Gives a client, and all that share its credentials, others of the same account. The old ones are wiped when the
--- last request that was begun with them has ended.
---@param client twilio.numbers.BaseClient
---@param options twilio.numbers.CredentialOptions
function family.exchange(client, options)
  local old, given = client.credentials, client_options.credentials:check(options)
  replace(root_of(client), old, credentials_of.successor(client.account_sid, given))
  old:close()
end

--- Marks a client and all that are derived from it as closed, and wipes their credentials.
---@param client twilio.numbers.BaseClient
function family.close(client)
  client.closed = true
  local shares = client.parent and client.parent.credentials == client.credentials
  if not shares then client.credentials:close() end
  for child in pairs(client.derived or {}) do family.close(child) end
end

return family
