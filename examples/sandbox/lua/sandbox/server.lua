--- Serves the API: notes each request, lets a fault have its way with it, answers.

local api = require "sandbox.api"
local faults = require "sandbox.faults"
local limit = require "sandbox.limit"
local log = require "sandbox.log"
local respond = require "sandbox.respond"

local server = {}

--- Those that began before the last reset count no more, though a fault may keep them for long.
local in_flight, since_reset = 0, 0

function server.reset()
  in_flight, since_reset = 0, since_reset + 1
end

--- Or the request ids would be the same after each start.
local function seed_random()
  local file = assert(io.open("/dev/urandom", "rb"))
  local a, b, c = file:read(3):byte(1, 3)
  file:close()
  math.randomseed(a * 65536 + b * 256 + c)
end

seed_random()

local function request_id()
  return (("RQ" .. ("%08x"):rep(4)):format(math.random(0, 0xffffffff), math.random(0, 0xffffffff),
    math.random(0, 0xffffffff), math.random(0, 0xffffffff)))
end

local function set_headers()
  ngx.header["Twilio-Request-Id"] = request_id()
  ngx.header["Twilio-Concurrent-Requests"] = in_flight
  ngx.header["Twilio-Request-Duration"] = "0.010"
end

--- What of a body is in the log: text up to 64 KB, or its length.
local function shown(request)
  local body = request.raw_body
  if not body then return nil end
  local is_text = #body <= 65536 and not (request.content_type or ""):find "^multipart/"
  return is_text and body or ("%d bytes"):format(#body)
end

--- The name of HTTP Basic, an account's or an API key's SID; the password is not kept.
local function user_of(header)
  local basic = header and header:match "^Basic ([%w+/=]+)$"
  local text = basic and ngx.decode_base64(basic)
  return text and text:match "^([^:]*):"
end

--- The headers whose names begin with X-.
local function further_headers()
  local further
  for name, value in pairs(ngx.req.get_headers(0)) do
    if name:find "^x%-" then
      further = further or {}
      further[name] = value
    end
  end
  return further
end

local function note(request)
  return log.add {
    method = request.method, uri = ngx.var.request_uri, protocol = ngx.var.server_protocol,
    connection = tonumber(ngx.var.connection), user_agent = ngx.var.http_user_agent,
    authorized = request.authorized, host = ngx.var.http_host,
    content_type = request.content_type, body = shown(request),
    user = user_of(ngx.var.http_authorization), headers = further_headers(),
  }
end

--- A body of any length: nginx keeps a long one in a file.
local function read_body()
  if ngx.req.get_method() ~= "POST" then return nil end
  ngx.req.read_body()
  local path = ngx.req.get_body_file()
  if not path then return ngx.req.get_body_data() or "" end
  local file = assert(io.open(path, "rb"))
  local body = file:read "*a"
  file:close()
  return body
end

--- Answers; a code to end the request with, if a fault says so.
local function answer(request, rule)
  if rule then
    return faults.apply(rule, function() return api.answer(request) end, request)
  end
  respond.object(api.answer(request))
end

function server.serve()
  in_flight, ngx.ctx.counted = in_flight + 1, since_reset
  local path, query = api.split(ngx.var.request_uri)
  local request = {
    method = ngx.req.get_method(), path = path, query = query,
    authorized = api.is_authorized(ngx.var.http_authorization),
    content_type = ngx.var.http_content_type, raw_body = read_body(),
    origin = ngx.var.scheme .. "://" .. (ngx.var.http_host or ""),
  }
  local entry = note(request)
  ngx.ctx.entry = entry
  set_headers()
  if limit.refuses(in_flight) then
    entry.fault, entry.status = "limit", 429
    in_flight, ngx.ctx.counted = in_flight - 1, nil
    return respond.object(api.error(429, 20429, "Too Many Requests"))
  end
  local rule, misuse = faults.choose(request, ngx.var.http_sandbox_fault)
  if misuse then return respond.object(400, { error = misuse }) end
  entry.fault = rule and rule.fault
  local code = answer(request, rule)
  entry.status = ngx.status
  if code then return ngx.exit(code) end
end

--- When a request is over, however it went, by an error of ours too.
function server.ended()
  if ngx.ctx.counted == since_reset then in_flight = in_flight - 1 end
  local entry = ngx.ctx.entry
  if entry and not entry.status then entry.status = ngx.status end
end

return server
