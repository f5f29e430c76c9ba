--- The client, on a transport in memory.

local fake = require "spec.support.fake_transport"
local numbers = require "twilio.numbers"

local sid, in_review = fake.sid, fake.in_review

local UNAVAILABLE = { status = 503, retry = 2 }

describe("a client", function()
  it("sends a request and reads the response", function()
    local client, transport = fake.client(in_review)
    assert.are.equal("in_review", assert(client.port_ins:fetch(sid(1))):status())
    assert.are.same({
      { method = "GET", path = "/v1/Porting/PortIn/" .. sid(1), attempt = 1, at = 0 },
    }, transport.requests)
  end)

  it("gives true for an accepted DELETE, with the request's id", function()
    local client, transport = fake.client(function()
      return { status = 204, headers = { ["Twilio-Request-Id"] = "RQ1" } }
    end)
    local accepted, err, id = client.port_ins:cancel(sid(1))
    assert.are.same({ true, nil, "RQ1" }, { accepted, err, id })
    assert.are.equal("DELETE", transport.requests[1].method)
  end)

  it("does not know the outcome of a DELETE without a response", function()
    local client = fake.client(function() return { kind = "network", message = "the connection broke" } end)
    local accepted, err = client.port_ins:cancel(sid(1))
    assert.is_nil(accepted)
    assert.are.same({ "network", "uncertain" }, { err.kind, err.outcome })
  end)

  it("knows that a DELETE which was not sent has no effect", function()
    local client = fake.client(function()
      return { kind = "network", message = "no connection", sent = false }
    end)
    assert.are.equal("not_sent", select(2, client.port_ins:cancel(sid(1))).outcome)
  end)

  it("refuses a response about another port-in", function()
    local client = fake.client(function()
      return { status = 200, object = { port_in_request_sid = sid(2) } }
    end)
    local _, err = client.port_ins:fetch(sid(1))
    assert.are.equal("unreadable", err.kind)
  end)

  it("has a response of no use requested again", function()
    local client, transport = fake.client(function(request)
      return request.attempt == 1 and { status = 200, again = 3 } or in_review(request)
    end)
    assert(client.port_ins:fetch(sid(1)))
    assert.are.same({ 0, 3 }, { transport.requests[1].at, transport.requests[2].at })
  end)

  it("gives up a GET after `within` seconds", function()
    local client, transport = fake.client(function() return { status = 200, after = 100 } end)
    local _, err = client.port_ins:fetch(sid(1), 5)
    assert.are.same({ "timeout", "deadline", 5 }, { err.kind, err.stopped, transport.now })
    assert.are.equal(0, transport:running())
  end)

  it("refuses a call at once when as many wait as may, and says that nothing was sent", function()
    local client, transport = fake.client(function(request)
      return fake.port_in(request, "In Review", { after = 10 })
    end, { concurrency = 1, max_waiting = 2 })
    local tasks = {}
    for i = 1, 5 do tasks[i] = function() return client.port_ins:fetch(sid(i)) end end
    local results, errs = client:gather(tasks)
    assert.is_table(results[3])
    for i = 4, 5 do
      assert.are.same({ "busy", "not_sent", 0 }, { errs[i].kind, errs[i].outcome, errs[i].attempts })
    end
    assert.are.equal(3, #transport.requests)
  end)

  it("reads an iterator's source no faster than there is room", function()
    local client = fake.client(function(request)
      return fake.port_in(request, "In Review", { after = 10 })
    end, { concurrency = 1, max_waiting = 1 })
    local others = { client:gather {
      function() return client.port_ins:fetch(sid(1)) end,
      function() return client.port_ins:fetch(sid(2)) end,
      function()
        local count, each = 0, client.port_ins:fetch_each { sid(3), sid(4), sid(5) }
        while each:next() do count = count + 1 end
        return count
      end,
    } }
    assert.are.equal(3, others[1][3])
    assert.is_nil(next(others[2]))
  end)

  it("does not say of a DELETE that it was not sent, when an earlier attempt was refused", function()
    local client = fake.client(function(request)
      if request.attempt == 1 then return { status = 429, retry = 1 } end
      return { kind = "network", message = "no connection", sent = false }
    end)
    local _, err = client.port_ins:cancel(sid(1))
    assert.are.equal("refused", err.outcome)
    assert.not_matches("Nothing was sent", tostring(err))
  end)

  it("tells its hooks each attempt, and whether there is another one", function()
    local seen = {}
    local client = fake.client(function(request)
      return request.attempt < 3 and UNAVAILABLE or in_review(request)
    end, {
      on_request = function(event) seen[#seen + 1] = "request " .. event.attempt end,
      on_response = function(event)
        seen[#seen + 1] = ("%d %s"):format(event.status, event.final and "final" or "not final")
      end,
      on_retry = function(event) seen[#seen + 1] = "retry in " .. event.wait end,
    })
    assert(client.port_ins:fetch(sid(1)))
    assert.are.same({ "request 1", "503 not final", "retry in 2", "request 2", "503 not final",
      "retry in 2", "request 3", "200 final" }, seen)
  end)

  it("raises what a hook raised, once, after the response is delivered", function()
    local client = fake.client(in_review, { on_response = function() error("broken", 0) end })
    assert(client.port_ins:fetch(sid(1)))
    assert.has_error(function() client.port_ins:fetch(sid(1)) end, "on_response raised: broken")
    client:close()
  end)

  it("sleeps, and is not late", function()
    local client, transport = fake.client(in_review)
    client:sleep(3600)
    assert.are.equal(3600, transport.now)
  end)

  it("wound down, ends a call that waits for its next attempt", function()
    local client
    client = fake.client(function() return { status = 503, retry = 1000 } end,
      { on_retry = function() client:wind_down(true) end })
    local _, err = client.port_ins:fetch(sid(1))
    assert.are.same({ 503, "closed", 1 }, { err.http_status, err.stopped, err.attempts })
  end)

  it("that is closed raises, and brings back what was under way", function()
    local client
    client = fake.client(function() return { status = 200, after = 10 } end,
      { on_request = function() client:close() end })
    local _, err = client.port_ins:fetch(sid(1))
    assert.are.equal("closed", err.kind)
    assert.has_error(function() client.port_ins:fetch(sid(1)) end)
    client:close()
  end)

  it("raises for wrong options at the user's line", function()
    for message, options in pairs {
      ["unknown option 'time_out'"] = { time_out = 1 },
      ["timeout"] = { timeout = "soon" },
      ["concurrency"] = { concurrency = 0 },
      ["on_retry: a function expected, got 1"] = { on_retry = 1 },
      ["waiter: a table with a function wait expected, got true"] = { waiter = true },
      ["base_url: "] = { base_url = "http://example.com" },
      ["shared_limit is for clients inside nginx"] =
        { shared_limit = {}, account_sid = "AC" .. ("0"):rep(32), auth_token = "x" },
    } do
      local ok, raised = pcall(function() return (numbers.new(options)) end)
      assert.is_false(ok)
      assert.matches("base_spec.lua:%d+: ", raised)
      assert.is_truthy(raised:find(message, 1, true), raised)
    end
  end)
end)
