--- What the handlers of these specs share, inside nginx.

local core = require "twilio.numbers.core"
local numbers = require "twilio.numbers"

local app = {}

--- A client of the sandbox.
function app.client(options)
  local all = {
    base_url = os.getenv "SANDBOX_URL", ca_file = os.getenv "SANDBOX_CA", retry = false,
  }
  for name, value in pairs(options or {}) do all[name] = value end
  return assert(numbers.new(all))
end

--- The worker's own.
app.shared = app.client()

function app.kw(number) return ("KW%032x"):format(number) end

--- Says what a call gave.
function app.say(result, err)
  ngx.say(result and tostring(result) or "error: " .. tostring(err))
end

--- Holds up the whole worker.
function app.hold_up(seconds)
  local ends = core.now() + seconds
  while core.now() < ends do end
end

--- How many are under way, once the garbage is gone.
function app.under_way()
  collectgarbage()
  collectgarbage()
  return app.shared.engine:running()
end

--- Waits until a call of the worker's own client has been sent.
function app.wait_until_sent()
  local is_sent
  repeat
    ngx.sleep(0.01)
    for _, call in pairs(app.shared.loop.calls) do is_sent = is_sent or call.transfer:in_flight() end
  until is_sent
end

return app
