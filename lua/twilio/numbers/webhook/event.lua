--- A webhook's event: a record of the body, with unknown fields and names kept.

local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local date = require "twilio.numbers.util.date"
local record = require "twilio.numbers.api.record"
local signature = require "twilio.numbers.webhook.signature"
local status = require "twilio.numbers.api.status"

---@class twilio.numbers.WebhookEvent: twilio.numbers.Record
---@field event_type string? its name, if it was sent; see `name()`
---@field port_in_request_sid string? the port-in's SID
---@field port_in_phone_number_sid string? the number's SID
---@field phone_number_sid string? the same by another name; see `sid()`
---@field phone_number string? in E.164 format
---@field status string? as it was sent; see `normal_status()`
---@field last_date_updated string? when it happened; see `time()`
---@field portable boolean|string|nil whether the number can be ported
---@field not_portable_reason string? why not
---@field not_portable_reason_code integer|string|nil the same as a code
---@field rejection_reason string? why the losing carrier refused
---@field rejection_reason_code integer|string|nil the same as a code
local event = {}

--- The status in normal form, such as "completed". (`status` is the sent field.)
---@return string?
function event:normal_status()
  return status.normal(self.status)
end

--- The SID of the phone number, else of the port-in.
---@return string?
function event:sid()
  for _, name in ipairs { "port_in_phone_number_sid", "phone_number_sid", "port_in_request_sid" } do
    local sid = self[name]
    if type(sid) == "string" and sid ~= "" then return sid end
  end
end

--- The event's name, such as "PortInCompleted": `event_type`, or made from the SIDs and the status.
---@return string?
function event:name()
  if type(self.event_type) == "string" then return self.event_type end
  local normal = self:normal_status()
  if not normal then return nil end
  local sid = self:sid()
  local is_number = sid ~= nil and sid ~= self.port_in_request_sid
  local words = normal:gsub("^port_", ""):gsub("_?([0-9a-z])([0-9a-z]*)", function(first, rest)
    return ascii.upper(first) .. rest
  end)
  return (is_number and "PortInPhoneNumber" or "PortIn") .. words
end

--- When it happened, in seconds since 1970; nil if `last_date_updated` cannot be read.
---@return number?
function event:time()
  return date.seconds(self.last_date_updated)
end

--- Internal. For `tostring`.
---@return string
function event:describe()
  return ("%s of %s"):format(self:name() or "unnamed", self:sid() or "no SID")
end

local class = record.class("WebhookEvent", {}, event)
local events = { class = class }

local function from_form(body)
  local raw = {}
  for _, pair in ipairs(signature.pairs_of(body)) do raw[pair[1]] = pair[2] end
  return raw
end

--- An event from a request's body; or nil and what is wrong with the body.
---@param body string
---@param is_form boolean
---@return twilio.numbers.WebhookEvent?
---@return string?
function events.read(body, is_form)
  local raw, why
  if is_form then raw = from_form(body) else raw, why = core.decode(body) end
  if raw == nil then return nil, "the body is no JSON: " .. tostring(why) end
  if type(raw) ~= "table" or raw[1] ~= nil or next(raw) == nil then
    return nil, "the body is no JSON object with anything in it"
  end
  return record.new(class, raw)
end

return events
