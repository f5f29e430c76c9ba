--- Bulk eligibilities: whether a list of numbers can be hosted. The API checks them after it has answered.

local lazily = require "twilio.numbers.util.lazily"
local batch = lazily.require "twilio.numbers.bulk.batch"
local contract = require "twilio.numbers.api.contract"
local eligibility_result = require "twilio.numbers.resources.eligibilities.result"
local record = require "twilio.numbers.api.record"
local status = require "twilio.numbers.api.status"
local wait_for = lazily.require "twilio.numbers.bulk.wait_for"

---@class twilio.numbers.BulkEligibility: twilio.numbers.Record
---@field request_id string? its SID, EC…
---@field url string? its URL
---@field friendly_name string? the name that it was given
---@field status string? as the API spells it; see `normal_status()`
---@field results table[]? its results as they came; see `numbers()`
---@field date_created string? when it was asked for
---@field date_completed string? when it was done
local bulk = {}

--- The SID that it was fetched by.
---@return string
function bulk:sid()
  return record.parent(self)
end

--- The status in normal form, such as "in_progress". (`status` is the API's own field.)
---@return string?
function bulk:normal_status()
  return status.normal(self.status)
end

--- Whether its status never changes again. False for an unknown status.
---@return boolean
function bulk:is_terminal()
  return status.phase("bulk", self.status) == "done"
end

--- Iterates over the results, one for each number.
---@return fun(): twilio.numbers.EligibilityResult?
function bulk:numbers()
  return record.each(self, "results", eligibility_result)
end

--- Fetches it again, into this same object. Operation FetchBulkEligibility.
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.BulkEligibility?
---@return twilio.numbers.Error?
function bulk:refresh(options)
  local newer, err = record.client(self).bulk_eligibilities:fetch(self:sid(), options)
  if not newer then return nil, err end
  return record.replace(self, newer)
end

local waitable = { kind = "bulk", field = "status", name = "bulk eligibility", failed = "failed" }

--- Fetches it repeatedly until its status is the one that is waited for; see `port_in:wait`. A check that has
--- failed is an error of kind "ended", unless that status is waited for by its name. Operation
--- FetchBulkEligibility.
---@param options twilio.numbers.WaitForOptions?
---@return twilio.numbers.BulkEligibility? # itself, refreshed
---@return twilio.numbers.Error?
function bulk:wait(options)
  return wait_for(self, waitable, options)
end

--- Internal. For `tostring`.
---@return string
function bulk:describe()
  local count = 0
  for _ in self:numbers() do count = count + 1 end
  return ("%s (%s, %d result%s)"):format(
    self:sid(), self:normal_status() or "no status", count, count == 1 and "" or "s")
end

local class = record.class("BulkEligibility",
  contract.resources["numbers.v1.bulk_eligibility"], bulk)

---@class twilio.numbers.BulkEligibilities
local bulks = {}
bulks.__index = bulks

--- Fetches a bulk eligibility check. Operation FetchBulkEligibility.
---@param sid string EC and 32 hexadecimal digits; anything else raises
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.BulkEligibility?
---@return twilio.numbers.Error?
function bulks:fetch(sid, options)
  local raw, err, _, came = self.client:call("FetchBulkEligibility", options, sid)
  if not raw then return nil, err end
  return record.new(class, raw, self.client, sid, came)
end

--- Asks for a check of 1 to 1,000 numbers: one POST. `bulk:wait()` waits for its end. See `client.port_ins:create` for
--- how the fields are checked and for a lost answer. Such a check changes nothing, so it can be asked for again.
--- Operation CreateBulkEligibility, newer than 1.56.0.
---@param fields twilio.numbers.EligibilityFields
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.BulkEligibility?
---@return twilio.numbers.Error?
function bulks:create(fields, options)
  local raw, err, _, came = self.client:create("CreateBulkEligibility", fields, options)
  if not raw then return nil, err end
  return record.new(class, raw, self.client, raw.request_id, came)
end

local fetching = {
  id = "FetchBulkEligibility",
  arguments = function(input)
    if getmetatable(input) == class then return input:sid() end
    return input
  end,
  result = function(client, raw, sid, _, came)
    return record.new(class, raw, client, sid, came)
  end,
}

--- Fetches many concurrently; see `client.port_ins:fetch_each`. Operation FetchBulkEligibility.
---@param source string[]|twilio.numbers.BulkEligibility[]|function|thread SIDs or such objects
---@param options twilio.numbers.BatchOptions?
---@return twilio.numbers.Batch
function bulks:fetch_each(source, options)
  return batch.new(self.client, fetching, source, options)
end

return {
  class = class,
  methods = bulks,
}
