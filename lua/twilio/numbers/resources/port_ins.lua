--- Port-ins: requests to bring numbers over from a losing carrier.

local contract = require "twilio.numbers.contract"
local phone_numbers = require "twilio.numbers.resources.port_in_phone_numbers"
local record = require "twilio.numbers.record"
local status = require "twilio.numbers.status"

---@class twilio.numbers.PortIn: twilio.numbers.Record
---@field port_in_request_sid string?
---@field account_sid string? the account that the numbers go to
---@field port_in_request_status string? as the API spells it; see `status`
---@field target_port_in_date string? YYYY-MM-DD
---@field target_port_in_time_range_start string? a time with its offset, 10:15:00-08:00
---@field target_port_in_time_range_end string?
---@field losing_carrier_information table?
---@field notification_emails string[]?
---@field phone_numbers table[]? see `numbers`
---@field documents string[]?
---@field order_cancellation_reason string?
---@field date_created string?
---@field support_ticket_id integer?
local port_in = {}

--- The SID that it was fetched by.
---@return string
function port_in:sid()
  return record.parent(self)
end

--- The status in normal form, such as "in_review".
---@return string?
function port_in:status()
  return status.normal(self.port_in_request_status)
end

--- Whether its status will never change again. False for a status that nobody knows.
---@return boolean
function port_in:is_terminal()
  return status.phase("request", self.port_in_request_status) == "done"
end

--- Whether cancelling it makes sense, by its status. The API has the last word. False for a status
--- that nobody knows.
---@return boolean
function port_in:is_cancelable()
  return status.phase("request", self.port_in_request_status) == "open"
end

--- Its phone numbers, one after the other, in the order of the answer.
---@return fun(): twilio.numbers.PortInPhoneNumber?
function port_in:numbers()
  return phone_numbers.each(record.client(self), self:raw().phone_numbers, self:sid())
end

--- Fetches it again, into this same object. Operation FetchPortingPortIn.
---@return twilio.numbers.PortIn?
---@return twilio.numbers.Error?
function port_in:refresh()
  local newer, err = record.client(self).port_ins:fetch(self:sid())
  if not newer then return nil, err end
  return record.replace(self, newer)
end

--- Asks to cancel all of it. See `client.port_ins:cancel`.
---@return true?
---@return twilio.numbers.Error?
function port_in:cancel()
  return record.client(self).port_ins:cancel(self:sid())
end

function port_in:describe()
  local count = 0
  for _ in self:numbers() do count = count + 1 end
  return ("%s (%s, %d number%s)"):format(
    self:sid(), self:status() or "no status", count, count == 1 and "" or "s")
end

local class = record.class("PortIn", contract.resources["numbers.v1.porting_port_in"], port_in)

---@class twilio.numbers.PortIns
local port_ins = {}
port_ins.__index = port_ins

--- Fetches a port-in. Operation FetchPortingPortIn.
---@param sid string KW and 32 hexadecimal digits; anything else raises
---@return twilio.numbers.PortIn?
---@return twilio.numbers.Error?
function port_ins:fetch(sid)
  local raw, err = self.client:call("FetchPortingPortIn", nil, sid)
  if not raw then return nil, err end
  return record.new(class, raw, self.client, sid)
end

--- Asks to cancel a port-in with all its numbers: one DELETE, never repeated. Cancelling cannot be
--- undone. `true` means that the API accepted it; that it happened, only a later fetch shows. After
--- an error with `outcome` "uncertain", fetch before doing anything else. Operation
--- DeletePortingPortIn.
---@param sid string KW and 32 hexadecimal digits; anything else raises
---@return true?
---@return twilio.numbers.Error?
function port_ins:cancel(sid)
  return self.client:call("DeletePortingPortIn", nil, sid)
end

return {
  class = class,
  bind = function(client) return setmetatable({ client = client }, port_ins) end,
}
