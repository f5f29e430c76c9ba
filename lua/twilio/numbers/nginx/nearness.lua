--- Whether a server is so near that its answers come within a moment, as from the same machine. Then a caller
--- without others waits for its answer in the worker, as long as nginx has nothing else to do. To be woken would take
--- as long, and cost more CPU.

local core = require "twilio.numbers.core"
local ngx = require "ngx"

local time, min, nginx_time = core.time, math.min, ngx.now

---@class twilio.numbers.nginx.Nearness
---@field quick integer how many answers in a row came within `MOMENT`
---@field began number? when a call was begun whose answer has not come
---@field turn number nginx's time, which changes when nginx has its turn
---@field since number when the first call of that turn was begun
local nearness = {}
nearness.__index = nearness

local MOMENT = 0.002 -- seconds for which the worker may be held, so nginx's timers may be late by that
local ENOUGH = 3 -- quick answers in a row that are trusted
local STRETCH = 0.004 -- seconds after which nginx has to have its turn, however quick the answers are

---@return twilio.numbers.nginx.Nearness
function nearness.new()
  return setmetatable({ quick = 0, turn = 0, since = 0 }, nearness)
end

--- A call is begun while nothing else is in flight.
function nearness:begin()
  self.began = time()
  local turn = nginx_time()
  if turn ~= self.turn then self.turn, self.since = turn, self.began end
end

--- A call is done.
function nearness:finish()
  if not self.began then return end
  self.quick = time() - self.began < MOMENT and min(self.quick + 1, ENOUGH) or 0
  self.began = nil
end

--- Whether nginx had its turn a short time ago, when the last call was begun.
---@return boolean
function nearness:has_time()
  return self.began <= self.since + STRETCH
end

--- For how long the worker may be held for the call that was begun just now; nil if it may not be.
---@return number? seconds
function nearness:moment()
  if self.quick < ENOUGH or not self:has_time() then return nil end
  return MOMENT
end

return nearness
