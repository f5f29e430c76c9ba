--- A connection over HTTP/2 that brings nothing any more, as after a change of the network: it costs the
--- requests that were on it, and none that come later.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

describe("an HTTP/2 connection", function()
  local pipe, pid, log, client

  local function start(...)
    log = os.tmpname()
    local folder = sandbox.ca_file:gsub("ca%.pem$", "")
    pipe = assert(io.popen(table.concat({ "exec perl spec/support/h2_server.pl",
      folder .. "server.pem", folder .. "server.key", log, ... }, " ")))
    local port
    port, pid = pipe:read("*l"):match "(%d+) (%d+)"
    client = sandbox.client { base_url = "https://127.0.0.1:" .. port, timeout = 5 }
  end

  after_each(function()
    if not pid then return end
    client:close()
    os.execute("kill " .. pid)
    pipe:close()
    os.remove(log)
    pid = nil
  end)

  --- What a cancel comes to: true, or the error's kind and outcome.
  local function cancel(number)
    local done, err = client.port_ins:cancel(sandbox.sid("KW", number))
    return done or err.kind .. " " .. err.outcome
  end

  it("that has gone mute is not used by the next request", function()
    start("answer", "mute", "answer", "answer")
    assert.is_true(cancel(1))
    assert.are.equal("timeout uncertain", cancel(2))
    assert.is_true(cancel(3))
    assert.is_true(cancel(4))
    assert.are.equal("answer\nmute\nanswer\nanswer\n", support.read_file(log))
  end)

  it("on which a cancel still waits for its answer is left to it", function()
    local KW = sandbox.sid("KW", 1)
    local own = sandbox.fresh_client { timeout = 60 }
    assert(own.port_ins:fetch(KW))
    sandbox.fault { fault = "paused", seconds = 60, method = "DELETE" }
    sandbox.fault { fault = "paused", seconds = 60, path = sandbox.sid("KW", 2) }
    local results, errors = own:gather {
      cancels = function() return own.port_ins:cancel(KW) end,
      fetches = function()
        own:sleep(0.1)
        local _, err = own.port_ins:fetch(sandbox.sid("KW", 2), 2)
        assert.are.equal("timeout", err.kind)
        local port_in, why = own.port_ins:fetch(sandbox.sid("KW", 3))
        sandbox.clear_faults()
        return port_in, why
      end,
    }
    assert.are.same({}, errors)
    assert.is_true(results.cancels)
    assert.is_not_nil(results.fetches)
    own:close()
    local connections, count = {}, 0
    for _, request in ipairs(sandbox.requests()) do
      if not connections[request.connection] then count = count + 1 end
      connections[request.connection] = true
    end
    assert.are.equal(2, count)
  end)
end)
