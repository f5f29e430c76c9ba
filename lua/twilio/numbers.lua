--- Twilio's Numbers (porting) API for Lua.
---
---     local numbers = require "twilio.numbers"
---     local client  = numbers.new()
---     local port_in = assert(client.port_ins:fetch "KW…")
---     print(port_in:status())

require "twilio.numbers.util.core_loading" -- before all others: it tells why that fails
local lazily = require "twilio.numbers.util.lazily"
local answers = require "twilio.numbers.api.answer"
local argument_error = require "twilio.numbers.util.argument_error"
local builder = require "twilio.numbers.client.builder"
local core = require "twilio.numbers.core"
local csv = require "twilio.numbers.util.csv"
local errors = require "twilio.numbers.api.error"
local host = require "twilio.numbers.host"
local methods = require "twilio.numbers.util.methods"
local normal_number = lazily.require "twilio.numbers.util.normal_number"
local progress = lazily.require "twilio.numbers.bulk.progress"
local record = require "twilio.numbers.api.record"
local redact = lazily.require "twilio.numbers.util.redact"
local resources = require "twilio.numbers.resources"
local status = require "twilio.numbers.api.status"
local transport = require "twilio.numbers.client.transport"
local version = require "twilio.numbers.version"
local visible = require "twilio.numbers.util.visible"

---@class twilio.numbers.Statuses
---@field port_in string[] of port-ins
---@field phone_number string[] of their phone numbers
---@field bulk_eligibility string[] of bulk eligibility checks

---@class twilio.numbers
---@field VERSION string the library's version
---@field null lightuserdata JSON's null in what `raw()` gives
---@field is_error fun(value: any): boolean whether a value is an error of this library
---@field normal_status fun(raw: string?): string? a status in normal form; nil for nil
---@field statuses twilio.numbers.Statuses the known statuses in normal form; the API may have others
---@field normalize fun(text: string, options: twilio.numbers.NormalizeOptions?): string?, string? a phone number in E.164 format, from what people and spreadsheets write, such as `(415) 555-0100` with `{ country = "US" }`; or nil and why not. What may be read in two ways is refused. An unknown country raises.
---@field visible fun(text: string): string a text in which characters that cannot be seen, and control characters, stand by their code, such as `\u{202A}`: for messages
---@field redact fun(text: string): string a text with phone numbers, e-mail addresses, PINs and account numbers masked, for logs
---@field mask_pins fun(text: string): string a text with its PINs masked; JSON stays JSON
---@field csv twilio.numbers.CSV reads and writes CSV
---@field progress fun(options: twilio.numbers.ProgressOptions?): twilio.numbers.Progress a progress line, for the option `progress`
local numbers = {
  VERSION = version,
  null = core.null, -- JSON's null in raw() data
  is_error = errors.is,
  normal_status = status.of_user,
  statuses = {
    port_in = status.names "request", phone_number = status.names "number",
    bulk_eligibility = status.names "bulk",
  },
  normalize = function(text, options) return normal_number.normalize(text, options) end,
  visible = function(text)
    if type(text) ~= "string" then argument_error.argument("text", "a text", text) end
    return visible.text(text)
  end,
  redact = function(text) return redact.text(text) end,
  mask_pins = function(text) return redact.pins(text) end,
  csv = csv,
  progress = function(options) return progress.new(options) end,
}

---@class twilio.numbers.Client: twilio.numbers.BaseClient
---@field account_sid string the account's SID
---@field base_url string the URL that paths are appended to
---@field upload_base_url string the URL that the paths of uploads are appended to
---@field closed boolean? true after `close`
---@field port_ins twilio.numbers.PortIns port-ins
---@field port_in_phone_numbers twilio.numbers.PortInPhoneNumbers single numbers of port-ins
---@field portability twilio.numbers.PortabilityChecks portability checks
---@field bulk_eligibilities twilio.numbers.BulkEligibilities bulk eligibility checks
---@field eligibilities twilio.numbers.Eligibilities eligibility checks of one number
---@field signing_request_configurations twilio.numbers.SigningRequestConfigurations how the e-mails look that ask for a signature
---@field documents twilio.numbers.Documents documents for port-ins
---@field webhook_configuration twilio.numbers.WebhookConfigurations the account's webhook targets

---@class twilio.numbers.Options
---@field account_sid string? the account's SID, AC and 32 hexadecimal digits. Default: `TWILIO_ACCOUNT_SID`.
---@field auth_token string? the account's auth token. Default: `TWILIO_AUTH_TOKEN`.
---@field api_key string? an API key's SID, SK and 32 hexadecimal digits. A key is preferred to a token from the same source. Default: `TWILIO_API_KEY`.
---@field api_secret string? the key's secret. Default: `TWILIO_API_SECRET`.
---@field edge string? such as "sydney". An edge alone implies region `us1`. Default: `TWILIO_EDGE`.
---@field region string? such as "au1". Default: `TWILIO_REGION`.
---@field base_url string? another host, such as "https://127.0.0.1:8443"; not together with `edge` or `region`. Default: `https://numbers.twilio.com`, with edge and region; or `TWILIO_NUMBERS_BASE_URL`.
---@field upload_base_url string? another host for documents. Default: `TWILIO_NUMBERS_UPLOAD_BASE_URL`; else the API's own beside its own `base_url`, and the same as any other `base_url`. The variable may not lead to the real API beside a `base_url` that does not.
---@field timeout number? seconds for one attempt; of an upload, from the last bytes on that were sent. Default: 30.
---@field connect_timeout number? seconds for name lookup, connection and TLS. Default: 10.
---@field max_response_size integer? bytes after decompression. Default: 16 MiB.
---@field max_values integer? JSON values in an answer: tables, texts, numbers, true, false and null. More are an error of kind "too_large". Default: 100000.
---@field http_version "auto"|"1.1"|nil "auto": HTTP/2 where the server offers it. Default: "auto".
---@field ip_version "auto"|"4"|"6"|nil "4" or "6": connect by IPv4 or IPv6 only, to the API or to the proxy. Default: "auto".
---@field proxy string? a proxy's URL, such as "http://user:password@host:8080", "" for none. Plain HTTP never uses a proxy. Default: libcurl's environment variables.
---@field ca_file string? a PEM file of the authorities to trust. Default: `SSL_CERT_FILE`, then the system's.
---@field ca_path string? a folder of them, prepared by c_rehash. Default: `SSL_CERT_DIR`, then the system's.
---@field allow_http boolean? allow plain HTTP to other machines. Never use it with real credentials. Default: false.
---@field concurrency integer? requests in flight at once, at most 1000. The account's limit is shared with its other programs. Default: 16.
---@field max_waiting integer? calls that may wait for their turn, beside `concurrency` in flight; further ones give an error of kind "busy" at once. Iterators read their source no faster. Default: 10000.
---@field rate number? requests per second; a burst is at most a tenth of that. Default: no limit.
---@field retry twilio.numbers.RetryPolicy|false|nil when a request is repeated; false: never. Default: the policy's defaults.
---@field headers table<string, string>|nil further headers of each request; see the options of a call. Default: none.
---@field context any handed to the hooks as `event.context`. Default: none.
---@field on_request fun(event: twilio.numbers.Event)? called when an attempt begins
---@field on_response fun(event: twilio.numbers.Event)? called when an attempt has ended, successful or not
---@field on_retry fun(event: twilio.numbers.Event)? called when there will be another attempt
---@field on_unknown fun(event: twilio.numbers.Unknown)? called for a field, a status or a reason code of an answer that the contract has not: once for each, and for 200 at most
---@field shared_limit twilio.numbers.SharedLimit? inside nginx, one limit for all workers
---@field waiter twilio.numbers.Waiter? how to wait, for event loops. Default: inside nginx without blocking the worker, elsewhere by blocking the thread.

---@class twilio.numbers.RetryPolicy
---@field attempts integer? attempts in all, at most 1000. Default: 5.
---@field base number? seconds; the longest random wait before the second attempt. It doubles with each failure. Default: 0.5.
---@field cap number? seconds; no wait is longer, and a longer Retry-After ends the retries. Default: 30.
---@field deadline number? seconds from the call on for all waits and attempts. Where `timeout`, and the time that `concurrency` calls take at `rate`, are more, they apply. Default: 120.

--- What came with an answer beside its content: status, headers, timings. It is made when it is asked for.
---@param result table a record, an item or page of a list, an error; for `true`, what a cancel gave as fourth value
---@return twilio.numbers.Answer? # nil if no request was ended for it
function numbers.answer_of(result)
  if type(result) ~= "table" then
    argument_error.argument("result", "a record, a page, an error, or what came after `true`",
      result)
  end
  local transfer = record.transfer(result) or answers.noted(result)
  return transfer and answers.of(transfer)
end

--- Makes a client. It opens no connection before its first call. Without credentials it raises, as for a wrong option:
--- no program goes on then, and plain Lua 5.1's `assert` would not show an error that is a table.
---@param options twilio.numbers.Options? an unknown option, or one of the wrong type, raises
---@return twilio.numbers.Client
function numbers.new(options)
  methods.check_dot(options, numbers, "numbers.new")
  local client, err = builder.build(options or {}, host.waiter, transport.new)
  if not client then argument_error.raise(err.message) end
  return resources.bind(client)
end

if host.is_nginx() then lazily.load_all() end -- a worker compiles nothing while requests wait

return numbers
