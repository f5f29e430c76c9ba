--- Inside an nginx worker: no call takes longer than its limits, and those that wait are bounded.

local nginx = require "spec.support.nginx"

local SERVER = [[
  location = /silent { content_by_lua_block {
    local app, core = require "spec.integration.nginx.app", require "twilio.numbers.core"
    local client = app.client {
      base_url = "https://127.0.0.1:" .. ngx.var.arg_port, timeout = 20, connect_timeout = 0.5,
      concurrency = 60, max_waiting = 10,
    }
    local tasks, longest = {}, 0
    for i = 1, 80 do
      tasks[i] = function()
        local began = core.now()
        local _, err = client.port_ins:cancel(app.kw(i), { deadline = 1 })
        longest = math.max(longest, core.now() - began)
        return nil, err
      end
    end
    local _, errs = client:gather(tasks)
    local kinds = { timeout = 0, busy = 0 }
    for i = 1, 80 do
      if errs[i].outcome == "not_sent" then kinds[errs[i].kind] = kinds[errs[i].kind] + 1 end
    end
    client:close()
    ngx.say(kinds.timeout, " late, ", kinds.busy, " busy, ", longest < 15 and "in time" or longest)
  } }
]]

describe("in nginx, an upstream that accepts and never answers", function()
  local server, pipe, port, pid

  setup(function()
    server = nginx.start { server = SERVER }
    pipe = assert(io.popen "exec perl spec/support/odd_server.pl silent")
    port, pid = pipe:read "*l":match "^(%d+) (%d+)$"
  end)
  teardown(function()
    os.execute("kill " .. pid)
    pipe:close()
    server:stop()
  end)

  it("holds no call beyond its limits", function()
    local status, text = server:get("/silent?port=" .. port)
    assert.are.same({ 200, "70 late, 10 busy, in time\n" }, { status, text })
  end)
end)
