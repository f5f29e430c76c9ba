--- What cancel_port_ins.lua does to run a campaign: `apply`, `resume` and `retry-failed`.

local approval = require "campaign_approval"
local campaign = require "twilio.numbers.campaign"
local cli = require "cli"
local confirm = require "campaign_confirm"
local ending = require "campaign_end"
local json_text = require "json_text"
local metrics = require "campaign_metrics"
local notify = require "campaign_notify"
local plan_file = require "campaign_plan_file"
local undo = require "campaign_undo"
local outcome = require "campaign_outcome"
local watcher = require "campaign_watch"
local shell = require "shell"

local must = ending.must

--- What became of the first ones, and what is asked.
local function question(result)
  local words = ("%d of %d confirmed"):format(result.confirmed,
    result.confirmed + result.failed + result.unconfirmed)
  if result.failed > 0 then words = ("%s, %d failed"):format(words, result.failed) end
  if result.unconfirmed > 0 then words = ("%s, %d not yet"):format(words, result.unconfirmed) end
  return ("%s. Cancel the other %d? Type yes: "):format(words, result.planned)
end

local function ask_for_canary(watch)
  if not shell.is_interactive() then return nil end
  return function(result)
    watch:clear()
    return cli.ask(question(result)) == "yes"
  end
end

local passed_on = { "reason", "ticket", "deadline", "skip_changed", "confirm", "confirm_numbers",
  (table.unpack or unpack)(outcome.KEPT) }

local function run_options(options, watch, meter)
  local result = {
    max_age = options.max_age and options.max_age * 3600, interval = 1,
    on_stage = function(...) watch:stage(...) end,
    on_target = function(...) watch:target(...) end,
    on_wait = function(ends_at, why) watch:wait(ends_at, why) end,
    on_canary = options.canary and ask_for_canary(watch) or nil,
    interrupted = function()
      watch:tick()
      meter:tick()
      return cli.is_interrupted()
    end,
  }
  for _, name in ipairs(passed_on) do result[name] = options[name] end
  result.undo, result.allowed_signers = undo.option(options.undo), nil -- the latter is the script's own
  return result
end

--- Runs one of the library's functions with interrupts noted, and shows what it came to.
---@param id string the campaign's
local function run(options, ledger, place, id, work)
  cli.outlives_reader = true
  local watch = watcher.new(options.json, options.progress)
  local meter = metrics.new(options.metrics, ledger, id)
  local client = cli.client(options.concurrency)
  local result, err = work(client, run_options(options, watch, meter))
  watch:finish()
  meter:finish()
  notify.run(options.notify, id, result, err)
  client:close()
  if err and err.kind == "ledger" then
    cli.hint "To go on when the ledger can be used again: repeat the command. It has sent nothing."
  end
  outcome.show(must(result, err), options, ledger, place)
end

--- Shows what would be cancelled, and why it would be refused.
local function show_dry_run(options, result, objection)
  local left_out = {}
  for i, text in ipairs(result.skipped) do left_out[i] = cli.mask(text) end
  if options.json then
    return json_text.print {
      dry_run = true, targets = result.extent.targets, numbers = result.extent.numbers,
      left_out = left_out[1] and left_out or json_text.empty_array,
      error = objection, kind = objection and "plan",
    }
  end
  for _, text in ipairs(left_out) do cli.print("  would be left out: " .. text) end
  cli.print(("Dry run: %s would be cancelled now. Nothing was sent."):format(
    confirm.describe(result.extent)))
end

--- `apply --dry-run`: all checks, that of the approval as the last one, and nothing sent or written.
local function dry_run(options, plan, place)
  local is_there = place:find "^%a+://" or shell.is_file(place)
  local ledger = is_there and must(campaign.open(place, true)) or nil
  local watch = watcher.new(options.json, options.progress)
  local client = cli.client(options.concurrency)
  local result, err = campaign.check(client, plan, {
    confirm = options.confirm, confirm_numbers = options.confirm_numbers,
    max_age = options.max_age * 3600, skip_changed = options.skip_changed,
    concurrency = options.concurrency,
    on_stage = function(...) watch:stage(...) end,
    on_target = function(...) watch:target(...) end,
    interrupted = function()
      watch:tick()
      return cli.is_interrupted()
    end,
  }, ledger)
  watch:finish()
  client:close()
  must(result, err)
  local _, objection = approval.find(options, plan)
  objection = objection
    and ("It would be refused: the plan is not approved: %s."):format(objection)
  show_dry_run(options, result, objection)
  if objection then cli.exit(cli.plan_refused, objection) end
  cli.exit(result.extent.targets > 0 and 0 or cli.nothing)
end

local commands = {}

function commands.apply(options)
  local plan = plan_file.read(options.plan)
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
  if options.dry_run then dry_run(options, plan, place) end
  local approved = approval.required(options, plan)
  confirm.ask(options, plan:extent(), "cancel")
  local ledger = must(campaign.open(place))
  run(options, ledger, place, plan.id, function(client, settings)
    settings.approval = approved
    return campaign.apply(client, ledger, plan, settings)
  end)
end

--- Asks what has to be asked before a campaign goes on. Gives its id and its approval, and not its report: that is
--- large, and the run reads its own.
local function prepare_resume(options, ledger)
  local report = must(campaign.report(ledger, options.campaign))
  if not report.is_begun and report.counts.planned > 0 then
    confirm.ask(options, report.extent, "cancel")
  end
  return report.campaign.id, approval.required(options, report.plan, report.approvals)
end

function commands.resume(options)
  local ledger = must(campaign.open(options.ledger, true))
  local id, approved = prepare_resume(options, ledger)
  if rawget(_G, "jit") then jit.flush() end -- LuaJIT's machine code refers to closures that have the report
  run(options, ledger, options.ledger, id, function(client, settings)
    settings.approval = approved
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
  local approved = approval.required(options, report.plan, report.approvals)
  run(options, ledger, options.ledger, report.campaign.id, function(client, settings)
    settings.approval = approved
    return campaign.retry_failed(client, ledger, options.campaign, settings)
  end)
end

return commands
