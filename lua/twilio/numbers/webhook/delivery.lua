--- What tells deliveries of webhooks apart: repeated ones, and those that a newer one overtook.

local core = require "twilio.numbers.core"
local signature = require "twilio.numbers.webhook.signature"

local delivery = {}

local HANDLING = 60 -- seconds that `on_event` may take until the same delivery may be handed on again
local AHEAD = 60 -- seconds that a date may be in the future, because clocks differ

--- A delivery's key: of whom and of what it tells, and the date. Where one of the three is missing, the
--- whole body is the key.
---@param event twilio.numbers.WebhookEvent
---@param body string
---@param is_form boolean
---@return string
function delivery.key(event, body, is_form)
  if is_form then return core.sha256(signature.form_text(body)) end -- in any order and spelling of its fields
  local whom = table.concat({ event.port_in_request_sid or "", event.port_in_phone_number_sid or "",
    event.phone_number_sid or "", event.phone_number or "" }, " ")
  local what = (event:normal_status() or event.status or "") .. " " .. (event.event_type or "")
  local date = event.last_date_updated or ""
  if whom == "   " or what == " " or date == "" then return core.sha256(body) end
  return whom .. " " .. what .. " " .. date
end

--- Of what the newest event is remembered: a number by its SID, a number of a port-in, or a port-in; nil where
--- the event leaves that open.
local function subject_of(event)
  local sid = event:sid()
  if sid or event:subject() ~= "number" or (event.phone_number or "") == "" then return sid end
  return (event.port_in_request_sid or "") .. " " .. event.phone_number
end

--- Whether a newer event of the same subject came before. An event that is dated in the future is not
--- remembered as the newest: all later ones would be stale.
local function is_stale(store, window, event)
  local time, subject = event:time(), subject_of(event)
  if not time or not subject or time > core.time() + AHEAD then return false end
  return not store:advance(subject, time, window * 2)
end

--- Claims a delivery, and tells whether it is new.
---@param store twilio.numbers.WebhookStore
---@param window number the receiver's `replay_window`
---@param event twilio.numbers.WebhookEvent
---@param key string
---@return twilio.numbers.Delivery|"busy"
function delivery.claim(store, window, event, key)
  local claimed = store:claim(key, HANDLING)
  if claimed == "busy" then return "busy" elseif claimed == "done" then return "duplicate" end
  if is_stale(store, window, event) then
    store:finish(key, window * 2)
    return "stale"
  end
  return "new"
end

return delivery
