--- The read-only calls: what the account has, one of each kind, and what was asked for.

local contract = require "twilio.numbers.api.contract"
local errors = require "twilio.numbers.api.error"
local null = require("twilio.numbers.core").null
local probe = require "twilio.numbers.doctor.probe"
local sids = require "twilio.numbers.util.sid"
local status = require "twilio.numbers.api.status"

local calls = {}

local PAGE = 20 -- items of a list
local MOST = 5 -- port-ins that are fetched, and numbers of each
local LONGEST = 60 -- bytes of a status that is asked for

--- A SID that nothing has: how the API says that there is nothing.
local NOTHING = "KW" .. ("0"):rep(32)

--- The first item of each status.
local function one_of_each(items, field, is_sid)
  local found, seen = {}, {}
  for _, item in ipairs(type(items) == "table" and items or {}) do
    local kind = type(item) == "table" and status.normal(item[field.status]) or ""
    local sid = type(item) == "table" and item[field.sid]
    if is_sid(sid) and not seen[kind] and #found < MOST then
      seen[kind], found[#found + 1] = true, sid
    end
  end
  return found
end

local IN_LIST = { status = "port_in_request_status", sid = "port_in_request_sid" }
local IN_PORT_IN = { status = "port_in_phone_number_status", sid = "port_in_phone_number_sid" }

local function fetch_port_in(get, sid)
  local answer = get("given", "FetchPortingPortIn", nil, sid)
  local items = answer.object and answer.object.phone_numbers
  for _, number in ipairs(one_of_each(items, IN_PORT_IN, sids.is_phone_number)) do
    get("given", "FetchPortingPortInPhoneNumber", nil, sid, number)
  end
end

--- How the list understands its filters and its token.
local function try_filters(get, list)
  local items, meta = list.object.port_in_requests, list.object.meta
  if type(items) ~= "table" or type(items[1]) ~= "table" then return end
  local first, second = items[1], items[2]
  if type(second) == "table" and sids.is_port_in(first.port_in_request_sid)
    and sids.is_port_in(second.port_in_request_sid) then
    get("two_sids", list.id, {
      port_in_request_sid = first.port_in_request_sid .. "," .. second.port_in_request_sid,
      size = PAGE,
    })
  end
  local kind = first.port_in_request_status
  if type(kind) == "string" and kind ~= "" and #kind <= LONGEST then
    get("one_status", list.id, { port_in_request_status = kind, size = PAGE })
  end
  local token = type(meta) == "table" and meta.next_token
  if token and token ~= null and token ~= "" and type(token) == "string" then
    get("second_page", list.id, { token = token, size = PAGE })
  end
end

--- Whether it is of no use to go on: no answer, or the credentials are not accepted.
local function is_hopeless(answer)
  return not answer.status or answer.err and errors.is_unauthorized(answer.err)
end

--- Makes the calls.
---@param client twilio.numbers.BaseClient
---@param options { sids: string[]?, phone_number: string? }
---@return twilio.numbers.Probe[]
function calls.make(client, options)
  local answers = {}
  local function get(purpose, ...)
    local answer = probe.get(client, ...)
    answer.purpose, answers[#answers + 1] = purpose, answer
    return answer
  end
  local list = get("list", "ListPortInRequests", { size = PAGE })
  if is_hopeless(list) then return answers end
  get("webhooks", "FetchPortingWebhookConfigurationFetch")
  get("list", "ListSigningRequestConfiguration", { page_size = PAGE })
  get("nothing", "FetchPortingPortIn", nil, NOTHING)
  if list.object then try_filters(get, list) end
  local given = options.sids
    or one_of_each(list.object and list.object.port_in_requests, IN_LIST, sids.is_port_in)
  for _, sid in ipairs(given) do
    if sids.is_port_in(sid) then
      fetch_port_in(get, sid)
    else
      get("given", "FetchBulkEligibility", nil, sid)
    end
  end
  if options.phone_number then
    get("given", "FetchPortingPortability", nil, options.phone_number)
  end
  return answers
end

--- Whether that is what was to be expected: an answer, or that there is nothing where there may be nothing.
---@param answer twilio.numbers.Probe
---@return "ok"|"note"|"failed" state
---@return string? # what is particular to it
function calls.judge(answer)
  if answer.purpose == "nothing" then
    if answer.status == 404 then return "ok", "404 for a SID that nothing has" end
    return answer.object and "note" or "failed", "a SID that nothing has"
  end
  if answer.object then return "ok" end
  local is_portability = answer.id == "FetchPortingPortability" and answer.status == 400
  if is_portability then return "note", "refused in the shape of an error" end
  if answer.status == 404 and answer.purpose == "webhooks" then return "note", "there is none" end
  if answer.status == 404 and answer.purpose == "list" and contract.operations[answer.id].newer then
    return "note", "the account has no such operation"
  end
  return "failed"
end

return calls
