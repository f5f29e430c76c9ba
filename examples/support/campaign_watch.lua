--- What cancel_port_ins.lua shows while a campaign runs: a line for each target, up to some, and how far it is. On a
--- terminal that is a line which changes, elsewhere a line at intervals.

local cli = require "cli"
local numbers = require "twilio.numbers"

local LISTED = 200 -- targets that are shown by themselves in a stage; the report has all

local titles = {
  checking = "Checking all targets again", cancelling = "Cancelling",
  settling = "Checking those left unsettled",
  waiting = "Waiting for what another process has claimed, or has left",
  confirming = "Watching until they are canceled",
}
local labels = {
  checking = "checked", cancelling = "tried", settling = "settled", confirming = "confirmed",
}

local watch = {}
watch.__index = watch

--- A stage begins.
function watch:stage(stage, count)
  self:finish()
  self.stage_now, self.listed = stage, 0
  if count == 0 then return end
  if not self.quiet then cli.print(("%s (%d):"):format(titles[stage], count)) end
  if labels[stage] then
    self.line = numbers.progress { total = count, label = labels[stage], every = self.every }
  end
end

--- Whether a target is done for the stage.
local function is_counted(self, target)
  local is_later = self.stage_now == "cancelling" and target.state == "confirmed"
  local is_open = self.stage_now == "confirming" and target.state == "accepted"
  return not is_later and not is_open
end

--- A target has changed its state.
function watch:target(target, err)
  if not self.line then return end
  if is_counted(self, target) then self.line:count(err) end
  if self.quiet or target.state == "checked" or self.line.shown and not err then return end
  self.listed = self.listed + 1
  if self.listed > LISTED then return end
  self.line:clear()
  if self.listed == LISTED then return cli.print "  ... the report lists all" end
  cli.print(("  %s  %s%s"):format(cli.name(target), target.state,
    err and "  " .. cli.mask(tostring(err)) or ""))
end

--- Something that a person should know.
function watch:say(text)
  self:clear()
  cli.hint(text)
end

--- The run waits. A wait because of the rate is told once.
function watch:wait(ends_at, why)
  if why == "rate" and self.told_rate then return end
  self.told_rate = self.told_rate or why == "rate"
  self:say(("Waiting until %s (%s)."):format(os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(ends_at)),
    why))
end

--- Called often, also while nothing happens.
function watch:tick()
  if self.line then self.line:tick() end
end

function watch:clear()
  if self.line then self.line:clear() end
end

--- The stage has ended.
function watch:finish()
  if self.line then self.line:finish() end
  self.line = nil
end

--- Shows what a run does.
---@param quiet boolean? only how far it is, for a run whose output is JSON
---@param every number seconds between two lines where there is no terminal
local function new(quiet, every)
  return setmetatable({ quiet = quiet, every = every, listed = 0 }, watch)
end

return { new = new }
