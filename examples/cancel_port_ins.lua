--- Cancels port-ins in bulk. `lua cancel_port_ins.lua --help` says how, and what its exit codes mean.
--- Each command stands in a file of support/.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
require("start").note_interrupts()
local arguments = require "campaign_arguments"
local campaigns = require "campaign_commands"

campaigns.run(arguments.parser())
