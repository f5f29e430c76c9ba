--- The operations: from a request to a status and a JSON object.

local cjson = require "cjson.safe"
local contract = require "sandbox.contract"
local creates = require "sandbox.creates"
local documents = require "sandbox.documents"
local lists = require "sandbox.lists"
local store = require "sandbox.store"

local null = cjson.null
local api = {}

--- An error in the API's own form.
function api.error(status, code, message)
  return status, {
    code = code, message = message, status = status,
    more_info = "https://www.twilio.com/docs/errors/" .. code,
  }
end

local function found(object)
  if object then return 200, object end
  return api.error(404, 20404, "The requested resource was not found")
end

local function invalid(name, code)
  return api.error(400, code or 20001, "Invalid parameter: " .. name)
end

local function canceled(done, status)
  if done then return 204 end
  if done == nil then return found(nil) end
  return api.error(409, 20409, ("It cannot be canceled while its status is %s"):format(status))
end

local reasons = {
  ["22130"] = "Unsupported country or rate center",
  ["22131"] = "Phone number is already in the target account",
  ["22132"] = "Phone number is in another Twilio account",
  ["22133"] = "Manual porting is available",
  ["22102"] = "Phone number is not a valid E.164 number",
  ["22135"] = "Internal error, please try again",
  ["22136"] = "Phone number is in one of your accounts",
  ["22137"] = "A port in is already open for the phone number",
}

--- The digits choose the answer: +1415552 and a reason code's last four are not portable for that
--- reason, by 200; +1415553 and the four the same, by 400. Others are portable. A last digit 7 is
--- mobile, 8 toll-free, 9 unknown.
local function portability(values, query)
  local phone_number = values.PhoneNumber
  local by, digits = phone_number:match "^%+1415(55[23])(%d%d%d%d)$"
  local code = digits and "2" .. digits
  local reason = code and reasons[code]
  local kinds = { ["7"] = "MOBILE", ["8"] = "TOLL-FREE", ["9"] = "UNKNOWN" }
  local answer = {
    phone_number = phone_number,
    account_sid = query.TargetAccountSid or null,
    portable = reason == nil,
    pin_and_account_number_required = reason == nil and kinds[phone_number:sub(-1)] == "MOBILE",
    not_portable_reason = reason or null,
    not_portable_reason_code = reason and tonumber(code) or null,
    number_type = kinds[phone_number:sub(-1)] or "LOCAL",
    country = "US",
    messaging_carrier = null,
    voice_carrier = "Example Telecom",
    url = os.getenv "SANDBOX_URL" .. "/v1/Porting/Portability/PhoneNumber/"
      .. ngx.escape_uri(phone_number),
  }
  return reason and by == "553" and 400 or 200, answer
end

local operations = {
  FetchPortingPortIn = function(values)
    return found(store.port_in(values.PortInRequestSid))
  end,
  DeletePortingPortIn = function(values)
    return canceled(store.cancel_port_in(values.PortInRequestSid))
  end,
  FetchPortingPortInPhoneNumber = function(values)
    return found(store.number(values.PortInRequestSid, values.PhoneNumberSid))
  end,
  DeletePortingPortInPhoneNumber = function(values)
    return canceled(store.cancel_number(values.PortInRequestSid, values.PhoneNumberSid))
  end,
  FetchPortingPortability = portability,
  FetchBulkEligibility = function(values)
    return found(store.bulk(values.RequestId))
  end,
  FetchPortingWebhookConfigurationFetch = function()
    return found(store.webhooks())
  end,
  DeletePortingWebhookConfigurationDelete = function(values)
    if store.delete_webhook(values.WebhookType) then return 204 end
    return found(nil)
  end,
  CreatePortingPortIn = function(_, _, request)
    return 202, store.add_port_in(creates.port_in(request.body))
  end,
  ListPortInRequests = function(_, query)
    local page, misfit = lists.port_ins(store.port_ins(), query)
    if not page then return invalid(misfit) end
    return 200, page
  end,
  CreateEligibility = function(_, _, request)
    return 200, { results = creates.eligibilities(request.body) }
  end,
  CreateBulkEligibility = function(_, _, request)
    return 202, store.add_bulk(creates.bulk(request.body))
  end,
  CreatePortingWebhookConfiguration = function(_, _, request)
    return 201, store.put_webhooks(request.body)
  end,
  CreateSigningRequestConfiguration = function(_, _, request)
    return 201, store.put_configuration(request.body)
  end,
  ListSigningRequestConfiguration = function(_, query, request)
    return 200, lists.configurations(store.configurations(), query, request.origin)
  end,
  CreateDocument = function(_, _, request)
    local fields, misfit = documents.read(request.raw_body, request.content_type)
    if not fields then return invalid(misfit) end
    return 201, creates.document(fields)
  end,
}

--- A sound body of a create, decoded; or nil and the answer that refuses it. All problems are told.
local function read_body(route, request)
  if not (request.content_type or ""):find "^application/json" then
    return nil, invalid "Content-Type"
  end
  local body = cjson.decode(request.raw_body or "")
  local problems = contract.body_problems(route, body)
  if #problems == 0 then return body end
  local paths, is_missing = {}, false
  for i, problem in ipairs(problems) do
    paths[i] = problem.path == "" and "the body" or problem.path
    is_missing = is_missing or problem.is_missing
  end
  table.sort(paths)
  return nil, invalid(table.concat(paths, ", "), is_missing and 22171 or nil)
end

local function basic(user, password)
  return "Basic " .. ngx.encode_base64(os.getenv(user) .. ":" .. os.getenv(password))
end

local accepted = {
  [basic("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")] = true,
  [basic("TWILIO_API_KEY", "TWILIO_API_SECRET")] = true,
}

function api.is_authorized(header)
  return header ~= nil and accepted[header] == true
end

--- A request's path and its query.
function api.split(uri)
  local path, query = uri:match "^([^?]*)%??(.*)$"
  return path, ngx.decode_args(query, 100)
end

--- Answers one request: its method, path, query, body and whether it is authorized.
function api.answer(request)
  if not request.authorized then
    ngx.header.www_authenticate = 'Basic realm="Twilio API"'
    return api.error(401, 20003, "Authentication Error - invalid username")
  end
  local route, values = contract.find(request.method, request.path)
  if not route then
    if values == 405 then return api.error(405, 20004, "Method not allowed") end
    return found(nil)
  end
  local misfit = contract.misfit(route, values, request.query)
  if misfit then
    return invalid(misfit, misfit == "PhoneNumber" and 22102 or nil)
  end
  if route.body then
    local body, status, refusal = read_body(route, request)
    if not body then return status, refusal end
    request.body = body
  end
  return operations[route.id](values, request.query, request)
end

return api
