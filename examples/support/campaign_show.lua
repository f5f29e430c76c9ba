--- The commands of cancel_port_ins.lua that only read a ledger: `status` and `report`.

local campaign = require "twilio.numbers.campaign"
local cli = require "cli"
local ending = require "campaign_end"
local outcome = require "campaign_outcome"

local must = ending.must
local commands = {}

local function read_report(options)
  local ledger = must(campaign.open(options.ledger, true))
  local report = must(campaign.report(ledger, options.campaign))
  ledger:close()
  return report
end

local function show_report(options, report, with_list)
  local shown = outcome.report_options(options)
  if options.json then
    cli.write_pieces(function(write) report:to_json(shown, write) end)
  elseif options.csv then
    cli.write_pieces(function(write) report:csv(shown, write) end)
  else
    if with_list then
      cli.print_pieces(function(write)
        local is_empty = true
        report:table(shown, function(text) is_empty = false write(text) end)
        if not is_empty then write "\n" end
      end)
    end
    cli.print(report:describe(shown) .. outcome.counts(report))
  end
  cli.exit(report:is_success() and 0 or cli.partial)
end

function commands.status(options)
  show_report(options, read_report(options), false)
end

function commands.report(options)
  show_report(options, read_report(options), true)
end

return commands
