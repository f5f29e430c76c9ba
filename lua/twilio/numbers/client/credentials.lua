--- Credentials of clients: those of a new client, of one that is derived from it, and those that take their place.
--- What is wrong with them raises at the user's line, and is not shown.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local errors = require "twilio.numbers.api.error"

local credentials = {}

local SECRETS = "auth_token, or api_key and api_secret, expected"

--- Options of the user, else the environment.
---@param options table
---@return table? # the core's
---@return twilio.numbers.Error?
function credentials.new(options)
  local ok, made, why = pcall(core.credentials, options)
  if not ok then argument_error.raise(tostring(made)) end
  if made then return made end
  return nil, errors.new { kind = "credentials", message = why, outcome = "not_sent" }
end

--- Options that are complete: a secret of the environment is that of another account, or is the one that is to be
--- replaced.
local function check_complete(options)
  local by_key = options.api_key ~= nil and options.api_secret ~= nil
  local is_mixed = options.auth_token ~= nil
    and (options.api_key ~= nil or options.api_secret ~= nil)
  if is_mixed or not by_key and options.auth_token == nil then argument_error.raise(SECRETS) end
end

--- Those of a client that is derived from another one; nil for the same ones.
---@param account_sid string the other client's
---@param options table those that are about credentials
---@return table?
function credentials.derived(account_sid, options)
  if next(options) == nil then return nil end
  check_complete(options)
  return assert(credentials.new {
    account_sid = options.account_sid or account_sid, auth_token = options.auth_token,
    api_key = options.api_key, api_secret = options.api_secret,
  })
end

--- Those that take the place of others of the same account.
---@param account_sid string
---@param options table
---@return table
function credentials.successor(account_sid, options)
  local given = options.account_sid
  local is_other = given ~= nil
    and (type(given) ~= "string" or ascii.lower(given) ~= ascii.lower(account_sid))
  if is_other then
    argument_error.raise(("account_sid: the client is of %s, and another account needs a client of "
      .. "its own (client:with)"):format(account_sid))
  end
  if next(options) == nil then argument_error.raise(SECRETS) end
  return assert(credentials.derived(account_sid, options))
end

return credentials
