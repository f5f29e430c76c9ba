--- The fields of a port-in that is to be created, all sound.

local date = require "twilio.numbers.util.date"

local port_in_fields = {}

--- A date so many days from today, in UTC.
function port_in_fields.day(ahead, now)
  return date.of_day(math.floor((now or os.time()) / 86400) + ahead)
end

--- A new table of fields for some numbers.
---@param numbers string[]? one if missing
function port_in_fields.sound(numbers)
  local items = {}
  for i, number in ipairs(numbers or { "+14155550199" }) do
    items[i] = { phone_number = number, pin = "04321" }
  end
  return {
    account_sid = "AC" .. ("0"):rep(31) .. "1",
    documents = { "RD" .. ("a"):rep(32) },
    phone_numbers = items,
    losing_carrier_information = {
      customer_type = "Business", customer_name = "Example Ltd", account_number = "987654321",
      account_telephone_number = "+14155550100",
      address = {
        street = "101 Spear St", city = "San Francisco", state = "CA", zip = "94105", country = "USA",
      },
      authorized_representative = "Robin Doe", authorized_representative_email = "robin@example.com",
    },
    notification_emails = { "copy@example.com" },
    target_port_in_date = port_in_fields.day(30),
    target_port_in_time_range_start = "10:15:00-08:00",
    target_port_in_time_range_end = "12:15:00-08:00",
  }
end

return port_in_fields
