--- The command of --notify, which gets the summary of a run as JSON on its standard input. Nothing from outside is in
--- its command line.

local cjson = require "cjson"
local cli = require "cli"
local numbers = require "twilio.numbers"

local notify = {}

--- The summary of a run.
---@param id string the campaign's
---@param result twilio.numbers.CampaignResult?
---@param err twilio.numbers.Error? why it did not begin
local function summary(id, result, err)
  local report = result and result.report
  err = err or result and result.err
  return {
    campaign = id, verdict = result and result.verdict or "refused",
    stopped = result and result.stopped, error = err and numbers.redact(tostring(err)) or nil,
    counts = report and report.counts, numbers = report and report.numbers,
    planned = report and report.planned,
    planned_numbers = report and report.extent.numbers,
    summary = report and report:summary(),
    time = os.date "!%Y-%m-%dT%H:%M:%SZ",
  }
end

--- Runs the command. What becomes of it does not change how the script ends, but is told.
---@param command string? a shell's, from the command line
---@param id string the campaign's
---@param result twilio.numbers.CampaignResult?
---@param err twilio.numbers.Error?
function notify.run(command, id, result, err)
  if not command then return end
  local pipe, why = io.popen(command, "w")
  local ok = pipe
  if pipe then
    pipe:write(cjson.encode(summary(id, result, err)), "\n")
    ok, why = pipe:close()
  end
  if not ok then cli.hint(("--notify: the command has failed: %s"):format(tostring(why))) end
end

return notify
