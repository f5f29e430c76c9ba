--- The file of --metrics: a campaign in numbers, in Prometheus's text format, for the textfile collector of its
--- node_exporter. The file is replaced as a whole, so that no reader sees half of it.

local cli = require "cli"

local EVERY = 5 -- seconds between two versions of the file

local metrics = {}
metrics.__index = metrics

local function line(name, labels, value)
  return ("%s{%s} %.14g\n"):format(name, labels, value)
end

local function head(name, help)
  return ("# HELP %s %s\n# TYPE %s gauge\n"):format(name, help, name)
end

local function text_of(self, counts, is_running)
  local campaign = ('campaign="%s"'):format(self.id:sub(1, 12))
  local parts = { head("twilio_campaign_targets", "Targets of the campaign by state.") }
  local states = {}
  for state in pairs(counts) do states[#states + 1] = state end
  table.sort(states)
  for _, state in ipairs(states) do
    parts[#parts + 1] = line("twilio_campaign_targets", ('%s,state="%s"'):format(campaign, state),
      counts[state])
  end
  parts[#parts + 1] = head("twilio_campaign_running", "1 while a run is at work.")
    .. line("twilio_campaign_running", campaign, is_running and 1 or 0)
  parts[#parts + 1] = head("twilio_campaign_updated_seconds", "When this was written.")
    .. line("twilio_campaign_updated_seconds", campaign, os.time())
  return table.concat(parts)
end

local function write(path, text)
  local file, why = io.open(path .. ".new", "wb")
  if not file then return nil, why end
  local ok
  ok, why = file:write(text)
  local closed, problem = file:close()
  if not ok or not closed then return nil, why or problem end
  return os.rename(path .. ".new", path)
end

--- A file that cannot be written is told once, and does not stop the campaign.
local function update(self, is_running)
  local counts = self.ledger:counts(self.id)
  if not counts then return end
  local ok, why = write(self.path, text_of(self, counts, is_running))
  if ok or self.has_failed then return end
  self.has_failed = true
  cli.hint(("cannot write the metrics: %s"):format(tostring(why)))
end

--- Called often.
function metrics:tick()
  if os.time() - self.last < EVERY then return end
  self.last = os.time()
  update(self, true)
end

--- The run has ended.
function metrics:finish() update(self, false) end

local none = { tick = function() end, finish = function() end }

--- The metrics of a campaign; ones that do nothing without a path.
---@param path string?
---@param ledger twilio.numbers.Ledger
---@param id string the campaign's
local function new(path, ledger, id)
  if not path then return none end
  return setmetatable({ path = path, ledger = ledger, id = id, last = 0 }, metrics)
end

return { new = new }
