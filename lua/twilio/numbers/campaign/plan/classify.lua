--- Classifies targets by what was fetched: a target is to be cancelled, or there is a reason why not.

local ascii = require "twilio.numbers.util.ascii"
local date = require "twilio.numbers.util.date"
local excerpt = require "twilio.numbers.util.excerpt"
local status = require "twilio.numbers.api.status"

local classify = {}

local SHOWN = 60 -- bytes of a value that a note shows

---@alias twilio.numbers.PlanClass
---| "cancel" # to be cancelled
---| "canceled" # canceled or canceling already
---| "completed" # ported already
---| "expired" # expired
---| "too_late" # a number is `port_pending`, or the port date is within `window`
---| "protected" # named by `protect`
---| "unreadable" # there is a `protect` list, and the target's numbers cannot be read, or are an empty list
---| "not_found" # the API knows no such SID
---| "wrong_account" # of an account that is neither the client's nor in `accounts`
---| "unknown" # of an unknown status, or with a port date that cannot be read
---| "missing" # a number that the port-in does not have
---| "ambiguous" # a number that the port-in has more than once
---| "covered" # a number whose whole port-in is a target as well
---| "duplicate" # listed before
---| "invalid" # a malformed input
---| "left_out" # named by `left_out`, and not read as a target
---| "failed" # could not be fetched

--- Every class, in the order in which a plan counts them, with its meaning. `problem` marks those that a
--- person has to check.
classify.all = {
  { name = "cancel", words = "to be cancelled" },
  { name = "canceled", words = "cancelled already, or about to be" },
  { name = "completed", words = "ported already" },
  { name = "expired", words = "expired" },
  { name = "too_late", words = "too late" },
  { name = "protected", words = "protected" },
  { name = "unreadable", words = "that may be protected, but cannot be read", problem = true },
  { name = "not_found", words = "not found", problem = true },
  { name = "wrong_account", words = "of another account", problem = true },
  { name = "unknown", words = "of a status that nobody knows", problem = true },
  { name = "missing", words = "a number that the port-in does not have", problem = true },
  { name = "ambiguous", words = "a number that the port-in has more than once", problem = true },
  { name = "covered", words = "covered by its whole port-in", problem = false },
  { name = "duplicate", words = "listed before" },
  { name = "invalid", words = "no target", problem = true },
  { name = "left_out", words = "left out of the inputs" },
  { name = "failed", words = "could not be fetched", problem = true },
}

local by_name = {}
for _, class in ipairs(classify.all) do by_name[class.name] = class end

function classify.words(name) return by_name[name].words end
function classify.is_problem(name) return by_name[name].problem == true end
function classify.exists(name) return by_name[name] ~= nil end

--- The rules by which a plan is made.
---@class twilio.numbers.PlanRules
---@field window number seconds around a port date in which it is too late
---@field accounts table<string, boolean> whose port-ins may be cancelled, in lower case
---@field protection twilio.numbers.Protection what must not be cancelled
---@field now number seconds since 1970

--- The status of a target, to which the plan is bound.
---@return string? normal
---@return string kind "request" or "number"
---@return string? raw
local function status_of(port_in, number)
  if number then return number:status(), "number", number.port_in_phone_number_status end
  return port_in:status(), "request", port_in.port_in_request_status
end

local ended = { canceled = "canceled", completed = "completed", expired = "expired" }

local function by_status(normal, kind)
  if ended[normal] then return ended[normal] end
  local phase = status.phase(kind, normal)
  if phase == "leaving" then return "canceled", "is being cancelled" end
  if phase ~= "open" then return "unknown", "status " .. excerpt(normal or "missing", SHOWN) end
end

local function by_protection(target, port_in, number, protection)
  local places, problem = protection:find(target, port_in, number)
  if places[1] then return "protected", protection.entries[places[1]] end
  if problem then return "unreadable", problem end
end

local NEAR = 7 * 24 * 3600 -- seconds before a port date, from which on a month's fee may be due
local FIRST_ZONE, LAST_ZONE = "+14:00", "-12:00" -- where a day begins first on Earth, and ends last

--- The earliest and the latest time of a port date, in seconds since 1970. A time without an offset may be in any
--- time zone, and a date without a time at any time of its day.
local function read_port_times(day, time)
  local from, to
  if day:find "^%d%d%d%d%-%d%d%-%d%d$" then
    if type(time) == "string" and time:find "^%d%d:%d%d$" then time = time .. ":00" end
    local has_time = type(time) == "string" and date.seconds(day .. "T" .. time) ~= nil
    from, to = day .. "T" .. (has_time and time or "00:00:00"),
      day .. "T" .. (has_time and time or "23:59:59")
  else
    from, to = day, day
  end
  if from:find "T[%d:%.]+$" then from, to = from .. FIRST_ZONE, to .. LAST_ZONE end
  return date.seconds(from), date.seconds(to)
end

local MOST, LONGEST = 256, 40 -- port dates that are remembered, and bytes of their texts
local known_first, known_last, count = {}, {}, 0

--- The same, remembered: many port-ins have few port dates.
local function port_times(day, time)
  if type(day) ~= "string" or day:find("\n", 1, true) then return nil end -- each has its own key
  local key = type(time) == "string" and day .. "\n" .. time or day
  local first = known_first[key]
  if first then return first, known_last[key] end
  local last
  first, last = read_port_times(day, time)
  if not first or #key > LONGEST then return first, last end
  if count == MOST then known_first, known_last, count = {}, {}, 0 end
  known_first[key], known_last[key], count = first, last, count + 1
  return first, last
end

--- The class that follows from a port date.
local function by_port_date(day, time, is_over, rules)
  if day == nil then return nil end
  local first, last = port_times(day, time)
  if not first then return "unknown", "a port date that cannot be read" end
  local is_near = rules.now > first - rules.window and rules.now < last + rules.window
  if is_near and not is_over then return "too_late", "port date " .. excerpt(day, SHOWN) end
end

local function by_number(item, name, rules)
  if item:status() == "port_pending" then return "too_late", name .. " is port_pending" end
  local day = item.port_date
  return by_port_date(day, nil, day ~= nil and item:is_terminal(), rules)
end

--- The class of a target that is too late, or may be: of the number, or of any number of the port-in.
local function by_time(port_in, number, rules)
  local class, note = by_port_date(port_in.target_port_in_date,
    port_in.target_port_in_time_range_start, false, rules)
  if class then return class, note end
  if number then return by_number(number, "the number", rules) end
  for item in port_in:numbers() do
    class, note = by_number(item, "a number of it", rules)
    if class then return class, note end
  end
end

--- The port date of a target, from which on a cancellation is a risk: the earliest that a number still to be
--- ported has, else the date that was asked for if it is near.
---@param port_in twilio.numbers.PortIn
---@param number twilio.numbers.PortInPhoneNumber? if only that number is meant
---@param now number seconds since 1970
---@return string?
function classify.port_date(port_in, number, now)
  local earliest, shown
  local function look(item)
    local first = not item:is_terminal() and port_times(item.port_date)
    if first and (not earliest or first < earliest) then
      earliest, shown = first, excerpt(item.port_date, SHOWN)
    end
  end
  if number then look(number) else for item in port_in:numbers() do look(item) end end
  if shown then return shown end
  local wanted = port_in.target_port_in_date
  local first = port_times(wanted, port_in.target_port_in_time_range_start)
  return first and first - now < NEAR and excerpt(wanted, SHOWN) .. " (wanted)" or nil
end

--- The class of a target that was fetched.
---@param target twilio.numbers.Target
---@param port_in twilio.numbers.PortIn
---@param number twilio.numbers.PortInPhoneNumber? if only that number is meant
---@param rules twilio.numbers.PlanRules
---@return string class
---@return string? note
---@return string? status in normal form
function classify.of(target, port_in, number, rules)
  local normal, kind, raw = status_of(port_in, number)
  local owner = port_in.account_sid
  if owner ~= nil and not rules.accounts[ascii.lower(tostring(owner))] then
    return "wrong_account", "account " .. excerpt(owner, SHOWN), normal
  end
  local class, note = by_status(normal, kind)
  if class == "unknown" then note = ('status "%s"'):format(excerpt(raw, SHOWN)) end
  if class then return class, note, normal end
  class, note = by_protection(target, port_in, number, rules.protection)
  if class then return class, note, normal end
  class, note = by_time(port_in, number, rules)
  return class or "cancel", note, normal
end

--- The class of a target that could not be fetched.
---@param err twilio.numbers.Error
function classify.of_error(err)
  if err.http_status == 404 then return "not_found", "the API knows no such SID" end
  return "failed", tostring(err)
end

return classify
