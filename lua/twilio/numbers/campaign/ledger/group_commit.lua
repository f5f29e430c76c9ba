--- Writes to the ledger for many tasks at once: what comes within a moment goes into one transaction,
--- so that one wait for the disk serves all. A task goes on only when what it wrote is durable.

local errors = require "twilio.numbers.api.error"
local queues = require "twilio.numbers.runtime.queue"

---@class twilio.numbers.Journal
---@field broken twilio.numbers.Error? why nothing can be written any more
local journal = {}
journal.__index = journal

local GATHER = 0.002 -- seconds in which others may join, a fraction of what an answer takes

---@param client twilio.numbers.Client
---@param ledger twilio.numbers.Ledger
---@return twilio.numbers.Journal
function journal.new(client, ledger)
  return setmetatable({ client = client, ledger = ledger, entries = {} }, journal)
end

--- All of them, or none.
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

local function flush(self)
  local entries = self.entries
  self.entries = {}
  if not self.broken then
    local fine, ok, err = pcall(commit, self, entries)
    if not fine then ok, err = nil, errors.new { kind = "ledger", message = tostring(ok) } end
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
function journal:write(change)
  if self.broken then return nil, self.broken end
  local entry = { change = change }
  table.insert(self.entries, entry)
  if #self.entries == 1 then
    self.client:sleep(GATHER)
    flush(self)
  else
    entry.queue = queues.new()
    self.client:wait(entry.queue)
  end
  if self.broken then return nil, self.broken end
  return entry.result
end

return journal
