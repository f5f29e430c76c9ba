--- The pages of pages.sh, as JSON for the sandbox's control. usage: page.lua port-in|bulk

local function sid(prefix, number) return prefix .. ("%032x"):format(number) end

local NUMBER = '{"port_in_phone_number_sid": "%s", "phone_number": "+1415555%04d", "number_type": "LOCAL", '
  .. '"country": "US", "missing_required_fields": false, "last_updated": "2030-05-01T09:30:00Z", '
  .. '"portable": true, "not_portability_reason": null, "not_portability_reason_code": null, '
  .. '"port_in_phone_number_status": "In Review", "port_date": null, "rejection_reason": null, '
  .. '"rejection_reason_code": null}'

local RESULT = '{"phone_number": "+1415%07d", "hosting_account_sid": "%s", "country": "US", '
  .. '"eligibility_status": "ineligible", "eligibility_sub_status": "country_not_supported", '
  .. '"date_last_checked": "2030-05-01T09:30:00Z", "error_code": null, '
  .. '"ineligibility_reason": "the number cannot be hosted in this country"}'

local function array(count, item)
  local items = {}
  for i = 1, count do items[i] = item(i) end
  return "[" .. table.concat(items, ", ") .. "]"
end

if arg[1] == "port-in" then
  print('{"phone_numbers": ' .. array(4, function(i) return NUMBER:format(sid("PU", i), i) end) .. "}")
else
  local body = ('{"request_id": "%s", "url": null, "results": %s, "friendly_name": "all", '
    .. '"status": "COMPLETED", '
    .. '"date_created": "2030-05-01T09:30:00Z", "date_completed": "2030-05-01T09:31:00Z"}'):format(
    sid("EC", 3), array(3000, function(i) return RESULT:format(i, sid("AC", i)) end))
  print('{"fault": "body", "content_type": "application/json", "status": 200, "times": 1000000, "body": "'
    .. body:gsub('"', '\\"') .. '"}')
end
