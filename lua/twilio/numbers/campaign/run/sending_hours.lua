--- Hours of the day in which DELETEs may be sent, such as "22:00-06:00": by an offset from UTC that stands after them,
--- else by the machine's own time zone.

local ascii = require "twilio.numbers.util.ascii"
local date = require "twilio.numbers.util.date"

---@class twilio.numbers.SendingHours
---@field from integer seconds of the day
---@field to integer seconds of the day
---@field offset integer? seconds from UTC; nil for the machine's own time zone
local sending_hours = {}
sending_hours.__index = sending_hours

local DAY = 24 * 3600

local function seconds_of(hour, minute)
  hour, minute = ascii.whole(hour), ascii.whole(minute)
  if hour > 24 or minute > 59 or hour == 24 and minute > 0 then return nil end
  return hour * 3600 + minute * 60
end

local function offset_of(zone)
  if zone == "Z" then return 0 end
  local sign, hour, minute = zone:match "^([+-])(%d%d):(%d%d)$"
  local seconds = sign and seconds_of(hour, minute)
  return seconds and seconds <= 14 * 3600 and (sign == "-" and -seconds or seconds) or nil
end

--- Reads hours: "22:00-06:00", "22:00-06:00Z", "22:00-06:00+02:00".
---@param text any
---@return twilio.numbers.SendingHours? # nil if they are none
function sending_hours.read(text)
  if type(text) ~= "string" then return nil end
  local from_hour, from_minute, to_hour, to_minute, zone =
    text:match "^(%d%d):(%d%d)%-(%d%d):(%d%d)(.*)$"
  local from = from_hour and seconds_of(from_hour, from_minute)
  local to = to_hour and seconds_of(to_hour, to_minute)
  local offset = zone and zone ~= "" and offset_of(zone) or nil
  if not from or not to or from % DAY == to % DAY then return nil end
  if zone ~= "" and not offset then return nil end
  return setmetatable({ from = from % DAY, to = to, offset = offset }, sending_hours)
end

--- Seconds since midnight.
local function time_of_day(self, now)
  now = math.floor(now)
  if self.offset then return (now + self.offset) % DAY end
  local parts = os.date("*t", now)
  return parts.hour * 3600 + parts.min * 60 + parts.sec
end

--- Seconds until they begin; 0 within them.
---@param now number seconds since 1970
---@return number
function sending_hours:until_open(now)
  local time = time_of_day(self, now)
  local is_open
  if self.from < self.to then
    is_open = time >= self.from and time < self.to
  else
    is_open = time >= self.from or time < self.to
  end
  return is_open and 0 or (self.from - time) % DAY
end

--- Seconds until they end; 0 outside of them.
---@param now number seconds since 1970
---@return number
function sending_hours:until_closed(now)
  if self:until_open(now) > 0 then return 0 end
  local left = (self.to - time_of_day(self, now)) % DAY
  return left > 0 and left or DAY
end

--- When they begin next, in words: in UTC, and in the zone in which they are.
---@param now number seconds since 1970
---@return string
function sending_hours:opens(now)
  local opens = math.floor(now) + self:until_open(now)
  if self.offset == 0 then return date.text(opens) end
  local zone = self.offset or os.difftime(opens, os.time(os.date("!*t", opens)))
  return ("%s, which is %s there"):format(date.text(opens), date.text(opens + zone):sub(12, 16))
end

return sending_hours
