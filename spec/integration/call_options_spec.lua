--- The options of a call on the wire.

local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = function(i) return sandbox.sid("KW", i) end

--- The headers of each request, as the sandbox got them.
local function headers_seen()
  local list = {}
  for i, request in ipairs(sandbox.requests()) do list[i] = request.headers or false end
  return list
end

describe("the options of a call", function()
  before_each(sandbox.reset)

  it("limit one attempt of this call, not of others", function()
    sandbox.fault { fault = "latency", seconds = 20, times = 1 }
    local client = sandbox.client { timeout = 60 }
    local _, err = client.port_ins:fetch(KW(1), { timeout = 0.2 })
    assert.are.same({ "timeout", 1 }, { err.kind, err.attempts })
    assert(client.port_ins:fetch(KW(1)))
    client:close()
  end)

  it("may give an attempt more time than the client's deadline is, unless that is the user's own", function()
    local client = sandbox.client { timeout = 0.2, retry = { attempts = 1 } }
    sandbox.fault { fault = "latency", seconds = 1, times = 1 }
    assert(client.port_ins:fetch(KW(1), { timeout = 150 }))
    client:close()
    local strict = sandbox.client { retry = { attempts = 1, deadline = 0.3 } }
    sandbox.fault { fault = "latency", seconds = 20, times = 1 }
    local _, err = strict.port_ins:fetch(KW(1), { timeout = 150 })
    assert.are.equal("timeout", err.kind)
    strict:close()
  end)

  it("say how often this call is tried", function()
    local client = sandbox.client { retry = { base = 0.001, attempts = 3 } }
    for attempts, retry in pairs { [1] = false, [2] = { base = 0.001, attempts = 2 } } do
      sandbox.reset()
      sandbox.fault { fault = "error", status = 503, times = 10 }
      local _, err = client.port_ins:fetch(KW(1), { retry = retry })
      assert.are.equal(attempts, err.attempts)
      assert.are.equal(attempts, #sandbox.requests())
    end
    sandbox.fault { fault = "error", status = 503, times = 10 }
    local _, err = client.port_ins:fetch(KW(1))
    assert.are.equal(3, err.attempts)
    client:close()
  end)

  it("do not have a DELETE repeated whose answer was lost", function()
    local client = sandbox.client()
    sandbox.fault { fault = "reset_after" }
    local _, err = client.port_ins:cancel(KW(1), { retry = { base = 0.001, attempts = 9 } })
    assert.are.same({ "uncertain", 1 }, { err.outcome, #sandbox.requests() })
    client:close()
  end)

  for _, version in ipairs { "1.1", "auto" } do
    it("add headers to each attempt of this request and to no other, over HTTP " .. version, function()
      local client = sandbox.client { http_version = version, retry = { base = 0.001 },
        headers = { ["X-App"] = "desk" } }
      sandbox.fault { fault = "error", status = 503 }
      assert(client.port_ins:fetch(KW(1), { headers = { ["X-Trace"] = "a: b" } }))
      assert(client.port_ins:fetch(KW(1)))
      for _, _, err in client.port_ins:fetch_each({ KW(1), KW(2) }, { headers = { ["x-app"] = "job" } }) do
        assert.is_nil(err)
      end
      assert(client.webhook_configuration:create({ port_in_target_url = "https://example.com/" },
        { headers = { ["X-Trace"] = "c" } }))
      assert.are.same({
        { ["x-app"] = "desk", ["x-trace"] = "a: b" }, { ["x-app"] = "desk", ["x-trace"] = "a: b" },
        { ["x-app"] = "desk" }, { ["x-app"] = "job" }, { ["x-app"] = "job" },
        { ["x-app"] = "desk", ["x-trace"] = "c" },
      }, headers_seen())
      client:close()
    end)
  end

  it("are not told to a proxy", function()
    local log = os.tmpname()
    local pipe = assert(io.popen("exec perl spec/support/proxy.pl " .. log))
    local port, pid = pipe:read "*l":match "^(%d+) (%d+)$"
    local client = sandbox.client { proxy = "http://127.0.0.1:" .. port }
    assert(client.port_ins:fetch(KW(1), { headers = { ["X-Trace"] = "secret-trace" } }))
    client:close()
    support.run("kill " .. pid)
    pipe:close()
    assert.are.same({ { ["x-trace"] = "secret-trace" } }, headers_seen())
    assert.matches("^CONNECT ", support.read_file(log))
    assert.not_matches("secret-trace", support.read_file(log), 1, true)
    os.remove(log)
  end)
end)

describe("the engine's options of a request", function()
  it("are checked: lines without line breaks, a policy", function()
    local engine = core.engine { ca_file = sandbox.ca_file }
    local many = {}
    for i = 1, 100 do many[i] = "X: " .. i end
    for words, options in pairs {
      ["lines without line breaks"] = { headers = { "X: y\r\nHost: z" } },
      ["and zero bytes"] = { headers = { "X: y\0" } },
      ["zero bytes expected"] = { headers = { 7 } },
      ["fewer than 64 lines"] = { headers = many },
      ["table expected"] = { headers = "X: y" },
      ["'retry': a table or false"] = { retry = 5 },
      ["unknown option 'attempt'"] = { retry = { attempt = 5 } },
    } do
      local ok, message = pcall(engine.submit, engine, "GET", sandbox.url .. "/", nil, options)
      assert.is_false(ok)
      assert.is_truthy(message:find(words, 1, true), message)
    end
    assert.are.equal(0, engine:running())
    engine:close()
  end)
end)
