--- How quickly a client's answers come one after the other, and for how long the driver sleeps whatever comes.
--- When many calls are under way, to be woken for each answer costs more CPU than to look after a moment.

local core = require "twilio.numbers.core"

local now, min, max = core.now, math.min, math.max

---@class twilio.numbers.nginx.Pace
---@field interval number seconds between two answers, on average
---@field came number when the last one came
local pace = {}
pace.__index = pace

local WEIGHT = 1 / 8 -- of a turn's answers in the average
local SHARE = 1 / 60 -- of the time that a call takes: it may take so much longer
local SHORTEST = 0.001 -- seconds: nginx's timers have no shorter ones
local LONGEST = 0.004 -- seconds
local SLOW = 2 * LONGEST -- an interval, or a longer one

---@return twilio.numbers.nginx.Pace
function pace.new()
  return setmetatable({ interval = SLOW, came = 0 }, pace)
end

--- So many answers have come.
---@param count integer
function pace:note(count)
  local time = now()
  local interval = min((time - self.came) / count, SLOW)
  self.interval = self.interval + (interval - self.interval) * WEIGHT
  self.came = time
end

--- How long to sleep; nil if an answer is not likely to come meanwhile, or if they come so quickly that each turn
--- has several anyway. As many calls as are in flight take one call's time to be answered.
---@param in_flight integer
---@return number? seconds
function pace:moment(in_flight)
  local moment = min(self.interval * in_flight * SHARE, LONGEST)
  local expected = max(self.interval, now() - self.came, SHORTEST)
  return moment >= expected and moment or nil
end

return pace
