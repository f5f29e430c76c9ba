--- How long a call may take, whatever the server, the name server and the machine do.

local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = sandbox.sid("KW", 1)

local function start(habit)
  local pipe = assert(io.popen("exec perl spec/support/odd_server.pl " .. habit))
  local port, pid = pipe:read "*l":match "^(%d+) (%d+)$"
  return { port = port, stop = function()
    support.run("kill " .. pid)
    pipe:close()
  end }
end

--- So many calls at once; gives the longest time, and the errors.
local function call_all(client, count, call)
  local tasks, longest = {}, 0
  for i = 1, count do
    tasks[i] = function()
      local began = core.now()
      local result, err = call(client)
      longest = math.max(longest, core.now() - began)
      return result, err
    end
  end
  local _, errors = client:gather(tasks)
  return longest, errors
end

local function fetch(client) return client.port_ins:fetch(KW) end
local function cancel(client) return client.port_ins:cancel(KW) end

--- Seconds that a limit may be exceeded on a machine under load.
local LOAD = 15

describe("an upstream that accepts and never answers", function()
  local server
  before_each(function() server = start "silent" end)
  after_each(function() server.stop() end)

  for _, case in ipairs {
    { "https", "auto" }, { "https", "1.1" },
  } do
    it("holds no call beyond connect_timeout: " .. table.concat(case, ", "), function()
      local client = sandbox.client {
        base_url = case[1] .. "://127.0.0.1:" .. server.port, http_version = case[2],
        timeout = 20, connect_timeout = 0.5, concurrency = 120,
      }
      local longest, errors = call_all(client, 120, cancel)
      assert.is_true(longest < 0.5 + LOAD, longest)
      for i = 1, 120 do
        assert.are.equal("timeout", errors[i].kind)
        assert.are.equal("not_sent", errors[i].outcome)
        -- Newer versions of libcurl do not tell whether TCP is connected before TLS is.
        local phase = errors[i].message:match "500 ms passed (.*)$" or errors[i].message
        local is_told = phase:find("^in the TLS handshake") or phase:find "^while connecting"
        assert.is_truthy(is_told, phase)
      end
      client:close()
    end)
  end

  it("holds no call beyond timeout, and a DELETE that was handed over is uncertain", function()
    local client = sandbox.client {
      base_url = "http://127.0.0.1:" .. server.port, timeout = 3, concurrency = 120,
    }
    local longest, errors = call_all(client, 120, cancel)
    assert.is_true(longest < 3 + LOAD, longest)
    for i = 1, 120 do
      assert.are.equal("uncertain", errors[i].outcome)
      assert.matches("3000 ms passed while waiting for the answer", errors[i].message, 1, true)
    end
    client:close()
  end)

  it("holds no call beyond its deadline, the wait for its turn included", function()
    for _, scheme in ipairs { "http", "https" } do
      local client = sandbox.client {
        base_url = scheme .. "://127.0.0.1:" .. server.port, concurrency = 4,
        timeout = 0.3, connect_timeout = 0.3, retry = { deadline = 1, base = 0.001 },
      }
      local longest, errors = call_all(client, 100, fetch)
      assert.is_true(longest < 1 + LOAD, longest)
      local unsent = 0
      for i = 1, 100 do
        assert.are.equal("deadline", errors[i].stopped)
        if errors[i].attempts == 0 then
          unsent = unsent + 1
          assert.are.equal("the deadline passed while waiting for its turn", errors[i].message)
          assert.are.equal("not_sent", errors[i].outcome)
        end
      end
      assert.is_true(unsent > 50, unsent)
      client:close()
    end
  end)
end)

describe("a name server that never answers", function()
  it("holds no call beyond connect_timeout", function()
    local library = os.tmpname()
    local output, code = support.run(("cc -Wall -Wextra -Werror -shared -fPIC -o %s "
      .. "spec/support/slow_lookup.c"):format(library))
    assert(code == 0, output)
    local chunk = ([[
      local numbers, core = require "twilio.numbers", require "twilio.numbers.core"
      local client = assert(numbers.new { base_url = "https://name.invalid", concurrency = 20,
        connect_timeout = 0.3, retry = false })
      local tasks, began = {}, core.now()
      for i = 1, 20 do tasks[i] = function() return client.port_ins:cancel(%q) end end
      local _, errors = client:gather(tasks)
      local seconds, as_expected = core.now() - began, 0
      for i = 1, 20 do
        local err = errors[i]
        if err.message == "300 ms passed while resolving the name" and err.kind == "timeout"
          and err.outcome == "not_sent" then as_expected = as_expected + 1 end
      end
      print(as_expected, seconds < 15 and "in time" or seconds)
      io.stdout:flush()
    ]]):format(KW)
    local environment = ("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s LD_PRELOAD=%s timeout 60"):format(
      sandbox.account_sid, sandbox.auth_token, library)
    assert.are.equal("20\tin time\n", (support.run_lua(chunk, environment)))
    os.remove(library)
  end)
end)

describe("a flood of TLS messages that are skipped", function()
  it("ends the handshake", function()
    local server = start "flood"
    local client = sandbox.client {
      base_url = "https://127.0.0.1:" .. server.port, connect_timeout = 1, timeout = 3,
    }
    local began = core.now()
    local _, err = client.port_ins:cancel(KW)
    assert.is_true(core.now() - began < 10)
    assert.are.equal("not_sent", err.outcome)
    client:close()
    server.stop()
  end)
end)

describe("a call's deadline", function()
  before_each(sandbox.reset)

  it("makes a DELETE that was sent uncertain, and one that was not not_sent", function()
    local client = sandbox.client { concurrency = 1 }
    assert(client.port_ins:fetch(KW)) -- a connection is there, however long the server stands still
    sandbox.fault { fault = "latency", seconds = 20, times = 9 }
    local _, errors = client:gather {
      function() return client.port_ins:cancel(KW, { deadline = 3 }) end,
      function() return client.port_ins:cancel(sandbox.sid("KW", 2), { deadline = 2 }) end,
    }
    assert.are.equal("uncertain", errors[1].outcome)
    assert.are.equal("timeout", errors[1].kind)
    assert.matches("fetch it to find out", tostring(errors[1]), 1, true)
    assert.are.equal("not_sent", errors[2].outcome)
    assert.are.equal("deadline", errors[2].stopped)
    assert.are.equal(1, #sandbox.requests "DELETE")
    client:close()
  end)

  it("may be a number or an option, for each call", function()
    local client = sandbox.client()
    local port_in = assert(client.port_ins:fetch(KW, { deadline = 20 }))
    assert(port_in:refresh(20))
    assert(port_in:refresh { deadline = 20, send_within = 20 })
    assert(client.portability:check("+16175551212",
      { target_account_sid = sandbox.account_sid, deadline = 20 }))
    assert(client.webhook_configuration:fetch { deadline = 20 })
    assert.is_true(port_in:cancel { deadline = 20 })
    client:close()
  end)

  it("is checked, and a mistake is named", function()
    local client = sandbox.client()
    for message, options in pairs {
      ["unknown option 'dead_line'"] = { dead_line = 5 },
      ["unknown option 'target_account_sid'"] = { target_account_sid = sandbox.account_sid },
      ["deadline: a number of seconds expected, got \"5\""] = { deadline = "5" },
      ["deadline: a number of seconds expected, got -1"] = -1,
      ["send_within: a number of seconds expected"] = { send_within = 0 / 0 },
      ["options: a table, or seconds expected, got true"] = true,
    } do
      for _, verb in ipairs { "fetch", "cancel" } do
        local ok, why = pcall(function() return (client.port_ins[verb](client.port_ins, KW, options)) end)
        assert.is_false(ok)
        assert.matches(message, why, 1, true)
        assert.matches("time_limits_spec.lua:%d+: ", why)
      end
    end
    assert.are.same({}, sandbox.requests())
    client:close()
  end)

  it("of 0 seconds sends nothing", function()
    local client = sandbox.client()
    assert(client.port_ins:fetch(KW)) -- a connection is there
    for _, options in ipairs { { deadline = 0 }, { send_within = 0 } } do
      local _, err = client.port_ins:cancel(KW, options)
      assert.are.equal("not_sent", err.outcome)
    end
    assert.are.equal(1, #sandbox.requests())
    client:close()
  end)

  it("with send_within lets a request that was sent go on", function()
    local client = sandbox.client()
    assert(client.port_ins:fetch(KW)) -- a connection is there
    sandbox.fault { fault = "latency", seconds = 3 }
    assert.is_true(client.port_ins:cancel(KW, { send_within = 2 }))
    client:close()
  end)
end)

describe("a process that was stopped", function()
  --- Stops itself for a second, at the moment when the DELETE begins.
  local chunk = [[
    local numbers = require "twilio.numbers"
    local client
    client = assert(numbers.new { base_url = %q, retry = { base = 0.001 }, on_request = function(event)
      if event.method == "DELETE" then
        os.execute "kill -STOP $PPID; (sleep 1; kill -CONT $PPID) >/dev/null 2>&1 &"
      end
    end })
    %s
    local _, err = client.port_ins:cancel(%q, { %s = 0.7 })
    print(err.outcome, err.kind, err.stopped)
    client:close()
  ]]
  local warm_up = ("assert(client.port_ins:fetch(%q))"):format(KW)

  for name, preparation in pairs { ["over a new connection"] = "", ["over one that it has"] = warm_up } do
    for _, option in ipairs { "deadline", "send_within" } do
      it("does not send after the limit, " .. name .. ", with " .. option, function()
        sandbox.reset()
        local environment = ("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s SSL_CERT_FILE=%s timeout 60")
          :format(sandbox.account_sid, sandbox.auth_token, sandbox.ca_file)
        local output = support.run_lua(chunk:format(sandbox.url, preparation, KW, option), environment)
        assert.are.equal("not_sent\ttimeout\tdeadline\n", output)
        for _, request in ipairs(sandbox.requests()) do assert.are.equal("GET", request.method) end
      end)
    end
  end
end)

describe("the bound of the queue", function()
  before_each(sandbox.reset)

  it("refuses calls above it at once, and sends nothing of them", function()
    sandbox.limit(16, 0.3)
    local client = sandbox.client { concurrency = 1, max_waiting = 2 }
    local longest, errors = call_all(client, 6, cancel)
    local busy = 0
    for i = 1, 6 do
      if errors[i] and errors[i].kind == "busy" then
        busy = busy + 1
        assert.are.equal("not_sent", errors[i].outcome)
        assert.matches("max_waiting", tostring(errors[i]), 1, true)
      end
    end
    assert.are.equal(3, busy)
    assert.is_true(longest < 10)
    assert.are.equal(3, #sandbox.requests())
    client:close()
  end)

  it("is not met by iterators, whose source is read no faster", function()
    local client = sandbox.client { concurrency = 2, max_waiting = 1 }
    local function read_all()
      local count, each = 0, client.port_ins:fetch_each((KW .. " "):rep(10):gmatch "%S+")
      local input, port_in = each:next()
      while input do
        if port_in then count = count + 1 end
        input, port_in = each:next()
      end
      return count
    end
    local counts = client:gather { read_all, read_all, read_all, read_all }
    assert.are.same({ 10, 10, 10, 10 }, counts)
    client:close()
  end)
end)

describe("a refusal before an attempt that was not sent", function()
  it("is the outcome of a DELETE", function()
    local server = start "limited"
    local client = sandbox.client {
      base_url = "http://127.0.0.1:" .. server.port, retry = { attempts = 2, base = 0.001 },
    }
    local _, err = client.port_ins:cancel(KW)
    assert.are.equal("refused", err.outcome)
    assert.are.equal(2, err.attempts)
    assert.not_matches("Nothing was sent", tostring(err), 1, true)
    assert.matches("had refused it before", tostring(err), 1, true)
    client:close()
    server.stop()
  end)
end)

describe("a Retry-After that cannot be read", function()
  it("is as good as absent", function()
    for _, text in ipairs { "soon", "-5", "0x10", "18446744073709552", "99999999999999999999", "1.5" } do
      sandbox.reset()
      sandbox.fault { fault = "rate_limit", retry_after = text }
      local client = sandbox.client { retry = false }
      local _, err = client.port_ins:fetch(KW)
      assert.are.equal(429, err.http_status)
      assert.is_nil(err.retry_after)
      client:close()
    end
  end)
end)
