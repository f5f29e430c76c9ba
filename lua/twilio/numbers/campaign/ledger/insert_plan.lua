--- Enters a plan into the ledger: all of it in one transaction, and no target that is unsettled in another
--- campaign.

local ascii = require "twilio.numbers.util.ascii"
local brakes = require "twilio.numbers.campaign.ledger.brakes"
local entry_lock = require "twilio.numbers.campaign.ledger.entry_lock"
local errors = require "twilio.numbers.api.error"

local insert_plan = {}

local function add_target(db, id, number, target, now, change)
  local is_planned = target.class == "cancel" and not change
  return db:run([[INSERT INTO targets (campaign, number, port_in_sid, phone_number_sid,
    phone_number, planned_status, state, why, attempts, changed_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)]], id, number, target.port_in_sid,
    target.phone_number_sid, target.phone_number, target.status,
    is_planned and "planned" or "skipped", change or not is_planned and
      target.class .. (target.note and ": " .. target.note or "") or nil, now)
end

--- Refuses a plan with port-ins that are unsettled in another campaign of the ledger.
---@param self twilio.numbers.Ledger
---@param plan twilio.numbers.Plan
---@return true?
---@return twilio.numbers.Error?
function insert_plan.check_others(self, plan)
  local rows, err = self.db:rows([[SELECT DISTINCT campaign, lower(port_in_sid) AS sid FROM targets
    WHERE campaign <> ? AND state IN ('intended', 'accepted', 'uncertain')]], plan.id)
  if not rows then return nil, err end
  if #rows == 0 then return true end
  local holder, count, id = {}, 0, nil
  for _, row in ipairs(rows) do holder[row.sid] = row.campaign end
  for _, target in plan:each() do
    local other = target.class == "cancel" and holder[ascii.lower(target.port_in_sid)]
    if other then count, id = count + 1, other end
  end
  if count == 0 then return true end
  return nil, errors.new { kind = "plan", outcome = "not_sent",
    message = ("ledger %s: what became of %d of these in campaign %s is not proven: resume that "
      .. "first, or use another ledger"):format(self.db.name, count, id:sub(1, 12)) }
end

--- Skips targets that have changed since the plan was entered, and are still planned.
local function skip(self, plan, changes, now)
  for number = 1, plan:count() do
    if changes[number] then
      local ok, err = self.db:run([[UPDATE targets SET state = 'skipped', why = ?, changed_at = ?
        WHERE campaign = ? AND number = ? AND state = 'planned']],
        changes[number], now, plan.id, number)
      if not ok then return nil, err end
      if ok > 0 then self:note({ event = "state", target = number, state = "skipped" }, plan.id) end
    end
  end
  return true
end

--- What the audit chain says of a plan that is entered.
local function words_of(plan, notes)
  local words = ("made at %s, to cancel %d"):format(plan.created_at, plan:count "cancel")
  if notes.reason then words = words .. "; reason " .. notes.reason end
  if notes.ticket then words = words .. "; ticket " .. notes.ticket end
  return words
end

--- The intents of other campaigns that began before this plan can be seen are durable now, and are seen here. Those that
--- begin later see this plan. It is the last step, since all intents wait for its end.
local function check_finally(self, plan)
  local ok, err = entry_lock.take(self.db)
  if ok and self.db.kind == "postgresql" then ok, err = insert_plan.check_others(self, plan) end
  return ok, err
end

--- Enters a plan, with all its targets at once, if it is not there already.
---@param self twilio.numbers.Ledger
---@param plan twilio.numbers.Plan
---@param notes { reason: string?, ticket: string? }
---@param changes table<integer, string>? why some are to be skipped, by their places in the plan
---@return true?
---@return twilio.numbers.Error?
function insert_plan.enter(self, plan, notes, changes)
  local db = self.db
  changes = changes or {}
  return self:transaction(function()
    local now, err = self:now()
    if not now then return nil, err end
    local added
    added, err = insert_plan.check_others(self, plan)
    if not added then return nil, err end
    added, err = db:run([[INSERT INTO campaigns
      (id, account_sid, plan, planned, reason, ticket, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO NOTHING]], plan.id, plan.account_sid, plan:to_json(),
      plan:count "cancel", notes.reason, notes.ticket, now)
    if not added then return nil, err end
    if added == 0 then return skip(self, plan, changes, now) end
    added, err = brakes.enter(self, plan.id)
    if not added then return nil, err end
    self:note({ event = "plan", run = self.run, note = words_of(plan, notes) }, plan.id)
    for number, target in plan:each() do
      local ok
      ok, err = add_target(db, plan.id, number, target, now, changes[number])
      if not ok then return nil, err end
      if changes[number] then
        self:note({ event = "state", run = self.run, target = number, state = "skipped" }, plan.id)
      end
    end
    return check_finally(self, plan)
  end)
end

return insert_plan
