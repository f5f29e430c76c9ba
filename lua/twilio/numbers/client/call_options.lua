--- The options of a call: the last argument of each method. A client may have some of its own, which apply where a
--- call has none.

local lazily = require "twilio.numbers.util.lazily"
local argument_error = require "twilio.numbers.util.argument_error"
local core = require "twilio.numbers.core"
local options_of = require "twilio.numbers.util.options"
local request = require "twilio.numbers.api.request"
local request_headers = lazily.require "twilio.numbers.client.request_headers"

--- The last argument of each call. A number in its place is the deadline.
---@class twilio.numbers.CallOptions
---@field deadline number? seconds from the call on, after which it ends: waits, attempts and all. What was sent by then may still take effect. Default: `retry.deadline`.
---@field send_within number? seconds from the call on, after which nothing is sent any more. What was sent is still waited for. Default: no such limit.
---@field timeout number? seconds for one attempt. Default: the client's.
---@field retry twilio.numbers.RetryPolicy|false|nil when the request is repeated; false: never. What a table leaves out has the policy's default. Default: the client's.
---@field headers table<string, string>|nil further headers of the request. Default: none.
---@field context any handed to the call's hooks as `event.context`, such as a trace id. Default: none.

local call_options = {}

local LONGEST = 1e6 -- seconds that the engine takes

call_options.retry = options_of.schema({
  attempts = { kind = "count", most = 1000 }, base = { kind = "seconds", most = LONGEST },
  cap = { kind = "seconds", most = LONGEST }, deadline = { kind = "seconds", most = LONGEST },
}, "retry")

--- For methods whose own `timeout` is another one.
call_options.fields_but_timeout = {
  deadline = { kind = "duration" },
  send_within = { kind = "duration" },
  retry = { kind = "any" },
  headers = { kind = "table" },
  context = { kind = "any" },
}

call_options.fields = { timeout = { kind = "seconds", most = LONGEST } }
for name, field in pairs(call_options.fields_but_timeout) do call_options.fields[name] = field end

local call_schema = options_of.schema(call_options.fields)
local upload_schema = call_schema:extended { progress = { kind = "function" } }

local LIMITS = { "deadline", "send_within", "timeout" }

--- Options that were checked and merged.
---@class twilio.numbers.client.Prepared
---@field sent table? what the transport takes
---@field headers twilio.numbers.client.Headers?
---@field context any
---@field hooks twilio.numbers.Hooks? those of the call's client, where they are not those of its loop

local function check_retry(retry)
  if type(retry) == "table" then return call_options.retry:check(retry) end
  if retry == false then return false end
  return argument_error.argument("retry", "a table or false", retry)
end

--- Checks options, whose names were checked.
---@param own table those of a call; of a client, with its `rate`
---@param others twilio.numbers.client.Prepared|false|nil the client's, which apply where these have none
---@return twilio.numbers.client.Prepared? # nil if there are none
function call_options.prepare(own, others)
  local sent = {}
  others = others or nil
  for name, value in pairs(others and others.sent or {}) do sent[name] = value end
  for _, name in ipairs(LIMITS) do
    if own[name] ~= nil then sent[name] = own[name] end
  end
  if own.retry ~= nil then sent.retry = check_retry(own.retry) end
  if own.rate then sent.pacer = core.pacer(own.rate) end
  local headers, context = others and others.headers, own.context
  if own.headers ~= nil then headers = request_headers.check(own.headers, headers) end
  if context == nil and others then context = others.context end
  sent.headers = headers and headers.lines
  local hooks = others and others.hooks
  if next(sent) == nil and context == nil and not hooks then return nil end
  return {
    sent = next(sent) ~= nil and sent or nil, headers = headers, context = context, hooks = hooks,
  }
end

--- The same with the hooks of a client that has others than its loop.
---@param prepared twilio.numbers.client.Prepared?
---@param hooks twilio.numbers.Hooks
---@return twilio.numbers.client.Prepared
function call_options.with_hooks(prepared, hooks)
  local own = prepared or {}
  return { sent = own.sent, headers = own.headers, context = own.context, hooks = hooks }
end

--- The call's own options among those of a method.
---@param options table that were checked by a schema with `fields`
---@return table
function call_options.pick(options)
  local own = {}
  for name in pairs(call_options.fields) do own[name] = options[name] end
  return own
end

--- Sorts the last argument of a call.
---@param id string the operation's id in the contract
---@param options table|number what the user gave
---@param others twilio.numbers.client.Prepared|false|nil the client's
---@return twilio.numbers.client.Prepared?
---@return table? query those that go to the API
---@return function? progress told of an upload
function call_options.read(id, options, others)
  if type(options) == "number" then options = { deadline = options } end
  if type(options) ~= "table" then
    argument_error.argument("options", "a table, or seconds", options)
  end
  local schema = request.takes_file(id) and upload_schema or call_schema
  local own, query = schema:check(options, request.query_options(id))
  return call_options.prepare(own, others), query, own.progress
end

return call_options
