--- Cancelling port-ins in bulk: plan, apply, resume, prove.
---
---     local campaign = require "twilio.numbers.campaign"
---     local plan = assert(campaign.plan(client, sids))
---     print(plan:table())
---     local ledger = assert(campaign.open "spring.ledger")
---     local result, err = campaign.apply(client, ledger, plan, { confirm = plan:count "cancel" })
---     print(err or result.report:summary())
---
--- Needs LuaDBI with its driver for SQLite or PostgreSQL. Blocks while it writes: nothing for nginx, whose
--- error log is told.

local applying = require "twilio.numbers.campaign.run.apply"
local core = require "twilio.numbers.core"
local ledgers = require "twilio.numbers.campaign.ledger.store"
local misuse = require "twilio.numbers.util.argument_error"
local planning = require "twilio.numbers.campaign.plan.planner"
local plans = require "twilio.numbers.campaign.plan.document"
local reports = require "twilio.numbers.campaign.report"
local waiting = require "twilio.numbers.runtime.waiter"

local campaign = {}

local function check_client(client)
  if type(client) ~= "table" or not client.port_ins then
    misuse.argument("client", "what numbers.new gives", client)
  end
  if client.closed then misuse.raise "the client is closed" end
end

local function check_ledger(ledger)
  if getmetatable(ledger) ~= ledgers then
    misuse.argument("ledger", "what campaign.open gives", ledger)
  end
end

--- Fetches every target and says what it is: to be cancelled, or why not. Changes nothing. Operations
--- FetchPortingPortIn, FetchPortingPortInPhoneNumber.
---@param client twilio.numbers.Client
---@param source any[]|function|thread inputs: port-in SIDs; { port-in SID, phone number SID or E.164 number
---  in it }, also by name; port-ins and numbers of this library
---@param options twilio.numbers.PlanOptions?
---@return twilio.numbers.Plan?
---@return twilio.numbers.Error? # the credentials are not accepted; all else is in the plan
function campaign.plan(client, source, options)
  check_client(client)
  return planning.make(client, source, options)
end

--- Reads a plan that `plan:to_json()` has written.
---@param text string
---@return twilio.numbers.Plan?
---@return twilio.numbers.Error? # of kind "plan": it was altered, or is none
function campaign.read_plan(text)
  if type(text) ~= "string" then misuse.argument("text", "a plan's text", text) end
  return plans.read(text)
end

--- Opens a ledger: a file, which is made if it is not there, or a database of a PostgreSQL server, which
--- several machines may share.
---@param place string a path, or postgresql://user:password@host:port/database
---@param must_exist boolean? makes none
---@return twilio.numbers.Ledger? # `close()` it
---@return twilio.numbers.Error? # of kind "ledger": it cannot be opened, or is damaged
function campaign.open(place, must_exist)
  waiting.warn("a campaign's ledger", "work on it in a program of its own")
  return ledgers.open(place, must_exist)
end

--- Cancels what the plan says. That number must be confirmed. Each target is fetched again before its
--- DELETE, which is in the ledger before it is sent; afterwards all are watched until they are `canceled`.
--- Doing it twice is harmless: the second goes on where the first ended. Operations DeletePortingPortIn,
--- DeletePortingPortInPhoneNumber and the fetches.
---@param client twilio.numbers.Client
---@param ledger twilio.numbers.Ledger
---@param plan twilio.numbers.Plan
---@param options twilio.numbers.ApplyOptions? `confirm` is needed
---@return twilio.numbers.CampaignResult? # see its `verdict`
---@return twilio.numbers.Error? # of kind "plan", "ledger" or "interrupted", or why a target cannot be
---  looked at: nothing was sent
function campaign.apply(client, ledger, plan, options)
  check_client(client)
  check_ledger(ledger)
  if getmetatable(plan) ~= plans then misuse.argument("plan", "a plan", plan) end
  return applying.apply(client, ledger, plan, options)
end

--- Goes on with a campaign: first finds out by GET what became of what was left in the open, then cancels
--- what is still planned. Until the first DELETE it checks what `apply` checks, and needs `confirm`.
---@param client twilio.numbers.Client
---@param ledger twilio.numbers.Ledger
---@param id string? the campaign's, or how it begins, if the ledger has several
---@param options twilio.numbers.ApplyOptions?
---@return twilio.numbers.CampaignResult?
---@return twilio.numbers.Error?
function campaign.resume(client, ledger, id, options)
  check_client(client)
  check_ledger(ledger)
  return applying.resume(client, ledger, id, options)
end

--- Tries again what the API has refused, and nothing else. How many those are must be confirmed.
---@param client twilio.numbers.Client
---@param ledger twilio.numbers.Ledger
---@param id string?
---@param options twilio.numbers.ApplyOptions? `confirm` is needed
---@return twilio.numbers.CampaignResult?
---@return twilio.numbers.Error?
function campaign.retry_failed(client, ledger, id, options)
  check_client(client)
  check_ledger(ledger)
  return applying.retry_failed(client, ledger, id, options)
end

--- What became of a campaign. Calls nobody.
---@param ledger twilio.numbers.Ledger
---@param id string?
---@return twilio.numbers.Report?
---@return twilio.numbers.Error?
function campaign.report(ledger, id)
  check_ledger(ledger)
  local found, err = ledger:find(id)
  if not found then return nil, err end
  return reports.read(ledger, found)
end

--- From now on SIGINT and SIGTERM are noted rather than fatal: `caught()` gives the name of the last one
--- that came, for the option `interrupted`. `close()` puts back what was before.
---@return { caught: (fun(self): string?), close: fun(self) }? # nil if somebody listens already
campaign.interrupts = core.interrupts

return campaign
