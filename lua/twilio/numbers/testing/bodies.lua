--- Answers that name what was asked for, as the library expects it of the API.

local argument_error = require "twilio.numbers.util.argument_error"
local array = require "twilio.numbers.util.array"
local contract = require "twilio.numbers.api.contract"
local json = require "twilio.numbers.util.json"

local bodies = {}

local function check(name, value, kind)
  if type(value) ~= kind then argument_error.argument(name, "a " .. kind, value) end
end

--- The answer with fields of its own beside those that were asked for.
local function answer(asked, fields)
  if fields ~= nil then check("fields", fields, "table") end
  for name, value in pairs(fields or {}) do asked[name] = value end
  return { status = 200, body = asked }
end

function bodies.port_in(status, fields)
  check("status", status, "string")
  return function(request)
    return answer({
      port_in_request_sid = request.path:match "/PortIn/(KW%x+)$", port_in_request_status = status,
      account_sid = request.account_sid,
    }, fields)
  end
end

function bodies.phone_number(status, fields)
  check("status", status, "string")
  return function(request)
    local port_in, number = request.path:match "/PortIn/(KW%x+)/PhoneNumber/(PU%x+)$"
    return answer({
      port_in_request_sid = port_in, phone_number_sid = number,
      port_in_phone_number_status = status, account_sid = request.account_sid,
    }, fields)
  end
end

function bodies.portability(portable, fields)
  check("portable", portable, "boolean")
  return function(request)
    return answer({
      phone_number = request.path:match "/PhoneNumber/(%+%d+)$", portable = portable,
      account_sid = request.query.TargetAccountSid,
    }, fields)
  end
end

--- A list's only page. An empty array is one in JSON, too.
function bodies.list(items)
  array.check("items", items, "an array of port-ins", true)
  local page = { port_in_requests = items, meta = {} }
  local text = json.encode_object(page, contract.resources.ListPortInRequestsResponse)
  return function() return { status = 200, body = text } end
end

return bodies
