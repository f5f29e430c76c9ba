--- Cancelling port-ins in bulk: plan, apply, resume, prove.
---
---     local campaign = require "twilio.numbers.campaign"
---     local plan = assert(campaign.plan(client, sids))
---     print(plan:table())
---     local ledger = assert(campaign.open "spring.ledger")
---     local result, err = campaign.apply(client, ledger, plan, { confirm = plan:count "cancel" })
---     print(err or result.report:summary())
---
--- Needs LuaDBI with its driver for SQLite or PostgreSQL. It blocks while it writes, so it is not for use inside
--- nginx: there `open` writes a warning to the error log.

require "twilio.numbers.util.core_loading" -- before all others: it tells why that fails
local lazily = require "twilio.numbers.util.lazily"
local apply = lazily.require "twilio.numbers.campaign.run.apply"
local argument_error = require "twilio.numbers.util.argument_error"
local core = require "twilio.numbers.core"
local dry_run = lazily.require "twilio.numbers.campaign.run.dry_run"
local document = require "twilio.numbers.campaign.plan.document"
local host = require "twilio.numbers.host"
local methods = require "twilio.numbers.util.methods"
local planner = lazily.require "twilio.numbers.campaign.plan.planner"
local private_file = require "twilio.numbers.util.private_file"
local protection = lazily.require "twilio.numbers.campaign.plan.protection"
local report = lazily.require "twilio.numbers.campaign.report"
local store = require "twilio.numbers.campaign.ledger.store"
local undo_export = lazily.require "twilio.numbers.campaign.run.undo_export"
local upkeep = lazily.require "twilio.numbers.campaign.run.upkeep"
local verify = lazily.require "twilio.numbers.campaign.run.verify"

---@class twilio.numbers.campaign
local campaign = {}

local function check_client(client)
  methods.check_dot(client, campaign, "a function of twilio.numbers.campaign")
  local is_client = type(client) == "table" and type(client.port_ins) == "table"
    and type(client.pace) == "function"
  if not is_client then
    argument_error.argument("client", "what numbers.new gives", client)
  end
  if client.closed then argument_error.raise "the client is closed" end
end

local function check_ledger(ledger)
  if getmetatable(ledger) ~= store then
    argument_error.argument("ledger", "what campaign.open gives", ledger)
  end
end

--- The id and the options, which may stand in its place.
local function read_id(id, options)
  if type(id) == "table" and options == nil then id, options = nil, id end
  if id ~= nil and type(id) ~= "string" then
    argument_error.argument("id", "a campaign's id, or its beginning,", id)
  end
  return id, options
end

--- Fetches every target and classifies it: to be cancelled, or why not. Changes nothing. Operations
--- FetchPortingPortIn, FetchPortingPortInPhoneNumber.
---@param client twilio.numbers.Client
---@param source any[]|function|thread targets: port-in SIDs; `{ port-in SID, phone number SID or E.164 number }`,
---  also by name; port-ins and numbers of this library
---@param options twilio.numbers.PlanOptions?
---@return twilio.numbers.Plan?
---@return twilio.numbers.Error? # the credentials are not accepted, or the list that is the source cannot be fetched; other failures are in the plan
function campaign.plan(client, source, options)
  check_client(client)
  return planner.make(client, source, options)
end

--- Reads one entry for the option `protect`. A number may have blanks, dots, hyphens and brackets.
---@param text string a port-in's or a number's SID, or a number in E.164
---@return string? # the entry; nil if the text is none, or may be several numbers
function campaign.protect_entry(text)
  if type(text) ~= "string" then argument_error.argument("text", "a SID or a number", text) end
  return protection.entry(text)
end

--- Reads a plan that `plan:to_json()` wrote.
---@param text string the plan's text
---@return twilio.numbers.Plan?
---@return twilio.numbers.Error? # of kind "plan": it was altered, or is no plan
function campaign.read_plan(text)
  if type(text) ~= "string" then argument_error.argument("text", "a plan's text", text) end
  return document.read(text)
end

--- Writes a text to a file that only its owner can read: a plan and its tables hold phone numbers.
---@param path string the file's path
---@param text string|fun(write: fun(text: string)) what to write; or a function that gets `write`, and calls it for each piece: without a piece no file is made
---@return true?
---@return string? # why that failed
function campaign.write_private(path, text)
  if type(path) ~= "string" then argument_error.argument("path", "a file's path", path) end
  if type(text) ~= "string" and type(text) ~= "function" then
    argument_error.argument("text", "a text or a function", text)
  end
  return private_file.write(path, text)
end

--- Opens a ledger, and creates it if it does not exist. It is an SQLite file, or a PostgreSQL database, which
--- several machines may share.
---@param place string a path, or postgresql://user:password@host:port/database
---@param must_exist boolean? whether a missing ledger is an error
---@return twilio.numbers.Ledger? # to be closed with `close()`
---@return twilio.numbers.Error? # of kind "ledger": it cannot be opened, or is damaged
function campaign.open(place, must_exist)
  host.warn_of_blocking("a campaign's ledger", "work on it in a program of its own")
  return store.open(place, must_exist)
end

--- Cancels what the plan says. Each target is fetched again before its DELETE, which is in the ledger before it
--- is sent. Afterwards all are watched until they are `canceled`. Applying twice is harmless: the second call
--- goes on where the first ended. Operations DeletePortingPortIn, DeletePortingPortInPhoneNumber and the
--- fetches.
---@param client twilio.numbers.Client
---@param ledger twilio.numbers.Ledger
---@param plan twilio.numbers.Plan
---@param options twilio.numbers.ApplyOptions? `confirm` is required
---@return twilio.numbers.CampaignResult? # see its `verdict`
---@return twilio.numbers.Error? # of kind "plan", "ledger" or "interrupted", or why a target cannot be fetched:
---  nothing was sent
function campaign.apply(client, ledger, plan, options)
  check_client(client)
  check_ledger(ledger)
  if getmetatable(plan) ~= document then argument_error.argument("plan", "a plan", plan) end
  return apply.apply(client, ledger, plan, options)
end

--- Checks what `apply` checks, against the API's state now, and against a ledger if one is given. Sends no DELETE,
--- and writes nothing.
---@param client twilio.numbers.Client
---@param plan twilio.numbers.Plan
---@param options twilio.numbers.DryRunOptions?
---@param ledger twilio.numbers.Ledger?
---@return twilio.numbers.DryRun?
---@return twilio.numbers.Error? # as `apply` would give it
function campaign.check(client, plan, options, ledger)
  check_client(client)
  if getmetatable(plan) ~= document then argument_error.argument("plan", "a plan", plan) end
  if ledger ~= nil then check_ledger(ledger) end
  return dry_run.check(client, plan, options, ledger)
end

--- Goes on with a campaign. Unsettled targets are fetched first, to find out what happened to them. Then the
--- planned targets are cancelled. Until the first DELETE it checks what `apply` checks, and needs `confirm`.
---@param client twilio.numbers.Client
---@param ledger twilio.numbers.Ledger
---@param id string|twilio.numbers.ApplyOptions|nil the campaign's id, or its beginning; required if the ledger has several, else the options may stand here
---@param options twilio.numbers.ApplyOptions?
---@return twilio.numbers.CampaignResult?
---@return twilio.numbers.Error?
function campaign.resume(client, ledger, id, options)
  check_client(client)
  check_ledger(ledger)
  return apply.resume(client, ledger, read_id(id, options))
end

--- Cancels refused targets again, and no others.
---@param client twilio.numbers.Client
---@param ledger twilio.numbers.Ledger
---@param id string|twilio.numbers.ApplyOptions|nil as for `resume`
---@param options twilio.numbers.ApplyOptions? `confirm` is required: how many were refused
---@return twilio.numbers.CampaignResult?
---@return twilio.numbers.Error?
function campaign.retry_failed(client, ledger, id, options)
  check_client(client)
  check_ledger(ledger)
  return apply.retry_failed(client, ledger, read_id(id, options))
end

--- Takes the brakes off a campaign that was halted, by too many failures or by its first targets. Until then no run
--- sends anything. Counts failures from zero again. Sends nothing.
---@param ledger twilio.numbers.Ledger
---@param id string|twilio.numbers.ReleaseOptions|nil as for `resume`
---@param options twilio.numbers.ReleaseOptions? `confirm` is required
---@return twilio.numbers.Report?
---@return twilio.numbers.Error? # of kind "plan" for another count, or "ledger"
function campaign.release(ledger, id, options)
  check_ledger(ledger)
  return upkeep.release(ledger, read_id(id, options))
end

--- Verifies a campaign: its rows against the plan, its audit chain from the first row to the last, and with a client
--- what the API says of each target today. Changes nothing, sends no DELETE.
---@param ledger twilio.numbers.Ledger
---@param options twilio.numbers.VerifyOptions?
---@return twilio.numbers.Verification? # with every difference
---@return twilio.numbers.Error? # of kind "ledger" if the rows contradict the plan; or why the API cannot be asked
function campaign.verify(ledger, options)
  check_ledger(ledger)
  if type(options) == "table" and options.client then check_client(options.client) end
  return verify.verify(ledger, options)
end

--- Removes what is personal from campaigns that are over: phone numbers, names of users and machines, reasons,
--- messages. SIDs, outcomes and an audit chain that still verifies stay. Such a campaign can be reported and
--- verified, and not resumed.
---@param ledger twilio.numbers.Ledger
---@param options twilio.numbers.PurgeOptions
---@return twilio.numbers.PurgeResult?
---@return twilio.numbers.Error? # of kind "ledger"
function campaign.purge(ledger, options)
  check_ledger(ledger)
  return upkeep.purge(ledger, options)
end

--- The undo sheets of a campaign: each port-in as it was before its DELETE, in the form that `port_ins:create` takes.
--- Sends nothing.
---@param ledger twilio.numbers.Ledger
---@param id string? as for `resume`
---@param decrypt (fun(text: string, form: string): string?, string?)? gives the JSON of a sheet that was encrypted, or nil and why it cannot
---@param take (fun(sheet: twilio.numbers.UndoSheet))? gets the sheets one by one, which takes less memory
---@return twilio.numbers.UndoSheet[]? # empty if there is `take`
---@return twilio.numbers.Error?
function campaign.undo_sheets(ledger, id, decrypt, take)
  check_ledger(ledger)
  id = read_id(id, false)
  if decrypt ~= nil and type(decrypt) ~= "function" then
    argument_error.argument("decrypt", "a function", decrypt)
  end
  if take ~= nil and type(take) ~= "function" then
    argument_error.argument("take", "a function", take)
  end
  local found, err = ledger:find(id)
  if not found then return nil, err end
  return undo_export.read(ledger, found.id, decrypt, take)
end

--- The state of a campaign, read from the ledger. Sends nothing.
---@param ledger twilio.numbers.Ledger
---@param id string? as for `resume`
---@return twilio.numbers.Report?
---@return twilio.numbers.Error?
function campaign.report(ledger, id)
  check_ledger(ledger)
  local found, err = ledger:find((read_id(id, false)))
  if not found then return nil, err end
  return report.read(ledger, found)
end

local last = setmetatable({}, { __mode = "v" }) -- closed when it is collected

--- Records SIGINT and SIGTERM, which then no longer end the process, until it is closed: for the option `interrupted`.
--- If that is done already, it gives the same object again.
---@return twilio.numbers.core.Interrupts? # nil if another Lua state does that
function campaign.interrupts()
  last.one = core.interrupts() or last.one
  return last.one
end

return campaign
