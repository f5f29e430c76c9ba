--- A log of requests and answers, which TWILIO_LOG=debug in the environment turns on: lines on stderr, without secrets,
--- phone numbers and bodies. It is made of hooks, so that it costs nothing while it is off.

local ascii = require "twilio.numbers.util.ascii"
local date = require "twilio.numbers.util.date"
local excerpt = require "twilio.numbers.util.excerpt"
local redact = require "twilio.numbers.util.redact"
local system = require "twilio.numbers.util.system"

local log = {}

local VARIABLE = "TWILIO_LOG"
local MOST = 500 -- bytes of a part of a line

local function write(text)
  local files = package.loaded.io -- a program may not have it
  if files then
    files.stderr:write(date.text(math.floor(system.time())), " twilio-numbers ", text, "\n")
  end
end

local function shown(text)
  return redact.text(excerpt(text, MOST))
end

local function add(event, form, ...)
  write(("%s %s: "):format(event.method, shown(event.path)) .. form:format(...))
end

local function seconds(number)
  return ascii.number(number, "%.3f") .. " s"
end

--- How an attempt ended. The message of an answer that cannot be used may have some of it, so it is left out.
local function ending(event)
  if not event.status then return ("%s (%s)"):format(event.kind, shown(event.message or "")) end
  return event.kind and ("%d, %s"):format(event.status, event.kind) or ("%d"):format(event.status)
end

local lines = {
  on_request = function(event) add(event, "attempt %d", event.attempt) end,
  on_response = function(event)
    add(event, "%s after %s, attempt %d, request %s", ending(event), seconds(event.timings.total),
      event.attempt, event.request_id or "without an id")
  end,
  on_retry = function(event)
    add(event, "attempt %d in %s", event.attempt + 1, seconds(event.wait))
  end,
}

local function is_on()
  local wanted = system.environment(VARIABLE)
  local level = wanted and ascii.lower(wanted) or "off"
  if level ~= "debug" and level ~= "off" then
    write(('%s in the environment: "debug" or "off" expected, got "%s"; nothing logged'):format(
      VARIABLE, excerpt(wanted, MOST)))
  end
  return level == "debug"
end

--- The hooks with those that log, if the environment wants that. A value that is not known is told.
---@param hooks table<string, function> the user's
---@param is_derived boolean? whether hooks that are not given are those of another client, which log
---@return table<string, function>
function log.with(hooks, is_derived)
  if not is_on() then return hooks end
  local all = {}
  for name, own in pairs(hooks) do all[name] = own end
  for name, line in pairs(lines) do
    local own = hooks[name]
    if own then
      all[name] = function(event)
        line(event)
        own(event)
      end
    elseif not is_derived then
      all[name] = line
    end
  end
  return all
end

return log
