--- Removes what is personal from a campaign that is over: phone numbers, names, words. SIDs, statuses, outcomes,
--- request ids and times stay, and so does an audit chain that still verifies: it has only digests of the rest.

local document = require "twilio.numbers.campaign.plan.document"
local target_lines = require "twilio.numbers.campaign.plan.target_lines"

local purge = {}

local DAY = 24 * 3600

--- The plan without what is personal. It has an id of its own.
local function reduced(plan)
  local fields = {
    base_url = plan.base_url, account_sid = plan.account_sid, created_at = plan.created_at,
    window = plan.window, accounts = plan.accounts, protected = {}, unmatched = {},
  }
  local next_target = plan:each()
  fields.targets = target_lines.blocks(function()
    local _, target = next_target()
    return target and { port_in_sid = target.port_in_sid, class = target.class,
      phone_number_sid = target.phone_number_sid, status = target.status }
  end)
  return document.new(fields)
end

local statements = {
  "UPDATE campaigns SET reason = NULL, ticket = NULL WHERE id = ?",
  "UPDATE targets SET phone_number = NULL WHERE campaign = ?",
  "UPDATE targets SET why = NULL WHERE campaign = ? AND state <> 'skipped'",
  "UPDATE attempts SET message = NULL WHERE campaign = ?",
}

--- Who has removed it stays.
local statements_on_others = {
  "UPDATE runs SET who = '-', host = '-' WHERE campaign = ? AND id <> ?",
  [[UPDATE audit_chain SET host = NULL, who = NULL, note = NULL, salt = NULL
    WHERE chain = (SELECT chain FROM audit_heads WHERE campaign = ?)
    AND (run IS NULL OR run <> ?)]],
}

--- Of why a target was skipped, the class stays.
local function shorten_reasons(self, record)
  local last = 0
  local rows, err
  repeat
    rows, err = self.db:rows([[SELECT number, why FROM targets WHERE campaign = ?
      AND state = 'skipped' AND number > ? ORDER BY number LIMIT 1000]], record.campaign.id, last)
    for _, row in ipairs(rows or {}) do
      last = row.number
      local ok
      ok, err = self.db:run("UPDATE targets SET why = ? WHERE campaign = ? AND number = ?",
        row.why:match "^[a-z_]+" or "skipped", record.campaign.id, row.number)
      if not ok then return nil, err end
    end
  until not rows or #rows == 0
  return rows and true, err
end

local function remove(self, record)
  local db, id, plan = self.db, record.campaign.id, reduced(record.plan)
  record.plan = nil -- it is large, and not needed any more
  local now, err = self:now()
  if not now then return nil, err end
  local ok = true
  for _, sql in ipairs(statements) do
    if ok then ok, err = db:run(sql, id) end
  end
  for _, sql in ipairs(statements_on_others) do
    if ok then ok, err = db:run(sql, id, self.run) end
  end
  if ok then ok, err = shorten_reasons(self, record) end
  if ok then ok, err = self:remove_undo(id) end
  if ok then ok, err = self:remove_approvals(id) end
  if ok then ok, err = db:run("UPDATE campaigns SET plan = ? WHERE id = ?", plan:to_json(), id) end
  if ok then
    ok, err = db:run("INSERT INTO purges (campaign, purged_at, plan_id) VALUES (?, ?, ?)", id, now,
      plan.id)
  end
  if not ok then return nil, err end
  self:note { event = "purged", run = self.run, outcome = plan.id }
  return true
end

local is_open = { intended = true, accepted = true, uncertain = true }

--- Reads the campaign, when its targets have changed last, and whether one of them is not settled.
local function read(self, id)
  local last, is_unproven = 0, false
  local record, err = self:read(id, function()
    return function(target)
      last = math.max(last, target.changed_at)
      is_unproven = is_unproven or is_open[target.state]
    end
  end)
  return record, err, last, is_unproven
end

--- Why a campaign is not purged; nil if it may be.
local function objection(record, last, is_unproven, latest)
  last = math.max(last, record.campaign.created_at)
  for _, run in ipairs(record.runs) do last = math.max(last, run.ended_at or run.started_at) end
  if is_unproven then return "what became of a target is not proven: resume it first" end
  if record.purge then return "it was purged before" end
  if last > latest then return "it is not that old" end
  if record.plan.version == 1 then return "its plan is of version 1" end
end

--- What is removed is overwritten in the file, and in its log.
local function wipe(db)
  if db.kind ~= "sqlite" then return true end
  local ok, err = db:rows "VACUUM"
  if ok then ok, err = db:rows "PRAGMA wal_checkpoint(TRUNCATE)" end
  return ok and true, err
end

--- Purges a campaign. False and why, if it is not old enough or not over.
---@param self twilio.numbers.Ledger
---@param id string
---@param days number
---@return boolean?
---@return twilio.numbers.Error|string|nil
function purge.run(self, id, days)
  local record, err, last, is_unproven = read(self, id)
  if not record then return nil, err end
  local now
  now, err = self.db:now()
  if not now then return nil, err end
  local why = objection(record, last, is_unproven, now - days * DAY)
  if why then return false, why end
  local ok, done, problem
  ok, err = self:begin_run(id, "purge", 0)
  if not ok then return nil, err end
  done, err = self:transaction(function() return remove(self, record) end)
  ok, problem = self:end_run(done and "done" or "refused")
  if done and ok then ok, problem = wipe(self.db) end
  if not done or not ok then return nil, err or problem end
  return true
end

return purge
