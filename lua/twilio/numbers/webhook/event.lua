--- A webhook's event: a record of the body, with unknown fields and names kept. What the event is about
--- follows from its fields; what they leave open is nil.

local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local date = require "twilio.numbers.util.date"
local encoding = require "twilio.numbers.util.url_query"
local event_name = require "twilio.numbers.webhook.event_name"
local excerpt = require "twilio.numbers.util.excerpt"
local json = require "twilio.numbers.util.json"
local record = require "twilio.numbers.api.record"
local status = require "twilio.numbers.api.status"

---@class twilio.numbers.WebhookEvent: twilio.numbers.Record
---@field event_type string? its name, if it was sent; see `name()`
---@field port_in_request_sid string? the port-in's SID
---@field port_in_phone_number_sid string? the number's SID
---@field phone_number_sid string? the same by another name; see `sid()`
---@field phone_number string? in E.164 format
---@field status string? as it was sent; see `normal_status()`
---@field last_date_updated string? when it happened; see `time()`
---@field portable boolean? whether the number can be ported
---@field not_portable_reason string? why not
---@field not_portable_reason_code integer|string|nil the same as a code
---@field rejection_reason string? why the losing carrier refused
---@field rejection_reason_code integer|string|nil the same as a code
local event = {}

local ORIGINAL = {} -- a key that no JSON object has
local MOST_SHOWN = 60 -- bytes of a text from outside

--- The body as it came. The fields of the event are converted to their types, or nil where they cannot be.
---@return table # null is `numbers.null`
function event:raw()
  return rawget(self, ORIGINAL)
end

--- The body as it came, as JSON text.
---@return string
function event:to_json()
  return json.encode_object(self:raw())
end

--- Whether a field came with anything in it, of whatever type.
local function has(self, name)
  local value = self:raw()[name]
  return value ~= nil and value ~= core.null and value ~= ""
end

local function has_any(self, names)
  for _, name in ipairs(names) do
    if has(self, name) then return true end
  end
  return false
end

local NUMBER = { "port_in_phone_number_sid", "phone_number_sid", "phone_number" }
local OF_NUMBER = { -- what only a number has
  "portable", "not_portable_reason", "not_portable_reason_code", "rejection_reason",
  "rejection_reason_code",
}
local PORT_IN = { "port_in_request_sid", "port_in_phone_number_sid", "phone_number_sid" }

--- The name that was sent: `event_type`, or a `status` that is a name.
local function sent_name(self)
  if (self.event_type or "") ~= "" then return self.event_type end
  local sent = self.status
  if not sent then return nil end
  local known = event_name.read(sent)
  if known then return known.name end
  return event_name.subject(sent) and sent or nil
end

--- What the event is about: one phone number, or the port-in as a whole; nil if its fields leave that open.
---@return twilio.numbers.Subject?
function event:subject()
  local name, normal = sent_name(self), self:normal_status()
  local by_name = name and event_name.subject(name)
  local by_fields = has_any(self, NUMBER) and "number" or nil
  if by_name and by_fields and by_name ~= by_fields then return nil end
  local subject = by_name or by_fields or normal and event_name.subject_of_status(normal)
  if subject then return subject end
  return has(self, "port_in_request_sid") and not has_any(self, OF_NUMBER) and "port_in" or nil
end

--- The status in normal form, such as "completed". (`status` is the sent field.)
---@return string?
function event:normal_status()
  local sent = self.status
  if not sent or sent == "" then return nil end
  local known = event_name.read(sent)
  if known then return known.status end
  if event_name.subject(sent) then return nil end -- a name that is not known
  return status.normal(sent)
end

local function first_sid(self, names, prefix)
  for _, name in ipairs(names) do
    local sid = self[name]
    if sid and sid:find(prefix) then return sid end
  end
  return nil
end

--- The SID of what the event is about: of the phone number, or of the port-in; nil if it has none, or if
--- `subject()` is nil. A number's event without the number's SID has none.
---@return string?
function event:sid()
  local subject = self:subject()
  if subject == "number" then
    return first_sid(self, { "port_in_phone_number_sid", "phone_number_sid" }, "^PU")
  end
  return subject and first_sid(self, { "port_in_request_sid" }, "^KW")
end

--- The event's name, such as "PortInCompleted": as it was sent, or made from `subject()` and the status; nil
--- if Twilio has no such event.
---@return string?
function event:name()
  local name, subject, normal = sent_name(self), self:subject(), self:normal_status()
  if name then return name end
  return subject and normal and event_name.of(subject, normal, has_any(self, PORT_IN)) or nil
end

--- When it happened, in seconds since 1970; nil if `last_date_updated` cannot be read.
---@return number?
function event:time()
  local seconds = date.seconds(self.last_date_updated)
  return seconds
end

--- Internal. For `tostring`.
---@return string
function event:describe()
  return ("%s of %s"):format(excerpt(self:name() or "unnamed", MOST_SHOWN),
    excerpt(self:sid() or "no SID", MOST_SHOWN))
end

local class = record.class("WebhookEvent", {}, event)
local webhook_event = { class = class }

local function to_sid(value)
  return type(value) == "string" and value or nil
end

local function to_text(value)
  if type(value) == "number" and value % 1 == 0 then return ("%.0f"):format(value) end
  return type(value) == "string" and value or nil
end

local function to_boolean(value)
  if type(value) == "boolean" then return value end
  local word = type(value) == "string" and ascii.lower(value)
  if word == "true" then return true elseif word == "false" then return false end
  return nil
end

local function to_code(value)
  local is_whole = type(value) == "number" and value % 1 == 0
  return (is_whole or type(value) == "string") and value or nil
end

local CONVERSIONS = {
  event_type = to_text, port_in_request_sid = to_sid, port_in_phone_number_sid = to_sid,
  phone_number_sid = to_sid, phone_number = to_text, status = to_text, last_date_updated = to_text,
  portable = to_boolean, not_portable_reason = to_text, not_portable_reason_code = to_code,
  rejection_reason = to_text, rejection_reason_code = to_code,
}

--- A copy with the declared fields in their types.
local function converted(raw)
  local fields = {}
  for name, value in pairs(raw) do
    local convert = value ~= core.null and CONVERSIONS[name]
    if convert then fields[name] = convert(value) else fields[name] = value end
  end
  return fields
end

--- A field that comes twice is an array of its different values. Their order is not signed.
local function from_form(body)
  local raw, values = {}, encoding.grouped(body)
  for name, list in pairs(values) do
    table.sort(list, ascii.is_before)
    local different = {}
    for _, value in ipairs(list) do
      if value ~= different[#different] then different[#different + 1] = value end
    end
    raw[name] = #different == 1 and different[1] or different
  end
  return raw
end

--- An event from a request's body; or nil and what is wrong with the body.
---@param body string
---@param is_form boolean
---@return twilio.numbers.WebhookEvent?
---@return string?
function webhook_event.read(body, is_form)
  local raw, why
  if is_form then raw = from_form(body) else raw, why = core.decode(body) end
  if raw == nil then return nil, "the body is no JSON: " .. tostring(why) end
  if type(raw) ~= "table" or raw[1] ~= nil or next(raw) == nil then
    return nil, "the body is no JSON object with anything in it"
  end
  local self = record.new(class, converted(raw))
  rawset(self, ORIGINAL, raw)
  return self
end

return webhook_event
