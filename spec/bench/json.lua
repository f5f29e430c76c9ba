--- Decoding JSON, by the core and by lua-cjson: microseconds of CPU time for a text, the median of
--- rounds in turn.
--- usage: json.lua, with LUA_CPATH to the core

local cjson = require "cjson"
local core = require "twilio.numbers.core"

local ROUNDS, BYTES = 9, 2e7 -- bytes that each decodes in a round

local function sid(prefix, i) return ("%s%032x"):format(prefix, i) end

local function number(i)
  return ([[{"phone_number":"+1415555%04d","port_in_phone_number_sid":"%s","port_in_phone_number_status":]]
    .. [["In Review","portable":true,"not_portability_reason":null,"not_portability_reason_code":null,]]
    .. [["country":"US","phone_number_type":"LOCAL","missing_required_fields":false,"last_updated":]]
    .. [["2024-03-01T10:15:00Z","rejection_reason_code":%d,"port_date":null}]])
    :format(i % 10000, sid("PU", i), 22130 + i % 10)
end

--- A port-in with so many numbers.
local function port_in(count)
  local numbers = {}
  for i = 1, count do numbers[i] = number(i) end
  return ([[{"port_in_request_sid":"%s","url":"https://numbers.twilio.com/v1/Porting/PortIn/%s",]]
    .. [["account_sid":"%s","port_in_request_status":"In Review","target_port_in_date":"2024-05-01",]]
    .. [["target_port_in_time_range_start":"10:15:00-08:00","target_port_in_time_range_end":]]
    .. [["12:15:00-08:00","losing_carrier_information":{"customer_name":"Example Inc.","account_number":]]
    .. [["123456789","customer_type":"Business","authorized_representative":"Robin Example",]]
    .. [["authorized_representative_email":"robin@example.com","address":{"street":"1 Main Street",]]
    .. [["city":"San Francisco","state":"CA","zip":"94105","country":"US"}},"notification_emails":]]
    .. [["robin@example.com"],"documents":["%s"],"phone_numbers":[%s]}]])
    :gsub('emails":"', 'emails":["')
    :format(sid("KW", 1), sid("KW", 1), sid("AC", 1), sid("RD", 1), table.concat(numbers, ","))
end

local function microseconds(decode, text, times)
  local from = os.clock()
  for _ = 1, times do decode(text) end
  return (os.clock() - from) / times * 1e6
end

local function median(list)
  table.sort(list)
  return list[math.ceil(#list / 2)]
end

print(("%s, lua-cjson %s"):format(jit and jit.version or _VERSION, cjson._VERSION))
for _, text in ipairs { port_in(0), port_in(4), port_in(2600) } do
  local times = math.ceil(BYTES / #text)
  local ours, theirs = {}, {}
  for i = 1, ROUNDS do
    collectgarbage()
    ours[i] = microseconds(core.decode, text, times)
    collectgarbage()
    theirs[i] = microseconds(cjson.decode, text, times)
  end
  print(("%9d bytes: core %9.2f us, lua-cjson %9.2f us, ratio %.2f"):format(
    #text, median(ours), median(theirs), median(ours) / median(theirs)))
end
