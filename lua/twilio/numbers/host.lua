--- The program that this Lua runs inside: an nginx worker, or any other. The one place that chooses
--- between them. nginx's parts are loaded only inside nginx, whose modules they require.

local blocking = require "twilio.numbers.nginx.blocking"
local waiters = require "twilio.numbers.runtime.waiter"

local host = {}

--- Whether this is nginx. It is recognised by its module: a request may have globals of its own, and a global `ngx`
--- may be anything.
---@return boolean
function host.is_nginx()
  local ngx = package.loaded.ngx
  return type(ngx) == "table" and ngx.get_phase and true or false
end

--- How a client waits: as the user says, inside nginx without stopping the worker, elsewhere by blocking
--- the thread.
---@param given twilio.numbers.Waiter? the user's
---@return twilio.numbers.Waiter
function host.waiter(given)
  if given == nil and host.is_nginx() then return require "twilio.numbers.nginx.waiter" end
  local waiter = given == nil and waiters.blocking or waiters.check(given)
  return waiter.suspends and waiter or blocking.logged(waiter)
end

--- Says that something blocks, where that stops others: inside nginx, in its error log.
---@param what string
---@param instead string what to do
function host.warn_of_blocking(what, instead)
  blocking.warn(what, instead)
end

--- Answers nginx's present request by a webhook receiver.
---@param receiver twilio.numbers.WebhookReceiver
---@return twilio.numbers.WebhookReply
function host.serve(receiver)
  return require("twilio.numbers.nginx.webhook_handler").serve(receiver)
end

return host
