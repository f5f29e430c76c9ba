--- A request as a test sees it.

local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local url_query = require "twilio.numbers.util.url_query"

---@class twilio.numbers.TestRequest
---@field method string the HTTP method
---@field path string without its query, decoded, such as "/v1/Porting/PortIn/KW…"
---@field query table<string, string> by the parameters' names in the API, such as `Size`
---@field headers table<string, string> those that the call or its client was given, by their names in small letters
---@field body table? what was sent as JSON
---@field fields table<string, string>? the fields of an upload
---@field file { name: string, type: string?, size: integer }? the file of an upload
---@field account_sid string whose credentials were used
---@field attempt integer 1 for the first
---@field at number seconds on the double's clock

local requests = {}

local function decode(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function headers_of(lines)
  local headers = {}
  for _, line in ipairs(lines or {}) do
    local name, value = line:match "^([^:]+): ?(.*)$"
    headers[ascii.lower(name)] = value
  end
  return headers
end

local function add_upload(request, multipart)
  local source = multipart.source
  request.fields, request.file = {}, {
    name = multipart.file_name, type = multipart.type, size = source:size(),
  }
  for _, field in ipairs(multipart.fields) do request.fields[field.name] = field.text end
end

--- What all attempts of a request have in common.
---@param method string
---@param url string
---@param credentials table the core's
---@param options table see `submit` in client/transport.lua
---@return twilio.numbers.TestRequest
function requests.new(method, url, credentials, options)
  local path, query = url:match "^https?://[^/]+([^?]*)%??(.*)$"
  local request = {
    method = method, path = decode(path), query = url_query.read(query),
    headers = headers_of(options.headers), account_sid = credentials:account_sid(),
  }
  if options.body then request.body = core.decode(options.body) end
  if options.multipart then add_upload(request, options.multipart) end
  return request
end

--- One attempt of it.
---@param request twilio.numbers.TestRequest
---@param attempt integer
---@param now number
---@return twilio.numbers.TestRequest
function requests.of_attempt(request, attempt, now)
  local copy = { attempt = attempt, at = now }
  for name, value in pairs(request) do copy[name] = value end
  return copy
end

return requests
