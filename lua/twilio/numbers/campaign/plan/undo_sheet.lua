--- What is kept of a port-in before its DELETE, and the fields for creating it anew. PINs are not kept.

local body = require "twilio.numbers.api.body"
local bodies = require "twilio.numbers.api.contract.bodies"
local contract = require "twilio.numbers.api.contract"
local date = require "twilio.numbers.util.date"
local json = require "twilio.numbers.util.json"
local phone_number = require "twilio.numbers.util.phone_number"

local undo_sheet = {}

local CREATE = "CreatePortingPortIn"

local function is_pin(name)
  return type(name) == "string" and name:find "[Pp][Ii][Nn]$" ~= nil
end

local ends = { 'in":', 'iN":', 'In":', 'IN":' } -- of names that may be a PIN's

--- Whether JSON text may have a PIN. The quotes in its strings are escaped, so these follow names only.
local function may_have_pins(text)
  for i = 1, #ends do
    if text:find(ends[i], 1, true) then return true end
  end
  return false
end

local function without_pins(value)
  if type(value) ~= "table" then return value end
  local copy = {}
  for name, item in pairs(value) do
    if not is_pin(name) then copy[name] = without_pins(item) end
  end
  return copy
end

--- The port-in as JSON, without PINs.
---@param port_in twilio.numbers.PortIn
---@return string
function undo_sheet.text(port_in)
  local raw = port_in:raw()
  local text = assert(json.encode(raw))
  return may_have_pins(text) and assert(json.encode(without_pins(raw))) or text
end

--- Of a value, the fields that a schema has.
local function pick(schema, value)
  local is_nested = schema.type == "object" or schema.type == "array"
  if type(value) ~= "table" or not is_nested then return value end
  local picked = {}
  if schema.type == "array" then
    for i, item in ipairs(value) do picked[i] = pick(schema.items, item) end
    return picked
  end
  for _, field in ipairs(schema.fields) do
    local item = value[field.name]
    if item ~= nil then picked[field.name] = pick(field, item) end
  end
  return picked
end

--- Without what `body.check` adds to lists.
local function plain(value)
  if type(value) ~= "table" then return value end
  local copy = {}
  for name, item in pairs(value) do
    if name ~= "n" then copy[name] = plain(item) end
  end
  return copy
end

--- Numbers as a create takes them, and of a single number only that one.
local function prepare_numbers(fields, target, raw)
  if type(fields.phone_numbers) ~= "table" then return end
  local kept = {}
  for i, item in ipairs(fields.phone_numbers) do
    local own = type(raw.phone_numbers[i]) == "table" and raw.phone_numbers[i] or {}
    local is_meant = not target.phone_number_sid
      or own.port_in_phone_number_sid == target.phone_number_sid
      or own.phone_number_sid == target.phone_number_sid
    if type(item) == "table" and is_meant then
      item.phone_number = phone_number.written(item.phone_number) or item.phone_number
      kept[#kept + 1] = item
    end
  end
  fields.phone_numbers = kept
end

local ALWAYS = { -- what a create may need, and the API seldom tells
  "bundle_sid", "portability_advance_carrier", "notification_emails", "target_port_in_date",
}

local function note_missing(fields, fill_in)
  for _, name in ipairs(ALWAYS) do
    if fields[name] == nil then
      fill_in[#fill_in + 1] = name .. ": the API did not tell it, if there was one"
    end
  end
  local carrier = fields.losing_carrier_information or {}
  if carrier.address == nil and carrier.address_sid == nil then
    fill_in[#fill_in + 1] = "losing_carrier_information.address: the API did not tell it"
  end
  for i, item in ipairs(fields.phone_numbers or {}) do
    fill_in[#fill_in + 1] = ("phone_numbers[%d].pin: of %s, if its carrier wants one"):format(i,
      item.phone_number or "it")
  end
end

--- The fields for `port_ins:create`, and what has to be filled in again, in words.
---@param text string what `text` gave
---@param target { phone_number_sid: string? }
---@param now integer seconds since 1970
---@return table? fields nil if the text cannot be read
---@return string[] fill_in
function undo_sheet.read(text, target, now)
  local raw = json.decode(text)
  if type(raw) ~= "table" then return nil, { "the sheet cannot be read" } end
  local fields = pick(bodies[contract.operations[CREATE].body], raw)
  prepare_numbers(fields, target, raw)
  local day = date.day(fields.target_port_in_date)
  if day and day * 86400 < now + 7 * 86400 then fields.target_port_in_date = nil end
  local checked, problems = body.check(CREATE, fields)
  local fill_in = {}
  for i, problem in ipairs(problems) do fill_in[i] = problem.path .. ": " .. problem.message end
  checked = plain(checked)
  note_missing(checked, fill_in)
  return checked, fill_in
end

return undo_sheet
