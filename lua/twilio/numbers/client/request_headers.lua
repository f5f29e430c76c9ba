--- Further headers of requests: checked, so that none of them changes where a request goes, what it does or whose
--- it is.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"

local request_headers = {}

local NAME, VALUE, COUNT = 100, 4096, 32 -- bytes, bytes, and how many in all

--- Those that the library sets itself, that concern the connection, or that some servers take for another method.
local reserved = {}
for _, name in ipairs {
  "authorization", "proxy-authorization", "host", "content-length", "content-type", "connection",
  "proxy-connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade",
  "http2-settings", "expect", "accept-encoding", "user-agent", "x-http-method",
  "x-http-method-override", "x-method-override",
} do
  reserved[name] = true
end

local function is_token(name)
  return type(name) == "string" and #name <= NAME
    and name:find "^[0-9A-Za-z!#$%%&'*+.^_`|~-]+$" ~= nil
end

local function check_name(name)
  if not is_token(name) then
    argument_error.argument("headers", "names of letters, digits and hyphens", name)
  elseif reserved[ascii.lower(name)] then
    argument_error.raise(("headers: %s cannot be set"):format(name))
  end
end

--- The value is not shown: it may be a secret.
local function check_value(name, value)
  local problem
  if type(value) ~= "string" then
    problem = "a text expected, got a " .. type(value)
  elseif value == "" or #value > VALUE then
    problem = ("1 to %d bytes expected, got %d"):format(VALUE, #value)
  elseif value:find("[" .. ascii.CONTROL .. "]") then
    problem = "a control character is in it"
  elseif value:find "^ " or value:find " $" then
    problem = "a blank is at its beginning or end"
  end
  if problem then argument_error.raise(("headers.%s: %s"):format(name, problem)) end
end

--- Headers that were checked: lines such as "X-Trace: 7", in the order of their names.
---@class twilio.numbers.client.Headers
---@field lines string[]
---@field by_name table<string, string> the lines by their names in small letters

--- Checks headers. What is wrong raises at the user's line.
---@param headers table<string, string> values by names, whose case does not matter
---@param others twilio.numbers.client.Headers? those that apply where these have no value
---@return twilio.numbers.client.Headers
function request_headers.check(headers, others)
  local by_name, names, lines = {}, {}, {}
  for name, value in pairs(headers) do
    check_name(name)
    check_value(name, value)
    local small = ascii.lower(name)
    if by_name[small] then argument_error.raise(("headers: %s is given twice"):format(small)) end
    by_name[small] = name .. ": " .. value
  end
  for name, line in pairs(others and others.by_name or {}) do
    by_name[name] = by_name[name] or line
  end
  for name in pairs(by_name) do names[#names + 1] = name end
  if #names > COUNT then
    argument_error.raise(("headers: at most %d expected, got %d"):format(COUNT, #names))
  end
  for i, name in ipairs(ascii.sort(names)) do lines[i] = by_name[name] end
  return { lines = lines, by_name = by_name }
end

return request_headers
