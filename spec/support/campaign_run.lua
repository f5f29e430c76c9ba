--- A run of a campaign whose API, ledger and clock are the spec's.

local document = require "twilio.numbers.campaign.plan.document"
local fake = require "spec.support.fake_transport"
local session = require "twilio.numbers.campaign.run.session"

local ledger = {}
ledger.__index = ledger

function ledger.attempt(_, _, work) return work() end

function ledger.reconnect() return true end

function ledger.is_halted_elsewhere() return false end

function ledger:fail() self.failures = (self.failures or 0) + 1 end

--- Gives all rows in these states, once for each call of `again`.
function ledger:claim(states, limit)
  local claimed = {}
  for _, row in ipairs(self.rows) do
    for _, state in ipairs(states) do
      if row.state == state and not row.is_claimed and #claimed < limit then
        row.is_claimed = true
        claimed[#claimed + 1] = row
      end
    end
  end
  return claimed
end

--- Those that were given before.
function ledger:claimed(states, limit, after)
  local claimed = {}
  for _, row in ipairs(self.rows) do
    for _, state in ipairs(states) do
      if row.state == state and row.is_claimed and row.number > after and #claimed < limit then
        claimed[#claimed + 1] = row
      end
    end
  end
  return claimed
end

function ledger:intend(target)
  table.insert(self.log, "intend")
  if self.on_intend then return self.on_intend(target) end
  target.attempts = target.attempts + 1
  return true
end

function ledger:move(target, finding)
  table.insert(self.log, "move to " .. finding.state)
  target.state, target.why = finding.state, finding.why
  return true
end

function ledger:record_outcome(target, attempt, finding)
  table.insert(self.log, attempt.outcome)
  return self:move(target, finding)
end

local campaign_run = {}

--- A run over one port-in that is in review in the plan.
---@param respond fun(request: table): table the API's response to each request
---@param fields table? of the target's row
function campaign_run.new(respond, fields)
  local client, transport = fake.client(respond)
  local plan = document.new {
    base_url = "https://numbers.twilio.com", account_sid = client.account_sid,
    created_at = os.date "!%Y-%m-%dT%H:%M:%SZ", window = 0, accounts = {}, protected = {}, unmatched = {},
    targets = { { port_in_sid = fake.sid(1), class = "cancel", status = "in_review" } },
  }
  local row = { campaign = plan.id, number = 1, port_in_sid = fake.sid(1), planned_status = "in_review",
    state = "planned", attempts = 0, changed_at = 0 }
  for name, value in pairs(fields or {}) do row[name] = value end
  local run = session.new(client, setmetatable({ rows = { row }, log = {} }, ledger), plan,
    { lease = 60, settle_after = 10, concurrency = 1 })
  return run, row, transport
end

--- How many DELETEs a transport has sent.
function campaign_run.deletes(transport)
  local count = 0
  for _, request in ipairs(transport.requests) do
    if request.method == "DELETE" then count = count + 1 end
  end
  return count
end

return campaign_run
