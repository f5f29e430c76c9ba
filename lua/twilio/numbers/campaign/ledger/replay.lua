--- Replays an audit chain: what the targets, runs and brakes of a campaign must be by its rows, and how the ledger
--- differs from that.

local chain = require "twilio.numbers.campaign.ledger.chain"

---@class twilio.numbers.AuditReplay
---@field differences string[]
---@field length integer how many rows were read
---@field hash string the last row's
---@field states table<integer, string> by the target's place in the plan; none for the plan's own state
---@field found string[] the states in the ledger
---@field was_canceled table<integer, true> targets that were skipped because they were canceled already
local replay = {}
replay.__index = replay

local steps = { apply = true, resume = true, ["retry-failed"] = true, release = true, purge = true }

--- What an answer's row has. It is kept column by column, since answers are many.
local columns = { "outcome", "http_status", "code", "request_id" }

--- The place of an attempt in such a column.
local function place_of(target, attempt)
  return attempt == 1 and target or ("%.0f/%.0f"):format(target, attempt)
end

---@param record twilio.numbers.CampaignRecord
---@param head string? a hash that has to be in the chain
---@return twilio.numbers.AuditReplay
function replay.new(record, head)
  local self = setmetatable({
    record = record, differences = {}, length = 0, hash = chain.origin(record.campaign.id),
    wanted = head, count = record.plan:count(), states = {}, attempts = {}, first = {},
    answers = {}, steps = {}, ends = {}, found = {}, was_canceled = {},
  }, replay)
  for _, name in ipairs(columns) do self.answers[name] = {} end
  return self
end

function replay:tell(form, ...)
  self.differences[#self.differences + 1] = form:format(...)
end

local events = {}

function events.found(self, row)
  self.states[row.target], self.attempts[row.target] = row.state, row.attempt
  self.first[row.target] = row.attempt + 1
end

function events.intended(self, row)
  if row.attempt ~= (self.attempts[row.target] or 0) + 1 then
    self:tell("audit chain: row %d is not the next attempt of target %d", row.position, row.target)
  end
  self.states[row.target], self.attempts[row.target] = "intended", row.attempt
end

function events.answered(self, row)
  local place = place_of(row.target, row.attempt)
  for _, name in ipairs(columns) do self.answers[name][place] = row[name] end
  self.states[row.target] = row.state or self.states[row.target]
end

function events.state(self, row)
  self.states[row.target] = row.state
end

function events.halted(self, row)
  self.halted = row.outcome
end

events["end"] = function(self, row)
  self.ends[row.run] = row.outcome
  local step = self.steps[row.run]
  if step and step.event == "release" and row.outcome == "done" then self.halted = nil end
end

function events.migrated(self)
  self.was_migrated = true
end

--- What the rows of an event have to have. A row that was changed may lack it.
local needed = {
  found = { "target", "state", "attempt" }, intended = { "target", "attempt" },
  answered = { "target", "attempt" }, state = { "target", "state" }, ["end"] = { "run" },
}

--- The first column that a row needs and lacks.
local function lack(row)
  for _, name in ipairs(needed[row.event] or {}) do
    if row[name] == nil then return name end
  end
end

--- Takes the next row of the chain.
---@param row table
function replay:add(row)
  self.length = self.length + 1
  local problem = chain.problem(self.hash, row, self.length)
  if problem then
    self:tell("audit chain: %s", problem)
    self.length = row.position
  end
  self.hash = row.hash
  if row.hash == self.wanted then self.found_at = row.position end
  if row.target and (row.target < 1 or row.target > self.count) then
    return self:tell("audit chain: row %d is about a target that the plan lacks", row.position)
  end
  local missing = lack(row)
  if missing then return self:tell("audit chain: row %d lacks its %s", row.position, missing) end
  if steps[row.event] and row.run then self.steps[row.run] = row end
  if events[row.event] then events[row.event](self, row) end
end

local function compare_tries(self, target)
  for number = self.first[target.number] or 1, #target.tries do
    local try, place = target.tries[number], place_of(target.number, number)
    for _, name in ipairs(columns) do
      if try[name] ~= self.answers[name][place] then
        self:tell("target %d: its attempt %d has another %s than in the audit chain", target.number,
          number, name)
      end
    end
  end
end

--- Takes the next target of a ledger that has no chain.
---@param target table
function replay:take(target)
  self.found[target.number] = target.state
  if target.state == "skipped" and (target.why or ""):find "^canceled" then
    self.was_canceled[target.number] = true
  end
end

--- Compares the next target of the ledger, with its `tries`, when the chain has ended.
---@param target table
function replay:compare(target)
  local number = target.number
  local is_planned = self.record.plan:target(number).class == "cancel"
  local state, attempts = self.states[number], self.attempts[number] or 0
  state = state or is_planned and "planned" or "skipped"
  self:take(target)
  if target.state ~= state then
    self:tell("target %d (%s): the ledger says %s, the audit chain says %s", number,
      target.port_in_sid, target.state, state)
  end
  if target.attempts ~= attempts then
    self:tell("target %d: the ledger has %d attempts, the audit chain has %d", number,
      target.attempts, attempts)
  end
  compare_tries(self, target)
end

--- A run that died has no end in the chain. What a purge has removed is not compared.
local function compare_runs(self)
  for _, run in ipairs(self.record.runs) do
    local step = self.steps[run.id]
    local is_known = step and step.event == run.command
      and (step.who == nil or step.who == run.who and step.host == run.host)
    if not is_known and not (self.was_migrated and not step) then
      self:tell("the run %s is not that of the audit chain", run.id)
    elseif step and run.ended_as ~= self.ends[run.id] and run.ended_as ~= "died" then
      self:tell("the run %s ended as %s, the audit chain says %s", run.id, tostring(run.ended_as),
        tostring(self.ends[run.id]))
    end
    self.steps[run.id] = nil
  end
  for id in pairs(self.steps) do self:tell("the run %s is missing", id) end
end

--- Compares the end of the chain, when all of its rows were taken.
---@param head { length: integer, hash: string }|false
function replay:end_chain(head)
  if not head or head.length ~= self.length or head.hash ~= self.hash then
    self:tell("audit chain: its end is missing, or another")
  end
  if self.wanted and not self.found_at then
    self:tell("audit chain: the head %s is not in it", self.wanted)
  end
end

--- Compares what is left, when all targets were compared.
function replay:finish()
  compare_runs(self)
  local brakes = self.record.brakes
  if not self.was_migrated and brakes.halted ~= self.halted then
    self:tell("the ledger says that the campaign is %s, the audit chain that it is %s",
      brakes.halted and "halted" or "not halted", self.halted and "halted" or "not halted")
  end
end

return replay
