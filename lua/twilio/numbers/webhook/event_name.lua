--- Twilio's names of events, and what each says: what the event is about, and the status.

local ascii = require "twilio.numbers.util.ascii"
local status = require "twilio.numbers.api.status"

local event_name = {}

---@alias twilio.numbers.Subject
---| "number" # one phone number
---| "port_in" # the port-in as a whole

---@class twilio.numbers.webhook.EventName
---@field name string as Twilio spells it
---@field subject twilio.numbers.Subject
---@field status string in normal form

local STATUSES = {
  PortIn = {
    "waiting_for_signature", "in_progress", "completed", "action_required", "canceled", "expired",
  },
  PortInPhoneNumber = {
    "waiting_for_signature", "port_submitted", "port_pending", "completed", "port_rejected",
    "canceled",
  },
  PortOutPhoneNumber = { "completed" },
}
local SUBJECTS = { PortIn = "port_in", PortInPhoneNumber = "number", PortOutPhoneNumber = "number" }
local OF_PORT_IN = { port_in = "PortIn", number = "PortInPhoneNumber" }

--- A text without what spellings of one name differ in.
local function squashed(text)
  return (status.normal(text):gsub("_", ""))
end

--- "port_submitted" becomes "Submitted".
local function in_capitals(normal)
  return (normal:gsub("^port_", ""):gsub("_?([a-z])([a-z]*)", function(first, rest)
    return ascii.upper(first) .. rest
  end))
end

local known, subjects = {}, {} -- names by their squashed form; subjects by a status that only one has

for prefix, list in pairs(STATUSES) do
  for _, normal in ipairs(list) do
    local name = prefix .. in_capitals(normal)
    known[squashed(name)] = { name = name, subject = SUBJECTS[prefix], status = normal }
    subjects[normal] = subjects[normal] == nil and SUBJECTS[prefix] or "several"
  end
end

--- What is known of a name, in any spelling; nil for a text that is no known name.
---@param text string
---@return twilio.numbers.webhook.EventName?
function event_name.read(text)
  return known[squashed(text)]
end

--- What an event of that name is about. Of a name that is not known, its beginning tells.
---@param text string
---@return twilio.numbers.Subject?
function event_name.subject(text)
  local entry = known[squashed(text)]
  if entry then return entry.subject end
  local prefix = text:match "^(Port[A-Z][a-z]+PhoneNumber)[A-Z]" or text:match "^(PortIn)[A-Z]"
  return SUBJECTS[prefix]
end

--- What an event with that status is about, if only one kind of event has it.
---@param normal string a status in normal form
---@return twilio.numbers.Subject?
function event_name.subject_of_status(normal)
  local subject = subjects[normal]
  return subject ~= "several" and subject or nil
end

--- The name of an event of a port-in or of its number; nil if Twilio has none with that status.
---@param subject twilio.numbers.Subject
---@param normal string a status in normal form, with or without "port_"
---@param is_port_in boolean whether it is known that the number is ported in, and not out
---@return string?
function event_name.of(subject, normal, is_port_in)
  local words = in_capitals(normal)
  local entry = known[squashed(OF_PORT_IN[subject] .. words)]
  if not entry then return nil end
  local is_open = subject == "number" and not is_port_in
    and known[squashed("PortOutPhoneNumber" .. words)] ~= nil
  return not is_open and entry.name or nil
end

return event_name
