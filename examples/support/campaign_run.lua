--- What cancel_port_ins.lua does to run a campaign: `apply`, `resume` and `retry-failed`.

local campaign = require "twilio.numbers.campaign"
local cli = require "cli"
local confirm = require "campaign_confirm"
local ending = require "campaign_end"
local outcome = require "campaign_outcome"
local watcher = require "campaign_watch"

local must = ending.must

local function ask_for_canary(watch)
  if not cli.is_interactive() then return nil end
  return function(result)
    watch.clear()
    return cli.ask(("%d failed and %d not confirmed of the first. Go on? Type yes: "):format(
      result.failed, result.unconfirmed)) == "yes"
  end
end

local passed_on = { "reason", "ticket", "deadline", "skip_changed", "confirm", "confirm_numbers",
  (table.unpack or unpack)(outcome.KEPT) }

local function run_options(options, watch, on_canary, interrupts)
  local result = {
    max_age = options.max_age and options.max_age * 3600, interval = 1,
    on_stage = watch.stage, on_target = watch.target,
    on_canary = on_canary,
    interrupted = interrupts,
  }
  for _, name in ipairs(passed_on) do result[name] = options[name] end
  return result
end

--- Runs one of the library's functions with interrupts noted, and shows what it came to.
local function run(options, ledger, place, work)
  local watch = watcher.new(options.json)
  local on_canary = options.canary and ask_for_canary(watch)
  local interrupts = campaign.interrupts()
  local client = cli.client(options.concurrency)
  local result, err = work(client, run_options(options, watch, on_canary, interrupts))
  watch.finish()
  interrupts:close()
  client:close()
  outcome.show(must(result, err), options, ledger, place)
end

local commands = {}

function commands.apply(options)
  local plan = must(campaign.read_plan(cli.read_file(options.plan)))
  local count = plan:count "cancel"
  if not options.json then
    cli.print(tostring(plan) .. ".")
    local protection = plan:protect_summary(options.unmasked)
    if protection then cli.print(protection .. ".") end
  end
  if count == 0 then
    if options.json then cli.write(plan:listing(options.unmasked)) end
    cli.exit(plan:problems() > 0 and cli.partial or cli.nothing)
  end
  if options.plan == "-" and not options.ledger then
    cli.exit(cli.usage_error, "a plan from standard input needs --ledger")
  end
  local place = options.ledger or options.plan:gsub("%.json$", "") .. ".ledger"
  confirm.ask(options, plan:extent(), "cancel")
  local ledger = must(campaign.open(place))
  run(options, ledger, place, function(client, settings)
    return campaign.apply(client, ledger, plan, settings)
  end)
end

function commands.resume(options)
  local ledger = must(campaign.open(options.ledger, true))
  local report = must(campaign.report(ledger, options.campaign))
  if not report.is_begun and report.counts.planned > 0 then
    confirm.ask(options, report.extent, "cancel")
  end
  run(options, ledger, options.ledger, function(client, settings)
    return campaign.resume(client, ledger, options.campaign, settings)
  end)
end

commands["retry-failed"] = function(options)
  local ledger = must(campaign.open(options.ledger, true))
  local report = must(campaign.report(ledger, options.campaign))
  if report.counts.refused == 0 and report:open() > 0 then
    cli.hint(("Nothing was refused, and %d are not settled: resume first."):format(report:open()))
    outcome.hint(report, ledger, options, options.ledger)
    cli.exit(cli.partial)
  elseif report.counts.refused == 0 then
    cli.exit(cli.nothing, "Nothing was refused.")
  end
  confirm.ask(options, report:extent_of "refused", "try again")
  run(options, ledger, options.ledger, function(client, settings)
    return campaign.retry_failed(client, ledger, options.campaign, settings)
  end)
end

return commands
