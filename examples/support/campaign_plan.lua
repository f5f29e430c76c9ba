--- The command `plan` of cancel_port_ins.lua.

local campaign = require "twilio.numbers.campaign"
local cli = require "cli"
local confirm = require "campaign_confirm"
local ending = require "campaign_end"
local file_targets = require "campaign_targets"
local interruptible = require "interruptible"
local numbers = require "twilio.numbers"
local protect_file = require "campaign_protect"
local shell = require "shell"

---@param text string|fun(write: fun(text: string))
local function write_file(path, text)
  local ok, why = campaign.write_private(path, text)
  if not ok then cli.exit(cli.usage_error, ("cannot write %s: %s"):format(path, tostring(why))) end
end

local function make_plan(options)
  local inputs, left_out = file_targets.read(options)
  local protected = options.protect and protect_file.read(options.protect, options.country)
  local progress = numbers.progress { total = #inputs, label = "fetched",
    every = options.progress }
  local plan, err
  local is_done = interruptible.read(function(client)
    plan, err = campaign.plan(client, inputs, {
      window = options.window * 3600, accounts = options.account,
      protect = protected, progress = progress, left_out = left_out,
      concurrency = options.concurrency,
    })
  end, options.concurrency)
  progress:clear()
  if not is_done then cli.exit(cli.interrupted, "Interrupted. No plan was written.") end
  return ending.must(plan, err)
end

--- Nothing is written over what is read.
local function keep_inputs(options, ...)
  for _, written in ipairs { ... } do
    for _, name in ipairs { "file", "protect" } do
      local read = options[name]
      if read and (read == written or shell.is_same_file(read, written)) then
        cli.refuse(written .. " is what is read: write the plan to another file")
      end
    end
  end
end

local function show(plan, options, path)
  cli.print_pieces(function(write)
    plan:table(options.unmasked, write)
    write "\n"
  end)
  cli.print(plan:summary() .. ".")
  local protection, schedule = plan:protect_summary(options.unmasked), plan:schedule_summary()
  if protection then cli.print(protection .. ".") end
  if schedule then cli.print(schedule .. ".") end
  cli.print(("Nothing was changed. The plan is in %s."):format(path))
  if plan:count "cancel" > 0 then
    cli.print(("To cancel %d, which cannot be undone: %s"):format(plan:count "cancel",
      cli.command("apply", path, confirm.words(plan:extent()))))
  end
end

return function(options)
  local base = options.file == "-" and "port_ins" or options.file:gsub("%.csv$", "")
  local path = options.output or base .. ".plan.json"
  if path == options.csv then cli.exit(cli.usage_error, "--csv and --output are the same file") end
  keep_inputs(options, path, options.csv)
  if options.file == "-" and options.protect == "-" then
    cli.exit(cli.usage_error, "only one file can be standard input")
  end
  local plan = make_plan(options)
  write_file(path, plan:to_json())
  if options.csv then
    write_file(options.csv, function(write) plan:csv(options.unmasked, write) end)
  end
  if options.json then
    cli.write_pieces(function(write) plan:listing(options.unmasked, write) end)
  else
    show(plan, options, path)
  end
  if plan:problems() > 0 then cli.exit(cli.partial) end
  cli.exit(plan:count "cancel" > 0 and 0 or cli.nothing)
end
