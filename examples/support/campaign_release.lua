--- What cancel_port_ins.lua does to let a campaign go on that was halted: `release`.

local campaign = require "twilio.numbers.campaign"
local cli = require "cli"
local confirm = require "campaign_confirm"
local ending = require "campaign_end"
local outcome = require "campaign_outcome"

local must = ending.must

local commands = {}

function commands.release(options)
  local ledger = must(campaign.open(options.ledger, true))
  local report = must(campaign.report(ledger, options.campaign))
  if not report.halt then cli.exit(cli.nothing, "The campaign is not halted.") end
  confirm.ask(options, report:extent_of "planned", "release")
  report = must(campaign.release(ledger, options.campaign, {
    confirm = options.confirm, confirm_numbers = options.confirm_numbers }))
  cli.print("Released. Nothing was sent.")
  outcome.hint(report, ledger, options, options.ledger)
  outcome.show_head(report, options)
  ledger:close()
end

return commands
