--- What can go wrong on purpose. A fault is asked for by the header `Sandbox-Fault` of a request,
--- or by a rule for the next requests (see control.lua).

local api = require "sandbox.api"
local changes = require "sandbox.changes"
local respond = require "sandbox.respond"

local faults = {}

local rules, handshakes, times_cleared = {}, 0, 0

--- A code that nginx takes for: close the connection and say nothing.
local CLOSE = 444

--- Each fault gets its rule and a function that makes the real answer, with its effect; it may
--- return a code to end the request with.
local known = {}

--- Faults that answer in place of the API have no effect, unless the rule wants it.
local function in_place_of_api(rule, answer)
  if rule.effect then answer() end
end

function known.rate_limit(rule, answer)
  in_place_of_api(rule, answer)
  if rule.retry_after then ngx.header["Retry-After"] = rule.retry_after end
  respond.object(api.error(429, 20429, "Too Many Requests"))
end

function known.error(rule, answer)
  in_place_of_api(rule, answer)
  respond.object(api.error(rule.status or 500, rule.code or 20500,
    rule.message or "Internal Server Error"))
end

function known.html(rule, answer)
  in_place_of_api(rule, answer)
  respond.text(rule.status or 503,
    "<html><head><title>Service Unavailable</title></head>\n<body><h1>Sorry</h1></body></html>\n",
    "text/html")
end

function known.empty(rule, answer)
  in_place_of_api(rule, answer)
  respond.text(rule.status or 200, "")
end

--- Promises more than it sends.
function known.cut(rule, answer)
  in_place_of_api(rule, answer)
  ngx.header.content_type = "application/json"
  ngx.header.content_length = 1000
  ngx.print '{"port_in_request_sid": "KW'
  ngx.flush(true)
  return ngx.ERROR
end

function known.malformed(rule, answer)
  in_place_of_api(rule, answer)
  respond.text(rule.status or 200, rule.body or '{"port_in_request_sid": "KW')
end

function known.body(rule, answer)
  in_place_of_api(rule, answer)
  respond.text(rule.status or 200, rule.body or "", rule.content_type or "text/plain")
end

--- Before the request has had any effect.
function known.reset_before()
  return CLOSE
end

--- The effect is there, only the answer is lost.
function known.reset_after(rule, answer)
  if rule.effect ~= false then answer() end
  return CLOSE
end

function known.slow(rule, answer)
  local status, object = answer()
  local text = object and respond.encode(object) or ""
  ngx.status = status
  ngx.header.content_type = "application/json"
  for i = 1, #text, rule.bytes or 10 do
    ngx.print(text:sub(i, i + (rule.bytes or 10) - 1))
    ngx.flush(true)
    ngx.sleep(rule.seconds or 0.1)
  end
end

function known.redirect(rule, answer)
  in_place_of_api(rule, answer)
  ngx.header.location = rule.location or os.getenv "SANDBOX_URL" .. "/elsewhere"
  respond.text(rule.status or 302, "", "text/html")
end

function known.oversized(rule, answer)
  in_place_of_api(rule, answer)
  local left, piece = rule.bytes or 32 * 1024 * 1024, ("x"):rep(65536)
  ngx.header.content_type = "application/json"
  ngx.header.content_encoding = "identity" -- or it would shrink to nothing by gzip
  ngx.print '{"padding":"'
  while left > 0 do
    ngx.print(left < #piece and piece:sub(1, left) or piece)
    if not ngx.flush(true) then return end
    left = left - #piece
  end
  ngx.print '"}'
end

local function copy(value)
  if type(value) ~= "table" then return value end
  local fresh = {}
  for name, inner in pairs(value) do fresh[name] = copy(inner) end
  return fresh
end

--- The real answer, free to be changed: the store's own stays as it is.
local function own(answer)
  local status, object = answer()
  return status, copy(object)
end

--- Takes effect at once; only the answer takes its time.
function known.latency(rule, answer)
  local status, object = own(answer)
  ngx.sleep(rule.seconds or 1)
  respond.object(status, object)
end

--- Takes effect at once; the answer comes when the faults are cleared, or after so many seconds.
function known.paused(rule, answer)
  local status, object = own(answer)
  local before, ends = times_cleared, ngx.now() + (rule.seconds or 30)
  while times_cleared == before and ngx.now() < ends do ngx.sleep(0.005) end
  respond.object(status, object)
end

--- Takes its time before it does anything, also when the client has gone.
function known.held(rule, answer)
  ngx.sleep(rule.seconds or 1)
  respond.object(own(answer))
end

for name, change in pairs(changes.by_name) do
  known[name] = function(rule, answer, request)
    local status, object = own(answer)
    if object then change(object, rule, request) end
    respond.object(status, object)
  end
end

--- The answer to another request, as from a cache or a connection that mixes answers up.
function known.mixed(rule, answer)
  in_place_of_api(rule, answer)
  local path, query = api.split(rule.as)
  respond.object(api.answer { method = "GET", path = path, query = query, authorized = true })
end

--- RFC 9457.
function known.problem(rule, answer)
  in_place_of_api(rule, answer)
  local status = rule.status or 400
  respond.object(status, {
    type = "https://www.twilio.com/docs/errors/" .. (rule.code or 20001),
    title = "Invalid parameter", status = status, code = rule.code or 20001,
    detail = rule.detail or "The request is not valid", instance = "/v1/Porting",
    errors = { { detail = "must be a SID", pointer = "#/PortInRequestSid" } },
  }, "application/problem+json")
end

--- Breaks off TLS handshakes: in at_handshake, before there is a request.
function known.handshake()
  error "a request cannot meet it"
end

--- Why a rule is none; nil if it is one. A test whose fault never happens would prove nothing.
local function misfit(rule)
  if not known[rule.fault] then return "no such fault: " .. tostring(rule.fault) end
  if rule.fault == "mixed" and type(rule.as) ~= "string" then
    return "mixed needs `as`, a path of the API"
  end
  return changes.misfit(rule)
end

--- `name; key=value; …` as in the header.
local function parse_header(text)
  local rule = {}
  for part in text:gmatch "[^;]+" do
    local name, value = part:match "^%s*([%w_]+)%s*=%s*(.-)%s*$"
    if name then
      rule[name] = tonumber(value) or (value == "true") or (value ~= "false" and value)
    else
      rule.fault = part:match "^%s*(.-)%s*$"
    end
  end
  local why = misfit(rule)
  if why then return nil, why end
  if rule.fault == "handshake" then return nil, "handshake goes by a rule only" end
  return rule
end

local function fits(rule, request)
  return (not rule.method or rule.method == request.method)
    and (not rule.path or request.path:find(rule.path, 1, true) ~= nil)
    and (not rule.chance or math.random() < rule.chance)
end

--- The rule that this request meets, if any, and why its header is none. A rule for the next ones
--- is used up by one.
function faults.choose(request, header)
  if header then return parse_header(header) end
  for i, rule in ipairs(rules) do
    if fits(rule, request) then
      rule.times = rule.times - 1
      if rule.times <= 0 then table.remove(rules, i) end
      return rule
    end
  end
end

function faults.apply(rule, answer, request)
  return known[rule.fault](rule, answer, request)
end

--- Takes a rule for the next requests; nil and why if it is none.
function faults.add(rule)
  local why = misfit(rule)
  if why then return nil, why end
  rule.times = rule.times or 1
  if type(rule.times) ~= "number" or rule.times < 1 then return nil, "times must be 1 or more" end
  if rule.chance ~= nil and type(rule.chance) ~= "number" then
    return nil, "chance must be a number from 0 to 1"
  end
  if rule.fault == "handshake" then
    handshakes = handshakes + rule.times
  else
    rules[#rules + 1] = rule
  end
  return true
end

function faults.clear()
  rules, handshakes, times_cleared = {}, 0, times_cleared + 1
end

function faults.at_handshake()
  if handshakes <= 0 then return end
  handshakes = handshakes - 1
  return ngx.exit(ngx.ERROR)
end

return faults
