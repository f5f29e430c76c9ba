--- What signatures are verified with: the auth token, and shared keys by their names. A request says in a
--- header which shared key it is signed with; without that header it is signed with the auth token. That
--- header is not signed, so it must never make a request easier to forge.

local argument_error = require "twilio.numbers.util.argument_error"
local array = require "twilio.numbers.util.array"
local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local excerpt = require "twilio.numbers.util.excerpt"

---@class twilio.numbers.webhook.Scheme
---@field verifier table the core's
---@field algorithm string for messages
---@field length integer of a signature in base64
---@field secret string what the signature is made with, for messages

---@class twilio.numbers.webhook.Secrets
---@field token twilio.numbers.webhook.Scheme? nil if only shared keys are accepted
---@field keys table<string, twilio.numbers.webhook.Scheme> by the keys' names
local secrets = {}
secrets.__index = secrets

local SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
local ALGORITHM = "HMAC_SHA256"
local BLANK = " \t" -- of a header
local MOST_SHOWN = 60 -- bytes of a text from outside

local function by_token(verifier)
  return {
    verifier = verifier, algorithm = "HMAC-SHA1 in base64", length = 28, secret = "the auth token",
  }
end

local function by_key(verifier)
  return {
    verifier = verifier, algorithm = "HMAC-SHA256 in base64", length = 44,
    secret = "the shared key",
  }
end

--- An error must not contain a secret, so the core's own message is replaced but for what is wrong with the text.
--- Nor has one the name of a key: a caller may have mistaken one for the other.
local function new_verifier(words, texts, hash)
  local ok, verifier = pcall(core.verifier, texts, nil, hash)
  if ok then return verifier end
  local problem = tostring(verifier):match "key %d: (it .*)$"
  argument_error.raise(("%s expected%s"):format(words, problem and ", but " .. problem or ""))
end

local function token_verifier(auth_token)
  if auth_token == nil then return core.verifier(nil, "TWILIO_AUTH_TOKEN") end
  local tokens = type(auth_token) == "table" and auth_token or { auth_token }
  array.check("auth_token", tokens, "a token, or an array of up to 8,")
  return new_verifier("auth_token: a token, or an array of up to 8,", tokens, "sha1")
end

--- Whether the header could name a key so.
local function is_name(name)
  return type(name) == "string" and name:find "^[!-+%-.-~]+$" ~= nil
end

local function key_schemes(keys)
  if type(keys) ~= "table" or next(keys) == nil then
    argument_error.raise "keys: a table of secrets by the keys' names expected"
  end
  local schemes = {}
  for name, secret in pairs(keys) do
    if not is_name(name) then
      argument_error.raise "keys: names of keys without blanks and commas expected"
    end
    schemes[name] = by_key(new_verifier("keys: a text as each key's secret", { secret }, "sha256"))
  end
  return schemes
end

--- With keys and without a token only the keys are accepted, whatever the environment holds.
---@param auth_token string|string[]|nil
---@param keys table<string, string>? secrets by the keys' names
---@return twilio.numbers.webhook.Secrets? # nil if there is no token
---@return string? # what is wrong with the environment's
function secrets.new(auth_token, keys)
  local self = setmetatable({ keys = keys == nil and {} or key_schemes(keys) }, secrets)
  if auth_token ~= nil or keys == nil then
    local verifier, problem = token_verifier(auth_token)
    if not verifier then return nil, problem end
    self.token = by_token(verifier)
  end
  return self
end

--- The header's parameters by name; nil and the name if one comes twice.
local function parse(text)
  local parameters = {}
  for part in text:gmatch "[^,]+" do
    local name, value = part:match "^([^=]*)=(.*)$"
    name = name and ascii.trim(name, BLANK)
    if name == "" or name and name:find("[" .. BLANK .. "]") then name = nil end
    if name and parameters[name] then return nil, name end
    if name then parameters[name] = ascii.trim(value, BLANK) end
  end
  return parameters
end

--- The name of the key that the header says; or nil and why it is refused.
local function key_of(text)
  local parameters, repeated = parse(text)
  if not parameters then
    return nil, ("%s has %s twice"):format(SETTINGS, excerpt(repeated, MOST_SHOWN))
  end
  for _, name in ipairs { "key", "algorithm" } do
    if (parameters[name] or "") == "" then return nil, ("%s has no %s"):format(SETTINGS, name) end
  end
  if parameters.algorithm ~= ALGORITHM then
    return nil, ("%s: the algorithm %s is not accepted, only %s"):format(SETTINGS,
      excerpt(parameters.algorithm, MOST_SHOWN), ALGORITHM)
  end
  return parameters.key
end

--- How a request must be verified; or nil and why it is refused. With the header it is never HMAC-SHA1.
---@param settings string[] the values of its header
---@return twilio.numbers.webhook.Scheme?
---@return string?
function secrets:scheme_of(settings)
  if not settings[1] then
    if self.token then return self.token end
    return nil, ("there is no %s, and only shared keys are accepted"):format(SETTINGS)
  end
  if settings[2] then return nil, ("there are %d %s headers"):format(#settings, SETTINGS) end
  local name, problem = key_of(settings[1])
  if not name then return nil, problem end
  local scheme = self.keys[name]
  if scheme then return scheme end
  return nil, ("%s: no shared key is named %s"):format(SETTINGS, excerpt(name, MOST_SHOWN))
end

--- Wipes all of them. Closing twice is harmless.
function secrets:close()
  if self.token then self.token.verifier:close() end
  for _, scheme in pairs(self.keys) do scheme.verifier:close() end
end

return secrets
