--- Requests that change something, kept until whoever asked has their answer. In nginx who asked may
--- go away in the middle: the client hung up, a sibling thread ended the request. What was
--- sent is then waited for all the same, and its outcome is written to nginx's error log.

local answer = require "twilio.numbers.api.response"
local core = require "twilio.numbers.core"
local request = require "twilio.numbers.api.request"
local ngx = require "ngx"

local now = core.now
local log, ERR, is_exiting = ngx.log, ngx.ERR, ngx.worker.exiting

---@class twilio.numbers.nginx.Orphans
local orphans = {}
orphans.__index = orphans

orphans.INTERVAL = 0.05 -- seconds between two looks
local PATIENCE = 60 -- seconds for which an answer may lie there before it is logged anyway
local KILOBYTES = 200 -- of garbage to look through at a time for who has gone

function orphans.new()
  return setmetatable({ list = {}, looked = 0 }, orphans)
end

--- Whether a call changes something: pauses have no operation.
function orphans.takes(call)
  return call.id ~= nil and request.method(call.id) ~= "GET"
end

--- Takes note of a call that was begun. Its transfer is held, the call is not: when that is dropped or
--- collected, nobody waits any more.
function orphans:note(call)
  if not orphans.takes(call) then return end
  self.list[#self.list + 1] = {
    transfer = call.transfer, id = call.id, path = call.path,
    caller = setmetatable({ call = call }, { __mode = "v" }),
  }
end

function orphans:any()
  return self.list[1] ~= nil
end

local function record(entry, why)
  local result, err = answer.read(entry)
  log(ERR, "twilio.numbers: ", why, " ", result and ("%s %s: accepted."):format(
    request.method(entry.id), entry.path) or tostring(err))
end

--- What becomes of one whose caller has gone. True if nothing is left to be done.
local function settle_alone(entry)
  local transfer = entry.transfer
  if transfer:in_flight() then return false end
  if transfer:attempts() > 0 then record(entry, "nobody is left to take this answer:") end
  transfer:close() -- not sent, or refused so that it would be sent again
  return true
end

--- Whether one that is finished was taken, or has been left lying for too long.
local function settle(entry, patience, words)
  if not entry.transfer:done() then return false end
  entry.came = entry.came or now()
  local age = now() - entry.came
  if age < patience and not (is_exiting() and age > 1) then return false end
  record(entry, words)
  return true
end

--- One whose caller seems to have gone: if that is wrong, it is there to take the answer at once, or to
--- hear that there will be none.
local function settle_dropped(entry, call)
  local transfer = entry.transfer
  if transfer:in_flight() or transfer:done() then
    return settle(entry, 1, "nobody is left to take this answer:")
  end
  call.outcome = transfer:attempts() == 0 and "not_sent" or "uncertain"
  settle_alone(entry)
  call.inbox:put(call)
  return true
end

local function settle_any(entry)
  local call = entry.caller.call
  if entry.transfer:is_closed() then return true end -- by who took its answer, or gave it up
  if not call then return settle_alone(entry) end
  if call.dropped then return settle_dropped(entry, call) end
  return settle(entry, PATIENCE, "nobody has taken this answer yet:")
end

--- Looks after those that are finished or have nobody, now and then.
function orphans:look()
  if not self.list[1] or now() - self.looked < orphans.INTERVAL then return end
  self.looked = now()
  local kept, lying = {}, false
  for _, entry in ipairs(self.list) do
    local settled = settle_any(entry)
    if not settled then
      kept[#kept + 1] = entry
      lying = lying or entry.came
    end
  end
  self.list = kept
  if lying then collectgarbage("step", KILOBYTES) end
end

return orphans
