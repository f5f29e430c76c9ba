--- Cancels port-ins in bulk, the first one alone. Ctrl-C stops it, and without SIDs it goes on:
---     lua campaign.lua FILE.ledger KW... KW...
---     lua campaign.lua FILE.ledger
local campaign = require "twilio.numbers.campaign"
local client = require("twilio.numbers").new()

local interrupts = campaign.interrupts()
local options = {
  canary = 1, interrupted = interrupts,
  on_target = function(target) print(target.port_in_sid, target.state) end,
}
local sids, result, err = { (table.unpack or unpack)(arg, 2) }
local ledger = assert(campaign.open(arg[1]))
if #sids == 0 then
  result, err = campaign.resume(client, ledger, nil, options)
else
  local plan = assert(campaign.plan(client, sids))
  local extent = plan:extent()
  print(("Cancel %d port-ins with %d numbers? Type yes."):format(extent.targets, extent.numbers))
  if io.read() ~= "yes" then return print "Nothing was sent." end
  options.confirm, options.confirm_numbers = extent.targets, extent.numbers
  result, err = campaign.apply(client, ledger, plan, options)
end
print(result and result.verdict or tostring(err))
ledger:close()
interrupts:close()
