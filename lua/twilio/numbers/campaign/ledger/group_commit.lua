--- Group commit: the changes of many tasks go into one transaction, so that one wait for the disk serves all of
--- them. A task goes on only when its change is durable.

local errors = require "twilio.numbers.api.error"
local queue = require "twilio.numbers.runtime.queue"

---@class twilio.numbers.GroupCommit
---@field broken twilio.numbers.Error? why nothing can be written any more
local group_commit = {}
group_commit.__index = group_commit

local GATHER = 0.002 -- seconds in which other tasks may join, a fraction of a response time

---@param client twilio.numbers.Client
---@param ledger twilio.numbers.Ledger
---@param patiently fun(work: function, ...): any, any calls a function again when the database was lost and found
---@return twilio.numbers.GroupCommit
function group_commit.new(client, ledger, patiently)
  return setmetatable({ client = client, ledger = ledger, patiently = patiently, entries = {} },
    group_commit)
end

--- Makes all changes, or none.
local function commit(self, entries)
  return self.ledger:transaction(function()
    for _, entry in ipairs(entries) do
      local result, err = entry.change(self.ledger)
      if result == nil then return nil, err end
      entry.result = result
    end
    return true
  end)
end

--- The same, unless a transaction whose end was lost has made them.
local function attempt(self, entries, state)
  if state.unproven then
    local was_committed, err = self.ledger:was_committed(state.unproven)
    if was_committed ~= false then return was_committed, err end
  end
  local fine, ok, err = pcall(commit, self, entries)
  if not fine then ok, err = nil, errors.new { kind = "ledger", message = tostring(ok) } end
  state.unproven = not ok and self.ledger.unproven or nil
  return ok, err
end

local function flush(self)
  local entries = self.entries
  self.entries = {}
  if not self.broken then
    local ok, err = self.patiently(attempt, self, entries, {})
    if not ok then self.broken = err end
  end
  for _, entry in ipairs(entries) do
    if entry.queue then entry.queue:put(entry) end
  end
end

--- Makes a change durable.
---@param change fun(ledger: twilio.numbers.Ledger): any, twilio.numbers.Error?
---@return any # what `change` gave; nil when the ledger cannot be written
---@return twilio.numbers.Error?
function group_commit:write(change)
  if self.broken then return nil, self.broken end
  local entry = { change = change }
  table.insert(self.entries, entry)
  if #self.entries == 1 then
    self.client:sleep(GATHER)
    flush(self)
  else
    entry.queue = queue.new()
    self.client:wait(entry.queue)
  end
  if self.broken then return nil, self.broken end
  return entry.result
end

return group_commit
