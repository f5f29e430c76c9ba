--- Serves the API: notes each request, lets a fault have its way with it, answers.

local api = require "sandbox.api"
local faults = require "sandbox.faults"
local log = require "sandbox.log"
local respond = require "sandbox.respond"

local server = {}

local in_flight = 0

local function split(uri)
  local path, query = uri:match "^([^?]*)%??(.*)$"
  return path, ngx.decode_args(query, 100)
end

local function request_id()
  return (("RQ" .. ("%08x"):rep(4)):format(math.random(0, 0xffffffff), math.random(0, 0xffffffff),
    math.random(0, 0xffffffff), math.random(0, 0xffffffff)))
end

local function set_headers()
  ngx.header["Twilio-Request-Id"] = request_id()
  ngx.header["Twilio-Concurrent-Requests"] = in_flight
  ngx.header["Twilio-Request-Duration"] = "0.010"
end

function server.serve()
  in_flight = in_flight + 1
  local path, query = split(ngx.var.request_uri)
  local request = {
    method = ngx.req.get_method(), path = path, query = query,
    authorized = api.is_authorized(ngx.var.http_authorization),
  }
  local entry = log.add {
    method = request.method, uri = ngx.var.request_uri, protocol = ngx.var.server_protocol,
    connection = tonumber(ngx.var.connection), user_agent = ngx.var.http_user_agent,
    authorized = request.authorized,
  }
  set_headers()
  local rule = faults.choose(request, ngx.var.http_sandbox_fault)
  entry.fault = rule and rule.fault
  local function answer() return api.answer(request) end
  local ok, err = pcall(function()
    if rule then return faults.apply(rule, answer) end
    local status, object = answer()
    respond.object(status, object)
  end)
  in_flight = in_flight - 1
  entry.status = ngx.status
  if not ok then error(err) end
  if err then return ngx.exit(err) end
end

return server
