--- The handlers that spec/bench/nginx.sh compares: each asks whether a number is portable.

local cjson = require "cjson"
local numbers = require "twilio.numbers"
local waiters = require "twilio.numbers.runtime.waiter"

local upstream = upstream -- of the configuration
local base = "https://127.0.0.1:" .. upstream.port
local has_resty, resty_http = pcall(require, "resty.http")
local handlers = {}

local function new_client(options)
  options.base_url, options.ca_file, options.concurrency = base, upstream.ca, 500
  return assert(numbers.new(options))
end

local clients = {
  ["1.1"] = new_client { http_version = "1.1" },
  ["2"] = new_client {},
  blocking = new_client { http_version = "1.1", waiter = waiters.blocking },
}

--- The upstream takes as long as the number's last digit says: see its configuration.
local digits = { ["0"] = "0", ["0.05"] = "5", ["0.5"] = "7", ["30"] = "9" }

local function number()
  return "+1617555121" .. digits[ngx.var.arg_delay]
end

local function say(portable)
  ngx.print(portable and "yes\n" or "no\n")
end

local function check(client)
  local answer, err = client.portability:check(number())
  if not answer then
    ngx.log(ngx.ERR, err)
    return ngx.exit(502)
  end
  say(answer.portable)
end

function handlers.ours() check(clients[ngx.var.arg_version]) end

function handlers.blocking() check(clients.blocking) end

function handlers.sleep()
  ngx.sleep(math.max(0.001, tonumber(ngx.var.arg_delay)))
  say(true)
end

--- The same request as that library's users send it, with a pool that is large enough. The
--- certificate is checked by a name, for it knows no addresses there.
local function ask_with_resty()
  local path = "/v1/Porting/Portability/PhoneNumber/" .. ngx.escape_uri(number())
  local answer = assert(resty_http.new():request_uri(base .. path, {
    headers = { Authorization = "Basic " .. ngx.encode_base64(upstream.login) },
    ssl_verify = true, ssl_server_name = "localhost",
    keepalive_timeout = 60000, keepalive_pool = 500,
  }))
  return cjson.decode(answer.body)
end

function handlers.resty()
  assert(has_resty, resty_http)
  say(ask_with_resty().portable)
end

return handlers
