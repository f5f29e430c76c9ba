--- The options of `numbers.new`, by the part that takes them, and which of them a derived client may have.

local options_of = require "twilio.numbers.util.options"

local client_options = {}

--- The part that takes an option checks its value, where nothing is said here.
local function of(part, kind)
  return { kind = kind or "any", part = part }
end

client_options.all = options_of.schema {
  timeout = of "transport", connect_timeout = of "transport", max_response_size = of "transport",
  http_version = of "transport", ip_version = of "transport",
  allow_http = of "transport", proxy = of "transport",
  ca_file = of "transport", ca_path = of "transport", concurrency = of "transport",
  max_values = of "transport", max_waiting = of "transport", rate = of "transport",
  retry = of "transport",
  account_sid = of "credentials", auth_token = of "credentials", api_key = of "credentials",
  api_secret = of "credentials",
  headers = of("call", "table"), context = of "call",
  base_url = of "endpoint", upload_base_url = of "endpoint", edge = of "endpoint",
  region = of "endpoint",
  waiter = of "loop", shared_limit = of "loop",
  on_request = of("hooks", "function"), on_response = of("hooks", "function"),
  on_retry = of("hooks", "function"), on_unknown = of("hooks", "function"),
}

client_options.retry = options_of.schema({
  attempts = of "transport", base = of "transport", cap = of "transport", deadline = of "transport",
}, "retry")

client_options.credentials = options_of.schema {
  account_sid = of "credentials", auth_token = of "credentials", api_key = of "credentials",
  api_secret = of "credentials",
}

--- What a client that shares its connections with others may have of its own.
client_options.derived = client_options.credentials:extended {
  rate = { kind = "positive", part = "call", most = 1e6 },
  timeout = of "call", retry = of "call", headers = of("call", "table"), context = of "call",
  on_request = of("hooks", "function"), on_response = of("hooks", "function"),
  on_retry = of("hooks", "function"), on_unknown = of("hooks", "function"),
}

--- The options of a client, checked and sorted by their parts.
---@param schema twilio.numbers.util.Schema
---@param options table
---@return table<string, table>
function client_options.sort(schema, options)
  local sorted = {
    transport = {}, credentials = {}, endpoint = {}, loop = {}, hooks = {}, call = {},
  }
  for name, value in pairs(schema:check(options)) do
    sorted[schema.fields[name].part][name] = value
  end
  return sorted
end

return client_options
