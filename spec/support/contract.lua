--- Compares the table of the contract with the API's descriptions, and with what is known of the API beside
--- them. The descriptions in spec/ are the structure of the originals, without prose.

local cjson = require "cjson"
local support = require "spec.support"

local contract = {}

local function read(path) return cjson.decode(support.read_file(path)) end

contract.versions = {
  { name = "1.56.0", api = read "spec/contract.json" },
  { name = "of April 2026", api = read "spec/contract_2026_04_14.json", is_newest = true },
}

--- The whole contract: what each operation needs, and what bodies have.
---@param load fun(module: string): table such as `require`
---@return table
function contract.declared(load)
  local declared = { bodies = load "twilio.numbers.api.contract.bodies" }
  for name, value in pairs(load "twilio.numbers.api.contract") do declared[name] = value end
  return declared
end

--- What no description says: how an answer names what was asked for, which further answers count.
local UNSAID = {
  FetchPortingPortIn = "PortInRequestSid=port_in_request_sid, "
    .. "PortInRequestSid=phone_numbers[].port_in_request_sid unsaid",
  CreatePortingPortIn = "body account_sid=account_sid, also 201 unsaid, creates port_in_request_sid unsaid",
  ListPortInRequests = "",
  FetchPortingPortInPhoneNumber = "PortInRequestSid=port_in_request_sid, PhoneNumberSid=phone_number_sid, "
    .. "PhoneNumberSid=port_in_phone_number_sid unsaid",
  FetchPortingPortability = "PhoneNumber=phone_number, TargetAccountSid=account_sid, "
    .. "answer on 400: portable not_portable_reason_code, "
    .. "codes 22102 22130 22131 22132 22133 22135 22136 22137 22171 22172 unsaid",
  CreateEligibility = "",
  CreateBulkEligibility = "creates request_id unsaid",
  FetchBulkEligibility = "RequestId=request_id",
  CreatePortingWebhookConfiguration = "",
  FetchPortingWebhookConfigurationFetch = "",
  CreateSigningRequestConfiguration = "",
  ListSigningRequestConfiguration = "",
  CreateDocument = "body document_type=document_type, also 200 unsaid, creates sid with mime_type unsaid",
}

--- The upload of documents is in no description: what the API's documentation says of it.
local function documented(kind, more)
  local property = more or { type = kind }
  property.newer, property.undescribed = true, true
  return property
end

local function sid(prefix)
  return { type = "string", pattern = "^" .. prefix .. "[0-9a-fA-F]{32}$", min_length = 34, max_length = 34 }
end

local UNDESCRIBED = {
  upload_host = "numbers-upload.twilio.com",
  operations = {
    CreateDocument = { undescribed = true, method = "POST", path = "/v1/Documents", parameters = {},
      body = "document", multipart = "File", success = { 201 }, returns = "document" },
  },
  resources = {
    document = {
      sid = documented("string", sid "RD"), account_sid = documented("string", sid "AC"),
      document_type = documented "string", friendly_name = documented "string",
      mime_type = documented "string", status = documented "string", version = documented "integer",
      date_created = documented("string", { type = "string", format = "date-time" }),
      date_updated = documented("string", { type = "string", format = "date-time" }),
    },
  },
}

--- What the API's documentation says of bodies; "!" is required, "/" begins what is within.
local BODIES = {
  ["numbers.v1.porting_port_in_create"] = {
    "account_sid! sid AC", "documents! array 1-", "documents/ sid RD unsaid", "phone_numbers array 1-1000",
    "phone_numbers distinct phone_number", "phone_numbers/ object", "phone_numbers/phone_number! e164",
    "phone_numbers/pin text", "losing_carrier_information! object",
    "losing_carrier_information/customer_type enum Business Individual",
    "losing_carrier_information/customer_name! text", "losing_carrier_information/account_number text",
    "losing_carrier_information/account_telephone_number text",
    "losing_carrier_information/address_sid sid AD unsaid", "losing_carrier_information/address object",
    "losing_carrier_information/address/street! text", "losing_carrier_information/address/street_2 text",
    "losing_carrier_information/address/city! text", "losing_carrier_information/address/state! text",
    "losing_carrier_information/address/zip! text", "losing_carrier_information/address/country! text",
    "losing_carrier_information/authorized_representative! text",
    "losing_carrier_information/authorized_representative_email! email",
    "losing_carrier_information/authorized_representative_katakana text",
    "losing_carrier_information/katakana_name text", "losing_carrier_information/building text",
    "losing_carrier_information/sub_municipality text", "notification_emails array -10",
    "notification_emails/ email", "target_port_in_date date", "target_port_in_time_range_start time",
    "target_port_in_time_range_end time", "bundle_sid text", "portability_advance_carrier text",
    "auto_cancel_approval_numbers text",
  },
  CreateEligibilityRequest = {
    "friendly_name text", "phone_numbers! array 1-1", "phone_numbers distinct phone_number",
    "phone_numbers/ object", "phone_numbers/phone_number! e164", "phone_numbers/hosting_account_sid sid AC",
  },
  CreateBulkEligibilityRequest = {
    "friendly_name text", "phone_numbers! array 1-1000", "phone_numbers distinct phone_number",
    "phone_numbers/ object", "phone_numbers/phone_number! e164", "phone_numbers/hosting_account_sid sid AC",
  },
  CreatePortingWebhookConfigurationRequest = {
    "port_in_target_url url", "port_out_target_url url", "notifications_of array -", "notifications_of/ text",
  },
  CreateSigningRequestConfigurationRequest = {
    "logo_sid sid RD", "friendly_name text", "product text", "country country", "email_subject text 255",
    "email_message text 5000 lines", "url_redirection url",
  },
  document = {
    "document_type! enum utility_bill", "friendly_name text", "file path", "content bytes",
    "file_name text 255", "mime_type mime_type",
  },
}

--- Adds each difference between two values, under its path.
local function compare(found, path, expected, actual)
  if type(expected) == "table" and type(actual) == "table" then
    local keys = {}
    for key in pairs(expected) do keys[key] = true end
    for key in pairs(actual) do keys[key] = true end
    for key in pairs(keys) do
      compare(found, path .. "." .. tostring(key), expected[key], actual[key])
    end
  elseif expected ~= actual then
    found[#found + 1] = ("%s: %s expected, got %s"):format(path, tostring(expected), tostring(actual))
  end
end

local function last_part(schema) return schema and schema["$ref"] and schema["$ref"]:match "([^/]+)$" end

--- One value's schema of the API, in the table's terms.
local function terms(api, schema)
  local name = last_part(schema)
  local named = api.components.schemas[name]
  local is_enum = named and named.enum ~= nil
  return {
    type = schema.type or is_enum and named.type or nil, format = schema.format, pattern = schema.pattern,
    min_length = schema.minLength, max_length = schema.maxLength,
    minimum = schema.minimum, maximum = schema.maximum,
    enum = is_enum and name or nil, object = not is_enum and name or nil,
    items = schema.items and (schema.items.type or last_part(schema.items)),
  }
end

--- What the table says of a property or parameter for a version; nil for nothing.
local function of_version(entry, is_newest)
  if entry.undescribed or not is_newest and entry.newer or is_newest and entry.older then return nil end
  local own = {}
  for key, value in pairs(is_newest and entry.newest or entry) do own[key] = value end
  own.newer, own.older, own.newest = nil, nil, nil
  return own
end

local function all_of_version(entries, is_newest)
  local own = {}
  for key, entry in pairs(entries) do own[key] = of_version(entry, is_newest) end
  return own
end

local function success_of(api_operation)
  local list, schema = {}, nil
  for status, response in pairs(api_operation.responses) do
    list[#list + 1] = tonumber(status)
    schema = response.content and response.content["application/json"].schema
  end
  table.sort(list)
  return list, schema
end

local function api_operation(api, path, method, operation)
  local success, schema = success_of(operation)
  local parameters = {}
  for i, parameter in ipairs(operation.parameters or {}) do
    parameters[i] = terms(api, parameter.schema)
    parameters[i].name, parameters[i].where = parameter.name, parameter["in"]
    parameters[i].required = parameter.required or false
  end
  local content = operation.requestBody and operation.requestBody.content["application/json"].schema
  return {
    method = method:upper(), path = path, parameters = parameters, success = success,
    returns = schema and (last_part(schema) or schema.title),
    body = content and (last_part(content) or content.title), security = operation.security,
  }
end

local function table_operation(operation, is_newest)
  local parameters = {}
  for _, parameter in ipairs(operation.parameters) do
    parameters[#parameters + 1] = of_version(parameter, is_newest)
  end
  return {
    method = operation.method, path = operation.path, parameters = parameters, success = operation.success,
    returns = operation.returns, body = operation.body, security = { { accountSid_authToken = {} } },
  }
end

local function compare_operations(found, declared, api, is_newest)
  local expected, actual = {}, {}
  for path, methods in pairs(api.paths) do
    for method, operation in pairs(methods) do
      expected[operation.operationId] = api_operation(api, path, method, operation)
    end
  end
  for id, operation in pairs(declared.operations) do
    local is_described = not operation.undescribed and (is_newest or not operation.newer)
    if is_described then actual[id] = table_operation(operation, is_newest) end
  end
  compare(found, "operations", expected, actual)
end

--- Resources by name, with those that have only a title.
local function api_resources(api)
  local resources, enums = {}, {}
  local function add(name, schema)
    local properties = {}
    for property, value in pairs(schema.properties or {}) do properties[property] = terms(api, value) end
    resources[name] = properties
  end
  for name, schema in pairs(api.components.schemas) do
    if schema.enum then enums[name] = schema.enum else add(name, schema) end
  end
  for _, methods in pairs(api.paths) do
    for _, operation in pairs(methods) do
      local _, schema = success_of(operation)
      if schema and schema.title then add(schema.title, schema) end
    end
  end
  return resources, enums
end

local function compare_resources(found, declared, api, is_newest)
  local resources, enums = api_resources(api)
  local expected, actual = {}, {}
  for name, properties in pairs(resources) do
    if not (declared.bodies[name] or name:find "porting_losing_carrier" or name:find "porting_address") then
      expected[name] = properties
    end
  end
  for name, properties in pairs(declared.resources) do
    local own = all_of_version(properties, is_newest)
    if next(own) then actual[name] = own end
  end
  compare(found, "resources", expected, actual)
  compare(found, "enums", enums, declared.enums)
end

--- What an operation has that no description says, as text.
local function unsaid_of(operation)
  local parts = {}
  local function add(form, entry, ...)
    parts[#parts + 1] = form:format(...) .. (entry.unsaid and " unsaid" or "")
  end
  for _, name in ipairs(operation.names or {}) do
    add("%s=%s%s", name, name.parameter or "body " .. tostring(name.in_body),
      name.each_of and name.each_of .. "[]." or "", name.field)
  end
  if operation.also then add("also %d", operation.also, operation.also.status) end
  local creates = operation.creates
  if creates then
    add("creates %s", creates, creates.sid .. (creates.proof and " with " .. creates.proof or ""))
  end
  if operation.answer_on then
    add("answer on %d: %s", operation.answer_on, operation.answer_on.status,
      table.concat(operation.answer_on.fields, " ") .. ", codes "
        .. table.concat(operation.answer_on.codes, " "))
  end
  return operation.names and table.concat(parts, ", ") or nil
end

--- A body's fields as lines.
local function lines_of(schema, path, lines)
  local words = { path .. (schema.required and "!" or ""), schema.type, schema.prefix, schema.longest }
  if schema.type == "array" then words[3] = ("%s-%s"):format(schema.least or "", schema.most or "") end
  if schema.values then words[3] = table.concat(schema.values, " ") end
  if schema.has_lines then words[#words + 1] = "lines" end
  if schema.unsaid then words[#words + 1] = "unsaid" end
  local text = {}
  for i = 1, 8 do text[#text + 1] = words[i] ~= nil and tostring(words[i]) or nil end
  if path ~= "" then lines[#lines + 1] = table.concat(text, " ") end
  if schema.distinct then lines[#lines + 1] = path .. " distinct " .. schema.distinct end
  if schema.items then lines_of(schema.items, path .. "/", lines) end
  for _, field in ipairs(schema.fields or {}) do
    local separator = (path == "" or path:sub(-1) == "/") and "" or "/"
    lines_of(field, path .. separator .. field.name, lines)
  end
  return lines
end

--- A body's schema in the table, in the API's terms.
local function api_form(schema)
  local plain = { text = true, e164 = true, time = true, url = true, country = true }
  local form = { type = plain[schema.type] and "string" or schema.type }
  if schema.type == "sid" then
    form.type = "string"
    if not schema.unsaid then form.pattern = "^" .. schema.prefix .. "[0-9a-fA-F]{32}$" end
  elseif schema.type == "email" or schema.type == "date" then
    form.type, form.format = "string", schema.type
  elseif schema.type == "enum" then
    form.type, form.enum = "string", schema.values
  elseif schema.type == "array" then
    form.items = api_form(schema.items)
  elseif schema.type == "object" then
    form.properties, form.required = {}, {}
    for _, field in ipairs(schema.fields) do
      form.properties[field.name] = api_form(field)
      if field.required then form.required[field.name] = true end
    end
  end
  return form
end

--- The same of the API's own schema.
local function resolved(api, schema)
  schema = api.components.schemas[last_part(schema)] or schema
  local form = {
    type = schema.type, pattern = schema.pattern, format = schema.format, enum = schema.enum,
    items = schema.items and resolved(api, schema.items),
  }
  if schema.properties then
    form.properties, form.required = {}, {}
    for name, property in pairs(schema.properties) do form.properties[name] = resolved(api, property) end
    for _, name in ipairs(schema.required or {}) do form.required[name] = true end
  end
  return form
end

--- A list of e-mail addresses is one of texts to the API.
local function without_item_formats(form)
  for _, property in pairs(form.properties) do
    if property.items then property.items.format = nil end
  end
  return form
end

local function compare_bodies(found, declared, api)
  for name, schema in pairs(declared.bodies) do
    compare(found, "bodies." .. name, BODIES[name], lines_of(schema, "", {}))
    local described = api.components.schemas[name]
    if described then
      compare(found, "bodies." .. name, without_item_formats(resolved(api, described)),
        without_item_formats(api_form(schema)))
    end
  end
  for name in pairs(BODIES) do
    if not declared.bodies[name] then found[#found + 1] = "bodies has no " .. name end
  end
end

--- What the table has beside the descriptions.
local function compare_undocumented(found, declared)
  local actual = { upload_host = declared.upload_host, operations = {}, resources = {} }
  for id, operation in pairs(declared.operations) do
    if operation.undescribed then
      local own = {}
      for key, value in pairs(operation) do own[key] = value end
      own.names, own.also, own.creates = nil, nil, nil -- see UNSAID
      actual.operations[id] = own
    end
  end
  for name, properties in pairs(declared.resources) do
    for _, property in pairs(properties) do
      if property.undescribed then actual.resources[name] = properties end
    end
  end
  compare(found, "undescribed", UNDESCRIBED, actual)
end

--- The differences between a version's description and the table.
---@param declared table what `contract.declared` gives
---@param version table one of `contract.versions`
---@return string[]
function contract.differences(declared, version)
  local found, api = {}, version.api
  if not version.is_newest then compare(found, "version", api.info.version, declared.version) end
  compare(found, "host", api.servers[1].url, "https://" .. tostring(declared.host))
  compare(found, "security", { type = "http", scheme = declared.security },
    api.components.securitySchemes.accountSid_authToken)
  compare_operations(found, declared, api, version.is_newest)
  compare_resources(found, declared, api, version.is_newest)
  if version.is_newest then compare_bodies(found, declared, api) end
  compare_undocumented(found, declared)
  local unsaid = {}
  for id, operation in pairs(declared.operations) do unsaid[id] = unsaid_of(operation) end
  compare(found, "unsaid", UNSAID, unsaid)
  table.sort(found)
  return found
end

--- All differences, with both versions.
function contract.all_differences(declared)
  local found = {}
  for _, version in ipairs(contract.versions) do
    for _, line in ipairs(contract.differences(declared, version)) do
      found[#found + 1] = version.name .. ": " .. line
    end
  end
  return found
end

return contract
