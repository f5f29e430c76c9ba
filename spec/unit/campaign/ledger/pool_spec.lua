--- Whether a pool that hands out connections by transaction is in front of a database. The servers are fakes.

local pool = require "twilio.numbers.campaign.ledger.pool"

--- Two clients of a server, or of a pool, which gives each transaction a process.
local function clients(process_for)
  local function new(name)
    local client = { name = name }
    function client.run(_, sql)
      client.is_held = sql == "BEGIN"
      return 0
    end
    function client.row(_, _)
      return { pid = process_for(name) }
    end
    function client.close() client.is_closed = true end
    function client.refuse(_, message) return nil, { message = message } end
    return client
  end
  return new "first", new "second"
end

describe("a pool by transaction", function()
  it("is not there where each connection has its own process", function()
    local db, other = clients(function(name) return name == "first" and 10 or 11 end)
    assert.is_true(pool.check(db, other))
    assert.is_true(other.is_closed)
  end)

  it("is there where two connections share its prepared statements", function()
    local db, other = clients(function() return 10 end)
    function other.row() return nil, { message = 'prepared statement "x" already exists' } end
    local ok, err = pool.check(db, other)
    assert.is_nil(ok)
    assert.matches("a pool that hands out connections by transaction", err.message, 1, true)
  end)

  it("is not told where the server says something else", function()
    local db, other = clients(function() return 10 end)
    function other.row() return nil, { message = "out of memory" } end
    assert.are.equal("out of memory", select(2, pool.check(db, other)).message)
  end)

  it("is there where two connections share a process, or one changes it", function()
    local calls = 0
    for _, process_for in ipairs { function() return 10 end, function()
      calls = calls + 1
      return calls
    end } do
      local db, other = clients(process_for)
      local ok, err = pool.check(db, other)
      assert.is_nil(ok)
      assert.matches("a pool that hands out connections by transaction", err.message, 1, true)
      assert.is_true(other.is_closed)
    end
  end)
end)
