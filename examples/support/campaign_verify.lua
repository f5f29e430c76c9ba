--- The commands of cancel_port_ins.lua that check a ledger, and that clean it: `verify` and `purge`.

local campaign = require "twilio.numbers.campaign"
local cli = require "cli"
local ending = require "campaign_end"

local must = ending.must
local commands = {}

local function has_credentials()
  return os.getenv "TWILIO_ACCOUNT_SID"
    and (os.getenv "TWILIO_AUTH_TOKEN" or os.getenv "TWILIO_API_KEY")
end

--- The client, unless there are no credentials: then only the ledger is verified.
local function client_for(options)
  if options.offline or not has_credentials() then return nil end
  return cli.client(options.concurrency)
end

function commands.verify(options)
  local ledger = must(campaign.open(options.ledger, true))
  local client = client_for(options)
  local found = must(campaign.verify(ledger, {
    campaign = options.campaign, head = options.head, client = client,
    interrupted = cli.is_interrupted,
  }))
  ledger:close()
  if client then client:close() end
  for _, text in ipairs(found.differences) do cli.print(cli.mask(text)) end
  local rows = found.head and found.head.length or 0
  cli.print(("%d differences. Audit chain: %d rows. Asked the API for %d targets. "
    .. "%d are not settled."):format(#found.differences, rows, found.fetched, found.open))
  if found.head then cli.hint("Audit head: " .. found.head.hash) end
  if cli.is_interrupted() then cli.exit(cli.interrupted, "Interrupted.") end
  cli.exit(#found.differences > 0 and cli.deviations or found.open > 0 and cli.partial or 0)
end

function commands.purge(options)
  local ledger = must(campaign.open(options.ledger, true))
  local result = must(campaign.purge(ledger, { older_than = options.older_than }))
  for _, id in ipairs(result.purged) do cli.print(("campaign %s  purged"):format(id:sub(1, 12))) end
  for _, item in ipairs(result.kept) do
    cli.print(("campaign %s  kept: %s"):format(item.id:sub(1, 12), item.why))
  end
  ledger:close()
  cli.exit(#result.purged > 0 and 0 or cli.nothing)
end

return commands
