--- Port-ins as the API lists them: summaries without numbers and account, in pages that are asked for by a token.

local argument_error = require "twilio.numbers.util.argument_error"
local array = require "twilio.numbers.util.array"
local ascii = require "twilio.numbers.util.ascii"
local call_options = require "twilio.numbers.client.call_options"
local contract = require "twilio.numbers.api.contract"
local date = require "twilio.numbers.util.date"
local is_port_in = require("twilio.numbers.util.sid").is_port_in
local list = require "twilio.numbers.bulk.list"
local null = require("twilio.numbers.core").null
local options_of = require "twilio.numbers.util.options"
local record = require "twilio.numbers.api.record"
local status = require "twilio.numbers.api.status"

---@class twilio.numbers.PortInSummary: twilio.numbers.Record
---@field port_in_request_sid string? the port-in's SID, KW…
---@field port_in_request_status string? as the API spells it; see `status()`
---@field status_last_updated_timestamp string? when its status changed
---@field phone_numbers_requested integer? how many numbers it has
---@field phone_numbers_ported integer? how many of them are ported
---@field suggested_action string? what the API suggests to do
local summary = {}

--- The port-in's SID.
---@return string?
function summary:sid()
  local sid = self.port_in_request_sid
  return is_port_in(sid) and sid or nil
end

--- The status in normal form, such as "in_review".
---@return string?
function summary:status()
  return status.normal(self.port_in_request_status)
end

--- Whether its status never changes again. False for an unknown status.
---@return boolean
function summary:is_terminal()
  return status.phase("request", self.port_in_request_status) == "done"
end

--- Whether its status allows cancelling, as far as is known. The API decides. False for an unknown status. Port dates do
--- not matter: a plan tells whether it may be too late, see `campaign.plan`.
---@return boolean
function summary:is_cancelable()
  return status.phase("request", self.port_in_request_status) == "open"
end

--- Internal. For `tostring`.
---@return string
function summary:describe()
  return ("%s (%s)"):format(self:sid() or "?", self:status() or "no status")
end

local class = record.class("PortInSummary",
  contract.resources["numbers.v1.port_in_request_list"], summary)

--- The options of a call go to each request.
---@class twilio.numbers.PortInPagesOptions: twilio.numbers.CallOptions
---@field status string? only those at this status, in any spelling. Default: all.
---@field created_after string? only those created after that date, such as "2026-05-04". Default: all.
---@field created_before string? only those created before that date. Default: all.
---@field sids string[]|nil only these port-ins, at most 100. Default: all.
---@field page_size integer? how many the API gives at once, at most 100. Default: 100.
---@field token string? the page to begin with: the `next_token` of an earlier page. Default: the first.

---@class twilio.numbers.PortInListOptions: twilio.numbers.PortInPagesOptions
---@field limit integer? how many are given in all. Default: all.

local summaries = { class = class }

summaries.pages_options = options_of.schema(call_options.fields):extended {
  status = { kind = "any" }, created_after = { kind = "string" },
  created_before = { kind = "string" }, sids = { kind = "table" },
  page_size = { kind = "count", default = 100 }, token = { kind = "text" },
}

summaries.list_options = summaries.pages_options:extended { limit = { kind = "count" } }

local MOST = 100 -- items of a page, and SIDs of a filter

--- The spelling of the API's documentation, by the normal form.
local spellings = {
  in_progress = "In progress", completed = "Completed", expired = "Expired",
  in_review = "In review", waiting_for_signature = "Waiting for Signature",
  action_required = "Action Required", canceled = "Canceled",
}

local function check_date(options, name)
  local value = options[name]
  if value ~= nil and not date.day(value) and not date.seconds(value) then
    argument_error.argument(name, "a date such as 2026-05-04", value)
  end
  return value
end

--- The filter's SIDs with commas between them, and as a set of their normal forms.
local function read_sids(sids)
  if sids == nil then return nil end
  array.check("sids", sids, "an array of SIDs")
  local set, own = {}, {}
  for i, sid in ipairs(sids) do
    if not is_port_in(sid) then
      argument_error.argument(("sids[%d]"):format(i), "a SID of KW and 32 hexadecimal digits", sid)
    end
    own[i], set[ascii.lower(sid)] = sid, true
  end
  if #own < 1 or #own > MOST then
    argument_error.raise(("sids: 1 to %d SIDs expected, got %d"):format(MOST, #own))
  end
  return table.concat(own, ","), set
end

--- Whether an item is what was asked for. A server that does not understand a filter may give everything.
local function fits(item, wanted, sids)
  local sid = item.port_in_request_sid
  return (not wanted or status.normal(item.port_in_request_status) == wanted)
    and (not sids or type(sid) == "string" and sids[ascii.lower(sid)] == true)
end

local function next_token(meta)
  local token = meta.next_token
  if token == nil or token == null or token == "" then return nil end
  if type(token) ~= "string" then return nil, "its next_token is no text" end
  return token
end

local function place(token)
  return { token = token }
end

local function open(client, options, by_page)
  if options.page_size > MOST then
    argument_error.argument("page_size", "a whole number from 1 to 100", options.page_size)
  end
  local is_given = options.status ~= nil and options.status ~= ""
  local wanted = is_given and status.check("status", "request", options.status) or nil
  local sids, set = read_sids(options.sids)
  local listing = {
    id = "ListPortInRequests", items = "port_in_requests", next_token = next_token, place = place,
    record = function(_, item, came)
      return fits(item, wanted, set) and record.new(class, item, nil, nil, came) or nil
    end,
  }
  return list.new(client, listing, {
    port_in_request_status = spellings[wanted] or options.status,
    created_after = check_date(options, "created_after"),
    created_before = check_date(options, "created_before"),
    port_in_request_sid = sids,
    size = options.limit and math.min(options.limit, options.page_size) or options.page_size,
  }, options, by_page)
end

--- One by one.
---@param client twilio.numbers.Client
---@param options twilio.numbers.PortInListOptions?
function summaries.list(client, options)
  return open(client, summaries.list_options:check(options or {}), false)
end

--- Page by page.
---@param client twilio.numbers.Client
---@param options twilio.numbers.PortInPagesOptions?
function summaries.pages(client, options)
  return open(client, summaries.pages_options:check(options or {}), true)
end

return summaries
