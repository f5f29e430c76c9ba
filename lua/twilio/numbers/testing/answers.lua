--- Finds the answer to a request among those that a test has given, and makes it what the transport takes.

local argument_error = require "twilio.numbers.util.argument_error"
local array = require "twilio.numbers.util.array"
local ascii = require "twilio.numbers.util.ascii"
local json = require "twilio.numbers.util.json"
local options_of = require "twilio.numbers.util.options"

---@class twilio.numbers.TestAnswer
---@field status integer? the HTTP status. Default: 200.
---@field body table|string|nil an object, which is sent as JSON; or the body's text. Default: for an error status, the API's error; else nothing.
---@field headers table<string, string>|nil such as `{ ["Retry-After"] = "2" }`. Default: none.
---@field seconds number? how long it takes. At the option `timeout` the attempt ends. Default: 0.
---@field fault twilio.numbers.TestFault? what happens instead of an answer. Default: nothing.

---@alias twilio.numbers.TestFault
---| "refused" the connection is refused: nothing was sent
---| "lost" the request was sent, and the connection breaks before the answer
---| "tls" the certificate is not trusted: nothing was sent

local answers = {}

answers.options = options_of.schema({
  status = { kind = "count", most = 599 }, body = { kind = "any" }, headers = { kind = "table" },
  seconds = { kind = "duration" }, fault = { kind = "string" },
}, "answer")

local faults = {
  refused = {
    kind = "network", message = "the connection was refused", sent = false, passing = true,
  },
  lost = {
    kind = "network", message = "the connection broke before the answer came", sent = true,
    passing = true,
  },
  tls = {
    kind = "tls", message = "the certificate is not trusted", sent = false, passing = false,
  },
}

--- The API's codes of statuses.
local CODES = {
  [400] = 20001, [401] = 20003, [403] = 20003, [404] = 20404, [405] = 20004, [409] = 20409,
  [429] = 20429,
}

local function text_of(body, status)
  if type(body) == "table" then
    local text, why = json.encode(body)
    return text or argument_error.raise("answer.body: " .. tostring(why))
  end
  if type(body) == "string" then return body end
  if body ~= nil then argument_error.argument("answer.body", "a table or a text", body) end
  if status < 400 then return "" end
  local message = ("the double says %d"):format(status)
  return json.encode { code = CODES[status], status = status, message = message }
end

local function lower(headers)
  local copy = {}
  for name, value in pairs(headers or {}) do copy[ascii.lower(name)] = ascii.text(value) end
  return copy
end

--- What the transport takes.
local function complete(given)
  if type(given) == "number" then given = { status = given } end
  if type(given) ~= "table" then
    local wanted = "a status, a table or a function that gives one of these"
    argument_error.argument("answer", wanted, given)
  end
  local answer = answers.options:check(given)
  if next(answer) == nil then argument_error.raise "answer: status, body or fault expected" end
  local response, fault = { seconds = answer.seconds or 0 }, faults[answer.fault]
  if answer.fault and not fault then
    argument_error.argument("answer.fault", '"refused", "lost" or "tls"', answer.fault)
  end
  if fault then
    for name, value in pairs(fault) do response[name] = value end
    return response
  end
  response.status, response.headers = answer.status or 200, lower(answer.headers)
  response.text = text_of(answer.body, response.status)
  response.retry_after = ascii.whole(response.headers["retry-after"])
  return response
end

--- A Lua pattern for a key, whose * stands for one part of the path.
local function pattern_of(key)
  local pattern = key:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", "[^/]+")
  return "^" .. pattern .. "$"
end

local function is_list(value)
  return type(value) == "table" and value[1] ~= nil
end

--- Answers by "METHOD /path", to be given in turn.
---@class twilio.numbers.testing.Entry
---@field key string
---@field pattern string
---@field list table
---@field used integer requests

---@param key string such as "GET /v1/Porting/PortIn/*"
---@param given any
---@return twilio.numbers.testing.Entry
function answers.entry(key, given)
  if type(key) ~= "string" or not key:find "^[A-Z]+ /[^ ]*$" then
    argument_error.argument("answers", 'keys such as "GET /v1/Porting/PortIn/*"', key)
  end
  local list = is_list(given) and given or { given }
  array.check("answers", list, "an array of answers", true)
  for _, one in ipairs(list) do
    if type(one) ~= "function" then complete(one) end -- raises for what is wrong with it
  end
  return { key = key, pattern = pattern_of(key), list = list, used = 0 }
end

--- The entry for a request: the one without * before all others, then the one with the longest key.
---@param entries table<string, twilio.numbers.testing.Entry>
---@param request twilio.numbers.TestRequest
---@return twilio.numbers.testing.Entry?
function answers.find(entries, request)
  local line, best = request.method .. " " .. request.path, nil
  if entries[line] then return entries[line] end
  for _, entry in pairs(entries) do
    local is_longer = not best or #entry.key > #best.key
      or #entry.key == #best.key and ascii.is_before(entry.key, best.key)
    if line:find(entry.pattern) and is_longer then best = entry end
  end
  return best
end

--- The next response of an entry. The last one serves all further requests.
---@param entry twilio.numbers.testing.Entry
---@param request twilio.numbers.TestRequest
---@return table
function answers.next(entry, request)
  entry.used = entry.used + 1
  return answers.of(entry.list[math.min(entry.used, #entry.list)], request)
end

--- The response that an answer, or the function that gives it, means.
---@param given any
---@param request twilio.numbers.TestRequest
---@return table
function answers.of(given, request)
  if type(given) == "function" then given = given(request) end
  return complete(given)
end

return answers
