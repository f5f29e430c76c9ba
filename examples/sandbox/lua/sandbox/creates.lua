--- What the creates make of a sound body, and the uploads of documents.

local bodies = require "sandbox.bodies"
local cjson = require "cjson.safe"

local null = cjson.null
local base = os.getenv "SANDBOX_URL"
local account_sid = os.getenv "TWILIO_ACCOUNT_SID"

local creates = {}

--- The same SIDs after each reset, far from those of the seed.
local made = 0

function creates.reset() made = 0 end

local function new_sid(prefix)
  made = made + 1
  return prefix .. ("%032x"):format(0xc000000 + made)
end

--- Now, as the API writes it.
function creates.now() return os.date("!%Y-%m-%dT%H:%M:%SZ", ngx.time()) end

local function or_null(value)
  if value == nil then return null end
  return value
end

--- A day so many days after another, both YYYY-MM-DD.
local function shifted(day, days)
  if type(day) ~= "string" then return null end
  local year, month, date = day:match "^(%d+)-(%d+)-(%d+)$"
  local time = { year = year, month = month, day = date + days, hour = 12 }
  return os.date("%Y-%m-%d", os.time(time))
end

local function number_type(phone_number)
  local last = phone_number:sub(-1)
  return last == "7" and "MOBILE" or last == "8" and "TOLL-FREE" or "LOCAL"
end

--- A number within a new port-in, with the names of the newest contract. The PIN is not in it.
local function number_item(phone_number, now)
  return {
    port_in_phone_number_sid = new_sid "PU",
    phone_number = phone_number,
    number_type = number_type(phone_number),
    portable = true,
    not_portability_reason = null,
    not_portability_reason_code = null,
    port_in_phone_number_status = "In Review",
    port_date = null,
    rejection_reason = null,
    rejection_reason_code = null,
    status_last_time_updated_timestamp = now,
    external_porting_vendor_phone_number_id = null,
  }
end

function creates.port_in(body)
  local sid, now, items = new_sid "KW", creates.now(), {}
  for i, item in ipairs(or_null(body.phone_numbers) ~= null and body.phone_numbers or {}) do
    items[i] = number_item(item.phone_number, now)
  end
  local starts, days = bodies.in_utc(body.target_port_in_time_range_start)
  return {
    port_in_request_sid = sid,
    url = base .. "/v1/Porting/PortIn/" .. sid,
    account_sid = body.account_sid,
    notification_emails = or_null(body.notification_emails),
    target_port_in_date = shifted(body.target_port_in_date, days),
    target_port_in_time_range_start = or_null(starts),
    target_port_in_time_range_end = or_null((bodies.in_utc(body.target_port_in_time_range_end))),
    port_in_request_status = "In Review",
    losing_carrier_information = body.losing_carrier_information,
    phone_numbers = items,
    documents = body.documents,
    date_created = now,
    order_cancellation_reason = null,
    signature_request_url = null,
    support_ticket_id = 4000000 + made,
    bundle_sid = or_null(body.bundle_sid),
    portability_advance_carrier = or_null(body.portability_advance_carrier),
    auto_cancel_approval_numbers = or_null(body.auto_cancel_approval_numbers),
  }
end

--- +1415556 and four digits is in an account already; all others are eligible.
local function eligibility(item)
  local taken = item.phone_number:find "^%+1415556%d%d%d%d$" ~= nil
  return {
    phone_number = item.phone_number,
    hosting_account_sid = or_null(item.hosting_account_sid or account_sid),
    country = "US",
    eligibility_status = taken and "ineligible" or "eligible",
    eligibility_sub_status = taken and "already-in-twilio" or "eligible",
    ineligibility_reason = taken and "ALREADY_IN_TWILIO" or null,
    next_step = taken and "CONTACT_SUPPORT_INELIGIBLE_INVENTORY_STATUS" or null,
  }
end

function creates.eligibilities(body)
  local results = {}
  for i, item in ipairs(body.phone_numbers) do results[i] = eligibility(item) end
  return results
end

--- A bulk eligibility's SID and what the store holds of it.
function creates.bulk(body)
  return new_sid "EC", {
    step = 0, steps = { "IN_PROGRESS", "IN_PROGRESS", "COMPLETED" },
    results = creates.eligibilities(body),
    friendly_name = or_null(body.friendly_name), date_created = creates.now(),
  }
end

function creates.document(fields)
  return {
    sid = new_sid "RD",
    account_sid = account_sid,
    document_type = fields.document_type,
    friendly_name = or_null(fields.friendly_name),
    mime_type = fields.mime_type,
    version = 1,
    status = "DRAFT",
    date_created = creates.now(),
  }
end

return creates
