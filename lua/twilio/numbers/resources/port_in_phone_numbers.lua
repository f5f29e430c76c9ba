--- The phone numbers of a port-in.

local contract = require "twilio.numbers.api.contract"
local each = require "twilio.numbers.bulk.batch"
local errors = require "twilio.numbers.api.error"
local record = require "twilio.numbers.api.record"
local status = require "twilio.numbers.api.status"
local wait_for = require "twilio.numbers.bulk.wait_for"

---@class twilio.numbers.PortInPhoneNumber: twilio.numbers.Record
---@field phone_number string? E.164
---@field phone_number_sid string? only when fetched by itself; see `sid`
---@field port_in_phone_number_sid string? only within a port-in; see `sid`
---@field port_in_phone_number_status string? as the API spells it; see `status`
---@field portable boolean?
---@field not_portability_reason string?
---@field not_portability_reason_code string|integer|nil
---@field country string?
---@field phone_number_type string?
---@field missing_required_fields boolean?
---@field rejection_reason string?
---@field rejection_reason_code integer?
---@field port_date string?
local phone_number = {}

--- Its SID, which the API calls by two names.
---@return string?
function phone_number:sid()
  for _, name in ipairs { "phone_number_sid", "port_in_phone_number_sid" } do
    local sid = self[name]
    if type(sid) == "string" and #sid == 34 and sid:find "^PU%x+$" then return sid end
  end
end

--- The status in normal form, such as "in_review".
---@return string?
function phone_number:status()
  return status.normal(self.port_in_phone_number_status)
end

--- Whether its status will never change again. False for a status that nobody knows.
---@return boolean
function phone_number:is_terminal()
  return status.phase("number", self.port_in_phone_number_status) == "done"
end

--- Whether cancelling it makes sense, by its status. The API has the last word. False for a status
--- that nobody knows.
---@return boolean
function phone_number:is_cancelable()
  return status.phase("number", self.port_in_phone_number_status) == "open"
end

--- The SID of the port-in that it belongs to.
---@return string
function phone_number:port_in_sid()
  return record.parent(self)
end

local function without_sid(self)
  return nil, errors.new {
    kind = "unreadable", outcome = "not_sent",
    message = ("the API gave no SID for %s in port-in %s"):format(
      tostring(self.phone_number or "a number"), self:port_in_sid()),
  }
end

--- Fetches it again, into this same object. Operation FetchPortingPortInPhoneNumber.
---@param within number? seconds after which it is given up, with all its retries
---@return twilio.numbers.PortInPhoneNumber?
---@return twilio.numbers.Error?
function phone_number:refresh(within)
  local sid = self:sid()
  if not sid then return without_sid(self) end
  local newer, err =
    record.client(self).port_in_phone_numbers:fetch(self:port_in_sid(), sid, within)
  if not newer then return nil, err end
  return record.replace(self, newer)
end

--- Asks to cancel this number only. See `client.port_in_phone_numbers:cancel`.
---@return true?
---@return twilio.numbers.Error?
function phone_number:cancel()
  local sid = self:sid()
  if not sid then return without_sid(self) end
  return record.client(self).port_in_phone_numbers:cancel(self:port_in_sid(), sid)
end

local waitable = {
  kind = "number", field = "port_in_phone_number_status", name = "phone number",
}

--- Fetches it again and again until its status is the one that is waited for; see `port_in:wait`.
--- Operation FetchPortingPortInPhoneNumber.
---@param options twilio.numbers.WaitForOptions?
---@return twilio.numbers.PortInPhoneNumber? # itself, refreshed
---@return twilio.numbers.Error?
function phone_number:wait(options)
  return wait_for(self, waitable, options)
end

function phone_number:describe()
  local name = tostring(self.phone_number or self:sid() or "?")
  return ("%s (%s)"):format(name, self:status() or "no status")
end

local class = record.class("PortInPhoneNumber",
  contract.resources["numbers.v1.porting_port_in_phone_number"], phone_number)

---@class twilio.numbers.PortInPhoneNumbers
local phone_numbers = {}
phone_numbers.__index = phone_numbers

--- Fetches one number of a port-in. Operation FetchPortingPortInPhoneNumber.
---@param port_in_sid string KW and 32 hexadecimal digits; anything else raises
---@param phone_number_sid string PU and 32 hexadecimal digits; anything else raises
---@param within number? seconds after which it is given up, with all its retries
---@return twilio.numbers.PortInPhoneNumber?
---@return twilio.numbers.Error?
function phone_numbers:fetch(port_in_sid, phone_number_sid, within)
  local raw, err = self.client:call(
    "FetchPortingPortInPhoneNumber", nil, port_in_sid, phone_number_sid, within)
  if not raw then return nil, err end
  return record.new(class, raw, self.client, port_in_sid)
end

--- Asks to cancel one number of a port-in: one DELETE. As with `client.port_ins:cancel`, `true` means
--- accepted. Operation DeletePortingPortInPhoneNumber.
---@param port_in_sid string KW and 32 hexadecimal digits; anything else raises
---@param phone_number_sid string PU and 32 hexadecimal digits; anything else raises
---@return true?
---@return twilio.numbers.Error?
---@return string? # the id of the request that was accepted, for the support
function phone_numbers:cancel(port_in_sid, phone_number_sid)
  return self.client:call("DeletePortingPortInPhoneNumber", nil, port_in_sid, phone_number_sid)
end

local function sids_of(input)
  if getmetatable(input) == class then return input:port_in_sid(), input:sid() end
  local is_pair = type(input) == "table" and input[3] == nil -- a third would be ignored
  if is_pair then return input[1], input[2] end
  return input
end

local function result(client, raw, port_in_sid)
  return raw == true or record.new(class, raw, client, port_in_sid)
end

local fetching = { id = "FetchPortingPortInPhoneNumber", arguments = sids_of, result = result }
local cancelling = { id = "DeletePortingPortInPhoneNumber", arguments = sids_of, result = result }

--- Fetches many, several at once; see `client.port_ins:fetch_each`. Operation
--- FetchPortingPortInPhoneNumber.
---@param source table[]|function|thread inputs are { port-in SID, phone number SID } or the numbers
---  of a port-in
---@param options twilio.numbers.EachOptions?
---@return twilio.numbers.Each
function phone_numbers:fetch_each(source, options)
  return each.new(self.client, fetching, source, options)
end

--- Asks to cancel many, several at once: one DELETE each; see `client.port_ins:cancel_each`.
--- Operation DeletePortingPortInPhoneNumber.
---@param source table[]|function|thread inputs as for `fetch_each`
---@param options twilio.numbers.EachOptions?
---@return twilio.numbers.Each
function phone_numbers:cancel_each(source, options)
  return each.new(self.client, cancelling, source, options)
end

--- Iterates over the items of a port-in's `phone_numbers`.
local function of_port_in(client, items, port_in_sid)
  return record.each(class, items, client, port_in_sid)
end

return {
  class = class,
  of_port_in = of_port_in,
  bind = function(client) return setmetatable({ client = client }, phone_numbers) end,
}
