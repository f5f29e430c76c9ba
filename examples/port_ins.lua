--- Port-ins from the command line: fetch, list, watch, create, and cancel in bulk. `lua port_ins.lua --help` says how, and
--- what its exit codes mean. Each command stands in a file of support/.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
require("start").note_interrupts()
local arguments = require "port_in_arguments"
local campaigns = require "campaign_commands"

campaigns.run(arguments.parser(), {
  fetch = require "port_in_fetch", list = require "port_in_list", watch = require "port_in_watch",
  create = require "port_in_create",
})
