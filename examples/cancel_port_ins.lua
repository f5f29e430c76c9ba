--- Cancels port-ins in bulk. `lua cancel_port_ins.lua --help` says how, and what its exit codes mean.
--- Each command stands in a file of support/.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
local cli = require "cli"
local arguments = require "campaign_arguments"
local numbers = require "twilio.numbers"

local commands = {
  plan = require "campaign_plan", approve = require("campaign_approval").approve,
  export = require("campaign_undo").export,
}
for _, name in ipairs { "campaign_run", "campaign_release", "campaign_show", "campaign_verify" } do
  for command, run in pairs(require(name)) do commands[command] = run end
end

local options = cli.parse(arguments.parser())
if not options.unmasked then cli.mask = numbers.redact end
--- What the library raises is wrong usage, and said in words.
local fine, why = pcall(commands[options.command], options)
if not fine then
  cli.refuse((tostring(why):gsub("^[^:]*campaign_[a-z]+%.lua:%d+: ", "")))
end
