--- Reads a plan from its file.

local campaign = require "twilio.numbers.campaign"
local cli = require "cli"
local ending = require "campaign_end"

--- The plan. Another file ends the script.
---@param path string
---@return twilio.numbers.Plan
local function read(path)
  local hint = "A plan is expected. This makes one: " .. cli.command("plan", "FILE.csv")
  return ending.must(campaign.read_plan(cli.read_file(path, hint)))
end

return { read = read }
