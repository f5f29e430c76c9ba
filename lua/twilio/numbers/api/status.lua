--- Statuses in normal form. The API spells one status in several ways ("In Review", "in_review";
--- "Cancelled", "Canceled"): compare these, show the raw ones.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local edges = require "twilio.numbers.util.edges"
local excerpt = require "twilio.numbers.util.excerpt"
local spelling = require "twilio.numbers.util.spelling"

local status = {}

local MOST, LONGEST = 200, 40 -- forms that are kept, and bytes of their spellings
local forms, count = {}, 0 -- by spelling

--- The normal form: lower case, "_" for blanks and hyphens, "canceled" and "canceling" with one l.
---@param raw string? as the API gave it
---@return string? # nil for nil
function status.normal(raw)
  local form = forms[raw]
  if form or type(raw) ~= "string" then return form end
  form = ascii.lower(raw):gsub("[ \t\n\v\f\r%-]+", "_"):gsub("cancell", "cancel")
  if count < MOST and #raw <= LONGEST then count, forms[raw] = count + 1, form end
  return form
end

--- What is known of the statuses: "open" can be cancelled, as far as is known; "leaving" is being
--- cancelled; "done" never changes again.
local phases = {
  request = {
    in_progress = "open", in_review = "open", waiting_for_signature = "open",
    action_required = "open", pending = "open",
    canceling = "leaving",
    completed = "done", canceled = "done", expired = "done",
  },
  number = { -- a rejected one waits for a person
    in_review = "open", waiting_for_signature = "open", port_submitted = "open",
    port_pending = "open", port_rejected = "open",
    canceling = "leaving",
    completed = "done", canceled = "done",
  },
  bulk = {
    in_progress = "open", queued = "open", processing = "open",
    complete = "done", completed = "done", successful = "done", failed = "done",
  },
}

--- The phase that a status belongs to.
---@param kind "request"|"number"|"bulk"
---@param raw string? as the API gave it
---@return "open"|"leaving"|"done"|nil # nil for an unknown status
function status.phase(kind, raw)
  return phases[kind][status.normal(raw)]
end

--- The known statuses in normal form, in alphabetical order.
---@param kind "request"|"number"|"bulk"
---@return string[]
function status.names(kind)
  local names = {}
  for name in pairs(phases[kind]) do names[#names + 1] = name end
  return ascii.sort(names)
end

local SHOWN = 60 -- bytes of a wrong status
local WANTED = 'a status such as "in_review"'

local function raise_unless_text(name, value)
  if type(value) == "string" then return end
  local hint = type(value) == "function" and " (a method's result: port_in:status())" or ""
  argument_error.argument(name, WANTED .. hint, value)
end

--- Checks a status that a user gives. One that is nearly a known one is mistyped: it would match nothing.
---@param name string what it is called
---@param kind "request"|"number"|"bulk"
---@param value any
---@return string # in normal form
function status.check(name, kind, value)
  raise_unless_text(name, value)
  local normal = status.normal(value)
  local nearest = not phases[kind][normal] and spelling.nearest(normal, phases[kind])
  if nearest then
    argument_error.raise(('%s: unknown status "%s"%s, did you mean "%s"?'):format(name,
      excerpt(value, SHOWN), edges.note(value), nearest))
  end
  return normal
end

--- The normal form of what a user gives: a text, or nil for nil.
---@param raw string?
---@return string?
function status.of_user(raw)
  if raw ~= nil then raise_unless_text("status", raw) end
  return status.normal(raw)
end

return status
