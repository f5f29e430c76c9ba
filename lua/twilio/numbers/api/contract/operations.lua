--- The operations: how each is called, which statuses are a success, and what comes back.
---
--- `names` says which fields of an answer name what was asked for, and by which parameter or field of the body it
--- was; with `each_of`, a field of each item of that array. `body` is a key of `bodies`. `creates` is the field
--- that has the SID of what was created: an answer without it says too little. `newer` marks what 1.56.0 does not
--- say, `unsaid` what no version says. `undescribed` marks an operation that is in no version, but in the API's
--- documentation.
---
--- `multipart` is the name of the part that has the file: then the body's fields are sent as multipart/form-data, to
--- the host for uploads. `proof` is a field without which nothing was created.

local function sid_parameter(name, where, prefix, required)
  return {
    name = name, where = where, required = required,
    type = "string", pattern = "^" .. prefix .. "[0-9a-fA-F]{32}$",
    min_length = 34, max_length = 34,
  }
end

local function newer(parameter)
  parameter.newer = true
  return parameter
end

local function text_parameter(name)
  return { name = name, where = "query", required = false, type = "string" }
end

local port_in_sid = sid_parameter("PortInRequestSid", "path", "KW", true)
local phone_number_sid = sid_parameter("PhoneNumberSid", "path", "PU", true)

return {
  FetchPortingPortIn = {
    method = "GET",
    path = "/v1/Porting/PortIn/{PortInRequestSid}",
    parameters = { port_in_sid },
    success = { 200 },
    returns = "numbers.v1.porting_port_in",
    names = {
      { parameter = "PortInRequestSid", field = "port_in_request_sid" },
      { parameter = "PortInRequestSid", field = "port_in_request_sid", each_of = "phone_numbers",
        unsaid = true },
    },
  },
  DeletePortingPortIn = {
    method = "DELETE",
    path = "/v1/Porting/PortIn/{PortInRequestSid}",
    parameters = { port_in_sid },
    success = { 204 },
  },
  CreatePortingPortIn = {
    newer = true,
    method = "POST",
    path = "/v1/Porting/PortIn",
    parameters = {},
    body = "numbers.v1.porting_port_in_create",
    success = { 202 },
    also = { status = 201, unsaid = true },
    returns = "numbers.v1.porting_port_in",
    names = { { in_body = "account_sid", field = "account_sid" } },
    creates = { sid = "port_in_request_sid", unsaid = true },
  },
  ListPortInRequests = {
    newer = true,
    method = "GET",
    path = "/v1/Porting/PortIn/PortInRequests",
    parameters = {
      text_parameter "Token",
      { name = "Size", where = "query", required = false, type = "integer", format = "int32",
        minimum = 1, maximum = 100 },
      text_parameter "PortInRequestSid",
      text_parameter "PortInRequestStatus",
      text_parameter "CreatedBefore",
      text_parameter "CreatedAfter",
    },
    success = { 200 },
    returns = "ListPortInRequestsResponse",
    names = {},
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
      { parameter = "PhoneNumberSid", field = "port_in_phone_number_sid", unsaid = true },
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
      newer(sid_parameter("AddressSid", "query", "AD", false)),
    },
    success = { 200 },
    returns = "numbers.v1.porting_portability",
    names = {
      { parameter = "PhoneNumber", field = "phone_number" },
      { parameter = "TargetAccountSid", field = "account_sid" },
    },
    --- "Not portable" also comes as an error status whose body is the answer. One of these fields
    --- tells it from an error. So does one of these codes, though the body has the shape of an error.
    answer_on = {
      status = 400, fields = { "portable", "not_portable_reason_code" }, unsaid = true,
      codes = { 22102, 22130, 22131, 22132, 22133, 22135, 22136, 22137, 22171, 22172 },
    },
  },
  CreateEligibility = {
    newer = true,
    method = "POST",
    path = "/v1/HostedNumber/Eligibility",
    parameters = {},
    body = "CreateEligibilityRequest",
    success = { 200 },
    returns = "numbers.v1.eligibility",
    names = {},
  },
  CreateBulkEligibility = {
    newer = true,
    method = "POST",
    path = "/v1/HostedNumber/Eligibility/Bulk",
    parameters = {},
    body = "CreateBulkEligibilityRequest",
    success = { 202 },
    returns = "numbers.v1.bulk_eligibility",
    names = {},
    creates = { sid = "request_id", unsaid = true },
  },
  FetchBulkEligibility = {
    method = "GET",
    path = "/v1/HostedNumber/Eligibility/Bulk/{RequestId}",
    parameters = { sid_parameter("RequestId", "path", "EC", true) },
    success = { 200 },
    returns = "numbers.v1.bulk_eligibility",
    names = { { parameter = "RequestId", field = "request_id" } },
  },
  CreatePortingWebhookConfiguration = {
    newer = true,
    method = "POST",
    path = "/v1/Porting/Configuration/Webhook",
    parameters = {},
    body = "CreatePortingWebhookConfigurationRequest",
    success = { 201 },
    returns = "numbers.v1.porting_webhook_configuration",
    names = {},
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
  CreateSigningRequestConfiguration = {
    newer = true,
    method = "POST",
    path = "/v1/SigningRequest/Configuration",
    parameters = {},
    body = "CreateSigningRequestConfigurationRequest",
    success = { 201 },
    returns = "numbers.v1.signing_request_configuration",
    names = {},
  },
  ListSigningRequestConfiguration = {
    newer = true,
    method = "GET",
    path = "/v1/SigningRequest/Configuration",
    parameters = {
      text_parameter "Country",
      text_parameter "Product",
      { name = "PageSize", where = "query", required = false, type = "integer", format = "int64",
        minimum = 1, maximum = 1000 },
      { name = "Page", where = "query", required = false, type = "integer", minimum = 0 },
      text_parameter "PageToken",
    },
    success = { 200 },
    returns = "ListSigningRequestConfigurationResponse",
    names = {},
  },
  CreateDocument = {
    undescribed = true,
    method = "POST",
    path = "/v1/Documents",
    parameters = {},
    body = "document",
    multipart = "File",
    success = { 201 },
    also = { status = 200, unsaid = true },
    returns = "document",
    names = { { in_body = "document_type", field = "document_type" } },
    creates = { sid = "sid", proof = "mime_type", unsaid = true },
  },
}
