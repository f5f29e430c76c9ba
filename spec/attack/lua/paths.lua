--- SIDs, phone numbers and tokens in URLs: what is valid gives exactly the path that belongs to it, and
--- nothing else is ever sent. What is valid is judged here without patterns.

local fake = require "spec.support.fake_transport"
local statuses = require "twilio.numbers.api.status"
local values = require "spec.attack.lua.values"

local HEX, DIGITS = "0123456789abcdefABCDEF", "0123456789"
local WORDS = {
  "/", "..", "?", "#", "%2F", "%", "&", "=", ";", "\0", "\n", " ", "@", "//", "\\", "+", "KW", "PU",
}

local function has_only(text, set)
  for i = 1, #text do
    if not set:find(text:sub(i, i), 1, true) then return false end
  end
  return true
end

local function is_sid(prefix)
  return function(value)
    return type(value) == "string" and #value == 34 and value:sub(1, 2) == prefix
      and has_only(value:sub(3), HEX)
  end
end

local function is_number(value)
  return type(value) == "string" and #value >= 3 and #value <= 16 and value:sub(1, 1) == "+"
    and value:sub(2, 2) ~= "0" and has_only(value:sub(2), DIGITS)
end

local function is_type(value) return value == "PORT_IN" or value == "PORT_OUT" end

local function sid_of(prefix)
  return function(random) return values.sid(prefix, random:int(1e6)) end
end

--- How each kind of value is checked, made, and written into a URL.
local kinds = {
  KW = { is = is_sid "KW", make = sid_of "KW" },
  PU = { is = is_sid "PU", make = sid_of "PU" },
  EC = { is = is_sid "EC", make = sid_of "EC" },
  number = {
    is = is_number, make = function(random) return "+1415555" .. random:int(9999) end,
    write = function(value) return "%2B" .. value:sub(2) end,
  },
  type = { is = is_type, make = function(random) return random:pick { "PORT_IN", "PORT_OUT" } end },
}

--- What a method of a resource takes, and the path that it sends, after /v1/.
local calls = {
  { "port_ins", "fetch", "GET", "Porting/PortIn/", "KW" },
  { "port_ins", "cancel", "DELETE", "Porting/PortIn/", "KW" },
  { "port_in_phone_numbers", "fetch", "GET", "Porting/PortIn/", "KW", "/PhoneNumber/", "PU" },
  { "port_in_phone_numbers", "cancel", "DELETE", "Porting/PortIn/", "KW", "/PhoneNumber/", "PU" },
  { "portability", "check", "GET", "Porting/Portability/PhoneNumber/", "number" },
  { "bulk_eligibilities", "fetch", "GET", "HostedNumber/Eligibility/Bulk/", "EC" },
  { "webhook_configuration", "delete", "DELETE", "Porting/Configuration/Webhook/", "type" },
}

local function candidate(random, kind)
  local value = kind.make(random)
  if random:one_in(3) then return value end
  if random:one_in(2) then return random:mutate(value, WORDS) end
  return values.any(random)
end

local function expected(call, first, second)
  local one, two = kinds[call[5]], kinds[call[7]]
  local path = "/v1/" .. call[4] .. (one.write or tostring)(first)
  return two and path .. call[6] .. second or path
end

local function respond() return { status = 404, object = { code = 20404, message = "not found" } } end

local function problem_of(requests, is_valid, method, path)
  if #requests ~= (is_valid and 1 or 0) then return ("%d requests"):format(#requests) end
  local sent = requests[1]
  if sent and sent.method .. " " .. sent.path ~= method .. " " .. path then return "sent " .. sent.path end
end

local function one(random)
  local call = random:pick(calls)
  local client, transport = fake.client(respond)
  local first, second = candidate(random, kinds[call[5]]), nil
  if call[7] then second = candidate(random, kinds[call[7]]) end
  local is_valid = kinds[call[5]].is(first) and (not call[7] or kinds[call[7]].is(second))
  local resource = client[call[1]]
  local fine, why = pcall(resource[call[2]], resource, first, second)
  local case = values.show { call[2], first, second }
  if fine ~= is_valid then return fine and "it was accepted" or "it was refused: " .. tostring(why), case end
  return problem_of(transport.requests, is_valid, call[3], is_valid and expected(call, first, second)), case
end

local function each(random)
  local call = random:pick(calls)
  local client, transport = fake.client(respond)
  local resource = client[call[1]]
  local has_it, method = pcall(function() return resource[call[2] .. "_each"] end)
  if not has_it then return end -- it raises where a resource has no such method
  local input = candidate(random, kinds[call[5]])
  local first, second = input, nil
  if call[7] then
    second = candidate(random, kinds[call[7]])
    input = { first, second }
  end
  if input == nil then return end
  local is_valid = kinds[call[5]].is(first) and (not call[7] or kinds[call[7]].is(second))
  if type(input) == "table" and not call[7] then return end -- may be an object of a class
  local count, case = 0, values.show { call[2], input }
  for _, result, err in method(resource, { input }) do
    count = count + 1
    if result or (err.kind == "invalid") == is_valid then return tostring(err), case end
  end
  if count ~= 1 then return ("%d outcomes"):format(count), case end
  return problem_of(transport.requests, is_valid, call[3], is_valid and expected(call, first, second)), case
end

local function decoded(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

--- A query gives back what was put in, and nothing beside it.
local function query(random)
  local client, transport = fake.client(respond)
  local token, status = random:mutate("token", WORDS), random:mutate("in_review", WORDS)
  if token == "" or status == "" then return end
  if not pcall(statuses.check, "status", "request", status) then return end -- mistyped
  client.port_ins:list_pages { token = token, status = status, page_size = 7 }()
  local path, text = transport.requests[1].path:match "^([^?]*)%?(.*)$"
  local case = values.show { token, status, text }
  if path ~= "/v1/Porting/PortIn/PortInRequests" then return "another path", case end
  local count = 0
  for name, value in (text .. "&"):gmatch "([^=&]*)=([^&]*)&" do
    count = count + 1
    local wanted = ({ Token = token, Size = "7" })[name]
    if name == "PortInRequestStatus" then
      wanted = statuses.normal(status) == "in_review" and "In review" or status
    end
    if decoded(value) ~= wanted then return "another " .. name, case end
    if not has_only(value, HEX .. "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ%-._~") then
      return name .. " is not encoded", case
    end
  end
  if count ~= 3 then return ("%d parameters"):format(count), case end
end

return function(random)
  return random:pick { one, one, each, query }(random)
end
