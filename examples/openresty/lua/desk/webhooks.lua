--- Receives Twilio's webhooks. A webhook only causes a fetch: the page shows what the API then says.

local metrics = require "desk.metrics"
local watcher = require "desk.watcher"
local webhook = require "twilio.numbers.webhook"

local url = os.getenv "DESK_WEBHOOK_URL"

local receiver
if url then
  receiver = webhook.new {
    url = url,
    store = webhook.shared_store(ngx.shared.webhooks),
    after_answer = true,
    on_event = function(event)
      local sid = event.port_in_request_sid
      if type(sid) == "string" and sid:find "^KW%x+$" then watcher.refresh(sid) end
    end,
  }
end

local webhooks = {}

function webhooks.serve()
  if not receiver then
    ngx.status = 503
    return ngx.say "DESK_WEBHOOK_URL is not set"
  end
  metrics.delivered(receiver:serve())
end

return webhooks
