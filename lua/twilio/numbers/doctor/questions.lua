--- What is not sure about the API, and what the answers at hand tell of it.

local conformity = require "twilio.numbers.api.conformity"
local contract = require "twilio.numbers.api.contract"
local date = require "twilio.numbers.util.date"
local seen = require "twilio.numbers.doctor.seen"
local status = require "twilio.numbers.api.status"

local A_READ_CANNOT_TELL = "a read cannot tell"

local PORT_IN, NUMBER = "numbers.v1.porting_port_in", "numbers.v1.porting_port_in_phone_number"

--- The fields of objects that are marked so in the contract.
local function marked_fields(objects, resource, mark)
  return seen.fields(objects, function(name)
    local property = contract.resources[resource][name]
    return property ~= nil and property[mark] == true
  end)
end

--- How many of a page's items there are, and whether each fits.
local function of_filter(answers, purpose, count_words, fits)
  for _, answer in ipairs(answers) do
    local items = answer.purpose == purpose and answer.object and answer.object.port_in_requests
    if type(items) == "table" then
      local fitting = 0
      for _, item in ipairs(items) do
        if type(item) == "table" and fits(item, #items) then fitting = fitting + 1 end
      end
      return (count_words):format(#items, fitting)
    elseif answer.purpose == purpose and answer.status then
      return ("refused: HTTP %d"):format(answer.status)
    end
  end
end

local function shape_of_error(answers)
  for _, answer in ipairs(answers) do
    if answer.purpose == "nothing" and answer.error_object then
      return ("HTTP %d, %s, fields %s"):format(answer.status,
        seen.content_type(answer), seen.fields { answer.error_object } or "none")
    end
  end
end

local function of_failed_bulk(answers)
  for _, bulk in ipairs(seen.objects(answers, "FetchBulkEligibility")) do
    if status.normal(bulk.status) == "failed" then
      return ("date_completed is %s, results are %s"):format(
        conformity.type_of(bulk.date_completed), conformity.type_of(bulk.results))
    end
  end
end

local function of_canceling(answers)
  local count = 0
  for _, object in ipairs(seen.port_ins(answers)) do
    if status.normal(object.port_in_request_status) == "canceling" then count = count + 1 end
  end
  for _, object in ipairs(seen.numbers(answers)) do
    if status.normal(object.port_in_phone_number_status) == "canceling" then count = count + 1 end
  end
  return count > 0 and ("yes: %d seen at canceling"):format(count) or nil
end

local function of_portability(answers)
  for _, answer in ipairs(answers) do
    local object = answer.object or answer.error_object
    if answer.id == "FetchPortingPortability" and object and object.portable ~= true then
      return ("HTTP %d, fields %s"):format(answer.status, seen.fields { object } or "none")
    end
  end
end

local function of_retry_after(answers)
  for _, answer in ipairs(answers) do
    local value = answer.headers["Retry-After"]
    if value then
      return ("HTTP %d, %s"):format(answer.status or 0,
        value:find "^%d+$" and "in seconds" or "as a date or other text")
    end
  end
  for _, answer in ipairs(answers) do
    if answer.status == 429 then return "a 429 came without it" end
  end
end

local function of_headers(answers)
  local parts = {}
  for _, name in ipairs { "Twilio-Request-Id", "Twilio-Concurrent-Requests",
    "Twilio-Request-Duration" } do
    local count = 0
    for _, answer in ipairs(answers) do
      if answer.headers[name] then count = count + 1 end
    end
    parts[#parts + 1] = ("%s %d of %d"):format(name, count, #answers)
  end
  return table.concat(parts, ", ")
end

local function of_list(answers)
  local list = answers[1]
  if not list.object then return list.status and ("no: HTTP %d"):format(list.status) end
  local items = seen.items(list.object.port_in_requests)
  return items[1] and "yes, fields " .. (seen.fields(items) or "none") or "yes, and it is empty"
end

--- The latest change of a port-in's numbers; nil if their times cannot be read.
local function latest_of(port_in)
  local latest
  for _, item in ipairs(seen.items(port_in.phone_numbers)) do
    local time = date.seconds(item.status_last_time_updated_timestamp)
      or date.seconds(item.last_updated)
    latest = time and math.max(latest or time, time) or latest
  end
  return latest
end

--- Whether the time of a list's item tells of changes of numbers: then it is never before the latest of them.
local function of_list_times(answers)
  local times, late, early = {}, 0, 0
  for _, list in ipairs(seen.objects(answers, "ListPortInRequests")) do
    for _, item in ipairs(seen.items(list.port_in_requests)) do
      times[item.port_in_request_sid or ""] = date.seconds(item.status_last_updated_timestamp)
    end
  end
  for _, port_in in ipairs(seen.objects(answers, "FetchPortingPortIn")) do
    local listed, latest = times[port_in.port_in_request_sid or ""], latest_of(port_in)
    if listed and latest then
      late, early = late + (listed >= latest and 1 or 0), early + (listed < latest and 1 or 0)
    end
  end
  if late + early == 0 then return nil end
  return ("not before it: %d, before it: %d"):format(late, early)
end

--- The question, and a function that answers it; nil for what was not seen.
return {
  { "Is the status FAILED of a bulk eligibility final, and what comes with it?", of_failed_bulk },
  { "Which statuses refuse a DELETE, and with 400 or 409?",
    function() return A_READ_CANNOT_TELL end },
  { "Does Retry-After come, and in which form?", of_retry_after },
  { "How does a webhook name its event?", function() return A_READ_CANNOT_TELL end },
  { "Is a DELETE asynchronous, so that canceling is seen before canceled?", of_canceling },
  { "How does \"not portable\" come?", of_portability },
  { "Which shape have errors?", shape_of_error },
  { "Which headers come?", of_headers },
  { "Can this account list port-ins, and what has an item?", of_list },
  { "Does the filter PortInRequestSid take two SIDs with a comma?", function(answers)
    return of_filter(answers, "two_sids", "asked for 2, got %d", function() return true end)
  end },
  { "Does the filter PortInRequestStatus take the spelling of answers?", function(answers)
    local first = answers[1].object and seen.items(answers[1].object.port_in_requests)[1]
    local wanted = first and status.normal(first.port_in_request_status)
    return of_filter(answers, "one_status", "of %d, %d are at that status", function(item)
      return status.normal(item.port_in_request_status) == wanted
    end)
  end },
  { "Is the time of a list's item that of the latest change of a number?", of_list_times },
  { "How are statuses of port-ins spelled?", function(answers)
    return seen.values(seen.port_ins(answers), "port_in_request_status")
  end },
  { "How are statuses of numbers spelled?", function(answers)
    return seen.values(seen.numbers(answers), "port_in_phone_number_status")
  end },
  { "How are statuses of bulk eligibilities spelled?", function(answers)
    return seen.values(seen.objects(answers, "FetchBulkEligibility"), "status")
  end },
  { "Which newer fields does a port-in have?", function(answers)
    return marked_fields(seen.objects(answers, "FetchPortingPortIn"), PORT_IN, "newer")
  end },
  { "Which newer fields does a number have?", function(answers)
    return marked_fields(seen.resources(answers), NUMBER, "newer")
  end },
  { "Which dropped fields does a number still have?", function(answers)
    return marked_fields(seen.resources(answers), NUMBER, "older")
  end },
  { "Which dropped fields does a portability still have?", function(answers)
    return marked_fields(seen.objects(answers, "FetchPortingPortability"),
      "numbers.v1.porting_portability", "older")
  end },
  { "Which fields has a number within its port-in?", function(answers)
    return seen.fields(seen.items_within(answers))
  end },
  { "Which type has not_portability_reason_code within a port-in, and on the resource?",
    function(answers) return seen.two_types(answers, "not_portability_reason_code") end },
  { "Which type has rejection_reason_code within a port-in, and on the resource?",
    function(answers) return seen.two_types(answers, "rejection_reason_code") end },
  { "Which type has port_out_pin?", function(answers)
    return seen.types(seen.resources(answers), "port_out_pin")
  end },
  { "Which offset have target times?", function(answers)
    return seen.offsets(seen.objects(answers, "FetchPortingPortIn"),
      "target_port_in_time_range_start")
  end },
  { "Which form have dates?", function(answers)
    return seen.forms(seen.port_ins(answers), { "date_created", "status_last_updated_timestamp" })
  end },
  { "Which fields have results of eligibilities?", function(answers)
    local items = {}
    for _, bulk in ipairs(seen.objects(answers, "FetchBulkEligibility")) do
      for _, item in ipairs(seen.items(bulk.results)) do items[#items + 1] = item end
    end
    return seen.fields(items)
  end },
}
