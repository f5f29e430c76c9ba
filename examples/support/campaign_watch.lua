--- What cancel_port_ins.lua shows while a campaign runs.

local cli = require "cli"
local numbers = require "twilio.numbers"

--- Lines or a progress line about a run, and its result.
local function new(quiet)
  local line
  local self = {}
  local titles = {
    checking = "Checking all targets again", cancelling = "Cancelling",
    settling = "Checking those left unsettled",
    waiting = "Waiting for what another process has claimed, or has left",
    confirming = "Watching until they are canceled",
  }
  local labels = { checking = "checked", cancelling = "tried", settling = "settled",
    confirming = "confirmed" }
  function self.stage(stage, count)
    self.finish()
    self.stage_now = stage
    if count == 0 or quiet then return end
    cli.print(("%s (%d):"):format(titles[stage], count))
    if labels[stage] then line = numbers.progress { total = count, label = labels[stage] } end
  end
  function self.target(target, err)
    if not line then return end
    local is_later = self.stage_now == "cancelling" and target.state == "confirmed"
    local is_open = self.stage_now == "confirming" and target.state == "accepted"
    if not is_later and not is_open then line:count(err) end
    if target.state == "checked" or line.shown and not err then return end
    line:clear()
    cli.print(("  %s  %s%s"):format(cli.name(target), target.state,
      err and "  " .. cli.mask(tostring(err)) or ""))
  end
  function self.clear()
    if line then line:clear() end
  end
  function self.finish()
    if line then line:finish() end
    line = nil
  end
  return self
end

return { new = new }
