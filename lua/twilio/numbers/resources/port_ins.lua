--- Port-ins: requests to bring numbers over from a losing carrier.

local contract = require "twilio.numbers.api.contract"
local each = require "twilio.numbers.bulk.batch"
local list = require "twilio.numbers.util.array"
local phone_numbers = require "twilio.numbers.resources.port_in_phone_numbers"
local record = require "twilio.numbers.api.record"
local status = require "twilio.numbers.api.status"
local wait_for = require "twilio.numbers.bulk.wait_for"
local watching = require "twilio.numbers.bulk.watch"

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
  return phone_numbers.of_port_in(record.client(self), self:raw().phone_numbers, self:sid())
end

--- Fetches it again, into this same object. Operation FetchPortingPortIn.
---@param within number? seconds after which it is given up, with all its retries
---@return twilio.numbers.PortIn?
---@return twilio.numbers.Error?
function port_in:refresh(within)
  local newer, err = record.client(self).port_ins:fetch(self:sid(), within)
  if not newer then return nil, err end
  return record.replace(self, newer)
end

--- Asks to cancel all of it. See `client.port_ins:cancel`.
---@return true?
---@return twilio.numbers.Error?
function port_in:cancel()
  return record.client(self).port_ins:cancel(self:sid())
end

local waitable = { kind = "request", field = "port_in_request_status", name = "port-in" }

--- Fetches it again and again until its status is the one that is waited for: at once, then after
--- `interval` seconds, ever less often while it is not. Failures that may pass are waited out.
--- Operation FetchPortingPortIn.
---@param options twilio.numbers.WaitForOptions? `for_status`, "terminal" if missing; `interval`,
---  `max_interval` and `timeout` in seconds
---@return twilio.numbers.PortIn? # itself, refreshed
---@return twilio.numbers.Error? # of kind "waited" when the time was over, "ended" when its status is
---  another one that never changes, or why it cannot be fetched
function port_in:wait(options)
  return wait_for(self, waitable, options)
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
---@param within number? seconds after which it is given up, with all its retries
---@return twilio.numbers.PortIn?
---@return twilio.numbers.Error?
function port_ins:fetch(sid, within)
  local raw, err = self.client:call("FetchPortingPortIn", nil, sid, nil, within)
  if not raw then return nil, err end
  return record.new(class, raw, self.client, sid)
end

--- Asks to cancel a port-in with all its numbers: one DELETE, sent again only where the first was
--- certainly not acted upon. Cancelling cannot be undone. `true` means that the API accepted it; that it happened, only a later fetch shows. After
--- an error with `outcome` "uncertain", fetch before doing anything else. Operation
--- DeletePortingPortIn.
---@param sid string KW and 32 hexadecimal digits; anything else raises
---@return true?
---@return twilio.numbers.Error?
---@return string? # the id of the request that was accepted, for the support
function port_ins:cancel(sid)
  return self.client:call("DeletePortingPortIn", nil, sid)
end

local function sid_of(input)
  if getmetatable(input) == class then return input:sid() end
  return input
end

local function result(client, raw, sid)
  return raw == true or record.new(class, raw, client, sid)
end

local fetching = { id = "FetchPortingPortIn", arguments = sid_of, result = result }
local cancelling = { id = "DeletePortingPortIn", arguments = sid_of, result = result }

--- Fetches many, several at once: `for sid, port_in, err in client.port_ins:fetch_each(source) do`.
--- Each input gives one outcome; one that is no SID gives an error of kind "invalid". Operation
--- FetchPortingPortIn.
---@param source string[]|twilio.numbers.PortIn[]|function|thread SIDs or port-ins: an array, an
---  iterator, which is asked only when there is room, or a coroutine
---@param options twilio.numbers.EachOptions?
---@return twilio.numbers.Each # to be called for the next input, port-in, err; `close()` ends it
function port_ins:fetch_each(source, options)
  return each.new(self.client, fetching, source, options)
end

--- Asks to cancel many, several at once: one DELETE each. Results are `true`, see `cancel`. Leaving
--- the loop in the middle cuts off the requests in flight, whose outcome is then uncertain:
--- `stop_on` ends it without that. Operation DeletePortingPortIn.
---@param source string[]|twilio.numbers.PortIn[]|function|thread
---@param options twilio.numbers.EachOptions?
---@return twilio.numbers.Each
function port_ins:cancel_each(source, options)
  return each.new(self.client, cancelling, source, options)
end

function port_ins:of(raw, sid)
  return record.new(class, raw, self.client, sid)
end

--- One of which nothing is known but the SID.
function port_ins:blank(sid)
  return self:of({ port_in_request_sid = sid }, sid)
end

--- Watches many: `for port_in, change in client.port_ins:watch(sids) do` runs at each change of a
--- status, of the port-in or of one of its numbers; the first look at each is one, from nil. Each
--- is looked at again after `interval` seconds, ever less often while nothing changes. Ends when all
--- are at a terminal status or cannot be fetched (`change.err`), or after `timeout`; `unfinished()`
--- of what this gives has the SIDs that are left. Operation FetchPortingPortIn.
---@param sids string[]|twilio.numbers.PortIn[] what is no SID raises
---@param options twilio.numbers.WaitOptions?
---@return twilio.numbers.Watch # to be called for the next port-in and change; `close()` ends it
function port_ins:watch(sids, options)
  list.check("sids", sids, "an array of SIDs")
  local own = {}
  for i, input in ipairs(sids) do own[i] = sid_of(input) end
  return watching.new(self, own, options)
end

return {
  class = class,
  bind = function(client) return setmetatable({ client = client }, port_ins) end,
}
