--- Clients that share connections: whose a request is, and what is left of exchanged credentials.

local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"

local KW = function(i) return sandbox.sid("KW", i) end
local OTHER = sandbox.sid("AC", 77)

describe("a client and those derived from it", function()
  before_each(sandbox.reset)

  for _, version in ipairs { "1.1", "auto" } do
    it("use one connection, each with its own credentials, over HTTP " .. version, function()
      local client = sandbox.client { http_version = version }
      local by_key = client:with { api_key = sandbox.api_key, api_secret = sandbox.api_secret }
      local other = client:with { account_sid = OTHER, auth_token = "wrong" }
      for _ = 1, 3 do
        assert(client.port_ins:fetch(KW(1)))
        assert(by_key.port_ins:fetch(KW(1)))
        local _, err = other.port_ins:fetch(KW(1))
        assert.are.equal(401, err.http_status)
      end
      local requests = sandbox.requests()
      local users = { sandbox.account_sid, sandbox.api_key, OTHER }
      for i, request in ipairs(requests) do
        assert.are.equal(users[(i - 1) % 3 + 1], request.user)
        assert.are.equal(requests[1].connection, request.connection)
        assert.are.equal(request.user ~= OTHER, request.authorized)
      end
      assert.are.equal(9, #requests)
      client:close()
    end)

    it("never mix up their credentials, many at once and with retries, over HTTP " .. version, function()
      local client = sandbox.client { http_version = version, concurrency = 8,
        retry = { base = 0.001, attempts = 20 } }
      local by_key = client:with { api_key = sandbox.api_key, api_secret = sandbox.api_secret,
        headers = { ["X-User"] = sandbox.api_key } }
      local by_token = client:with { headers = { ["X-User"] = sandbox.account_sid } }
      sandbox.fault { fault = "error", status = 503, times = 20, chance = 0.3 }
      sandbox.fault { fault = "reset_after", times = 5, chance = 0.1 }
      local tasks = {}
      for i = 1, 60 do
        local one = i % 2 == 0 and by_key or by_token
        tasks[i] = function() return one.port_ins:fetch(KW(i % 10 + 1)) end
      end
      local results = client:gather(tasks)
      for i = 1, 60 do assert.is_table(results[i]) end
      for _, request in ipairs(sandbox.requests()) do
        assert.are.equal(request.headers["x-user"], request.user)
      end
      client:close()
    end)
  end

  it("keep to a rate of their own, with all attempts, and do not hold up the others", function()
    local client = sandbox.client { retry = { base = 0.001 } }
    local slow = client:with { rate = 2 }
    sandbox.fault { fault = "error", status = 503, times = 2 }
    local began, tasks, done = core.now(), {}, {}
    for i = 1, 4 do
      tasks[i] = function()
        assert(slow.port_ins:fetch(KW(i)))
        done[#done + 1] = "slow"
      end
    end
    tasks[5] = function()
      assert(client.port_ins:fetch(KW(5)))
      done[#done + 1] = "free"
    end
    local _, errors = client:gather(tasks)
    assert.is_nil(next(errors))
    assert.is_true(core.now() - began >= 1.95, core.now() - began)
    assert.are_not.equal("free", done[5])
    client:close()
  end)

  it("end a call in time that its rate would let wait for longer", function()
    local client = sandbox.client()
    local slow = client:with { rate = 0.001 }
    assert(slow.port_ins:fetch(KW(1)))
    for _ = 1, 3 do
      local _, err = slow.port_ins:cancel(KW(1), { deadline = 0.05 })
      assert.are.same({ "timeout", "not_sent", 0 }, { err.kind, err.outcome, err.attempts })
    end
    assert.are.equal(1, #sandbox.requests())
    client:close()
  end)

  it("are closed in any order, and the first one last", function()
    local client = sandbox.client()
    local own = client:with { api_key = sandbox.api_key, api_secret = sandbox.api_secret }
    assert(own.port_ins:fetch(KW(1)))
    own:close()
    assert(client.port_ins:fetch(KW(1)))
    local second = client:with { timeout = 5 }
    client:close()
    assert.has_error(function() second.port_ins:fetch(KW(1)) end)
    second:close()
  end)
end)

describe("exchanged credentials", function()
  it("are not those of a call that is under way, nor of its further attempts", function()
    sandbox.reset()
    local client
    client = sandbox.client {
      retry = { base = 0.001 },
      on_retry = function()
        client:exchange_credentials { api_key = sandbox.api_key, api_secret = sandbox.api_secret }
      end,
    }
    sandbox.fault { fault = "error", status = 503 }
    assert(client.port_ins:fetch(KW(1)))
    assert(client.port_ins:fetch(KW(1)))
    local users = {}
    for i, request in ipairs(sandbox.requests()) do users[i] = request.user end
    assert.are.same({ sandbox.account_sid, sandbox.account_sid, sandbox.api_key }, users)
    client:close()
  end)
end)
