--- The library's public objects at run time, to be compared with their annotations.

local core = require "twilio.numbers.core"
local numbers = require "twilio.numbers"

local public = {}

--- A client that sends nothing.
function public.client()
  return assert(numbers.new {
    base_url = "https://127.0.0.1:1",
    account_sid = "AC" .. ("0"):rep(32), auth_token = "12345678901234567890123456789012",
  })
end

--- The methods behind an object.
local function methods_of(object)
  local index = debug.getmetatable(object).__index
  if type(index) == "function" then -- a resource that was not used yet
    pcall(index, object, "")
    index = debug.getmetatable(object).__index
  end
  assert(type(index) == "table", "an object without a table of methods")
  return index
end

local function resource(name)
  return require("twilio.numbers.resources." .. name)
end

--- By file: the class of what a client has, and the class of its records.
public.RESOURCES = {
  port_ins = { "PortIns", "PortIn" },
  port_in_phone_numbers = { "PortInPhoneNumbers", "PortInPhoneNumber" },
  portability = { "PortabilityChecks", "Portability" },
  bulk_eligibilities = { "BulkEligibilities", "BulkEligibility" },
  eligibilities = { "Eligibilities", "Eligibility" },
  signing_request_configurations = { "SigningRequestConfigurations", "SigningRequestConfiguration" },
  documents = { "Documents", "Document" },
  webhook_configuration = { "WebhookConfigurations", "WebhookConfiguration" },
}

local function add_resources(tables, client)
  for name, pair in pairs(public.RESOURCES) do
    tables["twilio.numbers." .. pair[1]] = methods_of(client[name])
    tables["twilio.numbers." .. pair[2]] = resource(name).class.methods
  end
  local record = require "twilio.numbers.api.record"
  local bulk = record.new(resource("bulk_eligibilities").class, { results = { {} } })
  local result = bulk:numbers()()
  tables["twilio.numbers.PortInSummary"] = resource("port_ins.summary").class.methods
  tables["twilio.numbers.EligibilityResult"] = getmetatable(result).methods
end

local function add_core(tables)
  local engine = core.engine {}
  local interrupts = core.interrupts()
  tables["twilio.numbers.core"] = core
  tables["twilio.numbers.core.Engine"] = methods_of(engine)
  tables["twilio.numbers.core.Transfer"] = methods_of(engine:sleep(0))
  tables["twilio.numbers.core.Credentials"] = methods_of(core.credentials {
    account_sid = "AC" .. ("0"):rep(32), auth_token = "12345678901234567890123456789012",
  })
  tables["twilio.numbers.core.Verifier"] = methods_of(core.verifier { "key" })
  tables["twilio.numbers.core.Interrupts"] = methods_of(interrupts)
  tables["twilio.numbers.core.Source"] = methods_of(core.text_source "")
  interrupts:close()
  engine:close()
end

--- Functions and other values by name, under the class that describes them.
---@return table<string, table>
function public.tables()
  local client = public.client()
  local webhook = require "twilio.numbers.webhook"
  local tables = {
    ["twilio.numbers"] = numbers,
    ["twilio.numbers.campaign"] = require "twilio.numbers.campaign",
    ["twilio.numbers.webhook"] = webhook,
    ["twilio.numbers.doctor"] = require "twilio.numbers.doctor",
    ["twilio.numbers.testing"] = require "twilio.numbers.testing",
    ["twilio.numbers.Double"] = methods_of(require("twilio.numbers.testing").new {}),
    ["twilio.numbers.DoctorReport"] = require "twilio.numbers.doctor.report",
    ["twilio.numbers.BaseClient"] = methods_of(client),
    ["twilio.numbers.Batch"] = methods_of(client.port_ins:fetch_each {}),
    ["twilio.numbers.List"] = methods_of(client.port_ins:list()),
    ["twilio.numbers.Watch"] = methods_of(client.port_ins:watch {}),
    ["twilio.numbers.Progress"] = methods_of(numbers.progress()),
    ["twilio.numbers.Plan"] = require "twilio.numbers.campaign.plan.document",
    ["twilio.numbers.Ledger"] = require "twilio.numbers.campaign.ledger.store",
    ["twilio.numbers.LedgerRuns"] = require "twilio.numbers.campaign.ledger.runs",
    ["twilio.numbers.LedgerClaims"] = require "twilio.numbers.campaign.ledger.claims",
    ["twilio.numbers.LedgerAttempts"] = require "twilio.numbers.campaign.ledger.attempts",
    ["twilio.numbers.Report"] = require "twilio.numbers.campaign.report",
    ["twilio.numbers.WebhookReceiver"] = methods_of(webhook.new { url = "https://a/", auth_token = "b" }),
    ["twilio.numbers.WebhookEvent"] = require("twilio.numbers.webhook.event").class.methods,
    ["twilio.numbers.WebhookStore"] = methods_of(webhook.memory_store()),
  }
  add_resources(tables, client)
  add_core(tables)
  client:close()
  return tables
end

return public
