--- Receives webhooks inside nginx, verifies them, and looks the port-in up, for a webhook may be late:
---     location = /webhooks/porting { content_by_lua_block { require("webhook_receiver").serve() } }
local numbers = require "twilio.numbers"
local webhook = require "twilio.numbers.webhook"

local receiver, client

local function on_event(event)
  local port_in, err = client.port_ins:fetch(event.port_in_request_sid)
  ngx.log(ngx.NOTICE, event:name(), " ", port_in and port_in:status() or tostring(err))
end

local function serve()
  client = client or numbers.new()
  receiver = receiver or webhook.new {
    url = os.getenv "WEBHOOK_URL", auth_token = os.getenv "TWILIO_AUTH_TOKEN", on_event = on_event,
  }
  return receiver:serve()
end

return { serve = serve }
