--- Tells a function how far an upload has come, while the caller waits for the answer. It is called from Lua, between
--- the steps of the transport.

local excerpt = require "twilio.numbers.util.excerpt"

local upload_progress = {}

local INTERVAL = 0.1 -- seconds between two looks
local MOST_LOGGED = 1000 -- bytes

--- Tells what has changed. What the function raises disturbs no upload: it is kept for later, and the function is not
--- called again.
---@param follower table
---@param at_first integer? what to tell rather than how much was sent
local function tell(follower, at_first)
  local transfer = follower.call.transfer
  if follower.raised or not transfer or transfer:is_closed() then return end
  local sent, total = transfer:uploaded()
  sent = at_first or sent
  if sent == follower.sent then return end
  follower.sent = sent
  local ok, why = pcall(follower.progress, sent, total)
  if not ok then
    follower.raised = { type(why) == "string" and "progress raised: " .. why or why }
  end
end

--- Waits for a call, and calls the function at its beginning, its end and each change between.
---@param loop twilio.numbers.Loop
---@param call twilio.numbers.Call
---@param progress fun(sent: integer, total: integer)
---@return { [1]: any }? # what the function raised
function upload_progress.follow(loop, call, progress)
  local follower = { call = call, progress = progress }
  local item
  tell(follower, 0) -- on a connection that stands, the transport has sent some already
  repeat
    tell(follower)
    if call.queue:has_items() then
      item = call.queue:take()
    else
      local pause = loop:sleep(call.queue, INTERVAL)
      loop:wait(call.queue)
      item = call.queue:take()
      if item ~= pause then loop.release(pause) end
    end
  until item == call
  tell(follower)
  local raised, report = follower.raised, loop.waiter.report
  if raised and report then
    report(excerpt(raised[1], MOST_LOGGED)) -- unrelated callers share the client
    return nil
  end
  return raised
end

return upload_progress
