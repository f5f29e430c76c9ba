--- When a request is tried again, and when it is not.

local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = sandbox.sid("KW", 1)
local quick = { base = 0.001 }

local function methods()
  local list = {}
  for i, request in ipairs(sandbox.requests()) do list[i] = request.method end
  return list
end

describe("a fetch", function()
  before_each(sandbox.reset)

  local function fetch(retry)
    local client = sandbox.client { retry = retry or quick }
    local port_in, err = client.port_ins:fetch(KW)
    client:close()
    return port_in, err
  end

  it("is tried again after 408, 429, 500, 502, 503 and 504", function()
    for _, status in ipairs { 408, 429, 500, 502, 503, 504 } do
      sandbox.reset()
      sandbox.fault { fault = "error", status = status }
      assert.is_table(fetch())
      assert.are.equal(2, #methods(), status)
    end
  end)

  it("is tried again when the connection breaks, or the handshake", function()
    for _, fault in ipairs { "reset_before", "reset_after", "cut", "handshake" } do
      sandbox.reset()
      sandbox.fault { fault = fault }
      assert.is_table(fetch(), fault)
    end
  end)

  it("is tried again when no answer came in time", function()
    sandbox.fault { fault = "latency", seconds = 20 }
    local client = sandbox.client { retry = quick, timeout = 1.5 }
    assert.is_table(client.port_ins:fetch(KW))
    client:close()
  end)

  it("is not tried again after what another attempt would meet as well", function()
    for _, fault in ipairs {
      { fault = "error", status = 400 }, { fault = "error", status = 404 },
      { fault = "error", status = 501 }, { fault = "redirect" },
      { fault = "body", status = 200, body = '{"code":20404,"message":"Not found"}' },
    } do
      sandbox.reset()
      sandbox.fault(fault)
      local _, err = fetch()
      assert.are.equal(1, err.attempts)
      assert.are.equal("final", err.stopped)
      assert.are.equal(1, #methods())
    end
    local client = sandbox.client { base_url = sandbox.bad_tls_url, retry = quick }
    local _, err = client.port_ins:fetch(KW)
    assert.are.equal("final", err.stopped)
  end)

  local of_no_use = {
    { fault = "malformed" }, { fault = "empty", status = 200 },
    { fault = "body", status = 200, body = "[]" }, { fault = "body", status = 200, body = "null" },
    { fault = "body", status = 200, body = "{}" }, { fault = "html", status = 200 },
    { fault = "mixed", as = "/v1/Porting/PortIn/" .. sandbox.sid("KW", 2) },
  }

  it("is tried again after an answer of no use", function()
    for _, version in ipairs { "auto", "1.1" } do
      for _, fault in ipairs(of_no_use) do
        sandbox.reset()
        sandbox.fault(fault)
        local client = sandbox.client { retry = quick, http_version = version }
        assert.are.equal(KW, assert(client.port_ins:fetch(KW)).port_in_request_sid)
        client:close()
        assert.are.equal(2, #methods())
      end
    end
  end)

  it("ends with an answer of no use when there were as many attempts as allowed", function()
    for _, fault in ipairs(of_no_use) do
      sandbox.reset()
      fault.times = 9
      sandbox.fault(fault)
      local _, err = fetch { attempts = 3, base = 0.001 }
      assert.are.equal("unreadable", err.kind)
      assert.are.equal(200, err.http_status)
      assert.are.equal(3, err.attempts)
      assert.are.equal("attempts", err.stopped)
      assert.are.equal(3, #methods())
    end
  end)

  it("ends with the last answer of no use when there is no time for another", function()
    sandbox.fault { fault = "malformed", times = 9 }
    local client = sandbox.client { retry = { base = 1e6, cap = 1e6 } } -- a random part of it
    local _, err = client.port_ins:fetch(KW, 20)
    client:close()
    assert.are.equal("unreadable", err.kind)
    assert.are.equal("deadline", err.stopped)
  end)

  it("is not tried again for an answer of no use once the client winds down, or is closed", function()
    for _, way in ipairs { "wind_down", "close" } do
      sandbox.reset()
      sandbox.fault { fault = "malformed", times = 9 }
      local client
      client = sandbox.client { retry = { base = 20, cap = 20 }, on_retry = function()
        client[way](client, true)
      end }
      local _, err = client.port_ins:fetch(KW)
      assert.are.equal("unreadable", err.kind)
      assert.are.equal("closed", err.stopped)
      assert.are.equal(1, err.attempts)
      assert.are.equal(1, #methods())
      client:close()
    end
  end)

  it("gives up after so many attempts, and says so", function()
    sandbox.fault { fault = "error", status = 503, times = 9 }
    local _, err = fetch { attempts = 3, base = 0.001 }
    assert.are.equal(3, err.attempts)
    assert.are.equal("attempts", err.stopped)
    assert.matches("3 attempts, as many as allowed", tostring(err), 1, true)
    assert.are.equal(3, #methods())
  end)

  it("is not tried again where retry is false", function()
    sandbox.fault { fault = "error", status = 503 }
    local client = sandbox.client { retry = false }
    local _, err = client.port_ins:fetch(KW)
    assert.are.equal(1, err.attempts)
    assert.not_matches("attempt", tostring(err), 1, true)
  end)

  it("is not tried again when that would be after the deadline", function()
    sandbox.fault { fault = "rate_limit", retry_after = "25", times = 9 }
    local _, err = fetch { deadline = 20 }
    assert.are.equal("deadline", err.stopped)
    assert.are.equal(1, err.attempts)
    assert.matches("1 attempt, no time for another", tostring(err), 1, true)
  end)

  it("takes no longer than the deadline, however long an attempt may", function()
    sandbox.fault { fault = "latency", seconds = 20, times = 9 }
    local began = core.now()
    local _, err = fetch { deadline = 0.2, base = 0.001 }
    assert.are.equal("timeout", err.kind)
    assert.is_true(core.now() - began < 10)
  end)

  it("gives up where Retry-After asks for more than the cap, in seconds or as a date", function()
    for _, text in ipairs { "3600", "Fri, 31 Dec 2099 23:59:59 GMT" } do
      sandbox.reset()
      sandbox.fault { fault = "rate_limit", retry_after = text }
      local _, err = fetch()
      assert.are.equal("retry_after", err.stopped)
      assert.is_true(err.retry_after >= 3600)
      assert.are.equal(1, #methods())
    end
  end)

  it("is not tried again when the client is closed meanwhile", function()
    sandbox.fault { fault = "rate_limit", retry_after = "20", times = 9 }
    local client
    client = sandbox.client { on_retry = function() client:close() end, retry = quick }
    local _, err = client.port_ins:fetch(KW)
    assert.are.equal(429, err.http_status)
    assert.are.equal("closed", err.stopped)
    assert.are.equal(1, err.attempts)
    assert.is_number(err.concurrent_requests)
  end)

  it("waits at least as long as Retry-After asks for", function()
    sandbox.fault { fault = "rate_limit", retry_after = "1" }
    local waits = {}
    local client = sandbox.client {
      retry = quick, on_retry = function(event) waits[#waits + 1] = event.wait end,
    }
    assert.is_table(client.port_ins:fetch(KW))
    assert.are.equal(1, #waits)
    assert.is_true(waits[1] > 0.9 and waits[1] <= 1.001, waits[1])
    client:close()
  end)

  it("waits a random time, at most twice as long each time, at most the cap", function()
    sandbox.fault { fault = "error", status = 500, times = 200 }
    local most, count = {}, 0
    local client = sandbox.client {
      retry = { attempts = 6, base = 0.004, cap = 0.016 },
      on_retry = function(event)
        most[event.attempt] = math.max(most[event.attempt] or 0, event.wait)
        count = count + 1
      end,
    }
    for _ in client.port_ins:fetch_each((" "):rep(20):gsub(" ", KW .. " "):gmatch "%S+") do end
    client:close()
    assert.are.equal(100, count)
    for attempt, bound in ipairs { 0.004, 0.008, 0.016, 0.016, 0.016 } do
      assert.is_true(most[attempt] <= bound, attempt .. ": " .. most[attempt])
    end
    assert.is_true(most[5] > 0.004) -- but for bad luck of one in 10^12
  end)

  it("counts its attempts without hooks, and says that nothing was sent", function()
    local client = sandbox.client { base_url = "https://127.0.0.1:1", retry = quick }
    local _, err = client.port_ins:fetch(KW)
    assert.are.equal(5, err.attempts)
    assert.are.equal("network", err.kind)
    assert.are.equal("not_sent", err.outcome)
    client:close()
  end)
end)

describe("a cancellation", function()
  before_each(sandbox.reset)

  local function cancel(options)
    local all = { retry = quick }
    for name, value in pairs(options or {}) do all[name] = value end
    local client = sandbox.client(all)
    local done, err = client.port_ins:cancel(KW)
    client:close()
    return done, err
  end

  it("is sent again after 429, which was never acted upon", function()
    sandbox.fault { fault = "rate_limit", times = 2 }
    assert.is_true(cancel())
    assert.are.same({ "DELETE", "DELETE", "DELETE" }, methods())
  end)

  it("is sent again where the first never left", function()
    sandbox.fault { fault = "handshake", times = 2 }
    assert.is_true(cancel())
    assert.are.same({ "DELETE" }, methods())
    local _, err = cancel { base_url = "https://127.0.0.1:1" }
    assert.are.equal(5, err.attempts)
    assert.are.equal("not_sent", err.outcome)
  end)

  it("is never sent again where it may have been acted upon", function()
    for _, fault in ipairs {
      { fault = "reset_before" }, { fault = "reset_after" }, { fault = "cut" },
      { fault = "error", status = 500 }, { fault = "error", status = 503 },
      { fault = "error", status = 408 }, { fault = "html", status = 504 },
      { fault = "latency", seconds = 20 },
    } do
      for _, version in ipairs { "auto", "1.1" } do
        sandbox.reset()
        sandbox.fault(fault)
        local done, err = cancel {
          timeout = fault.fault == "latency" and 0.5 or 30, http_version = version,
        }
        assert.is_nil(done)
        assert.are.equal("uncertain", err.outcome, fault.fault)
        assert.are.equal("unsafe", err.stopped, fault.fault)
        assert.are.equal(1, err.attempts)
        assert.are.same({ "DELETE" }, methods())
      end
    end
  end)

  it("is never sent again for an answer that is none of a cancellation's", function()
    for _, fault in ipairs {
      { fault = "malformed" }, { fault = "empty", status = 200 }, { fault = "html", status = 200 },
      { fault = "mixed", as = "/v1/Porting/PortIn/" .. sandbox.sid("KW", 7) },
    } do
      sandbox.reset()
      sandbox.fault(fault)
      local done, err = cancel()
      assert.is_nil(done)
      assert.are.equal("uncertain", err.outcome, fault.fault)
      assert.are.same({ "DELETE" }, methods())
    end
  end)

  it("is refused for good by other answers", function()
    sandbox.fault { fault = "error", status = 409 }
    local _, err = cancel()
    assert.are.equal("refused", err.outcome)
    assert.are.equal("final", err.stopped)
  end)
end)

describe("a cancellation over HTTP/2", function()
  local log, pipe, pid

  local function start(...)
    log = os.tmpname()
    local folder = sandbox.ca_file:gsub("ca%.pem$", "")
    pipe = assert(io.popen(table.concat({ "exec perl spec/support/h2_server.pl",
      folder .. "server.pem", folder .. "server.key", log, ... }, " ")))
    local port
    port, pid = pipe:read("*l"):match "(%d+) (%d+)"
    return "https://127.0.0.1:" .. port
  end

  after_each(function()
    os.execute("kill " .. pid)
    pipe:close()
    os.remove(log)
  end)

  for _, how in ipairs { "refuse", "goaway" } do
    it("is sent again when the server says, by " .. how .. ", that it did not read it", function()
      local events = {}
      local client = sandbox.client {
        base_url = start(how, how, "answer"), retry = quick,
        on_retry = function(event) events[#events + 1] = event end,
      }
      assert.is_true(client.port_ins:cancel(KW))
      assert.are.equal(2, #events)
      assert.matches("turned the request away unread", events[1].message, 1, true)
      client:close()
      assert.are.equal(how .. "\n" .. how .. "\nanswer\n", support.read_file(log))
    end)

    it("that is turned away by " .. how .. " to the end was not sent", function()
      local client = sandbox.client {
        base_url = start(how, how, how), retry = { attempts = 2, base = 0.001 },
      }
      local done, err = client.port_ins:cancel(KW)
      client:close()
      assert.is_nil(done)
      assert.are.equal("not_sent", err.outcome)
      assert.are.equal(2, err.attempts)
      assert.are.equal(how .. "\n" .. how .. "\n", support.read_file(log))
    end)
  end
end)

describe("the policy", function()
  it("is checked, and each mistake is named", function()
    for wanted, retry in pairs {
      ["option 'retry': a table or false expected, got string"] = "often",
      ["unknown option 'tries'"] = { tries = 3 },
      ["option 'attempts': a whole number from 1 to 1000 expected, got 0"] = { attempts = 0 },
      ["option 'base': a number of seconds above 0"] = { base = -1 },
      ["option 'cap': a number of seconds above 0"] = { cap = "1" },
      ["option 'deadline': a number of seconds above 0"] = { deadline = 0 },
    } do
      local ok, why = pcall(sandbox.client, { retry = retry })
      assert.is_false(ok)
      assert.matches(wanted, why, 1, true)
    end
  end)
end)
