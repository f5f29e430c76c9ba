--- Twilio's Numbers (porting) API for Lua.
---
---     local numbers = require "twilio.numbers"
---     local client  = assert(numbers.new())
---     local port_in = assert(client.port_ins:fetch "KW…")
---     print(port_in:status())

local client = require "twilio.numbers.client.base"
local core = require "twilio.numbers.core"
local errors = require "twilio.numbers.api.error"
local progress = require "twilio.numbers.bulk.progress"
local status = require "twilio.numbers.api.status"
local version = require "twilio.numbers.version"

local resources = {
  port_ins = require "twilio.numbers.resources.port_ins",
  port_in_phone_numbers = require "twilio.numbers.resources.port_in_phone_numbers",
  portability = require "twilio.numbers.resources.portability",
  bulk_eligibilities = require "twilio.numbers.resources.bulk_eligibilities",
  webhook_configuration = require "twilio.numbers.resources.webhook_configuration",
}

local numbers = {
  VERSION = version,
  null = core.null, -- JSON's null in raw() data
  is_error = errors.is,
  normal_status = status.normal,
  progress = progress.new,
}

---@class twilio.numbers.Client: twilio.numbers.Transport
---@field account_sid string
---@field base_url string
---@field port_ins twilio.numbers.PortIns
---@field port_in_phone_numbers twilio.numbers.PortInPhoneNumbers
---@field portability twilio.numbers.PortabilityChecks
---@field bulk_eligibilities twilio.numbers.BulkEligibilities
---@field webhook_configuration twilio.numbers.WebhookConfigurations

---@class twilio.numbers.Options
---@field account_sid string? TWILIO_ACCOUNT_SID in the environment if missing
---@field auth_token string? TWILIO_AUTH_TOKEN if missing
---@field api_key string? an API key's SID, SK…, instead of the token; TWILIO_API_KEY if missing
---@field api_secret string? the key's secret; TWILIO_API_SECRET if missing
---@field edge string? such as "sydney"; TWILIO_EDGE if missing
---@field region string? such as "au1"; TWILIO_REGION if missing
---@field base_url string? another host altogether, such as "https://127.0.0.1:8443"
---@field timeout number? seconds for an attempt, 30 if missing
---@field connect_timeout number? seconds for name, connection and TLS, 10 if missing
---@field max_response_size integer? bytes after decompression, 16 MiB if missing
---@field http_version "auto"|"1.1"|nil HTTP/2 where the server offers it if missing
---@field proxy string? its URL; libcurl's environment variables if missing, "" for none
---@field ca_file string? the authorities to trust instead of the system's, in one PEM file
---@field ca_path string? the same in a folder prepared by c_rehash
---@field allow_http boolean? plain HTTP to other machines, never for real credentials
---@field concurrency integer? requests in flight at once, 16 if missing, 1000 at most; the account's
---  limit is shared with all else that it does
---@field rate number? requests a second; as fast as they are answered if missing
---@field retry twilio.numbers.RetryPolicy|false|nil false: never again
---@field on_request fun(event: twilio.numbers.Event)? called when an attempt begins
---@field on_response fun(event: twilio.numbers.Event)? called when an attempt has ended, well or not
---@field on_retry fun(event: twilio.numbers.Event)? called when there will be another attempt
---@field shared_limit twilio.numbers.SharedLimit? inside nginx, one limit for all workers
---@field waiter twilio.numbers.Waiter? how to wait; if missing, inside nginx without stopping the
---  worker, elsewhere by blocking the thread

--- When a request is tried again. A GET: when it got no answer for a reason that may pass, or one that
--- is "unreadable", or 408, 429, 500, 502, 503 or 504. A DELETE: only after 429, or where it certainly was not sent. The wait
--- before attempt n + 1 is a random time up to `base` * 2^(n - 1), `cap` at most; what the answer's
--- Retry-After asks for comes first, and beyond `cap` it ends there.
---@class twilio.numbers.RetryPolicy
---@field attempts integer? in all, 5 if missing
---@field base number? seconds, 0.5 if missing
---@field cap number? seconds, 30 if missing
---@field deadline number? seconds for all attempts and the waits between, 120 or `timeout` if missing

--- A client. Nothing is opened before its first call.
---@param options twilio.numbers.Options? what is unknown or of the wrong type raises
---@return twilio.numbers.Client?
---@return twilio.numbers.Error? # of kind "credentials" when there are none
function numbers.new(options)
  local self, err = client.new(options or {})
  if not self then return nil, err end
  for name, resource in pairs(resources) do
    self[name] = resource.bind(self)
  end
  return self
end

return numbers
