--- Dates as the API and its webhooks write them.

local ascii = require "twilio.numbers.util.ascii"

local date = {}

local months = {
  Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6,
  Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12,
}

--- Days from 1970-01-01 in the Gregorian calendar.
local function days(year, month, day)
  if month <= 2 then year, month = year - 1, month + 12 end
  return 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * (month - 3) + 2) / 5) + day - 719469
end

local function offset(zone)
  local sign, hours, minutes = zone:match "^([+-])(%d%d):?(%d?%d?)$"
  if not sign then return 0 end -- Z, GMT
  return (sign == "-" and -1 or 1) * (ascii.whole(hours) * 3600 + (ascii.whole(minutes) or 0) * 60)
end

local function is_zone(text)
  return text == "" or text == "Z" or text == "GMT" or text == "UTC"
    or text:find "^[+-]%d%d:?%d%d$" ~= nil or text:find "^[+-]%d%d$" ~= nil
end

local function seconds(year, month, day, hour, minute, second, zone)
  year, month, day = ascii.whole(year), type(month) == "number" and month or ascii.whole(month),
    ascii.whole(day)
  hour, minute, second = ascii.whole(hour), ascii.whole(minute), ascii.decimal(second)
  if not month or month < 1 or month > 12 or day < 1 or day > 31 then return nil end
  if hour > 24 or minute > 59 or not second or second > 60 then return nil end
  if not is_zone(zone) then return nil end
  return days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset(zone)
end

--- Year, month and day, from the days since 1970-01-01.
local function civil(count)
  count = count + 719468
  local era = math.floor(count / 146097)
  local day_of_era = count - era * 146097
  local year = math.floor((day_of_era - math.floor(day_of_era / 1460)
    + math.floor(day_of_era / 36524) - math.floor(day_of_era / 146096)) / 365)
  local day = day_of_era - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local month = math.floor((5 * day + 2) / 153) -- 0 for March
  day = day - math.floor((153 * month + 2) / 5) + 1
  year, month = year + era * 400, month < 10 and month + 3 or month - 9
  return month <= 2 and year + 1 or year, month, day
end

--- A time in ISO 8601, in UTC: 2026-05-04T10:15:00Z.
---@param time number seconds since 1970; a fraction is dropped
---@return string
function date.text(time)
  local rest = math.floor(time) % 86400
  local year, month, day = civil((math.floor(time) - rest) / 86400)
  return ("%04d-%02d-%02dT%02d:%02d:%02dZ"):format(year, month, day, math.floor(rest / 3600),
    math.floor(rest / 60) % 60, rest % 60)
end

local function read_seconds(text)
  local year, month, day, hour, minute, rest =
    text:match "^(%d%d%d%d)-(%d%d)-(%d%d)[T ](%d%d):(%d%d)(.*)$"
  local second, zone
  if year then
    second, zone = rest:match "^:(%d%d%.?%d*)[ \t]*(.*)$"
    return seconds(year, month, day, hour, minute, second or "0", zone or rest)
  end
  day, month, year, hour, minute, second, zone =
    text:gsub("^[A-Za-z][A-Za-z][A-Za-z], ", "")
    :match "^(%d%d?) ([A-Z][a-z][a-z]) (%d%d%d%d) (%d%d):(%d%d):(%d%d)[ \t]*(.*)$"
  if year then return seconds(year, months[month], day, hour, minute, second, zone) end
end

--- Seconds since 1970, from a date as HTTP headers have it: the form of today, or one of the two older ones
--- ("Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"); nil for anything else.
---@param text any
---@return number?
function date.of_header(text)
  if type(text) ~= "string" then return nil end
  local day, month, year, time =
    text:match "^[A-Z][a-z]+, (%d%d)-([A-Z][a-z][a-z])-(%d%d) ([%d:]+) GMT$"
  if day then
    year = (ascii.whole(year) < 70 and "20" or "19") .. year
  else
    month, day, time, year =
      text:match "^[A-Z][a-z][a-z] ([A-Z][a-z][a-z]) +(%d%d?) ([%d:]+) (%d%d%d%d)$"
  end
  if not day then return text:find " GMT$" and date.seconds(text) or nil end
  return date.seconds(("%s %s %s %s GMT"):format(day, month, year, time))
end

local MOST, LONGEST = 256, 40 -- texts that are remembered, and their bytes

--- Remembers what a function gives for a text: many port-ins have few dates, and reading one takes long.
local function remembering(read)
  local known, count = {}, 0
  return function(text)
    if #text > LONGEST then return read(text) end
    local value = known[text]
    if value == nil then
      if count == MOST then known, count = {}, 0 end
      value, count = read(text) or false, count + 1
      known[text] = value
    end
    return value or nil
  end
end

local known_seconds = remembering(read_seconds)

--- Seconds since 1970, from ISO 8601 ("2026-05-04T10:15:00Z", a blank for the T, with fractions and
--- offsets, also without seconds) or the older mail form ("Mon, 04 May 2026 10:15:00 +0000"); nil for
--- anything else.
---@param text any
---@return number?
function date.seconds(text)
  return type(text) == "string" and known_seconds(text) or nil
end

local MONTH_DAYS = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

--- Whether the Gregorian calendar has that day.
local function is_day(year, month, day)
  local last = MONTH_DAYS[month]
  local is_leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  if month == 2 and is_leap then last = 29 end
  return last ~= nil and day >= 1 and day <= last
end

--- Days since 1970-01-01 of a date such as "2026-05-04"; nil for anything else.
---@param text any
---@return integer?
function date.day(text)
  if type(text) ~= "string" then return nil end
  local year, month, day = text:match "^(%d%d%d%d)-(%d%d)-(%d%d)$"
  if not year then return nil end
  year, month, day = ascii.whole(year), ascii.whole(month), ascii.whole(day)
  return is_day(year, month, day) and days(year, month, day) or nil
end

--- The date of a day, the inverse of `date.day`.
---@param day integer days since 1970-01-01
---@return string
function date.of_day(day)
  return date.text(day * 86400):sub(1, 10)
end

--- Seconds since midnight, and the offset as text, of a time such as "10:15:00-08:00"; nil for anything else.
---@param text any
---@return integer?
---@return string? offset
function date.time(text)
  if type(text) ~= "string" then return nil end
  local hour, minute, second, zone = text:match "^(%d%d):(%d%d):(%d%d)([Z+-].*)$"
  hour, minute, second = ascii.whole(hour), ascii.whole(minute), ascii.whole(second)
  if not hour or hour > 23 or minute > 59 or second > 59 then return nil end
  local ahead, past = zone:match "^[+-](%d%d):(%d%d)$"
  local is_offset = ahead and ascii.whole(ahead) <= 18 and ascii.whole(past) <= 59
  if not is_offset and zone ~= "Z" then return nil end
  return hour * 3600 + minute * 60 + second, zone
end

return date
