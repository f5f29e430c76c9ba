--- The ledger: campaigns with their targets, runs and DELETEs in a database. This file opens it and finds
--- campaigns. Runs, claims and attempts have files of their own.

local approvals = require "twilio.numbers.campaign.ledger.approvals"
local attempts = require "twilio.numbers.campaign.ledger.attempts"
local audit = require "twilio.numbers.campaign.ledger.audit"
local brakes = require "twilio.numbers.campaign.ledger.brakes"
local chain = require "twilio.numbers.campaign.ledger.chain"
local claims = require "twilio.numbers.campaign.ledger.claims"
local database = require "twilio.numbers.campaign.ledger.database"
local guard = require("twilio.numbers.util.methods").guard
local insert_plan = require "twilio.numbers.campaign.ledger.insert_plan"
local log_marker = require "twilio.numbers.campaign.ledger.log_marker"
local purge = require "twilio.numbers.campaign.ledger.purge"
local recorded_states = require "twilio.numbers.campaign.ledger.recorded_states"
local runs = require "twilio.numbers.campaign.ledger.runs"
local schema = require "twilio.numbers.campaign.ledger.schema"
local transaction = require "twilio.numbers.campaign.ledger.transaction"
local undo_sheets = require "twilio.numbers.campaign.ledger.undo_sheets"
local verification = require "twilio.numbers.campaign.ledger.verification"

---@alias twilio.numbers.TargetState
---| "planned" # to be cancelled; no DELETE of it is in flight, as far as is known
---| "intended" # in the ledger before the DELETE is sent; after a crash it is unknown whether it was
---| "accepted" # answered with 204, or seen as canceling
---| "confirmed" # seen as canceled by a GET
---| "refused" # the API refused it, or it was ported after all; `code` and `why` tell more
---| "uncertain" # it may or may not have taken effect
---| "skipped" # not cancelled, because of the plan or a change; see `why`

---@class twilio.numbers.Ledger: twilio.numbers.LedgerRuns, twilio.numbers.LedgerClaims, twilio.numbers.LedgerAttempts, twilio.numbers.LedgerBrakes, twilio.numbers.LedgerUndoSheets, twilio.numbers.LedgerApprovals
---@field place string internal: where it is
---@field is_shared boolean internal: whether several processes may work on it at once
---@field enter function internal
---@field check_others function internal
local ledger = {}
ledger.__index = ledger
local parts = { transaction, runs, claims, attempts, brakes.methods, undo_sheets, approvals }
for _, part in ipairs(parts) do
  for name, method in pairs(part) do ledger[name] = method end
end

---@class twilio.numbers.LedgerCampaign
---@field id string the hash of its plan
---@field account_sid string the plan's account
---@field planned integer how many targets it is to cancel
---@field reason string? the option
---@field ticket string? the option
---@field created_at number when it was entered, in seconds since 1970

---@class twilio.numbers.LedgerTarget
---@field number integer its place in the plan
---@field port_in_sid string the port-in's SID
---@field phone_number_sid string? the SID of the only number that is meant
---@field phone_number string? that number
---@field planned_status string? its status in the plan
---@field state twilio.numbers.TargetState its state now
---@field why string? more about the state
---@field attempts integer how many DELETEs were intended
---@field intended_at number? when the last one was, in seconds since 1970
---@field seen string? the last status that was fetched, in normal form
---@field http_status integer? of the last error
---@field code string? of the last error
---@field request_id string? of the last error
---@field changed_at number when its state changed, in seconds since 1970
---@field run string? the run that worked on it
---@field campaign string internal: the campaign's id
---@field again string? internal: the `retry_failed` that is to try it again
---@field sheet { form: string, text: string }? internal: its undo sheet, to be kept with the intention
---@field lease_until number? internal: until when it is claimed
---@field claimed number? internal: when the run claimed it, by the monotonic clock
---@field claimed_at number? internal: the same in seconds since 1970

local function open_once(place, must_exist)
  local db, err = database.open(place, must_exist)
  if not db then return nil, err end
  local ok
  ok, err = schema.prepare(db, must_exist)
  if ok and db.kind == "sqlite" and db.version > 1 then ok, err = log_marker.check(db) end
  if ok then ok, err = audit.all(db) end
  if ok then
    db:keep_in_place()
    return setmetatable({ db = db, place = place, is_shared = db.kind == "postgresql" }, ledger)
  end
  db:close()
  return nil, err
end

local OPENINGS = 5 -- at most, while the database is there and loses its connections

--- Internal. Opens a ledger, and creates it if it does not exist and need not. Its rows are compared with its
--- plans.
---@param place string a file's path, or postgresql://user:password@host:port/database
---@param must_exist boolean?
---@return twilio.numbers.Ledger?
---@return twilio.numbers.Error? # of kind "ledger"
function ledger.open(place, must_exist)
  local self, err
  for _ = 1, OPENINGS do
    self, err = open_once(place, must_exist)
    if self or not err.is_lost then break end
  end
  return self, err
end

--- All campaigns in it, oldest first.
---@return twilio.numbers.LedgerCampaign[]?
---@return twilio.numbers.Error?
function ledger:campaigns()
  return self.db:rows [[SELECT id, account_sid, planned, reason, ticket, created_at FROM campaigns
    ORDER BY created_at, id]]
end

--- Internal. A campaign by its id or the id's beginning; the only one, if none is named.
---@param id string?
---@return twilio.numbers.LedgerCampaign?
---@return twilio.numbers.Error?
function ledger:find(id)
  local all, err = self:campaigns()
  if not all then return nil, err end
  local found, ids = {}, {}
  for _, row in ipairs(all) do
    ids[#ids + 1] = row.id:sub(1, 12)
    if not id or row.id:sub(1, #id) == id then found[#found + 1] = row end
  end
  if #found == 1 then return found[1] end
  local list = #ids > 0 and table.concat(ids, ", ") or "none"
  if #found > 1 then return self.db:refuse("it has several campaigns, say which: " .. list) end
  if id then return self.db:refuse(("it has no campaign %s, only: %s"):format(id, list)) end
  return self.db:refuse "there is no campaign in it"
end

--- Internal. Whether a DELETE of a campaign may have been sent.
---@param id string
---@return boolean?
---@return twilio.numbers.Error?
function ledger:is_begun(id)
  local row, err = self.db:row(
    [[SELECT 1 AS one FROM attempts WHERE campaign = ?
      AND (outcome IS NULL OR outcome <> 'not_sent') LIMIT 1]], id)
  if row == nil then return nil, err end
  return row ~= false
end

--- How many targets of a campaign are in each state, as the ledger has it now. Takes little time, and compares
--- nothing with the plan.
---@param id string the campaign's id
---@return table<twilio.numbers.TargetState, integer>?
---@return twilio.numbers.Error?
function ledger:counts(id)
  local rows, err = self.db:rows([[SELECT state, count(*) AS n FROM targets WHERE campaign = ?
    GROUP BY state]], id)
  if not rows then return nil, err end
  local counts = {}
  for _, state in ipairs(schema.STATES) do counts[state] = 0 end
  for _, row in ipairs(rows) do counts[row.state] = row.n end
  return counts
end

--- Internal. Reads a campaign and compares its rows with its plan, and their states with the audit chain. False if
--- there is no such campaign.
---@param id string
---@param open (fun(record: twilio.numbers.CampaignRecord): (fun(target: table))?, twilio.numbers.Error?)? gives the
---  function that takes the targets one by one
---@return twilio.numbers.CampaignRecord|false|nil
---@return twilio.numbers.Error?
function ledger:read(id, open)
  return recorded_states.read(self.db, id, open)
end

--- Internal. Verifies a campaign's rows and its audit chain.
---@param id string
---@param head string?
---@return twilio.numbers.LedgerVerification?
---@return twilio.numbers.Error?
function ledger:verify(id, head)
  return verification.run(self.db, id, head)
end

--- Internal. Removes what is personal from a campaign. False and why, if it is not old enough or not over.
---@param id string
---@param days number
---@return boolean?
---@return twilio.numbers.Error|string|nil
function ledger:purge(id, days)
  return purge.run(self, id, days)
end

--- Internal. The head of a campaign's audit chain; false if the ledger has none.
---@param id string
---@return { length: integer, hash: string }|false|nil
---@return twilio.numbers.Error?
function ledger:audit_head(id)
  return chain.head(self.db, id)
end

--- Internal. The error for rows that contradict the plan.
---@param what string
---@return nil
---@return twilio.numbers.Error
function ledger:damaged(what)
  return self.db:damaged(what)
end

ledger.enter = insert_plan.enter
ledger.check_others = insert_plan.check_others

--- Internal. The numbers of those that are still planned; false if the campaign was not entered.
---@param id string
---@return table<integer, true>|false|nil
---@return twilio.numbers.Error?
function ledger:planned(id)
  local row, err = self.db:row("SELECT 1 AS one FROM targets WHERE campaign = ? LIMIT 1", id)
  if not row then return row, err end
  local numbers, last = {}, 0
  local rows
  repeat
    rows, err = self.db:rows([[SELECT number FROM targets WHERE campaign = ?
      AND state = 'planned' AND number > ? ORDER BY number LIMIT 1000]], id, last)
    if not rows then return nil, err end
    for _, planned in ipairs(rows) do numbers[planned.number], last = true, planned.number end
  until #rows == 0
  return numbers
end

--- Closes the ledger. Closing twice is harmless.
function ledger:close()
  self:close_lock()
  self.db:close()
end

ledger.__close = ledger.close

guard(ledger, ledger, "ledger", "campaigns counts close")

return ledger
