--- Compares an answer with the contract, and tells what differs: fields, values and codes that are not known, fields
--- that are missing, and values of another type or form. A difference is no error: what is unknown is kept.

local ascii = require "twilio.numbers.util.ascii"
local contract = require "twilio.numbers.api.contract"
local core = require "twilio.numbers.core"
local date = require "twilio.numbers.util.date"
local numbers = require "twilio.numbers.util.phone_number"
local redact = require "twilio.numbers.util.redact"
local sid = require "twilio.numbers.util.sid"
local status = require "twilio.numbers.api.status"
local vocabulary = require "twilio.numbers.api.vocabulary"

local null = core.null

---@alias twilio.numbers.DeviationKind
---| "field" # a field that the contract has not
---| "value" # a status or the like that is not known
---| "code" # a reason code that is not known
---| "missing" # a field that every version of the contract has
---| "type" # a value of another type
---| "form" # a text of another form, such as a malformed SID

---@class twilio.numbers.Deviation
---@field kind twilio.numbers.DeviationKind
---@field name string the field, such as "phone_numbers[].surprise"
---@field value string? what came: a word, or the type of what may be personal
---@field wanted string? what the contract says

local conformity = {}

local LONGEST = 40 -- bytes of a name or a value that is shown
local TOKEN = 16 -- letters and digits without a break that may be a token or a SID

local function has_token(text)
  for run in text:gmatch "[0-9A-Za-z]+" do
    if #run >= TOKEN and run:find "%d" then return true end
  end
  return false
end

--- A word of the API as it may be shown. What may be a name, a number, a SID or a secret is not.
---@param value any
---@return string
function conformity.word(value)
  if type(value) == "number" then return redact.text(ascii.text(value)) end
  if type(value) ~= "string" then return "a " .. type(value) end
  local is_word = #value <= LONGEST and value:find "^[A-Za-z_][A-Za-z0-9_ %-]*$"
    and not value:find "%d%d%d%d%d" and not has_token(value) and redact.text(value) == value
  return is_word and value or ("a text of %d bytes"):format(#value)
end

--- A field's name as it may be shown: an identifier.
---@param name any
---@return string
function conformity.name(name)
  local is_identifier = type(name) == "string" and name:find "^[A-Za-z_][A-Za-z0-9_-]*$"
  return is_identifier and conformity.word(name) or ("a name of %d bytes"):format(#ascii.text(name))
end

--- JSON's type of a value. "empty" is an array or an object without content.
---@param value any
---@return string
function conformity.type_of(value)
  if value == null then return "null" end
  if type(value) == "number" then return value % 1 == 0 and "integer" or "number" end
  if type(value) ~= "table" then return type(value) end
  if next(value) == nil then return "empty" end
  return value[1] ~= nil and "array" or "object"
end

local type_of = conformity.type_of

local formats = {
  uri = function(value) return value:find "^https?://" ~= nil end,
  date = function(value) return date.day(value) ~= nil end,
  ["date-time"] = function(value) return (date.seconds(value) or date.day(value)) ~= nil end,
  ["iso-country-code"] = function(value) return value:find "^[A-Z][A-Z]$" ~= nil end,
  ["phone-number"] = numbers.is_e164,
}

--- A form of a field that the contract or the vocabulary has, with its test.
local function compile_form(property)
  local prefix = property.pattern and property.pattern:match "^%^([A-Z][A-Z])"
  return {
    type = property.object and "object" or property.type, items = property.items,
    object = property.object, format = prefix and "a SID of " .. prefix or property.format,
    fits = prefix and sid.validator(prefix) or formats[property.format],
  }
end

local function add_forms(shape, name, property)
  local field = shape.fields[name] or { forms = {} }
  shape.fields[name] = field
  for _, one in ipairs { property, property.newest } do
    if one.type or one.object then field.forms[#field.forms + 1] = compile_form(one) end
  end
end

--- The fields that every answer has: those that no version has added or dropped. Of a resource that is newer as a
--- whole, an item of another one may lack any.
local function required_of(properties)
  local required = {}
  for name, property in pairs(properties) do
    if not property.newer and not property.older then required[#required + 1] = name end
  end
  return ascii.sort(required)
end

local shapes = {}

local function shape_of(resource)
  local shape = shapes[resource]
  if shape then return shape end
  local properties = contract.resources[resource] or {}
  shape = {
    fields = {}, required = required_of(properties), values = vocabulary.values[resource] or {},
  }
  for name, property in pairs(properties) do add_forms(shape, name, property) end
  for name, property in pairs(vocabulary.fields[resource] or {}) do
    add_forms(shape, name, property)
  end
  shapes[resource] = shape
  return shape
end

--- The form that a value has; or nil, and what is wrong with it.
local function form_of(field, value)
  local kind, problem, wanted = type_of(value), "type", nil
  for _, form in ipairs(field.forms) do
    local is_empty = kind == "empty" and (form.type == "array" or form.type == "object")
    if is_empty or form.type == kind or form.type == "number" and kind == "integer" then
      if kind ~= "string" or not form.fits or form.fits(value) then return form end
      problem, wanted = "form", form.format
    end
  end
  return nil, problem, wanted or field.forms[1] and field.forms[1].type
end

local compare

local function compare_items(form, items, name, report)
  if not form.items then return end
  for _, item in ipairs(items) do
    if form.items == "string" then
      if type(item) ~= "string" then report("type", name .. "[]", type_of(item), "string") end
    elseif type(item) == "table" and item ~= null then
      compare(form.items, item, name .. "[].", report)
    else
      report("type", name .. "[]", type_of(item), "object")
    end
  end
end

--- The form with the most to compare by: a text of 1.56.0 has become typed items.
local function richest(field, form)
  for _, one in ipairs(field.forms) do
    if one.type == form.type and (one.items or one.object) and one.items ~= "string" then
      return one
    end
  end
  return form
end

local function compare_value(shape, name, value, path, report)
  local field = shape.fields[name]
  local form, problem, wanted = form_of(field, value)
  if not form then
    if #field.forms > 0 then report(problem, path, type_of(value), wanted) end
    return
  end
  form = richest(field, form)
  if form.object then compare(form.object, value, path .. ".", report) end
  if form.type == "array" then compare_items(form, value, path, report) end
  local is_known = shape.values[name]
  local is_text = type(value) == "string" and value ~= ""
  if is_known and is_text and not is_known(status.normal(value)) then
    report("value", path, conformity.word(value))
  end
  if vocabulary.code_fields[name] and not vocabulary.codes[ascii.whole(value) or value] then
    report("code", path, conformity.word(ascii.whole(value) or value))
  end
end

function compare(resource, object, prefix, report)
  local shape = shape_of(resource)
  for name, value in pairs(object) do
    local is_known = shape.fields[name] ~= nil
    local path = prefix .. (is_known and name or conformity.name(name))
    if not is_known then
      report("field", path, type_of(value))
    elseif value ~= null then
      compare_value(shape, name, value, path, report)
    end
  end
  for _, name in ipairs(shape.required) do
    if object[name] == nil then report("missing", prefix .. name) end
  end
end

--- Compares what an operation answered. Another shape of an answer than the resource's is not compared: the one
--- that is like an error.
---@param id string the operation's id in the contract
---@param object table
---@param report fun(kind: twilio.numbers.DeviationKind, name: string, value: string?, wanted: string?)
function conformity.compare(id, object, report)
  local operation = contract.operations[id]
  local is_error = operation.answer_on and object.code ~= nil and object.message ~= nil
  if operation.returns and not is_error then
    compare(operation.returns, core.complete_object(object), "", report)
  end
end

return conformity
