--- Detached calls: requests that change something, kept until their caller has the response. In nginx a
--- caller may be gone before that: its client hung up, or another thread ended the request. The response is
--- awaited all the same, and the outcome is written to nginx's error log. A caller may also go on although
--- its client hung up, because nginx does not tell. Then the outcome is logged as well.

local core = require "twilio.numbers.core"
local downstream = require "twilio.numbers.nginx.downstream"
local request = require "twilio.numbers.api.request"
local response = require "twilio.numbers.api.response"
local ngx = require "ngx"

local now = core.now
local log, ERR, is_exiting = ngx.log, ngx.ERR, ngx.worker.exiting

---@class twilio.numbers.nginx.Detached
local detached = {}
detached.__index = detached

local INTERVAL = 0.2 -- seconds between two checks
local PATIENCE = 60 -- seconds after which a response that was not taken is logged anyway
local KILOBYTES = 200 -- of garbage to collect at a time, which tells whether a caller is gone

---@return twilio.numbers.nginx.Detached
function detached.new()
  return setmetatable({ list = {}, checked = 0 }, detached)
end

--- Whether a call changes something: pauses have no operation.
---@param call twilio.numbers.Call
---@return boolean
function detached.takes(call)
  return call.id ~= nil and request.method(call.id) ~= "GET"
end

--- Follows a call that was begun. Its transfer is held, the call is not: when the call is dropped or
--- collected, its caller is gone.
---@param call twilio.numbers.Call
function detached:note(call)
  if not detached.takes(call) then return end
  local entry = {
    transfer = call.transfer, id = call.id, path = call.path, downstream = downstream.current(),
    caller = setmetatable({ call = call }, { __mode = "v" }),
  }
  self.list[#self.list + 1], call.detached = entry, entry
end

---@return boolean
function detached:any()
  return self.list[1] ~= nil
end

local UNTAKEN = "nobody is left to take this answer:"

--- Each outcome is logged once.
local function record(entry, why)
  if entry.recorded then return end
  entry.recorded = true
  local result, err = response.read(entry)
  log(ERR, "twilio.numbers: ", why, " ", result and ("%s %s: accepted."):format(
    request.method(entry.id), entry.path) or tostring(err))
end

--- A call is done, and its caller will take the response: logs the outcome if the caller's client hung up.
---@param call twilio.numbers.Call
function detached.note_done(call)
  local entry = call.detached
  if not entry or not entry.downstream or entry.transfer:attempts() == 0 then return end
  if downstream.is_gone(entry.downstream) then record(entry, UNTAKEN) end
end

--- Whether the present attempt's request may be on its way. Before, it waits for its connection.
local function has_left(transfer)
  return transfer:in_flight() and select(2, transfer:sent())
end

--- An entry whose call was collected. True if nothing is left to be done.
local function settle_collected(entry)
  local transfer = entry.transfer
  if has_left(transfer) then return false end
  if transfer:attempts() > 0 and not transfer:in_flight() then record(entry, UNTAKEN) end
  transfer:close() -- not sent, or refused so that it would be sent again
  return true
end

--- Whether one that is finished was logged, for its caller has not taken it for too long.
local function settle_untaken(entry, patience, words)
  if not entry.transfer:done() then return false end
  entry.came = entry.came or now()
  local age = now() - entry.came
  if age < patience and not (is_exiting() and age > 1) then return false end
  record(entry, words)
  return true
end

--- An entry whose caller is presumed gone. If the caller exists after all, it takes the response at once, or
--- gets an error.
local function settle_dropped(entry, call)
  local transfer = entry.transfer
  if has_left(transfer) or transfer:done() then
    return settle_untaken(entry, 1, UNTAKEN)
  end
  call.outcome = transfer:sent() and "uncertain" or "not_sent"
  settle_collected(entry)
  call.queue:put(call)
  return true
end

--- A call's caller is presumed gone: what was not sent is ended before the loop could send it.
---@param call twilio.numbers.Call one that is followed
function detached.note_drop(call)
  local entry = call.detached
  if not entry.transfer:is_closed() then settle_dropped(entry, call) end
end

local function settle(entry)
  local call = entry.caller.call
  if entry.transfer:is_closed() then return true end -- the caller took the response, or gave it up
  if not call then return settle_collected(entry) end
  if call.dropped then return settle_dropped(entry, call) end
  return settle_untaken(entry, PATIENCE, "nobody has taken this answer yet:")
end

--- Settles, at intervals, the calls that are finished or have lost their caller.
function detached:check()
  if not self.list[1] or now() - self.checked < INTERVAL then return end
  self.checked = now()
  local kept, is_untaken = {}, false
  for _, entry in ipairs(self.list) do
    if not settle(entry) then
      kept[#kept + 1] = entry
      is_untaken = is_untaken or entry.came ~= nil
    end
  end
  self.list = kept
  if is_untaken then collectgarbage("step", KILOBYTES) end
end

return detached
