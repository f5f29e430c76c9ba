--- Receives Twilio's porting webhooks: verifies their signatures, reads them, detects repeated and outdated
--- deliveries, and hands on new events.
---
---     local webhook = require "twilio.numbers.webhook"
---     local receiver, err = webhook.new {
---       url = "https://example.com/webhooks/porting", -- as it was told to Twilio
---       on_event = function(event) print(event:name(), event:sid()) end,
---     }
---     if not receiver then error(tostring(err)) end
---     local reply = receiver:receive { method =, query =, headers =, body = }   -- anywhere
---     receiver:serve()                                                  -- in content_by_lua

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local errors = require "twilio.numbers.api.error"
local webhook_event = require "twilio.numbers.webhook.event"
local array = require "twilio.numbers.util.array"
local lua_host = require "twilio.numbers.host"
local options_of = require "twilio.numbers.util.options"
local signature = require "twilio.numbers.webhook.signature"
local webhook_store = require "twilio.numbers.webhook.store"

---@class twilio.numbers.WebhookOptions
---@field url string the URL as it was given to Twilio, with its query, user and password, if any; required. Proxies' headers are not used
---@field auth_token string|string[]|nil the account's primary auth token, or an array of up to 8 while it is exchanged. Default: `TWILIO_AUTH_TOKEN`.
---@field on_event fun(event: twilio.numbers.WebhookEvent)? called once for each new event. If it raises, the answer is 500 and the next delivery is new again. Leaving it by `ngx.exit`, `ngx.exec` or `ngx.redirect` blocks the delivery for a minute
---@field after_answer boolean? call `on_event` after the answer. What it raises is only logged, and Twilio does not repeat the delivery. Default: false.
---@field max_body integer? bytes. Default: 65536.
---@field replay_window number? seconds after its `last_date_updated` in which a delivery is accepted. Deliveries are remembered for twice as long. Default: 86400.
---@field store twilio.numbers.WebhookStore? where deliveries are remembered. Default: `webhook.memory_store()`.

---@class twilio.numbers.WebhookRequest
---@field method string the HTTP method
---@field query string? the query as it came, without the question mark
---@field headers table<string, string> in any case
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
  on_event = { kind = "function" },
  after_answer = { kind = "boolean" },
  max_body = { kind = "positive", default = 65536 },
  replay_window = { kind = "positive", default = 86400 },
  store = { kind = "table" },
}

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

--- An error must not contain a token, so the core's own message is replaced.
local function verifier_of(auth_token)
  if auth_token == nil then return core.verifier(nil, "TWILIO_AUTH_TOKEN") end
  local keys = type(auth_token) == "table" and auth_token or { auth_token }
  array.check("auth_token", keys, "a token, or an array of up to 8,")
  local ok, verifier = pcall(core.verifier, keys)
  if not ok then argument_error.raise "auth_token: a token, or an array of up to 8, expected" end
  return verifier
end

--- Makes a receiver.
---@param options twilio.numbers.WebhookOptions an unknown option, or one of the wrong type, raises
---@return twilio.numbers.WebhookReceiver?
---@return twilio.numbers.Error? # of kind "credentials" if there is no auth token
function webhook.new(options)
  options = schema:check(options)
  local url, verifier = parse_url(options.url), verifier_of(options.auth_token)
  if not verifier then
    return nil, errors.new {
      kind = "credentials",
      message = "no auth token: set TWILIO_AUTH_TOKEN or give the option auth_token",
    }
  end
  return setmetatable({
    url = url, verifier = verifier,
    on_event = options.on_event, after_answer = options.after_answer,
    max_body = options.max_body,
    window = options.replay_window,
    store = check_store(options.store or webhook_store.memory()),
  }, meta)
end

local function header(request, wanted)
  for name, value in pairs(request.headers or {}) do
    if type(name) == "string" and ascii.lower(name) == wanted then return value end
  end
end

local function refusal(status, message)
  return { status = status, message = message }
end

--- The reply to a request that is refused before its signature is verified.
local function refuse(self, request)
  if request.method ~= "POST" then return refusal(405, "a webhook is a POST") end
  if type(request.body) ~= "string" then return refusal(400, "there is no body") end
  if #request.body > self.max_body then return refusal(413, "the body is too large") end
end

--- A body whose hash is in the URL is JSON, whatever the headers say: they are not signed.
local function carries_form(request)
  local content_type = header(request, "content-type")
  return type(content_type) == "string" and not signature.body_hash(request.query)
    and ascii.lower(content_type):find("^[ \t]*application/x%-www%-form%-urlencoded") ~= nil
end

--- A delivery's key: the SIDs, the status and the date. Without a SID or a date, the whole body is the key.
local function key_of(event, body, is_form)
  if is_form then return core.sha256(signature.form_text(body)) end -- in any order and spelling of its fields
  local sid, date = event:sid(), event.last_date_updated
  if not sid or type(date) ~= "string" then return core.sha256(body) end
  local parts = { event.port_in_request_sid or "", sid, event.phone_number or "",
    event:normal_status() or "", event.event_type or "", date }
  for i, part in ipairs(parts) do parts[i] = tostring(part) end
  return table.concat(parts, " ")
end

local HANDLING = 60 -- seconds that `on_event` may take until the same delivery may be handed on again

--- What an event is about: a number by its SID, a number of a port-in, or a port-in. The newest event of
--- each is remembered.
local function subject_of(event)
  local sid = event:sid()
  if not sid or sid ~= event.port_in_request_sid then return sid end
  return sid .. " " .. tostring(event.phone_number or "")
end

--- Claims a delivery, and tells whether it is new.
local function delivery_of(self, event, key)
  local claimed = self.store:claim(key, HANDLING)
  if claimed == "busy" then return "busy" elseif claimed == "done" then return "duplicate" end
  local ttl, time, subject = self.window * 2, event:time(), subject_of(event)
  if time and subject and not self.store:advance(subject, time, ttl) then
    self.store:finish(key, ttl)
    return "stale"
  end
  return "new"
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
  reply.status, reply.message = 500, "on_event raised: " .. tostring(why)
end

--- Reads a request and returns the reply. Only signed content is trusted.
---@param request twilio.numbers.WebhookRequest
---@return twilio.numbers.WebhookReply
function receiver:receive(request)
  local refused = refuse(self, request)
  if refused then return refused end
  local is_form = carries_form(request)
  local objection = signature.objection(self.verifier, self.url, {
    signature = header(request, "x-twilio-signature"), query = request.query,
    body = request.body, is_form = is_form,
  })
  if objection then return refusal(403, objection) end
  local event, why = webhook_event.read(request.body, is_form)
  if not event then return refusal(400, why) end
  local time = event:time()
  if time and core.time() - time > self.window then
    return refusal(403, "it is older than the replay window: " .. event.last_date_updated)
  end
  local key = key_of(event, request.body, is_form)
  local delivery = delivery_of(self, event, key)
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

--- Wipes the tokens. Closing twice is harmless.
function receiver:close()
  self.verifier:close()
end

meta.__close = receiver.close

function meta:__tostring()
  return ("twilio.numbers webhook receiver for %s://%s%s"):format(
    self.url.scheme, self.url.host, self.url.path)
end

return webhook
