--- Has a webhook receiver answer nginx's current request.

local ascii = require "twilio.numbers.util.ascii"
local ngx = require "ngx"

local webhook_handler = {}

local function read_body()
  ngx.req.read_body()
  local body = ngx.req.get_body_data()
  if body then return body end
  local path = ngx.req.get_body_file() -- larger than client_body_buffer_size
  if not path then return "" end
  local file = assert(io.open(path, "rb"))
  body = file:read "*a"
  file:close()
  return body
end

--- A body whose length is known to be too large is not read.
local function is_too_large(receiver)
  local length = ascii.whole(ngx.var.http_content_length)
  return length ~= nil and length > receiver.max_body
end

local function request_of()
  return {
    method = ngx.req.get_method(), query = ngx.var.args, headers = ngx.req.get_headers(0), -- all
    body = read_body(),
  }
end

--- Runs `reply.after` in a timer, so that the connection is free for the next request. nginx drops timers
--- without notice when too many run, so it runs here if it has not begun soon.
local function run_after(reply)
  local begun = false
  local function run()
    if begun then return end
    begun = true
    local ok, why = pcall(reply.after)
    if not ok then ngx.log(ngx.ERR, "twilio.numbers: on_event raised: ", tostring(why)) end
  end
  if ngx.timer.at(0, run) then
    for _ = 1, 10 do
      ngx.sleep(0.005)
      if begun then return end
    end
  end
  run()
end

--- A sender that hangs up must not end the handler in the middle.
local function ignore_abort()
  ngx.on_abort(function() end) -- fails where nginx does not check for that anyway
end

---@param receiver twilio.numbers.WebhookReceiver
---@return twilio.numbers.WebhookReply
function webhook_handler.serve(receiver)
  local reply
  ignore_abort()
  if ngx.req.get_method() == "POST" and is_too_large(receiver) then
    reply = { status = 413, message = "the body is too large" }
  else
    reply = receiver:receive(request_of())
  end
  if reply.status >= 400 then
    ngx.log(reply.status == 500 and ngx.ERR or ngx.WARN, "twilio.numbers: webhook refused with ",
      reply.status, ": ", reply.message)
  end
  ngx.status = reply.status
  if reply.status == 405 then ngx.header.Allow = "POST" end
  ngx.send_headers()
  ngx.eof()
  if reply.after then run_after(reply) end
  return reply
end

return webhook_handler
