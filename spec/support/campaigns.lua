--- What the specs of campaigns share: port-ins to cancel, ledgers to keep them in.

local campaign = require "twilio.numbers.campaign"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local campaigns = {}

--- Some options of `apply` that are short, for a double that answers at once.
function campaigns.options(more)
  local options = { wait = 10, interval = 0.01, settle_after = 0.2, lease = 60 }
  for name, value in pairs(more or {}) do options[name] = value end
  return options
end

--- Makes so many port-ins and gives their SIDs.
function campaigns.port_ins(count, fields)
  local sids = {}
  for i = 1, count do
    sids[i] = sandbox.sid("KW", 0x200000 + i)
    sandbox.put_port_in(sids[i], fields or {})
  end
  return sids
end

local folders = {}

--- The path of a ledger that is not there yet.
function campaigns.place()
  local folder = support.run "mktemp -d":gsub("%s+$", "")
  folders[#folders + 1] = folder
  return folder .. "/spec.ledger"
end

function campaigns.clean()
  for _, folder in ipairs(folders) do support.run("rm -rf " .. support.quote(folder)) end
  folders = {}
end

--- What most specs of campaigns begin with: a fresh client, and a ledger at a place of its own.
function campaigns.begin(client_options)
  local place = campaigns.place()
  return sandbox.fresh_client(client_options), assert(campaign.open(place)), place
end

--- Ends what `begin` began.
function campaigns.finish(client, ledger)
  client:close()
  ledger:close()
  campaigns.clean()
end

--- How many telephone numbers have to be confirmed as well; nil if none have.
function campaigns.numbers_to_confirm(plan)
  local sum = plan:extent()
  return sum.numbers ~= sum.targets - sum.unread and sum.numbers or nil
end

--- Applies a plan with short options. The right number is confirmed, unless `more` has another one.
function campaigns.apply(client, ledger, plan, more)
  more = more or {}
  more.confirm = more.confirm or plan:count "cancel"
  more.confirm_numbers = more.confirm_numbers or campaigns.numbers_to_confirm(plan)
  return campaign.apply(client, ledger, plan, campaigns.options(more))
end

--- What the sandbox saw: by the end of the path, the DELETEs in their order.
function campaigns.deletes()
  local seen, count = {}, 0
  for _, request in ipairs(sandbox.requests "DELETE") do
    local sid = request.uri:match "[^/]+$"
    seen[sid] = seen[sid] or {}
    table.insert(seen[sid], request)
    count = count + 1
  end
  return seen, count
end

function campaigns.count_deletes() return select(2, campaigns.deletes()) end

--- The states of all targets by their SID.
function campaigns.states(report)
  local states = {}
  for _, target in ipairs(report.targets) do
    states[target.phone_number_sid or target.port_in_sid] = target.state
  end
  return states
end

return campaigns
