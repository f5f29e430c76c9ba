--- The commands that cancel in bulk, and how a command is run.

local argument_parser = require "argument_parser"
local cli = require "cli"
local numbers = require "twilio.numbers"

local campaign_commands = {}

local commands = {
  plan = require "campaign_plan", approve = require("campaign_approval").approve,
  export = require("campaign_undo").export,
}
for _, name in ipairs { "campaign_run", "campaign_release", "campaign_show", "campaign_verify" } do
  for command, run in pairs(require(name)) do commands[command] = run end
end

--- What to do instead of a word that is no command.
local function hints()
  local cancel = ("To cancel port-ins, plan first: %s. Then apply the plan. For one port-in: "
    .. "echo KW... | %s"):format(cli.command("plan", "FILE.csv"), cli.command("plan", "-"))
  return { cancel = cancel, delete = cancel, remove = cancel }
end

--- LuaJIT would let the memory of a large campaign double before it collects. Lua 5.4 needs less by itself.
local function collect_early()
  if rawget(_G, "jit") then collectgarbage("setpause", 150) end
end

--- Runs what the command line says. Campaigns mask what is personal.
---@param parser table what `argument_parser.new` gives
---@param others table<string, fun(options: table)>? commands beside those of campaigns
function campaign_commands.run(parser, others)
  local options = argument_parser.parse(parser, hints())
  local is_campaign = commands[options.command] ~= nil
  if is_campaign and not options.unmasked then cli.mask = numbers.redact end
  if is_campaign then collect_early() end
  --- What the library raises is wrong usage, and said in words.
  local fine, why = pcall(commands[options.command] or others[options.command], options)
  if not fine then cli.refuse(cli.without_place(why)) end
end

return campaign_commands
