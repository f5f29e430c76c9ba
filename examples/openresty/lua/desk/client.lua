--- The one client of a worker: made when nginx starts, it connects at its first call.

local metrics = require "desk.metrics"
local numbers = require "twilio.numbers"

return numbers.new {
  shared_limit = { dict = "limits", concurrency = 20 },
  on_request = metrics.began,
  on_response = metrics.ended,
  on_retry = metrics.retried,
}
