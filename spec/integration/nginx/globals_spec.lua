--- Inside nginx on a LuaJIT that is not OpenResty's: a request has a table of globals of its own there, which
--- leads to the real ones. Modules that are first required in a request have that table, too.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"

local KW = function(i) return sandbox.sid("KW", i) end

local HTTP = [[
  init_by_lua_block {
    --- Runs it as such a LuaJIT runs the code of a request, or of a timer.
    function with_own_globals(body)
      local own = setmetatable({}, { __index = getfenv(0) })
      own._G = own
      setfenv(0, own) -- what this thread loads from now on
      return setfenv(body, own)()
    end
  }
]]

local SERVER = [[
  location = /fetch { content_by_lua_block { with_own_globals(function()
    local app = require "spec.integration.nginx.app"
    app.say(app.shared.port_ins:fetch(app.kw(ngx.var.arg_n or 1)))
  end) } }
  location = /globals { content_by_lua_block { with_own_globals(function()
    require "spec.integration.nginx.app"
    ngx.print(rawget(_G, "ngx") == nil, " ", ngx ~= nil, " ",
      rawget(getfenv(package.loaded["twilio.numbers"].new), "ngx") == nil)
  end) } }
  location = /ways { content_by_lua_block { with_own_globals(function()
    local app, seen = require "spec.integration.nginx.app", {}
    local client = app.shared
    for _, port_in in client.port_ins:fetch_each({ app.kw(1), app.kw(2) }, { ordered = true }) do
      seen[#seen + 1] = port_in:sid():sub(-1)
    end
    for port_in in client.port_ins:watch({ app.kw(5) }, { interval = 0.01 }) do
      seen[#seen + 1] = port_in:sid():sub(-1)
    end
    local results = client:gather {
      function() ngx.sleep(0.01) return client.port_ins:fetch(app.kw(3)) end,
      function() client:sleep(0.01) return client.port_ins:fetch(app.kw(4)) end,
    }
    for i = 1, 2 do seen[#seen + 1] = results[i]:sid():sub(-1) end
    ngx.print(table.concat(seen, " "))
  end) } }
  location = /timer { content_by_lua_block { with_own_globals(function()
    local app, done = require "spec.integration.nginx.app", require("ngx.semaphore").new()
    local seen
    assert(ngx.timer.at(0, function() with_own_globals(function()
      seen = app.client().port_ins:fetch(app.kw(1))
      done:post(1)
    end) end))
    done:wait(5)
    app.say(seen)
  end) } }
  location = /named_ngx { content_by_lua_block {
    local app, real = require "spec.integration.nginx.app", ngx
    _G.ngx = { get_phase = function() return "content" end }
    for name in pairs(package.loaded) do
      if name:find "^twilio%.numbers" and name ~= "twilio.numbers.core" then package.loaded[name] = nil end
    end
    package.loaded["spec.integration.nginx.app"] = nil
    local ok, client = pcall(function() return require("spec.integration.nginx.app").client() end)
    local port_in = ok and client.port_ins:fetch(app.kw(1))
    _G.ngx = real
    ngx.print(ok, " ", tostring(port_in or client))
  } }
]]

describe("inside nginx, where a request has globals of its own,", function()
  local server

  before_each(function()
    sandbox.reset()
    server = nginx.start { http = HTTP, server = SERVER }
  end)
  after_each(function() server:stop() end)

  it("the library is loaded with those", function()
    assert.are.same({ 200, "true true true" }, { server:get "/globals" })
  end)

  it("a call lets all other requests of the worker go on", function()
    sandbox.fault { fault = "paused", seconds = 60, path = KW(1) }
    local slow = server:send "/fetch"
    assert.is_true(server:eventually(function()
      server:step()
      return #sandbox.requests() == 1
    end))
    for _ = 1, 20 do assert.are.same({ 200, "pong" }, { server:get "/ping" }) end
    assert.is_false(slow:done())
    sandbox.clear_faults()
    assert.matches("^PortIn KW0+1 ", (select(2, server:finish(slow))))
    assert.are.equal("", server:log())
  end)

  it("all other ways to wait work as well", function()
    assert.are.same({ 200, "1 2 5 3 4" }, { server:get "/ways" })
    assert.matches("^PortIn KW0+1 ", (select(2, server:get "/timer")))
    assert.are.equal("", server:log())
  end)

  it("a global ngx that is another thing decides nothing", function()
    assert.matches("^true PortIn KW0+1 ", (select(2, server:get "/named_ngx")))
    assert.are.equal("", server:log())
  end)
end)
