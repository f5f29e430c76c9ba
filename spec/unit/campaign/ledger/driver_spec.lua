--- The order in which a database's connection and its statements are collected.

local database = require "twilio.numbers.campaign.ledger.database"

describe("a database's connection", function()
  --- Opens a database and lets go of it, but for a statement. The connection is watched.
  local function statement_of(path, watched)
    local db = assert(database.open(path))
    watched.connection = db.connection
    local _, statement = next(db.statements)
    return statement
  end

  it("is not collected before the last of its statements", function()
    if not pcall(require, "dbd.sqlite3") then return pending "LuaDBI's driver for SQLite is missing" end
    local path, watched = os.tmpname(), setmetatable({}, { __mode = "v" })
    local kept = { statement_of(path, watched) }
    for _ = 1, 3 do collectgarbage() end
    assert.is_userdata(kept[1])
    assert.is_userdata(watched.connection)
    kept[1] = nil
    for _ = 1, 3 do collectgarbage() end
    assert.is_nil(watched.connection)
    os.remove(path)
  end)
end)
