--- One limit for all workers of an nginx.

local support = require "spec.support"

local core = require "twilio.numbers.core"
local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"

local HTTP = "lua_shared_dict limits 1m;"
local SERVER = [[
  location = /fetch { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.limited = app.limited or app.client { shared_limit = { dict = "limits", concurrency = 4 } }
    app.say(app.limited.port_ins:fetch(app.kw(1)))
  } }
  location = /keys { content_by_lua_block {
    local count = 0
    for _, key in ipairs(ngx.shared.limits:get_keys()) do
      if key:find ":%d+$" then count = count + 1 end
    end
    ngx.print(count)
  } }
  location = /refuse { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    for _, limit in ipairs { 1, { dict = "limits" }, { dict = "none", concurrency = 1 },
      { dict = "limits", concurrency = 0 }, { dict = "limits", concurrency = 1, more = 1 } } do
      local ok, why = pcall(app.client, { shared_limit = limit })
      ngx.say(why)
    end
  } }
]]

describe("a limit that workers share", function()
  local server

  before_each(sandbox.reset)
  after_each(function() server:stop() end)

  it("is kept by all of them together, and leaves nothing behind", function()
    server = nginx.start { http = HTTP, server = SERVER, workers = 3 }
    sandbox.limit(4, 0.02) -- 429 above that, and no request is tried again
    local transfers = {}
    for i = 1, 150 do transfers[i] = server:send "/fetch" end
    for _, transfer in ipairs(transfers) do
      assert.matches("^PortIn ", (select(2, server:finish(transfer))))
    end
    assert.are.equal(150, #sandbox.requests())
    assert.are.equal("0", server:eventually(function()
      local _, count = server:get "/keys"
      return count == "0" and count
    end))
    assert.are.equal("", server:log())
  end)

  it("is free again at once when a worker was killed that had all of it", function()
    server = nginx.start { http = HTTP, server = SERVER .. [[
      location = /pid { content_by_lua_block { ngx.print(ngx.worker.pid()) } }
    ]], workers = 1, level = "emerg" }
    sandbox.fault { fault = "latency", seconds = 20, times = 4 }
    for _ = 1, 4 do server:send "/fetch" end
    server:eventually(function()
      server:step()
      return #sandbox.requests() == 4
    end)
    local _, dead = server:get "/pid"
    support.run("kill -KILL " .. dead)
    server:eventually(function()
      local _, pid = server:get "/pid"
      return pid and pid ~= dead
    end)
    local began = core.now()
    assert.matches("^PortIn ", (select(2, server:get "/fetch")))
    assert.is_true(core.now() - began < 15) -- and not the 30 of a lease
  end)

  it("is free again when places of a living process have run out", function()
    server = nginx.start { http = HTTP, server = SERVER .. [[
      location = /occupy { content_by_lua_block {
        local account = os.getenv "TWILIO_ACCOUNT_SID"
        for i = 0, 3 do
          ngx.print(tostring(ngx.shared.limits:set("twilio.numbers:" .. account .. ":" .. i, "1:1", 0.5)))
        end
      } }
    ]] }
    local began = core.now()
    assert.are.same({ 200, "truetruetruetrue" }, { server:get "/occupy" })
    assert.matches("^PortIn ", (select(2, server:get "/fetch")))
    assert.is_true(core.now() - began > 0.3)
  end)

  it("refuses what is no limit", function()
    server = nginx.start { http = HTTP, server = SERVER }
    local _, text = server:get "/refuse"
    assert.matches("shared_limit: a table expected, got 1\n"
      .. ".*concurrency: a whole number above 0 expected, got nil\n"
      .. ".*dict: the name of a lua_shared_dict expected, got \"none\"\n"
      .. ".*concurrency: a whole number above 0 expected, got 0\n"
      .. ".*unknown option 'more'\n", text)
  end)
end)

describe("outside nginx", function()
  it("a shared limit is refused", function()
    local ok, why = pcall(sandbox.client, { shared_limit = { dict = "limits", concurrency = 1 } })
    assert.is_false(ok)
    assert.matches("shared_limit is for clients inside nginx", why)
  end)
end)
