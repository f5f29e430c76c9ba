--- What the sandbox holds when it starts. The SIDs are listed in its README.

local cjson = require "cjson.safe"

local null = cjson.null
local base = os.getenv "SANDBOX_URL"
local account_sid = os.getenv "TWILIO_ACCOUNT_SID"

local seed = {}

local function sid(prefix, number)
  return prefix .. ("%032x"):format(number)
end

--- A number within a port-in; `others` are fields that differ from the usual.
local function number_item(number, phone_number, status, others)
  local item = {
    port_in_phone_number_sid = sid("PU", number),
    phone_number = phone_number,
    number_type = "LOCAL",
    country = "US",
    missing_required_fields = false,
    last_updated = "2030-05-01T09:30:00Z",
    portable = true,
    not_portability_reason = null,
    not_portability_reason_code = null,
    port_in_phone_number_status = status,
    port_date = null,
    rejection_reason = null,
    rejection_reason_code = null,
  }
  for name, value in pairs(others or {}) do item[name] = value end
  return item
end

--- Fields that a number has only within its port-in.
local only_within = {
  port_in_phone_number_sid = true, number_type = true, status_last_time_updated_timestamp = true,
  external_porting_vendor_phone_number_id = true,
}

--- The PIN that a number needs to leave again: only on the resource.
local port_out_pins = { [sid("PU", 0x51)] = 4711 }

--- The same number as a resource of its own.
function seed.number_resource(item, port_in)
  local path = "/v1/Porting/PortIn/%s/PhoneNumber/%s"
  local resource = {
    port_in_request_sid = port_in.port_in_request_sid,
    phone_number_sid = item.port_in_phone_number_sid,
    url = base .. path:format(port_in.port_in_request_sid, item.port_in_phone_number_sid),
    account_sid = port_in.account_sid,
    phone_number_type = item.number_type or null,
    date_created = "2030-04-20T08:00:00Z",
    country = "US",
    missing_required_fields = false,
    last_updated = item.status_last_time_updated_timestamp,
    status_last_time_updated_timestamp = item.last_updated or null,
    port_out_pin = port_out_pins[item.port_in_phone_number_sid] or null,
  }
  for name, value in pairs(item) do
    if not only_within[name] then resource[name] = value end
  end
  local code = resource.rejection_reason_code -- a string within a port-in, by the newest contract
  if type(code) == "string" then resource.rejection_reason_code = tonumber(code) or null end
  return resource
end

--- A port-in. `numbers` are { number, E.164, status, other fields }.
function seed.port_in(port_in_sid, settings)
  local items = {}
  for i, number in ipairs(settings.numbers) do
    items[i] = number_item(number[1], number[2], number[3], number[4])
  end
  return {
    port_in_request_sid = port_in_sid,
    url = base .. "/v1/Porting/PortIn/" .. port_in_sid,
    account_sid = account_sid,
    notification_emails = { "porting@example.com" },
    target_port_in_date = "2030-06-14",
    target_port_in_time_range_start = "10:15:00-08:00",
    target_port_in_time_range_end = "10:30:00-08:00",
    port_in_request_status = settings.status,
    losing_carrier_information = {
      customer_name = settings.customer or "Acme Flowers",
      account_number = "100200300",
      account_telephone_number = "+14155550100",
      customer_type = "Business",
      authorized_representative = "Robin Doe",
      authorized_representative_email = "robin@example.com",
      address_sid = null,
    },
    phone_numbers = items,
    documents = { sid("RD", 1) },
    date_created = "2030-04-20T08:00:00Z",
    order_cancellation_reason = null,
    signature_request_url = null,
    support_ticket_id = null,
    bundle_sid = null,
    portability_advance_carrier = null,
    auto_cancel_approval_numbers = null,
  }
end

--- One of many port-ins of one number each, far from the others' SIDs.
function seed.one_of_many(i)
  local number = { 0x10000 + i, ("+1415%07d"):format(6000000 + i), "waiting_for_signature" }
  return seed.port_in(sid("KW", 0x10000 + i),
    { status = "Waiting for Signature", numbers = { number } })
end

local mobile, toll_free = { number_type = "MOBILE" }, { number_type = "TOLL-FREE" }
local rejected = { rejection_reason = "Account number does not match",
  rejection_reason_code = 4005 }
local ported = { port_date = "2030-04-28" }
local in_account = { portable = false, -- the code is a string here, by the contract
  not_portability_reason = "Phone number is already in the target account",
  not_portability_reason_code = "22131" }

--- Request status, as variously spelled as the real API does, and numbers.
local port_ins = {
  { "In Review", { { 0x11, "+14155550111", "in_review" }, { 0x12, "+14155550112", "in_review" } } },
  { "In progress", { { 0x21, "+14155550121", "port_submitted" } } },
  { "Waiting for Signature", { { 0x31, "+14155550131", "waiting_for_signature" },
    { 0x32, "+14155550132", "waiting_for_signature", mobile },
    { 0x33, "+18005550133", "waiting_for_signature", toll_free } } },
  { "Action Required", { { 0x41, "+14155550141", "port_rejected", rejected },
    { 0x42, "+14155550142", "port_pending" } } },
  { "Completed", { { 0x51, "+14155550151", "completed", ported },
    { 0x52, "+14155550152", "canceled" } } },
  { "Expired", { { 0x61, "+14155550161", "canceled" } } },
  { "Canceled", { { 0x71, "+14155550171", "canceled" } } },
  { "pending", { { 0x81, "+14155550181", "in_review" } } },
  { "canceling", { { 0x91, "+14155550191", "canceling" } } },
  { "in_review", { { 0xa1, "+14155550201", "In review" }, { 0xa2, "+14155550202", "In Review" },
    { 0xa3, "+14155550203", "Canceled", in_account },
    { 0xa4, "+14155550204", "port_submitted" } } },
}

function seed.port_ins()
  local held = {}
  for i, entry in ipairs(port_ins) do
    held[i] = seed.port_in(sid("KW", i), { status = entry[1], numbers = entry[2] })
  end
  return held
end

local function eligibility(phone_number, status, sub_status, code)
  return {
    phone_number = phone_number,
    hosting_account_sid = account_sid,
    country = "US",
    eligibility_status = status,
    eligibility_sub_status = sub_status,
    ineligibility_reason = code or null,
    next_step = status == "eligible" and "Create a hosted number order" or null,
  }
end

--- Each fetch takes one step.
function seed.bulks()
  local results = {
    eligibility("+14155550301", "eligible", "eligible"),
    eligibility("+14155550302", "INELIGIBLE", "ALREADY_IN_TWILIO", "Already in Twilio"),
    eligibility("+14155550303", "ineligible", "carrier-ineligible", "Carrier not supported"),
  }
  return {
    [sid("EC", 1)] = { step = 0, steps = { "QUEUED", "IN_PROGRESS", "COMPLETE" },
      results = results },
    [sid("EC", 2)] = { step = 0, steps = { "IN_PROGRESS", "FAILED" }, results = {} },
    [sid("EC", 3)] = { step = 0, steps = { "COMPLETED" }, results = {} },
  }
end

function seed.bulk_resource(bulk_sid, bulk)
  local done = bulk.step == #bulk.steps
  return {
    request_id = bulk_sid,
    url = base .. "/v1/HostedNumber/Eligibility/Bulk/" .. bulk_sid,
    results = done and bulk.results or {},
    friendly_name = bulk.friendly_name or "Spring campaign",
    status = bulk.steps[math.max(bulk.step, 1)],
    date_created = bulk.date_created or "2030-05-01T08:00:00Z",
    date_completed = done and (bulk.date_created or "2030-05-01T08:05:00Z") or null,
  }
end

function seed.webhooks()
  return {
    url = base .. "/v1/Porting/Configuration/Webhook",
    port_in_target_url = "https://hooks.example.com/port-in",
    port_out_target_url = "https://hooks.example.com/port-out",
    notifications_of = { "PortInCompleted", "PortInPhoneNumberRejected" },
    port_in_target_date_created = "2030-01-15T12:00:00Z",
    port_out_target_date_created = "2030-01-15T12:00:00Z",
  }
end

--- A signing request configuration; what is not given is null.
function seed.configuration(fields)
  local own = { url = base .. "/v1/SigningRequest/Configuration" }
  for _, name in ipairs { "logo_sid", "friendly_name", "product", "country", "email_subject",
    "email_message", "url_redirection" } do
    own[name] = fields[name] == nil and null or fields[name]
  end
  return own
end

function seed.configurations()
  local own = {}
  for i, entry in ipairs { { "Porting", "US" }, { "Porting", "MX" }, { "Hosting", "CL" } } do
    own[i] = seed.configuration {
      logo_sid = sid("RD", 2), friendly_name = entry[1] .. " " .. entry[2],
      product = entry[1], country = entry[2], email_subject = "A letter to sign",
      email_message = "Please sign it", url_redirection = "https://www.example.com/signed",
    }
  end
  return own
end

return seed
