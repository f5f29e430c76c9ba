--- What an answer has: the properties of each resource. Of a property, `newer` says that 1.56.0 lacks it, `older`
--- that the newest version has dropped it, and `newest` is what the newest version says of it instead; `undescribed`
--- says that neither has it.

local function sid(prefix)
  return {
    type = "string", pattern = "^" .. prefix .. "[0-9a-fA-F]{32}$",
    min_length = 34, max_length = 34,
  }
end

local text = { type = "string" }
local integer = { type = "integer" }
local uri = { type = "string", format = "uri" }
local moment = { type = "string", format = "date-time" }
local country = { type = "string", format = "iso-country-code" }
local phone_number = { type = "string", format = "phone-number" }
local flag = { type = "boolean" }
local list = { type = "array" }
local list_of_text = { type = "array", items = "string" }

local function with(property, marks)
  local copy = {}
  for name, value in pairs(property) do copy[name] = value end
  for name, value in pairs(marks) do copy[name] = value end
  return copy
end

local function newer(property) return with(property, { newer = true }) end
local function older(property) return with(property, { older = true }) end

local function list_of(resource) return { type = "array", items = resource } end

--- A resource of which 1.56.0 has nothing.
local function newer_resource(properties)
  local all = {}
  for name, property in pairs(properties) do all[name] = newer(property) end
  return all
end

--- A resource that the API's documentation has, but no version.
local function undescribed_resource(properties)
  local all = {}
  for name, property in pairs(properties) do
    all[name] = with(property, { newer = true, undescribed = true })
  end
  return all
end

return {
  ["numbers.v1.bulk_eligibility"] = {
    request_id = sid "EC",
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
    port_in_request_sid = sid "KW",
    url = uri,
    account_sid = sid "AC",
    notification_emails = list_of_text,
    target_port_in_date = { type = "string", format = "date" },
    target_port_in_time_range_start = text,
    target_port_in_time_range_end = text,
    port_in_request_status = text,
    losing_carrier_information = {
      newest = { object = "numbers.v1.porting_losing_carrier_information" },
    },
    phone_numbers = with(list, {
      newest = list_of "numbers.v1.porting_port_in_phone_number_result",
    }),
    documents = list_of_text,
    order_cancellation_reason = newer(text),
    date_created = newer(moment),
    signature_request_url = newer(uri),
    support_ticket_id = newer(integer),
    bundle_sid = newer(text),
    portability_advance_carrier = newer(text),
    auto_cancel_approval_numbers = newer(text),
  },
  ["numbers.v1.porting_port_in_phone_number"] = {
    port_in_request_sid = sid "KW",
    phone_number_sid = sid "PU",
    url = uri,
    account_sid = sid "AC",
    phone_number_type = text,
    date_created = moment,
    country = country,
    missing_required_fields = flag,
    status_last_time_updated_timestamp = older(moment),
    phone_number = phone_number,
    portable = flag,
    not_portability_reason = text,
    not_portability_reason_code = with(text, { newest = integer }),
    port_in_phone_number_status = text,
    last_updated = newer(moment),
    rejection_reason = newer(text),
    rejection_reason_code = newer(integer),
    port_date = newer(moment),
    port_out_pin = newer(integer),
  },
  ["numbers.v1.porting_portability"] = {
    phone_number = phone_number,
    account_sid = sid "AC",
    portable = flag,
    pin_and_account_number_required = flag,
    not_portable_reason = text,
    not_portable_reason_code = integer,
    number_type = {
      type = "string", enum = "porting_portability_enum_number_type",
    },
    country = country,
    messaging_carrier = older(text),
    voice_carrier = older(text),
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
  ["numbers.v1.signing_request_configuration"] = newer_resource {
    logo_sid = sid "RD",
    friendly_name = text,
    product = text,
    country = country,
    email_subject = text,
    email_message = text,
    url_redirection = text,
    url = uri,
  },
  ["numbers.v1.port_in_request_list"] = newer_resource {
    port_in_request_sid = text,
    port_in_request_status = text,
    status_last_updated_timestamp = text,
    phone_numbers_requested = integer,
    phone_numbers_ported = integer,
    suggested_action = text,
  },
  ["numbers.v1.port_in_request_list_meta"] = newer_resource {
    previous_token = text,
    next_token = text,
  },
  ["numbers.v1.porting_port_in_phone_number_result"] = newer_resource {
    not_portability_reason = text,
    not_portability_reason_code = integer,
    number_type = text,
    phone_number = text,
    port_date = moment,
    port_in_phone_number_sid = sid "PU",
    port_in_phone_number_status = text,
    portable = flag,
    rejection_reason = text,
    rejection_reason_code = text,
    status_last_time_updated_timestamp = text,
    external_porting_vendor_phone_number_id = text,
  },
  document = undescribed_resource {
    sid = sid "RD",
    account_sid = sid "AC",
    document_type = text,
    friendly_name = text,
    mime_type = text,
    status = text,
    version = integer,
    date_created = moment,
    date_updated = moment,
  },
  -- Pages of lists, which have only titles.
  ListPortInRequestsResponse = newer_resource {
    port_in_requests = list_of "numbers.v1.port_in_request_list",
    meta = { object = "numbers.v1.port_in_request_list_meta" },
  },
  ListSigningRequestConfigurationResponse = newer_resource {
    configurations = list_of "numbers.v1.signing_request_configuration",
    meta = { type = "object" },
  },
}
