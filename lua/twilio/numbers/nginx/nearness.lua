--- Whether a server is so near that its answers come within a moment, as from the same machine. Then a caller
--- without others waits for its answer in the worker. To be woken would take as long, and cost more CPU.

local core = require "twilio.numbers.core"

local time = core.time

---@class twilio.numbers.nginx.Nearness
---@field quick integer how many answers in a row came within `QUICK`
---@field began number? when a call was begun whose answer has not come
---@field waits number how often the worker had waited for events after the last hold
---@field holds integer how often it may be held until it has waited again
local nearness = {}
nearness.__index = nearness

local MOMENT = 0.002 -- seconds for which the worker may be held
local QUICK = 0.0005 -- seconds
local ENOUGH = 3 -- quick answers in a row that are trusted
local AGAIN = 8 -- the same after the worker was held in vain
local HOLDS = 4 -- in a row: a client's next request is often there before the worker can wait for it

---@return twilio.numbers.nginx.Nearness
function nearness.new()
  return setmetatable({ quick = 0, waits = 0, holds = 0 }, nearness)
end

--- A call is begun while nothing else is in flight.
function nearness:begin()
  self.began = time()
end

--- A call is done.
function nearness:finish()
  if not self.began then return end
  self.quick = time() - self.began < QUICK and self.quick + 1 or math.min(self.quick, 0)
  self.began = nil
end

--- For how long the worker may be held; 0 if it may not be. It may be, some times, after it has waited for
--- events: there is little else to do then.
---@param sleeper twilio.numbers.nginx.Sleeper one that does not poll
---@return number seconds
function nearness:moment(sleeper)
  if self.quick < ENOUGH then return 0 end
  if self.holds < 1 and sleeper:waits() > self.waits then self.holds = HOLDS end
  return self.holds > 0 and MOMENT or 0
end

--- The worker was held.
---@param sleeper twilio.numbers.nginx.Sleeper one that does not poll
---@param is_answered boolean
function nearness:note_hold(sleeper, is_answered)
  self.holds = self.holds - 1
  if self.holds < 1 then self.waits = sleeper:waits() end
  if not is_answered then self.quick = ENOUGH - AGAIN end
end

return nearness
