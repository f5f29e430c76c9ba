--- nginx's part of a client: observes the loop, for in nginx a caller may go away in the middle of a call.

local detached = require "twilio.numbers.nginx.detached"
local liveness = require "twilio.numbers.nginx.liveness"
local poll_timer = require "twilio.numbers.nginx.poll_timer"

---@class twilio.numbers.nginx.Observer: twilio.numbers.LoopObserver
---@field detached twilio.numbers.nginx.Detached
---@field liveness twilio.numbers.nginx.Liveness
---@field timer twilio.numbers.nginx.PollTimer turns the loop
local observer = {}
observer.__index = observer

---@param loop twilio.numbers.Loop
---@return twilio.numbers.nginx.Observer
function observer.new(loop)
  local self = setmetatable({ detached = detached.new(), liveness = liveness.new() }, observer)
  self.timer = poll_timer.new(loop, self.detached, self.liveness)
  return self
end

function observer:on_begin(call) self.detached:note(call) end

function observer.on_done(_, call) detached.note_done(call) end

function observer:on_turn(loop)
  self.liveness:check(loop)
  self.detached:check()
end

function observer:is_busy() return self.detached:any() end

function observer.takes(_, call) return detached.takes(call) end

return observer
