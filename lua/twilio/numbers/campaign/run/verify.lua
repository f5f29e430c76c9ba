--- Verifies a campaign: its ledger, and with a client what the API says of its targets today. Sends no DELETE.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local fetch_target = require "twilio.numbers.campaign.plan.fetch_target"
local options_of = require "twilio.numbers.util.options"
local preflight = require "twilio.numbers.campaign.run.preflight"
local stop_conditions = require "twilio.numbers.campaign.run.stop_conditions"
local worker_pool = require "twilio.numbers.campaign.run.worker_pool"

---@class twilio.numbers.VerifyOptions
---@field campaign string? its id, or the id's beginning; required if the ledger has several
---@field head string? the audit chain's head that an earlier run has printed: any later change of what it stands for is found
---@field client twilio.numbers.Client? asks the API for the status of every target
---@field interrupted (fun(): any)? return true to stop asking; see `campaign.interrupts`

---@class twilio.numbers.Verification
---@field differences string[] every difference, in words; none if the ledger is sound
---@field open integer how many targets are not settled by the ledger
---@field fetched integer how many targets the API was asked for
---@field head twilio.numbers.AuditHead? the audit chain's head now
---@field found_at integer? the place in the chain of the head that was given
---@field campaign string the campaign's id

local verify = {}

local HEAD = "^" .. ("%x"):rep(64) .. "$"

local schema = options_of.schema {
  campaign = { kind = "string" },
  head = { kind = "string" },
  client = { kind = "table" },
  interrupted = { kind = "function" },
}

local is_open = { intended = true, accepted = true, uncertain = true }

--- How the API's status differs from the state in the ledger; nil if it does not.
local function difference(target, status)
  if is_open[target.state] then return nil end
  local is_confirmed = target.state == "confirmed"
  local is_cancelled = status == "canceled" or not is_confirmed and status == "canceling"
  if is_cancelled == (is_confirmed or target.was_canceled or false) then return nil end
  return ("target %d (%s): the ledger says %s, the API says %s"):format(target.number,
    target.port_in_sid, target.state, status or "nothing")
end

--- Gives the targets that were to be cancelled one after the other, with their states.
local function targets_of(found)
  local next_target = found.record.plan:each()
  return function()
    local number, target
    repeat number, target = next_target() until not number or target.class == "cancel"
    if not number then return nil end
    target.number, target.state = number, found.states[number]
    target.was_canceled = found.was_canceled[number]
    return target
  end
end

--- Fetches all targets that were to be cancelled, and adds the differences.
local function ask(client, ledger_found, result, interrupted)
  local count, found, last = ledger_found.record.plan:count "cancel", {}, 0
  local stop = stop_conditions.new(client, { interrupted = interrupted }, count)
  worker_pool.work({ client = client, stop_conditions = stop, concurrency = client:pace().limit },
    targets_of(ledger_found), function(_, target)
      last = math.max(last, target.number)
      local port_in, number = fetch_target.fetch(client, target)
      result.fetched = result.fetched + 1
      if port_in then
        found[target.number] = difference(target, (number or port_in):status())
      elseif number.http_status == 401 or number.http_status == 403 then
        stop:stop("unauthorized", number)
      else
        found[target.number] = ("target %d (%s): it could not be looked at: %s"):format(
          target.number, target.port_in_sid, tostring(number))
      end
    end, count)
  stop:release()
  for number = 1, last do table.insert(result.differences, found[number]) end
  if stop.stopped == "interrupted" then
    table.insert(result.differences, ("interrupted: the API was asked for %d of %d targets"):format(
      result.fetched, count))
  end
  return not stop.err, stop.err
end

local function result_of(found)
  local result = {
    campaign = found.record.campaign.id, differences = found.differences, fetched = 0, open = 0,
    head = found.head or nil, found_at = found.found_at,
  }
  for _, state in ipairs(found.states) do
    if is_open[state] or state == "planned" then result.open = result.open + 1 end
  end
  return result
end

--- See `campaign.verify`.
function verify.verify(ledger, options)
  options = schema:check(options or {})
  if options.head and not options.head:find(HEAD) then
    argument_error.argument("head", "64 hexadecimal digits", options.head)
  end
  local campaign, err = ledger:find(options.campaign)
  if not campaign then return nil, err end
  local client, ok = options.client, true
  if client then ok, err = preflight.account(client, campaign.account_sid) end
  if not ok then return nil, err end
  local found
  found, err = ledger:verify(campaign.id, options.head and ascii.lower(options.head))
  if not found then return nil, err end
  local result = result_of(found)
  if not client then return result end
  ok, err = preflight.host(client, found.record.plan)
  if ok then ok, err = ask(client, found, result, options.interrupted) end
  if not ok then return nil, err end
  return result
end

return verify
