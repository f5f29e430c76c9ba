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
local function commit(self, entries, state)
  return self.ledger:attempt(state, function()
    for _, entry in ipairs(entries) do
      local result, err = entry.change(self.ledger)
      if result == nil then return nil, err end
      entry.result = result
    end
    return true
  end)
end

--- The same, and what is raised is an error of the ledger.
local function guarded(self, entries, state)
  local fine, ok, err = pcall(commit, self, entries, state)
  if fine then return ok, err end
  return nil, errors.new { kind = "ledger", message = tostring(ok) }
end

local function flush(self)
  local entries = self.entries
  self.entries = {}
  if not self.broken then
    local ok, err = self.patiently(guarded, self, entries, {})
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
