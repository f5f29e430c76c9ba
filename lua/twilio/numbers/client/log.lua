--- A log of requests and answers, which TWILIO_LOG=debug in the environment turns on: lines on stderr, without secrets,
--- phone numbers and bodies. It is made of hooks, so that it costs nothing while it is off.

local ascii = require "twilio.numbers.util.ascii"
local excerpt = require "twilio.numbers.util.excerpt"
local lazily = require "twilio.numbers.util.lazily"
local lines = lazily.require "twilio.numbers.client.log_lines"
local system = require "twilio.numbers.util.system"

local log = {}

local VARIABLE = "TWILIO_LOG"
local MOST = 500 -- bytes of the variable in a message

local function is_on()
  local wanted = system.environment(VARIABLE)
  local level = wanted and ascii.lower(wanted) or "off"
  if level ~= "debug" and level ~= "off" then
    local form = '%s in the environment: "debug" or "off" expected, got "%s"; nothing logged'
    lines.write(form:format(VARIABLE, excerpt(wanted, MOST)))
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
  for name, line in pairs(lines.hooks) do
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
