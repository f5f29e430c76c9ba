--- What the contract says of bodies only in prose, or not at all: the API's documentation does.

local schema = require "sandbox.schema"

local bodies = {}

local LEAD, LEAD_JAPAN = 7, 10 -- days from today to the port date
local TIME = [[^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d):[0-5]\d)$]]

local function array(least, most, items)
  return { type = "array", minItems = least, maxItems = most, items = items }
end

local function text(pattern) return { type = "string", pattern = pattern } end

local function sid(prefix) return text("^" .. prefix .. "[0-9a-fA-F]{32}$") end

local function object(properties) return { type = "object", properties = properties } end

local phone_number = { type = "string", format = "phone-number" }
local url = text [[^https?://[^\s/]+\S*$]]

local function eligibility(most)
  return {
    type = "object", required = { "phone_numbers" },
    properties = {
      friendly_name = text(),
      phone_numbers = array(1, most, {
        type = "object", required = { "phone_number" },
        properties = { phone_number = phone_number, hosting_account_sid = sid "AC" },
      }),
    },
  }
end

bodies.schemas = {
  CreatePortingPortIn = object {
    documents = array(1, nil, sid "RD"),
    phone_numbers = array(1, 1000, object { phone_number = phone_number }),
    notification_emails = array(0, 10, { type = "string", format = "email" }),
    target_port_in_time_range_start = text(TIME),
    target_port_in_time_range_end = text(TIME),
    losing_carrier_information = object { address_sid = sid "AD" },
  },
  CreateEligibility = eligibility(1),
  CreateBulkEligibility = eligibility(1000),
  CreatePortingWebhookConfiguration = object {
    port_in_target_url = url, port_out_target_url = url,
    notifications_of = array(0, nil, text()),
  },
  CreateSigningRequestConfiguration = object {
    logo_sid = sid "RD", friendly_name = text(), product = text(), country = text "^[A-Z]{2}$",
    email_subject = { type = "string", maxLength = 255 },
    email_message = { type = "string", maxLength = 5000 }, url_redirection = url,
  },
}

local function given(value) return type(value) == "string" and value or nil end

local function is_japanese(body)
  for _, item in ipairs(type(body.phone_numbers) == "table" and body.phone_numbers or {}) do
    if item.phone_number:sub(1, 3) == "+81" then return true end
  end
  return false
end

--- The first day that may be asked for, as YYYY-MM-DD. In some time zone it is still yesterday.
local function first_day(lead)
  return os.date("!%Y-%m-%d", ngx.time() - 12 * 3600 + lead * 86400)
end

local function check_port_in(body, report)
  local japanese, day = is_japanese(body), given(body.target_port_in_date)
  if day and day < first_day(japanese and LEAD_JAPAN or LEAD) then report "target_port_in_date" end
  if japanese and not given(body.portability_advance_carrier) then
    report("portability_advance_carrier", true)
  end
end

local function check_webhook(body, report)
  if not given(body.port_in_target_url) and not given(body.port_out_target_url) then
    report("port_in_target_url", true)
  end
end

--- What fields have to be together, for bodies whose fields are sound by themselves.
bodies.checks = {
  CreatePortingPortIn = check_port_in,
  CreatePortingWebhookConfiguration = check_webhook,
}

--- A time with an offset in UTC: the time, and the days that this shifts the date by.
function bodies.in_utc(time)
  if not given(time) or not schema.matches(time, TIME) then return time, 0 end
  local hour, minute, second = time:match "^(%d%d):(%d%d):?(%d*)"
  local sign, zone_hour, zone_minute = time:match "([+-])(%d%d):(%d%d)$"
  local offset = sign and (zone_hour * 60 + zone_minute) * (sign == "-" and -1 or 1) or 0
  local minutes = hour * 60 + minute - offset
  local days = math.floor(minutes / 1440)
  minutes = minutes % 1440
  local hours, seconds = math.floor(minutes / 60), tonumber(second) or 0
  return ("%02d:%02d:%02dZ"):format(hours, minutes % 60, seconds), days
end

return bodies
