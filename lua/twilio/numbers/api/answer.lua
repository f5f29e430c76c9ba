--- What came with an answer beside its content: status, headers, timings. It is kept by the core in a few hundred
--- bytes, and made into a table only when it is asked for.

local ascii = require "twilio.numbers.util.ascii"
local excerpt = require "twilio.numbers.util.excerpt"

local answers = {}

local COUNT, NAME, VALUE = 100, 100, 1000 -- headers, and bytes of a name and a value

--- Headers that may have secrets.
local hidden = {}
for _, name in ipairs {
  "set-cookie", "set-cookie2", "cookie", "authorization", "proxy-authorization",
  "www-authenticate", "proxy-authenticate", "authentication-info", "proxy-authentication-info",
} do
  hidden[name] = true
end

---@class twilio.numbers.Answer
---@field status integer? the HTTP status; nil if no answer came
---@field headers table<string, string> by their names in small letters, without those that may have secrets; the values of a repeated one are joined by ", "
---@field request_id string? the request's id, for Twilio's support
---@field attempts integer how often it was tried; the rest is of the last attempt
---@field http_version string? "1.1" or "2"
---@field reused boolean whether the connection was used before
---@field timings twilio.numbers.Timings when the parts of the attempt were done

local function add(headers, name, value)
  local known = headers[name]
  headers[name] = excerpt(known and known .. ", " .. value or value, VALUE)
end

--- The headers of the lines of a head, whose first one is the status line.
local function headers_of(head)
  local headers, count = {}, 0
  for name, value in (head or ""):gmatch "\n([^:\r\n]+):[ \t]*([^\r\n]*)" do
    name = ascii.lower(excerpt(name, NAME))
    if not hidden[name] and (headers[name] or count < COUNT) then
      if not headers[name] then count = count + 1 end
      add(headers, name, value)
    end
  end
  return headers
end

--- Of what has no place of its own for it, by the thing; weak, for it keeps nothing.
local transfers = setmetatable({}, { __mode = "k" })

--- Remembers what an error or a page came with.
---@generic T
---@param thing T
---@param transfer table? the core's
---@return T thing
function answers.note(thing, transfer)
  transfers[thing] = transfer or nil
  return thing
end

--- What was noted.
---@return table? transfer
function answers.noted(thing)
  return type(thing) == "table" and transfers[thing] or nil
end

--- What a transfer brought that was given back; nil if it is not, or had not ended.
---@param transfer table the core's
---@return twilio.numbers.Answer?
function answers.of(transfer)
  local receipt = transfer.receipt and transfer:receipt()
  if not receipt then return nil end
  local headers = headers_of(receipt.head)
  local version = receipt.http_version
  return {
    status = receipt.status, headers = headers, attempts = receipt.attempts,
    request_id = headers["twilio-request-id"],
    http_version = version ~= "none" and version or nil, reused = receipt.reused,
    timings = {
      name = receipt.name, connect = receipt.connect, tls = receipt.tls,
      first_byte = receipt.first_byte, total = receipt.total,
    },
  }
end

return answers
