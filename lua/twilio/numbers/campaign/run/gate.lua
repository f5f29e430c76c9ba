--- Holds DELETEs back: outside the hours in which they may be sent, and beyond a rate. A target is claimed only when it
--- may be sent, so that no claim grows old meanwhile.

local argument_error = require "twilio.numbers.util.argument_error"
local sending_hours = require "twilio.numbers.campaign.run.sending_hours"
local system = require "twilio.numbers.util.system"

---@class twilio.numbers.Gate
---@field hours twilio.numbers.SendingHours?
---@field interval number seconds between two DELETEs
---@field next_at number when the next may be sent, by the monotonic clock
local gate = {}
gate.__index = gate

local TOLD = 5 -- seconds of a wait that is told

--- Checks the options.
---@param options twilio.numbers.ApplyOptions
function gate.check(options)
  if options.hours ~= nil and not sending_hours.read(options.hours) then
    argument_error.argument("hours", 'hours such as "22:00-06:00" or "22:00-06:00+02:00"',
      options.hours)
  end
end

---@param options twilio.numbers.ApplyOptions
---@return twilio.numbers.Gate
function gate.new(options)
  return setmetatable({
    hours = options.hours and sending_hours.read(options.hours), on_wait = options.on_wait,
    interval = options.max_rate and 1 / options.max_rate or 0, next_at = 0,
  }, gate)
end

--- Whether a DELETE may be sent at this time of the day.
---@return boolean
function gate:is_open()
  return not self.hours or self.hours:until_open(system.time()) == 0
end

--- Seconds until none may be sent any more.
---@return number
function gate:time_left()
  return self.hours and self.hours:until_closed(system.time()) or math.huge
end

local function tell(self, stop, seconds, why)
  if not self.on_wait or seconds < TOLD then return end
  stop:call(self.on_wait, system.time() + seconds, why)
end

--- Whether a DELETE may have to wait.
---@return boolean
function gate:is_needed()
  return self.hours ~= nil or self.interval > 0
end

--- Waits for the hours to begin.
local function wait_for_hours(self, stop, is_over)
  local is_told = false
  while not self:is_open() and not is_over() and not stop:on() do
    local now = system.time()
    local seconds = self.hours:until_open(now)
    if not is_told then
      tell(self, stop, seconds, "hours: they begin at " .. self.hours:opens(now))
    end
    is_told = true
    stop:sleep(math.min(seconds, 1), is_over)
  end
end

--- Waits until the rate has room for one more DELETE, and takes it. If nothing is left to be sent meanwhile, it gives
--- the room back.
---@param stop twilio.numbers.StopConditions
---@param is_over (fun(): boolean)? whether nothing is left
---@return boolean # whether it waited
function gate:keep_rate(stop, is_over)
  if self.interval == 0 then return false end
  local now = system.now()
  local mine = math.max(self.next_at, now)
  self.next_at = mine + self.interval
  if mine - now <= 0 then return false end
  tell(self, stop, mine - now, "rate")
  stop:sleep(mine - now, is_over)
  if is_over and is_over() and system.now() < mine then
    self.next_at = self.next_at - self.interval
  end
  return true
end

--- Waits until the next DELETE may be sent, or nothing is left to be sent.
---@param stop twilio.numbers.StopConditions
---@param is_over fun(): boolean whether nothing is left
function gate:pass(stop, is_over)
  wait_for_hours(self, stop, is_over)
  if self:keep_rate(stop, is_over) then wait_for_hours(self, stop, is_over) end
end

return gate
