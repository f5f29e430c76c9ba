--- Cancels port-ins in bulk. `lua cancel_port_ins.lua --help` says how, and what its exit codes mean.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
local cli = require "cli"
local campaign = require "twilio.numbers.campaign"
local arguments = require "campaign_arguments"
local file_targets = require "campaign_targets"
local protect_file = require "campaign_protect"
local numbers = require "twilio.numbers"
local print = cli.print

local exit_codes = {
  success = 0, partial = cli.partial, unauthorized = cli.unauthorized, nothing = cli.nothing,
  interrupted = cli.interrupted, ledger = cli.ledger,
}

local code_of_kind = {
  plan = cli.plan_refused, ledger = cli.ledger, interrupted = cli.interrupted,
}

--- Ends the script for an error that was returned.
local function fail(err)
  local code = cli.is_unauthorized(err) and cli.unauthorized or code_of_kind[err.kind]
  for i, change in ipairs(err.changes or {}) do
    if i > 20 then break end
    cli.warn("  " .. change)
  end
  cli.exit(code or cli.partial, tostring(err))
end

local function must(value, err)
  return value or fail(err)
end

--- plan

local function write_file(path, text)
  local file, why = io.open(path, "wb")
  local ok = file and file:write(text)
  if file then
    local closed, problem = file:close()
    ok, why = ok and closed, why or problem
  end
  if not ok then cli.exit(cli.usage_error, ("cannot write %s: %s"):format(path, tostring(why))) end
end

local function make_plan(options)
  local inputs = file_targets.read(options)
  local protected = options.protect and protect_file.read(options.protect)
  local client = cli.client(options.concurrency)
  local progress = numbers.progress { total = #inputs, label = "fetched" }
  local plan = must(campaign.plan(client, inputs, {
    window = options.window * 3600, accounts = options.account,
    protect = protected, progress = progress,
    concurrency = options.concurrency,
  }))
  client:close()
  return plan
end

--- Nothing is written over what is read.
local function keep_inputs(options, ...)
  for _, written in ipairs { ... } do
    for _, name in ipairs { "file", "protect" } do
      local read = options[name]
      if read and (read == written or cli.is_same_file(read, written)) then
        cli.refuse(written .. " is what is read: write the plan to another file")
      end
    end
  end
end

--- Tells how many entries of the protect list name a target: one that names none may be mistyped.
local function show_protection(plan, options)
  local summary = plan:protect_summary(options.unmasked)
  if summary then print(summary .. ".") end
end

local commands = {}

function commands.plan(options)
  local base = options.file == "-" and "port_ins" or options.file:gsub("%.csv$", "")
  local path = options.output or base .. ".plan.json"
  if path == options.csv then cli.exit(cli.usage_error, "--csv and --output are the same file") end
  keep_inputs(options, path, options.csv)
  if options.file == "-" and options.protect == "-" then
    cli.exit(cli.usage_error, "only one file can be standard input")
  end
  local plan = make_plan(options)
  write_file(path, plan:to_json())
  if options.csv then write_file(options.csv, plan:csv(options.unmasked)) end
  local count, problems = plan:count "cancel", plan:problems()
  if options.json then
    cli.write(plan:listing(options.unmasked))
  else
    print(plan:table(options.unmasked))
    print(plan:summary() .. ".")
    show_protection(plan, options)
    print(("Nothing was changed. The plan is in %s."):format(path))
    if count > 0 then
      print(("To cancel %d, which cannot be undone: %s"):format(count,
        cli.command("apply", path, "--confirm", count)))
    end
  end
  if problems > 0 then cli.exit(cli.partial) end
  cli.exit(count > 0 and 0 or cli.nothing)
end

--- apply, resume, retry-failed

--- Lines or a progress line about a run, and its result.
local function watcher(quiet)
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
    print(("%s (%d):"):format(titles[stage], count))
    if labels[stage] then line = numbers.progress { total = count, label = labels[stage] } end
  end
  function self.target(target, err)
    if not line then return end
    local is_later = self.stage_now == "cancelling" and target.state == "confirmed"
    local is_open = self.stage_now == "confirming" and target.state == "accepted"
    if not is_later and not is_open then line:count(err) end
    if target.state == "checked" or line.shown and not err then return end
    line:clear()
    print(("  %s  %s%s"):format(cli.name(target), target.state,
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

local function ask_for_canary(watch)
  if not cli.is_interactive() then return nil end
  return function(result)
    watch.clear()
    return cli.ask(("%d failed and %d not confirmed of the first. Go on? Type yes: "):format(
      result.failed, result.unconfirmed)) == "yes"
  end
end

local kept = { "concurrency", "canary", "canary_pause", "batch", "batch_pause", "max_failures",
  "max_failure_percent", "wait", "settle_after", "lease" } -- shown in the command to go on
local passed_on = { "reason", "ticket", "deadline", "skip_changed", "confirm",
  (table.unpack or unpack)(kept) }

local function run_options(options, watch, on_canary, interrupts)
  local result = {
    max_age = options.max_age and options.max_age * 3600, interval = 1,
    on_stage = watch.stage, on_target = watch.target,
    on_canary = on_canary,
    interrupted = function() return interrupts:caught() end,
  }
  for _, name in ipairs(passed_on) do result[name] = options[name] end
  return result
end

local stopped = {
  interrupted = "Interrupted: nothing more was sent, and what was in flight is recorded.",
  deadline = "The time is over: nothing more was sent.",
  unauthorized = "The credentials are not accepted: nothing more was sent.",
  failures = "Too many have failed: nothing more was sent.",
  canary = "Stopped after the first: nothing more was sent.",
  halted = "The campaign is halted: nothing more was sent.",
  held = "Another process has the rest, or has left it with a longer lease: nothing more was sent.",
  ledger = "The ledger cannot be used: nothing more was sent.",
}

local function add_campaign_name(words, report, ledger)
  local all = ledger:campaigns()
  if not all or #all < 2 then return end
  words[#words + 1], words[#words + 2] = "--campaign", report.campaign.id:sub(1, 12)
end

--- A campaign that was halted goes on only when a person has released it.
local function release_hint(report, ledger, place)
  local words = { "release", cli.without_password(place) }
  add_campaign_name(words, report, ledger)
  words[#words + 1], words[#words + 2] = "--confirm", report.counts.planned
  cli.hint(report:halt_in_words() .. ".")
  cli.hint("Find out why. To release it: " .. cli.command((table.unpack or unpack)(words)))
end

--- How to go on: with the same limits, with the campaign's name if the ledger has others as well, and with
--- the number to confirm if no DELETE was sent.
local function hint(report, ledger, options, place)
  local words = { "resume", cli.without_password(place) }
  local function add(...)
    for _, word in ipairs { ... } do words[#words + 1] = word end
  end
  add_campaign_name(words, report, ledger)
  for _, name in ipairs(kept) do
    if options[name] then add("--" .. name:gsub("_", "-"), options[name]) end
  end
  if not report.is_begun then add("--confirm", report.planned) end
  cli.hint("To go on: " .. cli.command((table.unpack or unpack)(words)))
end

--- Shows the answers that came when the ledger could no longer be written.
local function show_unwritten(list)
  if #list == 0 then return end
  cli.warn(("What became of %d may be missing in the ledger:"):format(#list))
  for _, target in ipairs(list) do
    cli.warn(("  %s  %s%s%s"):format(cli.name(target), target.state,
      target.why and "  " .. target.why or "",
      target.request_id and (" (request %s)"):format(target.request_id) or ""))
  end
end

--- Those of the script's options that the report takes.
local function report_options(options)
  return { all = options.all, unmasked = options.unmasked }
end

--- The head of the audit chain, which is to be kept where nobody who can write to the ledger can.
local function show_head(report, options)
  if options.json or not report or not report.head then return end
  cli.hint(("Audit head: %s (%d rows). Keep it elsewhere: verify --head takes it."):format(
    report.head.hash, report.head.length))
end

local function show_result(result, options, ledger, place)
  local report = result.report
  if options.json then
    if report then cli.write(report:to_json(report_options(options))) end
  elseif report then
    local rest = report:table(report_options(options))
    if rest ~= "" then print("\n" .. rest) end
    print(report:summary() .. ".")
  end
  if result.stopped then cli.warn(stopped[result.stopped]) end
  if result.err then cli.warn(tostring(result.err)) end
  show_unwritten(result.unwritten)
  if report and report.halt then release_hint(report, ledger, place) end
  if report and report:open() > 0 then hint(report, ledger, options, place) end
  show_head(report, options)
  cli.exit(exit_codes[result.verdict])
end

--- Runs one of the library's functions with interrupts noted, and shows what it came to.
local function run(options, ledger, place, work)
  local watch = watcher(options.json)
  local on_canary = options.canary and ask_for_canary(watch)
  local interrupts = campaign.interrupts()
  local client = cli.client(options.concurrency)
  local result, err = work(client, run_options(options, watch, on_canary, interrupts))
  watch.finish()
  interrupts:close()
  client:close()
  show_result(must(result, err), options, ledger, place)
end

--- The confirmation: given, or typed on a terminal.
local function confirm(options, count, what)
  if options.confirm or count == 0 or not cli.is_interactive() then return end
  local typed = cli.ask(("This cannot be undone. Type %d to %s %d: "):format(count, what, count))
  options.confirm = typed:find "^%d+$" and #typed < 10 and tonumber(typed) or 0
end

function commands.apply(options)
  local plan = must(campaign.read_plan(cli.read_file(options.plan)))
  local count = plan:count "cancel"
  if not options.json then
    print(tostring(plan) .. ".")
    show_protection(plan, options)
  end
  if count == 0 then
    if options.json then cli.write(plan:listing(options.unmasked)) end
    cli.exit(plan:problems() > 0 and cli.partial or cli.nothing)
  end
  if options.plan == "-" and not options.ledger then
    cli.exit(cli.usage_error, "a plan from standard input needs --ledger")
  end
  local place = options.ledger or options.plan:gsub("%.json$", "") .. ".ledger"
  confirm(options, count, "cancel")
  local ledger = must(campaign.open(place))
  run(options, ledger, place, function(client, settings)
    return campaign.apply(client, ledger, plan, settings)
  end)
end

function commands.resume(options)
  local ledger = must(campaign.open(options.ledger, true))
  local report = must(campaign.report(ledger, options.campaign))
  if not report.is_begun and report.counts.planned > 0 then
    confirm(options, report.planned, "cancel")
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
    hint(report, ledger, options, options.ledger)
    cli.exit(cli.partial)
  elseif report.counts.refused == 0 then
    cli.exit(cli.nothing, "Nothing was refused.")
  end
  confirm(options, report.counts.refused, "try again")
  run(options, ledger, options.ledger, function(client, settings)
    return campaign.retry_failed(client, ledger, options.campaign, settings)
  end)
end

function commands.release(options)
  local ledger = must(campaign.open(options.ledger, true))
  local report = must(campaign.report(ledger, options.campaign))
  if not report.halt then cli.exit(cli.nothing, "The campaign is not halted.") end
  cli.hint(report:halt_in_words(options.unmasked) .. ".")
  confirm(options, report.counts.planned, "let the runs cancel")
  report = must(campaign.release(ledger, options.campaign, { confirm = options.confirm }))
  print("Released. Nothing was sent.")
  hint(report, ledger, options, options.ledger)
  show_head(report, options)
  ledger:close()
end

--- status, report

local function read_report(options)
  local ledger = must(campaign.open(options.ledger, true))
  local report = must(campaign.report(ledger, options.campaign))
  ledger:close()
  return report
end

local function show_report(options, report, with_list)
  local shown = report_options(options)
  if options.json then
    cli.write(report:to_json(shown))
  elseif options.csv then
    cli.write(report:csv(shown))
  else
    if with_list and report:table(shown) ~= "" then print(report:table(shown)) end
    print(report:describe(shown) .. report:summary() .. ".")
  end
  cli.exit(report:is_success() and 0 or cli.partial)
end

function commands.status(options)
  show_report(options, read_report(options), false)
end

function commands.report(options)
  show_report(options, read_report(options), true)
end

local options = cli.parse(arguments.parser())
if not options.unmasked then cli.mask = numbers.redact end
--- What the library raises is wrong usage, and said in words.
local fine, why = pcall(commands[options.command], options)
if not fine then
  cli.refuse((tostring(why):gsub("^[^:]*cancel_port_ins%.lua:%d+: ", "")))
end
