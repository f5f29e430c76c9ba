--- The one client of a worker: made when nginx starts, it connects at its first call.

local metrics = require "desk.metrics"
local numbers = require "twilio.numbers"

local client, err = numbers.new {
  shared_limit = { dict = "limits", concurrency = 20 },
  on_request = metrics.began,
  on_response = metrics.ended,
  on_retry = metrics.retried,
}
if not client then error(tostring(err), 0) end -- nginx does not show what is no text

return client
