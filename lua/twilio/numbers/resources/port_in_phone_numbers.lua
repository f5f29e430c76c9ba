--- The phone numbers of a port-in.

local lazily = require "twilio.numbers.util.lazily"
local batch = lazily.require "twilio.numbers.bulk.batch"
local contract = require "twilio.numbers.api.contract"
local errors = require "twilio.numbers.api.error"
local is_phone_number = require("twilio.numbers.util.sid").is_phone_number
local record = require "twilio.numbers.api.record"
local status = require "twilio.numbers.api.status"
local wait_for = lazily.require "twilio.numbers.bulk.wait_for"

---@class twilio.numbers.PortInPhoneNumber: twilio.numbers.Record
---@field phone_number string? in E.164 format
---@field phone_number_sid string? PU…, on a number that was fetched by itself; see `sid()`
---@field port_in_phone_number_sid string? PU…, on a number in a port-in; see `sid()`
---@field port_in_request_sid string? the port-in's SID; see `port_in_sid()`
---@field url string? its URL
---@field account_sid string? the account that it is ported to
---@field port_in_phone_number_status string? as the API spells it; see `status()`
---@field portable boolean? whether it can be ported
---@field not_portability_reason string? why not
---@field not_portability_reason_code string|integer|nil the same as a code; its type depends on the API's version
---@field country string? two letters
---@field phone_number_type string? such as LOCAL
---@field missing_required_fields boolean? whether the port-in lacks something for it
---@field date_created string? when it was added
---@field status_last_time_updated_timestamp string? when its status changed
---@field last_updated string? the same in newer API versions
---@field rejection_reason string? newer API versions only
---@field rejection_reason_code string|integer|nil newer API versions only
---@field port_date string? newer API versions only: when it is to be ported
---@field port_out_pin integer? newer API versions only: the losing carrier's PIN, a secret
local phone_number = {}

--- Its SID, for which the API has two fields.
---@return string?
function phone_number:sid()
  for _, name in ipairs { "phone_number_sid", "port_in_phone_number_sid" } do
    if is_phone_number(self[name]) then return self[name] end
  end
end

--- The status in normal form, such as "in_review".
---@return string?
function phone_number:status()
  return status.normal(record.own(self, "port_in_phone_number_status"))
end

--- Whether its status never changes again. False for an unknown status.
---@return boolean
function phone_number:is_terminal()
  return status.phase("number", self.port_in_phone_number_status) == "done"
end

--- Whether its status allows cancelling, as far as is known. The API decides. False for an unknown status. Port dates do
--- not matter: a plan tells whether it may be too late, see `campaign.plan`.
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
      record.text(self.phone_number, "a number"), self:port_in_sid()),
  }
end

--- Fetches it again, into this same object. Operation FetchPortingPortInPhoneNumber.
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.PortInPhoneNumber?
---@return twilio.numbers.Error?
function phone_number:refresh(options)
  local sid = self:sid()
  if not sid then return without_sid(self) end
  local newer, err =
    record.client(self).port_in_phone_numbers:fetch(self:port_in_sid(), sid, options)
  if not newer then return nil, err end
  return record.replace(self, newer)
end

--- Cancels this number only: one DELETE. See `client.port_in_phone_numbers:cancel`.
---@param options twilio.numbers.CallOptions|number|nil
---@return true?
---@return twilio.numbers.Error?
function phone_number:cancel(options)
  local sid = self:sid()
  if not sid then return without_sid(self) end
  return record.client(self).port_in_phone_numbers:cancel(self:port_in_sid(), sid, options)
end

local waitable = {
  kind = "number", field = "port_in_phone_number_status", name = "phone number",
}

--- Fetches it repeatedly until its status is the one that is waited for; see `port_in:wait`.
--- Operation FetchPortingPortInPhoneNumber.
---@param options twilio.numbers.WaitForOptions?
---@return twilio.numbers.PortInPhoneNumber? # itself, refreshed
---@return twilio.numbers.Error?
function phone_number:wait(options)
  return wait_for(self, waitable, options)
end

--- Internal. For `tostring`.
---@return string
function phone_number:describe()
  local name = record.text(self.phone_number, self:sid() or "?")
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
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.PortInPhoneNumber?
---@return twilio.numbers.Error?
function phone_numbers:fetch(port_in_sid, phone_number_sid, options)
  local raw, err, _, came = self.client:call(
    "FetchPortingPortInPhoneNumber", options, port_in_sid, phone_number_sid)
  if not raw then return nil, err end
  return record.new(class, raw, self.client, port_in_sid, came)
end

--- Cancels one number of a port-in: one DELETE. As with `client.port_ins:cancel`, `true` means that the API
--- accepted it. Operation DeletePortingPortInPhoneNumber.
---@param port_in_sid string KW and 32 hexadecimal digits; anything else raises
---@param phone_number_sid string PU and 32 hexadecimal digits; anything else raises
---@param options twilio.numbers.CallOptions|number|nil
---@return true?
---@return twilio.numbers.Error?
---@return string? # the accepted request's id, for Twilio's support
---@return table? # what it came with, for `numbers.answer_of`
function phone_numbers:cancel(port_in_sid, phone_number_sid, options)
  return self.client:call(
    "DeletePortingPortInPhoneNumber", options, port_in_sid, phone_number_sid)
end

local function sids_of(input)
  if getmetatable(input) == class then return input:port_in_sid(), input:sid() end
  local is_pair = type(input) == "table" and input[3] == nil -- a third would be ignored
  if is_pair then return input[1], input[2] end
  return input
end

local function result(client, raw, port_in_sid, _, came)
  return raw == true or record.new(class, raw, client, port_in_sid, came)
end

local fetching = { id = "FetchPortingPortInPhoneNumber", arguments = sids_of, result = result }
local cancelling = { id = "DeletePortingPortInPhoneNumber", arguments = sids_of, result = result }

--- Fetches many concurrently; see `client.port_ins:fetch_each`. Operation
--- FetchPortingPortInPhoneNumber.
---@param source table[]|function|thread inputs are `{ port-in SID, phone number SID }` or the numbers of a
---  port-in
---@param options twilio.numbers.BatchOptions?
---@return twilio.numbers.Batch
function phone_numbers:fetch_each(source, options)
  return batch.new(self.client, fetching, source, options)
end

--- Cancels many concurrently: one DELETE each; see `client.port_ins:cancel_each`.
--- Operation DeletePortingPortInPhoneNumber.
---@param source table[]|function|thread inputs as for `fetch_each`
---@param options twilio.numbers.BatchOptions?
---@return twilio.numbers.Batch
function phone_numbers:cancel_each(source, options)
  return batch.new(self.client, cancelling, source, options)
end

return {
  class = class,
  methods = phone_numbers,
}
