--- The contract: what each operation is and what comes back, as data. It mirrors version 1.56.0 of
--- the API's description, and a test holds it against that. What only newer versions have is marked
--- `newer = true`.

local function sid(prefix)
  return "^" .. prefix .. "[0-9a-fA-F]{32}$"
end

local function sid_property(prefix)
  return { type = "string", pattern = sid(prefix), min_length = 34, max_length = 34 }
end

local function sid_parameter(name, where, prefix, required)
  return {
    name = name, where = where, required = required,
    type = "string", pattern = sid(prefix), min_length = 34, max_length = 34,
  }
end

local text = { type = "string" }
local uri = { type = "string", format = "uri" }
local moment = { type = "string", format = "date-time" }
local country = { type = "string", format = "iso-country-code" }
local phone_number = { type = "string", format = "phone-number" }
local flag = { type = "boolean" }
local list = { type = "array" }
local list_of_text = { type = "array", items = "string" }
local anything = {}

--- A property that answers of newer API versions have.
local function newer(type)
  return { type = type, newer = true }
end

local enums = {
  bulk_eligibility_enum_eligibility_status = { "ineligible", "eligible" },
  bulk_eligibility_enum_eligibility_sub_status = {
    "country-ineligible", "number-format-ineligible", "number-type-ineligible",
    "carrier-ineligible", "already-in-twilio", "internal-processing-error",
    "invalid-phone-number", "invalid-hosting-account-sid", "eligible",
    "eligible-by-manual-process",
  },
  eligibility_enum_eligibility_status = { "ineligible", "eligible" },
  eligibility_enum_eligibility_sub_status = {
    "country-ineligible", "number-format-ineligible", "number-type-ineligible",
    "carrier-ineligible", "already-in-twilio", "internal-processing-error",
    "invalid-phone-number", "invalid-hosting-account-sid", "eligible",
  },
  porting_portability_enum_number_type = { "LOCAL", "UNKNOWN", "MOBILE", "TOLL-FREE" },
  porting_webhook_configuration_delete_enum_webhook_type = { "PORT_IN", "PORT_OUT" },
}

local resources = {
  ["numbers.v1.bulk_eligibility"] = {
    request_id = sid_property "EC",
    url = uri,
    results = list,
    friendly_name = text,
    status = text,
    date_created = moment,
    date_completed = moment,
  },
  ["numbers.v1.eligibility"] = {
    results = list,
  },
  ["numbers.v1.porting_port_in"] = {
    port_in_request_sid = sid_property "KW",
    url = uri,
    account_sid = sid_property "AC",
    notification_emails = list_of_text,
    target_port_in_date = { type = "string", format = "date" },
    target_port_in_time_range_start = text,
    target_port_in_time_range_end = text,
    port_in_request_status = text,
    losing_carrier_information = anything,
    phone_numbers = list,
    documents = list_of_text,
    order_cancellation_reason = newer "string",
    date_created = newer "string",
    signature_request_url = newer "string",
    support_ticket_id = newer "integer",
    bundle_sid = newer "string",
  },
  ["numbers.v1.porting_port_in_phone_number"] = {
    port_in_request_sid = sid_property "KW",
    phone_number_sid = sid_property "PU",
    url = uri,
    account_sid = sid_property "AC",
    phone_number_type = text,
    date_created = moment,
    country = country,
    missing_required_fields = flag,
    status_last_time_updated_timestamp = moment,
    phone_number = phone_number,
    portable = flag,
    not_portability_reason = text,
    not_portability_reason_code = text,
    port_in_phone_number_status = text,
    last_updated = newer "string",
    rejection_reason = newer "string",
    rejection_reason_code = newer "integer",
    port_date = newer "string",
  },
  ["numbers.v1.porting_portability"] = {
    phone_number = phone_number,
    account_sid = sid_property "AC",
    portable = flag,
    pin_and_account_number_required = flag,
    not_portable_reason = text,
    not_portable_reason_code = { type = "integer" },
    number_type = { type = "string", enum = "porting_portability_enum_number_type" },
    country = country,
    messaging_carrier = text,
    voice_carrier = text,
    url = uri,
  },
  ["numbers.v1.porting_webhook_configuration"] = {
    url = uri,
    port_in_target_url = uri,
    port_out_target_url = uri,
    notifications_of = list_of_text,
  },
  ["numbers.v1.porting_webhook_configuration_delete"] = {
    url = uri,
    webhook_type = {
      type = "string", enum = "porting_webhook_configuration_delete_enum_webhook_type",
    },
  },
  ["numbers.v1.porting_webhook_configuration_fetch"] = {
    url = uri,
    port_in_target_url = uri,
    port_out_target_url = uri,
    notifications_of = list_of_text,
    port_in_target_date_created = moment,
    port_out_target_date_created = moment,
  },
}

local port_in_sid = sid_parameter("PortInRequestSid", "path", "KW", true)
local phone_number_sid = sid_parameter("PhoneNumberSid", "path", "PU", true)

--- `names` says which fields of an answer name what was asked for, and by which parameter it was;
--- with `each_of`, a field of each item of that array. `newer` marks what the contract does not say.
local operations = {
  FetchPortingPortIn = {
    method = "GET",
    path = "/v1/Porting/PortIn/{PortInRequestSid}",
    parameters = { port_in_sid },
    success = { 200 },
    returns = "numbers.v1.porting_port_in",
    names = {
      { parameter = "PortInRequestSid", field = "port_in_request_sid" },
      { parameter = "PortInRequestSid", field = "port_in_request_sid", each_of = "phone_numbers",
        newer = true },
    },
  },
  DeletePortingPortIn = {
    method = "DELETE",
    path = "/v1/Porting/PortIn/{PortInRequestSid}",
    parameters = { port_in_sid },
    success = { 204 },
  },
  FetchPortingPortInPhoneNumber = {
    method = "GET",
    path = "/v1/Porting/PortIn/{PortInRequestSid}/PhoneNumber/{PhoneNumberSid}",
    parameters = { port_in_sid, phone_number_sid },
    success = { 200 },
    returns = "numbers.v1.porting_port_in_phone_number",
    names = {
      { parameter = "PortInRequestSid", field = "port_in_request_sid" },
      { parameter = "PhoneNumberSid", field = "phone_number_sid" },
      { parameter = "PhoneNumberSid", field = "port_in_phone_number_sid", newer = true },
    },
  },
  DeletePortingPortInPhoneNumber = {
    method = "DELETE",
    path = "/v1/Porting/PortIn/{PortInRequestSid}/PhoneNumber/{PhoneNumberSid}",
    parameters = { port_in_sid, phone_number_sid },
    success = { 204 },
  },
  FetchPortingPortability = {
    method = "GET",
    path = "/v1/Porting/Portability/PhoneNumber/{PhoneNumber}",
    parameters = {
      { name = "PhoneNumber", where = "path", required = true,
        type = "string", format = "phone-number" },
      sid_parameter("TargetAccountSid", "query", "AC", false),
    },
    success = { 200 },
    returns = "numbers.v1.porting_portability",
    names = {
      { parameter = "PhoneNumber", field = "phone_number" },
      { parameter = "TargetAccountSid", field = "account_sid" },
    },
    --- "Not portable" also comes as an error status whose body is the answer. One of these fields
    --- tells it from an error.
    answer_on = { status = 400, fields = { "portable", "not_portable_reason_code" }, newer = true },
  },
  FetchBulkEligibility = {
    method = "GET",
    path = "/v1/HostedNumber/Eligibility/Bulk/{RequestId}",
    parameters = { sid_parameter("RequestId", "path", "EC", true) },
    success = { 200 },
    returns = "numbers.v1.bulk_eligibility",
    names = { { parameter = "RequestId", field = "request_id" } },
  },
  FetchPortingWebhookConfigurationFetch = {
    method = "GET",
    path = "/v1/Porting/Configuration/Webhook",
    parameters = {},
    success = { 200 },
    returns = "numbers.v1.porting_webhook_configuration_fetch",
    names = {}, -- an account has one
  },
  DeletePortingWebhookConfigurationDelete = {
    method = "DELETE",
    path = "/v1/Porting/Configuration/Webhook/{WebhookType}",
    parameters = {
      { name = "WebhookType", where = "path", required = true,
        type = "string", enum = "porting_webhook_configuration_delete_enum_webhook_type" },
    },
    success = { 204 },
  },
}

return {
  version = "1.56.0",
  host = "numbers.twilio.com",
  security = "basic",
  operations = operations,
  resources = resources,
  enums = enums,
}
