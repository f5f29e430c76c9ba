--- The lines of the log: each begins with the time, and has no secret and no phone number.

local ascii = require "twilio.numbers.util.ascii"
local date = require "twilio.numbers.util.date"
local excerpt = require "twilio.numbers.util.excerpt"
local redact = require "twilio.numbers.util.redact"
local system = require "twilio.numbers.util.system"

local log_lines = {}

local MOST = 500 -- bytes of a part of a line

---@param text string
function log_lines.write(text)
  local files = package.loaded.io -- a program may not have it
  if files then
    files.stderr:write(date.text(math.floor(system.time())), " twilio-numbers ", text, "\n")
  end
end

local function shown(text)
  return redact.text(excerpt(text, MOST))
end

local function add(event, form, ...)
  log_lines.write(("%s %s: "):format(event.method, shown(event.path)) .. form:format(...))
end

local function seconds(number)
  return ascii.number(number, "%.3f") .. " s"
end

--- How an attempt ended. The message of an answer that cannot be used may have some of it, so it is left out.
local function ending(event)
  if not event.status then return ("%s (%s)"):format(event.kind, shown(event.message or "")) end
  return event.kind and ("%d, %s"):format(event.status, event.kind) or ("%d"):format(event.status)
end

--- The hooks that log.
---@type table<string, fun(event: twilio.numbers.Event)>
log_lines.hooks = {
  on_request = function(event) add(event, "attempt %d", event.attempt) end,
  on_response = function(event)
    add(event, "%s after %s, attempt %d, request %s", ending(event), seconds(event.timings.total),
      event.attempt, event.request_id or "without an id")
  end,
  on_retry = function(event)
    add(event, "attempt %d in %s", event.attempt + 1, seconds(event.wait))
  end,
}

return log_lines
