--- Port-ins: requests to port numbers in from a losing carrier.

local lazily = require "twilio.numbers.util.lazily"
local array = lazily.require "twilio.numbers.util.array"
local batch = lazily.require "twilio.numbers.bulk.batch"
local body = lazily.require "twilio.numbers.api.body"
local contract = require "twilio.numbers.api.contract"
local inputs = lazily.require "twilio.numbers.runtime.inputs"
local null = require("twilio.numbers.core").null
local phone_numbers = require "twilio.numbers.resources.port_in_phone_numbers"
local record = require "twilio.numbers.api.record"
local status = require "twilio.numbers.api.status"
local summaries = lazily.require "twilio.numbers.resources.port_ins.summary"
local wait_for = lazily.require "twilio.numbers.bulk.wait_for"
local watch = lazily.require "twilio.numbers.bulk.watch"

---@class twilio.numbers.PortIn: twilio.numbers.Record
---@field port_in_request_sid string? the port-in's SID, KW…
---@field url string? its URL
---@field account_sid string? the account that the numbers are ported to
---@field port_in_request_status string? as the API spells it; see `status()`
---@field target_port_in_date string? YYYY-MM-DD, in UTC
---@field target_port_in_time_range_start string? a time with its offset, such as 10:15:00-08:00
---@field target_port_in_time_range_end string? the same
---@field losing_carrier_information table? what the losing carrier knows of the customer
---@field notification_emails string[]? where the API sends e-mail about it
---@field phone_numbers table[]? its numbers as they came; see `numbers()`
---@field documents string[]? SIDs of documents, RD…
---@field order_cancellation_reason string? newer API versions only
---@field date_created string? newer API versions only: when it was created
---@field signature_request_url string? newer API versions only: where the letter of authorization is signed
---@field support_ticket_id integer? newer API versions only: its support ticket
---@field bundle_sid string? newer API versions only: its regulatory documents
---@field portability_advance_carrier string? newer API versions only: for Japan, the losing carrier's service
---@field auto_cancel_approval_numbers string? newer API versions only: for Japan
local port_in = {}

--- The SID that it was fetched by.
---@return string
function port_in:sid()
  return record.parent(self)
end

--- The status in normal form, such as "in_review".
---@return string?
function port_in:status()
  return status.normal(record.own(self, "port_in_request_status"))
end

--- Whether its status never changes again. False for an unknown status.
---@return boolean
function port_in:is_terminal()
  return status.phase("request", self.port_in_request_status) == "done"
end

--- Whether its status allows cancelling, as far as is known. The API decides. False for an unknown status. Port dates do
--- not matter: a plan tells whether it may be too late, see `campaign.plan`.
---@return boolean
function port_in:is_cancelable()
  return status.phase("request", self.port_in_request_status) == "open"
end

--- Iterates over its phone numbers, in the order of the answer.
---@return fun(): twilio.numbers.PortInPhoneNumber?
function port_in:numbers()
  return record.each_own(self, "phone_numbers", phone_numbers.class)
end

--- Fetches it again, into this same object. Operation FetchPortingPortIn.
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.PortIn?
---@return twilio.numbers.Error?
function port_in:refresh(options)
  local newer, err = record.client(self).port_ins:fetch(self:sid(), options)
  if not newer then return nil, err end
  return record.replace(self, newer)
end

--- Cancels the whole port-in: one DELETE. See `client.port_ins:cancel`.
---@param options twilio.numbers.CallOptions|number|nil
---@return true?
---@return twilio.numbers.Error?
function port_in:cancel(options)
  return record.client(self).port_ins:cancel(self:sid(), options)
end

local waitable = { kind = "request", field = "port_in_request_status", name = "port-in" }

--- Fetches it repeatedly, ever less often, until its status is the one that is waited for. Failures that may
--- be temporary do not end the wait. Operation FetchPortingPortIn.
---@param options twilio.numbers.WaitForOptions?
---@return twilio.numbers.PortIn? # itself, refreshed
---@return twilio.numbers.Error? # of kind "waited" if the time is over, "ended" if its status is another one
---  that never changes, or why it cannot be fetched
function port_in:wait(options)
  return wait_for(self, waitable, options)
end

--- Internal. For `tostring`.
---@return string
function port_in:describe()
  local count = 0
  for _ in self:numbers() do count = count + 1 end
  return ("%s (%s, %d number%s)"):format(
    self:sid(), self:status() or "no status", count, count == 1 and "" or "s")
end

local class = record.class("PortIn", contract.resources["numbers.v1.porting_port_in"], port_in)

local CREATE = "CreatePortingPortIn"

---@class twilio.numbers.PortIns
local port_ins = {}
port_ins.__index = port_ins

--- Fetches a port-in. Operation FetchPortingPortIn.
---@param sid string KW and 32 hexadecimal digits; anything else raises
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.PortIn?
---@return twilio.numbers.Error?
function port_ins:fetch(sid, options)
  local raw, err, _, came = self.client:call("FetchPortingPortIn", options, sid)
  if not raw then return nil, err end
  return record.new(class, raw, self.client, sid, came)
end

--- Cancels a port-in with all its numbers: one DELETE, repeated only if the first certainly had no effect.
--- Cancelling cannot be undone. `true` means that the API accepted it; a later fetch proves it. After an error
--- with `outcome` "uncertain", fetch before doing anything else. Operation DeletePortingPortIn.
---@param sid string KW and 32 hexadecimal digits; anything else raises
---@param options twilio.numbers.CallOptions|number|nil
---@return true?
---@return twilio.numbers.Error?
---@return string? # the accepted request's id, for Twilio's support
---@return table? # what it came with, for `numbers.answer_of`
function port_ins:cancel(sid, options)
  return self.client:call("DeletePortingPortIn", options, sid)
end

--- Creates a port-in: one POST, repeated only if the first certainly had no effect. The fields are checked before
--- anything is sent; fields that are no table raise. After an error with `outcome` "uncertain" it may have been
--- created: list those created since, fetch each and compare its numbers. Operation CreatePortingPortIn, newer
--- than 1.56.0.
---@param fields twilio.numbers.PortInFields
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.PortIn?
---@return twilio.numbers.Error? # of kind "invalid" with every problem of the fields in `problems`, or why it failed
function port_ins:create(fields, options)
  local raw, err, _, came = self.client:create(CREATE, fields, options)
  if not raw then return nil, err end
  return record.new(class, raw, self.client, raw.port_in_request_sid, came)
end

--- Checks the fields of a port-in as `create` does, and sends nothing. `documents` may be missing here: so wrong fields
--- are found before a bill is uploaded.
---@param fields twilio.numbers.PortInFields
---@return true?
---@return twilio.numbers.Error? # of kind "invalid" with every problem of the fields in `problems`
function port_ins:check_fields(fields) -- luacheck: ignore 212
  local _, problems = body.check_all(CREATE, fields)
  local is_later = fields.documents == nil or fields.documents == null
  for i = #problems, 1, -1 do
    if is_later and problems[i].path == "documents" then table.remove(problems, i) end
  end
  if #problems > 0 then return nil, body.error(CREATE, problems) end
  return true
end

--- Lists port-ins as summaries: `for port_in, err in client.port_ins:list { status = "in_review" } do`. A page is
--- fetched when it is needed. If it cannot be, the loop gives `false` and the error, and then ends. The list is a
--- source for `fetch_each`, `watch` and campaigns. Operation ListPortInRequests, newer than 1.56.0.
---@param options twilio.numbers.PortInListOptions?
---@return twilio.numbers.List
function port_ins:list(options)
  return summaries.list(self.client, options)
end

--- The same page by page: `for page, err in client.port_ins:list_pages() do`. Each is a `Page`. The option `token`
--- begins with a later page. Operation ListPortInRequests, newer than 1.56.0.
---@param options twilio.numbers.PortInPagesOptions?
---@return twilio.numbers.List
function port_ins:list_pages(options)
  return summaries.pages(self.client, options)
end

local function sid_of(input)
  local kind = getmetatable(input)
  if kind == class or kind == summaries.class then return input:sid() end
  return input
end

local function result(client, raw, sid, _, came)
  return raw == true or record.new(class, raw, client, sid, came)
end

local fetching = { id = "FetchPortingPortIn", arguments = sid_of, result = result }
local cancelling = { id = "DeletePortingPortIn", arguments = sid_of, result = result }

--- Fetches many concurrently: `for sid, port_in, err in client.port_ins:fetch_each(source) do`. Each input
--- gives one outcome; a malformed one gives an error of kind "invalid". Operation FetchPortingPortIn.
---@param source string[]|twilio.numbers.PortIn[]|twilio.numbers.List|function|thread SIDs or port-ins: an array, a
---  list, an iterator, or a coroutine
---@param options twilio.numbers.BatchOptions?
---@return twilio.numbers.Batch
function port_ins:fetch_each(source, options)
  return batch.new(self.client, fetching, source, options)
end

--- Cancels many concurrently: one DELETE each. Results are `true`, see `cancel`. Leaving the loop early
--- abandons the calls in flight, whose outcome is then uncertain; use `stop_on` instead. Operation
--- DeletePortingPortIn.
---@param source string[]|twilio.numbers.PortIn[]|twilio.numbers.List|function|thread as for `fetch_each`
---@param options twilio.numbers.BatchOptions?
---@return twilio.numbers.Batch
function port_ins:cancel_each(source, options)
  return batch.new(self.client, cancelling, source, options)
end

--- Internal. A port-in of an answer.
---@param raw table
---@param sid string
---@param came table? the transfer that brought it
---@return twilio.numbers.PortIn
function port_ins:of(raw, sid, came)
  return record.new(class, raw, self.client, sid, came)
end

--- Internal. A port-in of which only the SID is known.
---@param sid string
---@return twilio.numbers.PortIn
function port_ins:blank(sid)
  return self:of({ port_in_request_sid = sid }, sid)
end

--- The SIDs that are to be watched; with an error if the list that has them cannot be fetched.
local function read_sids(source)
  if not inputs.is_iterator(source) then array.check("sids", source, "an array of SIDs") end
  local own = {}
  for input, err in inputs.open(source) do
    if inputs.has_failed(input, err) then return {}, err end
    own[#own + 1] = sid_of(input)
  end
  return own
end

--- Watches many: `for port_in, change, err in client.port_ins:watch(sids) do` runs at each change of a status, of
--- the port-in or of one of its numbers. The first fetch of each is a change from nil. The loop ends when all
--- are at a terminal status. Each of those that are not when it ends otherwise comes once more, with an error: it
--- cannot be fetched, the credentials are not accepted, or `timeout` is over. If a list that has the SIDs
--- cannot be fetched, the only change has its error, and `false` for the port-in. Operation FetchPortingPortIn.
---@param sids string[]|twilio.numbers.PortIn[]|twilio.numbers.List|function|thread a malformed SID raises
---@param options twilio.numbers.WaitOptions?
---@return twilio.numbers.Watch
function port_ins:watch(sids, options)
  local own, err = read_sids(sids)
  return watch.new(self, own, options, err)
end

return {
  class = class,
  methods = port_ins,
}
