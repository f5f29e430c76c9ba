--- What a report may show of texts from outside. It is made to be published: no secrets, no numbers, no names.

local excerpt = require "twilio.numbers.util.excerpt"
local redact = require "twilio.numbers.util.redact"

local mask = {}

local MOST = 200 -- bytes of a text

--- A SID by its kind and its last digits: KW...0001.
---@param sid string
---@return string
function mask.sid(sid)
  return sid:sub(1, 2) .. "..." .. sid:sub(-4)
end

--- A text without SIDs, without what may be a token or a key, without phone numbers and e-mail addresses.
---@param text any
---@return string
function mask.text(text)
  local shown = excerpt(text, MOST):gsub("[0-9A-Za-z]+", function(word)
    if word:find "^[A-Z][A-Z]%x+$" and #word == 34 then return mask.sid(word) end
    return #word >= 24 and word:find "%d" and word:sub(1, 2) .. "..." or nil
  end)
  return redact.text(shown)
end

--- Kinds of errors whose messages are the transport's. Those of other kinds quote the answer, which may hold names.
local own_messages = { network = true, timeout = true, tls = true, memory = true, closed = true }

--- An error in words.
---@param err twilio.numbers.Error
---@return string
function mask.error(err)
  local parts = { err.kind }
  if err.http_status then parts[#parts + 1] = ("HTTP %d"):format(err.http_status) end
  if err.code then parts[#parts + 1] = "code " .. mask.text(err.code) end
  if own_messages[err.kind] then parts[#parts + 1] = mask.text(err.message) end
  return table.concat(parts, ", ")
end

--- The host and port of a URL, without what may be before and after them.
---@param url string
---@return string
function mask.host(url)
  local rest = url:gsub("^[A-Za-z][A-Za-z0-9+.-]*://", "")
  local authority = rest:match "^[^/?#]*":gsub("^.*@", "")
  return excerpt(authority, MOST)
end

return mask
