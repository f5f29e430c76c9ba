--- Polls one record until its status is the one that is waited for.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local backoff = require "twilio.numbers.bulk.backoff"
local errors = require "twilio.numbers.api.error"
local record = require "twilio.numbers.api.record"
local status = require "twilio.numbers.api.status"

---@class twilio.numbers.WaitForOptions: twilio.numbers.WaitOptions
---@field for_status string|(fun(record: table): boolean)|nil a status in any spelling, "terminal" for any that never changes again, or a function that returns true. Default: "terminal".

--- How a kind of record is polled.
---@class twilio.numbers.Waitable
---@field kind "request"|"number"|"bulk"
---@field field string the field that has the API's status
---@field name string its name in messages
---@field failed string? a status that is final, but not the end that is waited for by default

local schema = backoff.options:extended { for_status = { kind = "any" } }

--- Whether it is a method that gives the status: a text, which a test would take for true.
local function is_status_method(self, value)
  return type(value) == "function" and (value == self.status or value == self.normal_status)
end

local function test_of(self, what, wanted)
  if wanted == nil or wanted == "terminal" then
    return function()
      local now = self[what.field]
      return status.phase(what.kind, now) == "done" and status.normal(now) ~= what.failed
    end, "a terminal status"
  elseif type(wanted) == "string" or is_status_method(self, wanted) then
    local normal = status.check("for_status", what.kind, wanted)
    return function() return status.normal(self[what.field]) == normal end, normal
  elseif type(wanted) == "function" then
    return wanted, "what is waited for"
  end
  return argument_error.argument("for_status", 'a status, "terminal" or a function', wanted)
end

local function failure(kind, message, last)
  return errors.new { kind = kind, message = message .. (last and ": " .. tostring(last) or "") }
end

--- Whether it is reached, or why it will not be.
local function judge(self, what, is_reached, wanted)
  if is_reached(self) then return true end
  if status.phase(what.kind, self[what.field]) ~= "done" then return false end
  local now = status.normal(self[what.field])
  local form = now == what.failed and "%s %s has failed, and may have no results"
    or "%s %s is %s and will not come to %s"
  return false, failure("ended", form:format(what.name, self:sid(), now, wanted))
end

---@param self table a record with `sid` and `refresh`
---@param what twilio.numbers.Waitable
---@param options twilio.numbers.WaitForOptions?
---@return table? # the record, refreshed
---@return twilio.numbers.Error? # of kind "waited" when the time was over, "ended" when the status is
---  another one that never changes, or what kept it from being fetched
local function wait_for(self, what, options)
  options = options or {}
  local plan = backoff.new(record.client(self), options, schema)
  local is_reached, wanted = test_of(self, what, options.for_status)
  local reached, err, last, pause, unreadable
  if not options.for_status or options.for_status == "terminal" then reached = is_reached(self) end
  while not reached do
    local fetched
    fetched, last = self:refresh(backoff.poll_options(plan))
    unreadable = backoff.count_unreadable(unreadable, last)
    if fetched then
      reached, err = judge(self, what, is_reached, wanted)
    elseif not backoff.may_pass(plan, last, unreadable) then
      err = last
    end
    if reached or err then break end
    if backoff.is_over(plan) then
      return nil, failure("waited", ("%s %s is not at %s after %s s, but at %s"):format(what.name,
        self:sid(), wanted, ascii.text(plan.timeout),
        status.normal(self[what.field]) or "no status"), last)
    end
    local now
    pause, now = backoff.next(plan, pause)
    record.client(self):sleep(math.max(now, 0))
    if record.client(self):is_ending() then
      return nil, failure("closed", ("the process ends before %s %s is at %s"):format(what.name,
        self:sid(), wanted), last)
    end
  end
  if err then return nil, err end
  return self
end

return wait_for
