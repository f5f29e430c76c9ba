--- What a new port-in's fields have to be together: the date's distance, the order of the times, and what is
--- required for Japan.

local date = require "twilio.numbers.util.date"

local rules = {}

local DAY = 86400
local LEAD, LEAD_JAPAN = 7, 10 -- days from today to the port date
local FARTHEST_BEHIND = 12 * 3600 -- seconds: somewhere it is still yesterday

local function has_japanese_number(fields)
  local items = fields.phone_numbers or { n = 0 }
  for i = 1, items.n do -- without those that are wrong
    local number = items[i] and items[i].phone_number
    if number and number:sub(1, 3) == "+81" then return true end
  end
  return false
end

--- A date is refused only where it is too early in every time zone: the API has the last word.
local function check_lead_time(fields, is_japan, now, report)
  local day = date.day(fields.target_port_in_date)
  if not day then return end
  local lead = is_japan and LEAD_JAPAN or LEAD
  local first = math.floor((now - FARTHEST_BEHIND) / DAY) + lead
  if day >= first then return end
  report("target_port_in_date", ("a date at least %d days ahead expected%s, from %s on, got %s")
    :format(lead, is_japan and " for Japan" or "", date.of_day(first), fields.target_port_in_date))
end

local function check_times(fields, report)
  local first, first_zone = date.time(fields.target_port_in_time_range_start)
  local last, last_zone = date.time(fields.target_port_in_time_range_end)
  if first and last and first_zone == last_zone and last <= first then
    report("target_port_in_time_range_end", "a time after target_port_in_time_range_start expected")
  end
end

--- Checks the fields, without those that are wrong by themselves.
---@param fields table
---@param now integer seconds since 1970
---@param report fun(path: string, message: string)
function rules.check(fields, now, report)
  local is_japan = has_japanese_number(fields)
  check_lead_time(fields, is_japan, now, report)
  check_times(fields, report)
  if is_japan and fields.portability_advance_carrier == nil then
    report("portability_advance_carrier", "it is required for numbers of Japan")
  end
end

return rules
