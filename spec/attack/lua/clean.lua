--- What a text must not have that is shown to a person, or written to a log.

local utf8 = require "twilio.numbers.util.utf8"

local acting = { "\194[\128-\159]", "\226\128[\139-\143\168-\174]", "\226\129[\160-\175]", "\239\187\191" }

local clean = {}

--- What is wrong with a text, or nil.
---@param text any
---@param most integer bytes
---@param lines boolean? whether it may have several
function clean.problem(text, most, lines)
  if type(text) ~= "string" then return "no text but a " .. type(text) end
  if #text > most then return ("%d bytes"):format(#text) end
  if utf8.clean(text) ~= text then return "no UTF-8" end
  if text:find "[%z\1-\9\11-\31\127]" or not lines and text:find("\n", 1, true) then
    return "a control character"
  end
  for _, pattern in ipairs(acting) do
    if text:find(pattern) then return "a character that acts" end
  end
end

--- The same, or that it has one of these secrets.
function clean.secret(text, secrets)
  for _, secret in ipairs(secrets) do
    if text:find(secret, 1, true) then return "a secret" end
  end
end

return clean
