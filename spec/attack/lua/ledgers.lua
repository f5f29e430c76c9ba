--- Ledgers of campaigns with a double of the API, as files in memory.

local campaign = require "twilio.numbers.campaign"
local core = require "twilio.numbers.core"
local fake = require "spec.support.fake_transport"
local support = require "spec.support"

local ledgers = { COUNT = 3 } -- port-ins that are cancelled

-- In memory, for SQLite waits for the disk.
local memory = core.file_identity "/dev/shm" and "/dev/shm/" or "/tmp/"
ledgers.PATH = ("%stwilio-numbers-%.0f.ledger"):format(memory, select(2, core.process()))

--- Removes the file, with what SQLite puts beside it.
function ledgers.remove()
  for _, suffix in ipairs { "", "-wal", "-shm", "-lock", "-journal" } do os.remove(ledgers.PATH .. suffix) end
end

--- An API that counts DELETEs. `break_at` is the DELETE that it does not answer.
function ledgers.api(is_canceled, break_at)
  local deletes, count = {}, 0
  return deletes, function(request)
    local sid = fake.sid_of(request)
    if request.method ~= "DELETE" then
      return fake.port_in(request, is_canceled[sid] and "Canceled" or "In Review")
    end
    count = count + 1
    deletes[sid] = (deletes[sid] or 0) + 1
    if count == break_at then return { kind = "timeout", message = "no answer", stopped = "unsafe" } end
    is_canceled[sid] = true
    return { status = 204 }
  end
end

--- Of `apply`.
function ledgers.options(more)
  local all = {
    wait = 1, interval = 1, settle_after = 1, lease = 60, concurrency = 1, confirm = ledgers.COUNT,
  }
  for name, value in pairs(more or {}) do all[name] = value end
  return all
end

--- A ledger's file, and which port-ins were cancelled by then.
function ledgers.image(more, break_at)
  ledgers.remove()
  local is_canceled, sids = {}, { "no SID" }
  for i = 1, ledgers.COUNT do sids[#sids + 1] = fake.sid(i) end
  local _, respond = ledgers.api(is_canceled, break_at)
  local client, ledger = fake.client(respond), assert(campaign.open(ledgers.PATH))
  local plan = assert(campaign.plan(client, sids))
  assert(campaign.apply(client, ledger, plan, ledgers.options(more)))
  ledger:close()
  local image = { text = support.read_file(ledgers.PATH), is_canceled = is_canceled }
  ledgers.remove()
  return image
end

--- Puts a file in its place.
function ledgers.put(image)
  ledgers.remove()
  support.write_file(ledgers.PATH, image.text)
end

return ledgers
