--- The sandbox as the specs see it: spec/run.sh starts it and says where it is.

local cjson = require "cjson"
local core = require "twilio.numbers.core"
local numbers = require "twilio.numbers"

local function required(name)
  return os.getenv(name) or error(name .. " is not set: run the specs by `sh spec/run.sh`")
end

local sandbox = {
  url = required "SANDBOX_URL",
  http_url = required "SANDBOX_HTTP_URL",
  bad_tls_url = required "SANDBOX_BAD_TLS_URL",
  ca_file = required "SANDBOX_CA",
  account_sid = required "TWILIO_ACCOUNT_SID",
  auth_token = required "TWILIO_AUTH_TOKEN",
  api_key = required "TWILIO_API_KEY",
  api_secret = required "TWILIO_API_SECRET",
}

--- A SID made of its prefix and a number.
function sandbox.sid(prefix, number)
  return prefix .. ("%032x"):format(number)
end

local engine = core.engine { ca_file = sandbox.ca_file }

--- Steps an engine until the transfer is done.
function sandbox.finish(some_engine, transfer)
  while not transfer:done() do some_engine:step(1) end
  return some_engine:take(transfer)
end

local function control(method, path, body)
  local options = body and { body = cjson.encode(body), content_type = "application/json" }
  local transfer = engine:submit(method, sandbox.url .. "/_sandbox" .. path, nil, options)
  sandbox.finish(engine, transfer)
  local status, _, message = transfer:result()
  assert(status and status < 300, message or transfer:text())
  local object = transfer:object()
  transfer:close()
  return object
end

function sandbox.reset() control("POST", "/reset", {}) end

--- The next request that fits the rule, or the next `times`, meets that fault.
function sandbox.fault(rule) control("POST", "/faults", rule) end

--- No faults from now on.
function sandbox.clear_faults() control("DELETE", "/faults") end

--- How many requests may be in flight at once, and how many seconds each takes.
function sandbox.limit(concurrency, seconds)
  control("PUT", "/limit", { concurrency = concurrency, seconds = seconds })
end

--- What the sandbox has seen of the API since the last reset, oldest first: of one method, or all.
function sandbox.requests(method)
  return control("GET", "/log" .. (method and "?method=" .. method or "")).requests
end

--- Makes or changes a port-in behind the API's back.
function sandbox.put_port_in(sid, fields) control("PUT", "/port-ins/" .. sid, fields) end

--- A client of the sandbox; options are added to those that it needs.
function sandbox.client(options)
  local all = {
    base_url = sandbox.url,
    account_sid = sandbox.account_sid, auth_token = sandbox.auth_token,
    retry = false, -- so that a fault is seen; with `times` for the specs of retries
  }
  for name, value in pairs(options or {}) do all[name] = value end
  if not all.ca_path and not all.ca_file then all.ca_file = sandbox.ca_file end
  return assert(numbers.new(all))
end

--- The same after a reset.
function sandbox.fresh_client(options)
  sandbox.reset()
  return sandbox.client(options)
end

return sandbox
