--- A ledger keeps numbers as they are, whatever the locale is. LuaDBI sends numbers to PostgreSQL as the
--- process's locale writes them.

local database = require "twilio.numbers.campaign.ledger.database"
local postgresql = require "spec.support.postgresql"

local NAMES = { "C", "de_DE.UTF-8", "tr_TR.UTF-8" }

local function check(place)
  local before = os.setlocale()
  for _, name in ipairs(NAMES) do
    if not os.setlocale(name) then
      return pending("there is no locale " .. name .. ": spec/run.sh makes it from the package locales")
    end
    local db = assert(database.open(place))
    local row, err = db:row([[SELECT CAST(? AS double precision) AS sent,
      CAST(? AS double precision) + 0.25 AS more]],
      1234567.25, 1.5)
    local earliest = os.time() - 1
    local now = db:now()
    local is_now = now >= earliest and now <= os.time() + 2 -- that is whole, and a little late
    db:close()
    os.setlocale(before)
    assert.is_nil(err)
    assert.are.same({ sent = 1234567.25, more = 1.75 }, row)
    assert.is_true(is_now, now)
  end
end

describe("a number in a ledger", function()
  it("is kept by SQLite", function()
    local path = os.tmpname()
    check(path)
    os.remove(path)
  end)

  it("is kept by PostgreSQL", function()
    local objection = postgresql.objection()
    if objection then return pending(objection) end
    local server = postgresql.start()
    local ok, why = pcall(check, server.url)
    server:stop()
    if not ok then error(why, 0) end
  end)
end)
