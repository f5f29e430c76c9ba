--- What is known of answers beside what the contract types: fields of things that it leaves open, other types of a
--- field that were seen, and the values of texts and codes that come from a fixed set.

local bodies = require "twilio.numbers.api.contract.bodies"
local contract = require "twilio.numbers.api.contract"
local status = require "twilio.numbers.api.status"

local vocabulary = {}

local text, integer = { type = "string" }, { type = "integer" }
local country = { type = "string", format = "iso-country-code" }
local phone_number = { type = "string", format = "phone-number" }

--- A body's fields as those of an answer.
local function fields_of(body)
  local fields = {}
  for _, field in ipairs(body.fields) do
    local is_object = field.type == "object"
    fields[field.name] = is_object and { type = "object" } or text
  end
  return fields
end

local function field_of(body, name)
  for _, field in ipairs(body.fields) do
    if field.name == name then return field end
  end
end

local carrier = field_of(bodies["numbers.v1.porting_port_in_create"],
  "losing_carrier_information")

--- An item of a port-in's numbers has the fields of the resource as well.
local function number_within()
  local fields = {}
  for name, field in pairs(contract.resources["numbers.v1.porting_port_in_phone_number"]) do
    fields[name] = { type = field.type, format = field.format, pattern = field.pattern }
  end
  fields.rejection_reason_code, fields.not_portability_reason_code = integer, text
  return fields
end

--- By resource, further fields, and further forms of those in the contract.
vocabulary.fields = {
  ["numbers.v1.bulk_eligibility"] = { results = { type = "array", items = "eligibility_result" } },
  ["numbers.v1.eligibility"] = { results = { type = "array", items = "eligibility_result" } },
  ["numbers.v1.porting_port_in_phone_number_result"] = number_within(),
  ["numbers.v1.porting_losing_carrier_information"] = fields_of(carrier),
  ListSigningRequestConfigurationResponse = { meta = { object = "page_by_url" } },
  page_by_url = {
    key = text, page = integer, page_size = integer, first_page_url = text, url = text,
    previous_page_url = text, next_page_url = text,
  },
  eligibility_result = {
    phone_number = phone_number, hosting_account_sid = text, account_sid = text,
    country = country, iso_country_code = country, phone_number_type = text,
    eligibility_status = text, eligibility_sub_status = text,
    ineligibility_reason = text, next_step = text,
  },
}

local function is_status_of(kind)
  return function(normal) return status.phase(kind, normal) ~= nil end
end

local function one_of(...)
  local set = {}
  for _, values in ipairs { ... } do
    for _, value in ipairs(values) do set[status.normal(value)] = true end
  end
  return function(normal) return set[normal] ~= nil end
end

local enums = contract.enums
local is_number_type = one_of(enums.porting_portability_enum_number_type)
local is_request_status, is_number_status = is_status_of "request", is_status_of "number"

--- By resource and field, whether a value in normal form is a known one.
vocabulary.values = {
  ["numbers.v1.porting_port_in"] = { port_in_request_status = is_request_status },
  ["numbers.v1.port_in_request_list"] = { port_in_request_status = is_request_status },
  ["numbers.v1.porting_port_in_phone_number"] = {
    port_in_phone_number_status = is_number_status, phone_number_type = is_number_type,
  },
  ["numbers.v1.porting_port_in_phone_number_result"] = {
    port_in_phone_number_status = is_number_status, number_type = is_number_type,
    phone_number_type = is_number_type,
  },
  ["numbers.v1.porting_portability"] = { number_type = is_number_type },
  ["numbers.v1.bulk_eligibility"] = { status = is_status_of "bulk" },
  ["numbers.v1.porting_losing_carrier_information"] = {
    customer_type = one_of(field_of(carrier, "customer_type").values),
  },
  eligibility_result = {
    phone_number_type = is_number_type,
    eligibility_status = one_of(enums.eligibility_enum_eligibility_status),
    eligibility_sub_status = one_of(enums.bulk_eligibility_enum_eligibility_sub_status),
  },
}

--- Fields with a code why a number cannot be ported, in whatever resource.
vocabulary.code_fields = { not_portable_reason_code = true, not_portability_reason_code = true }

vocabulary.codes = {}
for _, code in ipairs(contract.operations.FetchPortingPortability.answer_on.codes) do
  vocabulary.codes[code] = true
end

return vocabulary
