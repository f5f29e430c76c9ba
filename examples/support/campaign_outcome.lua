--- What cancel_port_ins.lua says when a run has ended, and how to go on.

local cli = require "cli"
local confirm = require "campaign_confirm"
local ending = require "campaign_end"

local outcome = {}

outcome.KEPT = { "concurrency", "canary", "canary_pause", "batch", "batch_pause", "max_failures",
  "max_failure_percent", "wait", "settle_after", "lease", "hours", "max_rate",
  "allowed_signers", "undo" } -- shown in the command to go on

local stopped = {
  interrupted = "Interrupted: nothing more was sent, and what was in flight is recorded.",
  deadline = "The time is over: nothing more was sent.",
  unauthorized = "The credentials are not accepted: nothing more was sent.",
  failures = "Too many have failed: nothing more was sent.",
  canary = "Stopped after the first: nothing more was sent.",
  halted = "The campaign is halted: nothing more was sent.",
  undo = "An undo sheet cannot be made: nothing more was sent.",
  held = "Another process has the rest, or has left it with a longer lease: nothing more was sent.",
  ledger = "The ledger cannot be used: nothing more was sent.",
}

--- A ledger, and the campaign's name if it has others as well.
local function names_of(report, ledger, place)
  local all = ledger:campaigns()
  if not all or #all < 2 then return cli.without_password(place) end
  return cli.without_password(place), "--campaign", report.campaign.id:sub(1, 12)
end

--- A campaign that was halted goes on only when a person has released it.
local function release_hint(report, ledger, place)
  local words = { "release", names_of(report, ledger, place) }
  for _, word in ipairs { confirm.words(report:extent_of "planned") } do
    words[#words + 1] = word
  end
  cli.hint((report:describe():match "\n(halted [^\n]*)") .. ".")
  cli.hint("Find out why. To release it: " .. cli.command((table.unpack or unpack)(words)))
end

--- The head of the audit chain stands for all that has happened, so a copy of it shows any later change.
function outcome.show_head(report, options)
  if options.json or not report.head then return end
  cli.hint(("Audit head: %s (%d rows). Keep it where this ledger is not: verify --head takes it.")
    :format(report.head.hash, report.head.length))
end

local flags = { hours = "window" } -- where the option has another name

--- How to go on: with the same limits, with the campaign's name if the ledger has others as well, and with
--- the number to confirm if no DELETE was sent.
function outcome.hint(report, ledger, options, place)
  local words = { "resume", names_of(report, ledger, place) }
  local function add(...)
    for _, word in ipairs { ... } do words[#words + 1] = word end
  end
  for _, name in ipairs(outcome.KEPT) do
    if options[name] then add("--" .. (flags[name] or name:gsub("_", "-")), options[name]) end
  end
  if not report.is_begun then add(confirm.words(report.extent)) end
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

--- Those of the script's options that the report takes. A CSV is a proof: it has all targets.
function outcome.report_options(options)
  return { all = options.all or options.csv, unmasked = options.unmasked }
end

local LISTED = 50 -- targets in the table at the end of a run; `report` has all

--- The counts of targets and of telephone numbers, in words.
function outcome.counts(report)
  local numbers = report:numbers_summary()
  return report:summary() .. "." .. (numbers and " " .. numbers .. "." or "")
end

function outcome.show(result, options, ledger, place)
  local report = result.report
  if options.json then
    local shown = outcome.report_options(options)
    if report then cli.write_pieces(function(write) report:to_json(shown, write) end) end
  elseif report then
    local rest = report:table { unmasked = options.unmasked, limit = LISTED }
    if rest ~= "" then cli.print("\n" .. rest) end
    cli.print(outcome.counts(report))
  end
  if result.stopped then cli.warn(stopped[result.stopped]) end
  if result.err then cli.warn(tostring(result.err)) end
  show_unwritten(result.unwritten)
  if not report then
    cli.hint("To go on when the ledger can be used again: "
      .. cli.command("resume", cli.without_password(place)))
  end
  if report and report.halt then release_hint(report, ledger, place) end
  if report and report:open() > 0 then outcome.hint(report, ledger, options, place) end
  if report then outcome.show_head(report, options) end
  cli.exit(ending.codes[result.verdict], nil, result.err)
end

return outcome
