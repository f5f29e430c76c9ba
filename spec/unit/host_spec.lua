--- The choice between nginx and any other program, and the warning of what blocks a worker.

local host = require "twilio.numbers.host"

describe("the host", function()
  local logged, ngx

  before_each(function()
    logged = {}
    ngx = {
      ERR = 4, worker = { pid = function() return ngx.pid end }, pid = 1,
      log = function(_, ...) logged[#logged + 1] = table.concat { ... } end,
    }
  end)
  after_each(function() package.loaded.ngx = nil end)

  --- A waiter that counts its waits.
  local function counting()
    local waiter = { waits = 0, is_ending = function() return true end }
    function waiter.wait() waiter.waits = waiter.waits + 1 end
    return waiter
  end

  it("gives the blocking waiter, or the user's, outside nginx", function()
    local queue, turns, given = { has_items = function() return true end }, 0, counting()
    host.waiter().wait({ turn = function() turns = turns + 1 end }, queue)
    assert.are.equal(1, turns)
    local waiter = host.waiter(given)
    waiter.wait()
    waiter.wait()
    assert.are.same({ 2, true }, { given.waits, waiter.is_ending() })
  end)

  it("raises for what is no waiter", function()
    for _, wrong in ipairs { true, {}, "blocking" } do
      local ok, message = pcall(host.waiter, wrong)
      assert.is_false(ok)
      assert.matches("waiter: a table with a function wait expected, got ", message, 1, true)
    end
  end)

  it("logs the first wait of a blocking waiter in each process of nginx", function()
    package.loaded.ngx = ngx
    local given = counting()
    local waiter = host.waiter(given)
    waiter.wait()
    waiter.wait()
    assert.are.equal(1, #logged)
    assert.matches("^twilio.numbers: a client that does not wait by nginx's own means blocks", logged[1])
    ngx.pid = 2 -- a worker that has the clients of its master
    waiter.wait()
    assert.are.same({ 2, 3 }, { #logged, given.waits })
  end)

  it("logs nothing for a waiter that suspends", function()
    package.loaded.ngx = ngx
    local given = counting()
    given.suspends = true
    assert.are.equal(given, host.waiter(given))
  end)

  it("logs what else blocks, inside nginx only", function()
    host.warn_of_blocking("a ledger", "do not")
    assert.are.same({}, logged)
    package.loaded.ngx = ngx
    host.warn_of_blocking("a ledger", "do not")
    assert.are.same({
      "twilio.numbers: a ledger blocks this nginx worker with all its requests (phase unknown): do not",
    }, logged)
  end)
end)
