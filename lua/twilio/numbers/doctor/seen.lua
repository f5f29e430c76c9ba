--- What answers have, counted: names of fields, types, statuses and forms. No value that may be personal.

local ascii = require "twilio.numbers.util.ascii"
local conformity = require "twilio.numbers.api.conformity"
local null = require("twilio.numbers.core").null

local seen = {}

local MOST = 40 -- names or values of a list

--- The objects of an array.
---@param array any
---@return table[]
function seen.items(array)
  local items = {}
  for _, item in ipairs(type(array) == "table" and array or {}) do
    if type(item) == "table" then items[#items + 1] = item end
  end
  return items
end

--- The objects that an operation answered.
function seen.objects(answers, id)
  local objects = {}
  for _, answer in ipairs(answers) do
    if answer.id == id and answer.object then objects[#objects + 1] = answer.object end
  end
  return objects
end

--- Numbers as resources.
function seen.resources(answers)
  return seen.objects(answers, "FetchPortingPortInPhoneNumber")
end

--- Numbers within their port-ins.
function seen.items_within(answers)
  local all = {}
  for _, port_in in ipairs(seen.objects(answers, "FetchPortingPortIn")) do
    for _, item in ipairs(seen.items(port_in.phone_numbers)) do all[#all + 1] = item end
  end
  return all
end

--- Numbers of both kinds.
function seen.numbers(answers)
  local all = seen.items_within(answers)
  for _, resource in ipairs(seen.resources(answers)) do all[#all + 1] = resource end
  return all
end

--- Port-ins, also those of lists.
function seen.port_ins(answers)
  local all = seen.objects(answers, "FetchPortingPortIn")
  for _, list in ipairs(seen.objects(answers, "ListPortInRequests")) do
    for _, item in ipairs(seen.items(list.port_in_requests)) do all[#all + 1] = item end
  end
  return all
end

--- Words with how often each came, in order; nil for none.
local function tally(words)
  local counts, names = {}, {}
  for _, word in ipairs(words) do
    if not counts[word] then names[#names + 1] = word end
    counts[word] = (counts[word] or 0) + 1
  end
  ascii.sort(names)
  local parts = {}
  for i = 1, math.min(#names, MOST) do parts[i] = ("%s (%d)"):format(names[i], counts[names[i]]) end
  return parts[1] and table.concat(parts, ", ") or nil
end

local function collect(objects, field, word_of)
  local words = {}
  for _, object in ipairs(objects) do
    local value = object[field]
    if value ~= nil and value ~= null then words[#words + 1] = word_of(value) end
  end
  return words
end

--- The values of a field that is a status.
function seen.values(objects, field)
  return tally(collect(objects, field, conformity.word))
end

--- The JSON types of a field that is not null.
function seen.types(objects, field)
  return tally(collect(objects, field, conformity.type_of))
end

--- The same within port-ins and on the resource.
function seen.two_types(answers, field)
  local within, alone = seen.types(seen.items_within(answers), field),
    seen.types(seen.resources(answers), field)
  if not within and not alone then return nil end
  return ("within: %s; on the resource: %s"):format(within or "not seen", alone or "not seen")
end

--- The names of fields, be they null.
---@param wanted (fun(name: string): boolean)? all if missing
function seen.fields(objects, wanted)
  local names = {}
  for _, object in ipairs(objects) do
    for name in pairs(object) do
      if not wanted or wanted(name) then names[#names + 1] = conformity.name(name) end
    end
  end
  return tally(names)
end

--- The offset at the end of times.
function seen.offsets(objects, field)
  return tally(collect(objects, field, function(value)
    return type(value) == "string" and value:match "[Z+-][%d:]*$" or conformity.type_of(value)
  end))
end

--- Dates with a 9 for each digit.
function seen.forms(objects, fields)
  local words = {}
  for _, field in ipairs(fields) do
    for _, word in ipairs(collect(objects, field, function(value)
      local is_date = type(value) == "string" and #value <= MOST and value:find "^%d[%dT :.Z+-]*$"
      return is_date and value:gsub("%d", "9") or conformity.type_of(value)
    end)) do words[#words + 1] = word end
  end
  return tally(words)
end

--- The type of an answer's content, without its parameters.
function seen.content_type(answer)
  local kind = answer.headers["Content-Type"]
  kind = kind and kind:match "^[a-z]+/[a-z+.-]+"
  return kind and #kind <= MOST and kind or "no content type"
end

return seen
