--- Whether an object is the response to a call: it names the requested thing, and is of the operation's kind. A
--- cache or a mixed-up connection may bring the response to another request.

local ascii = require "twilio.numbers.util.ascii"
local contract = require "twilio.numbers.api.contract"
local excerpt = require "twilio.numbers.util.excerpt"
local null = require("twilio.numbers.core").null

local type = type

local identity = {}

local SHOWN = 60 -- bytes of a value that a message shows

--- The letters of a SID may be of either case.
local function is_same_sid(asked, value)
  return type(value) == "string" and ascii.lower(value) == ascii.lower(asked)
end

--- The API may write a phone number with or without its plus sign, blanks and hyphens.
local function is_same_number(asked, value)
  if type(value) == "number" then value = ("%.0f"):format(value) end
  return type(value) == "string" and value:gsub("%D", "") == asked:gsub("%D", "")
end

--- A parameter's value in a call (see `request.call`), and how it is compared.
local function places_of(operation)
  local places, path_places = {}, { "first", "second" }
  for _, parameter in ipairs(operation.parameters) do
    places[parameter.name] = {
      asked = parameter.where == "path" and table.remove(path_places, 1) or parameter.name,
      is_same = parameter.format == "phone-number" and is_same_number or is_same_sid,
    }
  end
  return places
end

local function compile(operation)
  local places, entries = places_of(operation), {}
  for i, name in ipairs(operation.names) do
    local place = places[name.parameter] or { asked = name.in_body, is_same = is_same_sid }
    entries[i] = {
      asked = place.asked, is_same = place.is_same,
      field = name.field, each_of = name.each_of, top_field = name.each_of or name.field,
    }
  end
  return entries
end

--- Whether one resource has all fields that another one has.
local function includes(resource, other)
  for field in pairs(contract.resources[other]) do
    if not contract.resources[resource][field] then return false end
  end
  return true
end

--- Whether two resources are one kind: the answer that tells of a creation may have fewer fields.
local function is_one_kind(a, b)
  return includes(a, b) or includes(b, a)
end

local answers = {} -- the resources that operations answer with, as keys
for _, operation in pairs(contract.operations) do
  if contract.resources[operation.returns] then answers[operation.returns] = true end
end

--- The fields that answers of other kinds have, as keys.
local function fields_of_others(returns)
  local foreign = {}
  for other in pairs(answers) do
    if not is_one_kind(returns, other) then
      for field in pairs(contract.resources[other]) do foreign[field] = true end
    end
  end
  return foreign
end

local field_lists = {} -- by resource

--- A resource's fields in a fixed order. Those of 1.56.0 come first, since any answer may have them.
---@param resource string
---@return string[]
function identity.fields(resource)
  if field_lists[resource] then return field_lists[resource] end
  local older, newer = {}, {}
  for field, property in pairs(contract.resources[resource]) do
    local list = property.newer and newer or older
    list[#list + 1] = field
  end
  ascii.sort(older)
  for _, field in ipairs(ascii.sort(newer)) do older[#older + 1] = field end
  field_lists[resource] = older
  return older
end

--- The fields that tell a kind of answer from all others.
local function own_fields(operation)
  local own, foreign = {}, fields_of_others(operation.returns)
  for _, field in ipairs(identity.fields(operation.returns)) do
    if not foreign[field] and field ~= "status" then own[#own + 1] = field end
  end
  for _, field in ipairs(operation.answer_on and operation.answer_on.fields or {}) do
    own[#own + 1] = field
  end
  return own
end

local names, own = {}, {} -- by operation id
for id, operation in pairs(contract.operations) do
  if operation.returns then names[id], own[id] = compile(operation), own_fields(operation) end
end

local function show(value)
  if type(value) == "string" then return '"' .. excerpt(value, SHOWN) .. '"' end
  return type(value) == "table" and "no single value" or ascii.text(value)
end

local function in_words(field, value, asked)
  return ("the answer is about something else: %s is %s, asked for was %s"):format(
    field, show(value), asked)
end

--- The contradiction in an array's items, if any. An item that is no object, or is null, names nothing.
local function contradiction_within(entry, asked, items)
  if type(items) ~= "table" then return nil end
  local field, i, item = entry.field, 1, items[1]
  while item ~= nil do
    local value = type(item) == "table" and item[field] or nil
    if value ~= nil and value ~= null and value ~= asked and not entry.is_same(asked, value) then
      return in_words(("%s[%d].%s"):format(entry.each_of, i, field), value, asked)
    end
    i = i + 1
    item = items[i]
  end
end

--- Compares an object's names with the requested ones. A field that is null or missing names nothing.
---@param call twilio.numbers.Call
---@param object table
---@return string? # what contradicts, in words
---@return boolean # whether it names anything that was asked for
function identity.compare(call, object)
  local entries, is_named = names[call.id], false
  for i = 1, #entries do
    local entry = entries[i]
    local asked, value = call[entry.asked], object[entry.top_field]
    if asked and value == asked then
      is_named = is_named or not entry.each_of
    elseif asked and value ~= nil and value ~= null then
      if entry.each_of then
        local words = contradiction_within(entry, asked, value)
        if words then return words, false end
      elseif entry.is_same(asked, value) then
        is_named = true
      else
        return in_words(entry.field, value, asked), false
      end
    end
  end
  return nil, is_named
end

--- The fields that only the operation's answers have.
---@param id string the operation's id in the contract
---@return string[]
function identity.own_fields(id)
  return own[id]
end

--- Whether it has one of them, be it null.
---@param id string the operation's id in the contract
---@param object table
---@return boolean
function identity.is_of_kind(id, object)
  local fields = own[id]
  for i = 1, #fields do
    if object[fields[i]] ~= nil then return true end
  end
  return false
end

--- Whether an object has a field that only the answers of other operations have.
function identity.is_of_another_kind(id, object)
  local returns = contract.operations[id].returns
  for other in pairs(own) do
    local is_other = not is_one_kind(contract.operations[other].returns, returns)
    if is_other and identity.is_of_kind(other, object) then return true end
  end
  return false
end

return identity
