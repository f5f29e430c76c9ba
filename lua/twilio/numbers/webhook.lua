--- Receives Twilio's porting webhooks: verifies their signatures, reads them, detects repeated and outdated
--- deliveries, and hands on new events.
---
---     local webhook = require "twilio.numbers.webhook"
---     local receiver = webhook.new {
---       url = "https://example.com/webhooks/porting", -- as it was told to Twilio
---       on_event = function(event) print(event:name(), event:sid()) end,
---     }
---     local reply = receiver:receive { method =, query =, headers =, body = }   -- anywhere
---     receiver:serve()                                                  -- in content_by_lua

require "twilio.numbers.util.core_loading" -- before all others: it tells why that fails
local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local errors = require "twilio.numbers.api.error"
local deliveries = require "twilio.numbers.webhook.delivery"
local webhook_event = require "twilio.numbers.webhook.event"
local excerpt = require "twilio.numbers.util.excerpt"
local methods = require "twilio.numbers.util.methods"
local lua_host = require "twilio.numbers.host"
local options_of = require "twilio.numbers.util.options"
local secrets = require "twilio.numbers.webhook.secrets"
local signature = require "twilio.numbers.webhook.signature"
local system = require "twilio.numbers.util.system"
local urls = require "twilio.numbers.webhook.urls"
local webhook_store = require "twilio.numbers.webhook.store"

---@class twilio.numbers.WebhookOptions
---@field url string the URL as it was given to Twilio, with its query, user and password, if any; required. Proxies' headers are not used
---@field auth_token string|string[]|nil the account's primary auth token, or an array of up to 8 while it is exchanged. Default: `TWILIO_AUTH_TOKEN`, or none if there are `keys`.
---@field keys table<string, string>? secrets of shared keys, by the keys' names. Without `auth_token` they alone are accepted
---@field on_event fun(event: twilio.numbers.WebhookEvent)? called once for each new event. If it raises, the answer is 500 and the next delivery is new again. Leaving it by `ngx.exit`, `ngx.exec` or `ngx.redirect` blocks the delivery for a minute
---@field after_answer boolean? call `on_event` after the answer. What it raises is only logged, and Twilio does not repeat the delivery. Default: false.
---@field max_body integer? bytes. Default: 65536.
---@field replay_window number? seconds after its `last_date_updated` in which a delivery is accepted. Deliveries are remembered for twice as long. Default: 86400.
---@field store twilio.numbers.WebhookStore? where deliveries are remembered. Default: `webhook.memory_store()`.

---@class twilio.numbers.WebhookSecrets
---@field auth_token string|string[]|nil as in `WebhookOptions`
---@field keys table<string, string>? as in `WebhookOptions`

---@class twilio.numbers.WebhookRequest
---@field method string the HTTP method
---@field query string? the query as it came, without the question mark
---@field headers table<string, string|string[]> in any case; an array if there are several of a name
---@field body string the body as it came

---@class twilio.numbers.WebhookReply
---@field status integer the HTTP status to answer with
---@field message string the reason, for a log; not for the sender
---@field event twilio.numbers.WebhookEvent? the event, if the request was accepted
---@field delivery twilio.numbers.Delivery? what delivery it is
---@field after function? with `after_answer`: to be called after the answer

---@alias twilio.numbers.Delivery
---| "new" # the event is new
---| "duplicate" # the same SIDs, status and `last_date_updated` came before
---| "stale" # a newer event of the same number or port-in came before

---@class twilio.numbers.WebhookReceiver
local receiver = {}
local meta = { __index = receiver, __name = "twilio.numbers.WebhookReceiver" }

---@class twilio.numbers.webhook
---@field memory_store fun(): twilio.numbers.WebhookStore a store in this Lua state's memory
---@field shared_store fun(dict: table): twilio.numbers.WebhookStore a store in a `lua_shared_dict`, for all workers of an nginx
local webhook = {
  memory_store = webhook_store.memory,
  shared_store = webhook_store.shared,
}

local schema = options_of.schema {
  url = { kind = "string" },
  auth_token = { kind = "any" },
  keys = { kind = "any" }, -- checked elsewhere, by which no secret comes into an error
  on_event = { kind = "function" },
  after_answer = { kind = "boolean" },
  max_body = { kind = "positive", default = 65536 },
  replay_window = { kind = "positive", default = 86400 },
  store = { kind = "table" },
}

local secrets_schema = options_of.schema { auth_token = { kind = "any" }, keys = { kind = "any" } }

local function parse_url(url)
  local text = url or ""
  if text:find("[" .. ascii.CONTROL .. "]") then text = "" end
  local user = text:match "^https?://([^/?#]*@)" or "" -- is signed, and is a secret
  local scheme, host, port, path, query = text:gsub("//[^/?#]*@", "//", 1)
    :match "^(https?)://([0-9A-Za-z%._%-]+):?(%d*)(/?[^?#]*)%??([^#]*).*$"
  if not scheme or path ~= "" and path:sub(1, 1) ~= "/" then
    argument_error.argument("url", "the webhook's URL, https://host[:port]/path,",
      url and url:gsub("//[^/?#]*@", "//***@") or nil)
  end
  if query:find("bodySHA256=", 1, true) then
    argument_error.raise "url: a URL without bodySHA256 expected, which Twilio adds to it"
  end
  return {
    scheme = scheme, user = user, host = host, port = port ~= "" and port or nil, path = path,
    query = query,
  }
end

local function check_store(store)
  for _, name in ipairs { "claim", "finish", "remove", "advance" } do
    if type(store[name]) ~= "function" then
      argument_error.argument("store", ("a store with a function %s"):format(name), store)
    end
  end
  return store
end

local function new_secrets(options)
  local own, problem = secrets.new(options.auth_token, options.keys)
  if own then return own end
  return nil, errors.new {
    kind = "credentials",
    message = problem and ("TWILIO_AUTH_TOKEN in the environment: %s"):format(problem)
      or "no auth token: set TWILIO_AUTH_TOKEN or give the option auth_token, or keys",
  }
end

--- Makes a receiver. Without an auth token it raises, as for a wrong option.
---@param options twilio.numbers.WebhookOptions an unknown option, or one of the wrong type, raises
---@return twilio.numbers.WebhookReceiver
function webhook.new(options)
  methods.check_dot(options, webhook, "webhook.new")
  options = schema:check(options)
  local url, own_secrets, err = parse_url(options.url), new_secrets(options)
  if not own_secrets then argument_error.raise(err.message) end
  return setmetatable({
    url = url, secrets = own_secrets,
    on_event = options.on_event, after_answer = options.after_answer,
    max_body = options.max_body,
    window = options.replay_window,
    store = check_store(options.store or webhook_store.memory()),
  }, meta)
end

--- All values of a header.
local function header(request, wanted)
  local values = {}
  for name, value in pairs(request.headers or {}) do
    if type(name) == "string" and ascii.lower(name) == wanted then
      for _, one in ipairs(type(value) == "table" and value or { value }) do
        if type(one) == "string" then values[#values + 1] = one end
      end
    end
  end
  return values
end

local MOST_SHOWN = 500 -- bytes of a message, which may be logged

local function refusal(status, message)
  return { status = status, message = excerpt(message, MOST_SHOWN) }
end

--- The reply to a request that is refused before its signature is verified.
local function refuse(self, request)
  options_of.check_table(request, "request")
  if request.headers ~= nil then options_of.check_table(request.headers, "request.headers") end
  if request.method ~= "POST" then return refusal(405, "a webhook is a POST") end
  if type(request.body) ~= "string" then return refusal(400, "there is no body") end
  if #request.body > self.max_body then return refusal(413, "the body is too large") end
end

--- A body whose hash is in the URL is JSON, whatever the headers say: they are not signed.
local function carries_form(request, query)
  local content_types = header(request, "content-type")
  return #content_types == 1 and not query.hashes[1] and ascii.lower(content_types[1])
    :find("^[ \t]*application/x%-www%-form%-urlencoded") ~= nil
end

--- Calls the handler. If it raises, the next delivery of the event is new again.
local function call(self, event, key)
  local ok, why = pcall(self.on_event, event)
  if not ok then self.store:remove(key) end
  return ok, why
end

--- Has a new event handled. It is remembered for as long as a copy of it would be accepted.
local function hand_on(self, reply, key)
  local ttl, event = self.window * 2, reply.event
  if not self.on_event then return self.store:finish(key, ttl) end
  if self.after_answer then
    self.store:finish(key, ttl) -- Twilio does not repeat a delivery that was answered
    reply.after = function()
      local ok, why = call(self, event, key)
      if not ok then error(why, 0) end
    end
    return
  end
  local ok, why = call(self, event, key)
  if ok then return self.store:finish(key, ttl) end
  reply.status = 500
  reply.message = excerpt("on_event raised: " .. tostring(why), MOST_SHOWN)
end

--- Reads a request and returns the reply. Only signed content is trusted.
---@param request twilio.numbers.WebhookRequest
---@return twilio.numbers.WebhookReply
function receiver:receive(request)
  local refused = refuse(self, request)
  if refused then return refused end
  local query = urls.read(request.query)
  local is_form = carries_form(request, query)
  local objection = signature.objection(self.secrets, self.url, {
    signature = header(request, "x-twilio-signature"),
    settings = header(request, "x-twilio-webhooks-signature-settings"),
    query = query, body = request.body, is_form = is_form,
  })
  if objection then return refusal(403, objection) end
  local event, why = webhook_event.read(request.body, is_form)
  if not event then return refusal(400, why) end
  local time = event:time()
  if time and system.time() - time > self.window then
    return refusal(403, "it is older than the replay window: " .. event.last_date_updated)
  end
  local key = deliveries.key(event, request.body, is_form)
  local delivery = deliveries.claim(self.store, self.window, event, key)
  if delivery == "busy" then return refusal(503, "on_event is at work on this delivery") end
  local reply = { status = 204, message = "taken", event = event, delivery = delivery }
  if delivery == "new" then hand_on(self, reply, key) end
  return reply
end

--- Reads nginx's current request and answers it, in content_by_lua.
---@return twilio.numbers.WebhookReply
function receiver:serve()
  return lua_host.serve(self)
end

--- Replaces the auth token and the shared keys, such as when one is rotated. The earlier ones are wiped. In
--- nginx, each worker has a receiver of its own.
---@param given twilio.numbers.WebhookSecrets
---@return true?
---@return twilio.numbers.Error? # of kind "credentials" if there is no auth token; nothing has changed then
function receiver:exchange(given)
  local newer, err = new_secrets(secrets_schema:check(given))
  if not newer then return nil, err end
  self.secrets:close()
  self.secrets = newer
  return true
end

--- Wipes the tokens and keys. Closing twice is harmless.
function receiver:close()
  self.secrets:close()
end

meta.__close = receiver.close

function meta:__tostring()
  return ("twilio.numbers webhook receiver for %s://%s%s"):format(
    self.url.scheme, self.url.host, self.url.path)
end

methods.guard(receiver, meta, "receiver", "receive serve exchange close")

return webhook
