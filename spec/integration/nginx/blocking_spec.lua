--- Inside nginx, whatever blocks the worker is in the error log.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"

local HTTP = [[
  lua_shared_dict said 1m;
  init_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local waiters = require "twilio.numbers.runtime.waiter"
    app.blocking = app.client { waiter = waiters.blocking }
    app.spinning = app.client { waiter = {
      wait = function(loop, inbox) repeat loop:turn(0) until inbox:has_mail() end,
    } }
    app.suspending = app.client { waiter = {
      suspends = true,
      wait = function(loop, inbox) repeat loop:turn(0) ngx.sleep(0.001) until inbox:has_mail() end,
    } }
  }
]]

local SERVER = [[
  location = /fetch { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.say(app[ngx.var.arg_by].port_ins:fetch(app.kw(1)))
  } }
  location = /gather { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local client = app.blocking
    app.say(client:gather({ function() return client.port_ins:fetch(app.kw(1)) end })[1])
  } }
  location = /sleep { content_by_lua_block {
    require("spec.integration.nginx.app").blocking:sleep(0.001)
    ngx.say "slept"
  } }
  location = /log { content_by_lua_block { ngx.say "said" } log_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.blocking.port_ins:fetch(app.kw(1))
  } }
  location = /lacking { content_by_lua_block { -- an ngx that lacks what is needed to wait
    local app, real = require "spec.integration.nginx.app", package.loaded.ngx
    package.loaded.ngx = setmetatable({ get_phase = false }, { __index = real })
    local client = app.client()
    app.say(client.port_ins:fetch(app.kw(1)))
    package.loaded.ngx = real
  } }
  location = /reloaded { content_by_lua_block { -- as in a program that loads all modules again
    local app, real = require "spec.integration.nginx.app", package.loaded.ngx
    package.loaded.ngx = nil
    local client = app.client()
    app.say(client.port_ins:fetch(app.kw(1)))
    package.loaded.ngx = real
  } }
  location = /ledger { content_by_lua_block {
    local campaign = require "twilio.numbers.campaign"
    local ledger, err = campaign.open "%(dir)s/ledger"
    if ledger then ledger:close() end
    ngx.say(err and tostring(err) or "opened")
  } }
]]

local CLIENT = "twilio%.numbers: a client that does not wait by nginx's own means blocks this nginx worker "
  .. "with all its requests %(phase (%w+)%): make it inside nginx, and without the option 'waiter'"

describe("inside nginx, an error is logged", function()
  local server

  before_each(function()
    sandbox.reset()
    server = nginx.start { http = HTTP, server = SERVER, level = "error" }
  end)
  after_each(function() server:stop() end)

  --- The phases that the log's lines name.
  local function phases(pattern)
    local list = {}
    for line in server:log():gmatch "[^\n]+" do list[#list + 1] = line:match(pattern) or line end
    return list
  end

  it("once for a client that blocks, however it is used", function()
    assert.matches("^PortIn KW0+1 ", (select(2, server:get "/fetch?by=blocking")))
    assert.are.same({ "content" }, phases(CLIENT))
    assert.matches("^PortIn KW0+1 ", (select(2, server:get "/fetch?by=blocking")))
    assert.matches("^PortIn KW0+1 ", (select(2, server:get "/gather")))
    assert.are.equal("slept\n", (select(2, server:get "/sleep")))
    assert.are.same({ "content" }, phases(CLIENT))
  end)

  for path, phase in pairs {
    ["/gather"] = "content", ["/sleep"] = "content", ["/fetch?by=spinning"] = "content",
    ["/lacking"] = "unknown", ["/reloaded"] = "content",
  } do
    it("at the first wait, by " .. path, function()
      assert.are.equal(200, (server:get(path)))
      assert.are.same({ phase }, phases(CLIENT))
    end)
  end

  it("with the phase, where nothing could wait", function()
    assert.are.equal("said\n", (select(2, server:get "/log")))
    assert.is_true(server:eventually(function() return #phases(CLIENT) == 1 end))
    assert.are.same({ "log" }, phases(CLIENT))
  end)

  it("by each worker, though the client is its master's", function()
    server:stop()
    server = nginx.start { http = HTTP, server = SERVER, level = "error", workers = 2 }
    local workers = {}
    assert.is_true(server:eventually(function()
      local transfers = {}
      for i = 1, 20 do transfers[i] = server:send "/sleep" end -- on as many connections
      for _, transfer in ipairs(transfers) do server:finish(transfer) end
      for pid in server:log():gmatch "(%d+)#%d+: [^\n]*blocks this nginx worker" do
        workers[pid] = true
      end
      return next(workers, (next(workers))) ~= nil
    end))
    assert.are.same({ "content", "content" }, phases(CLIENT))
  end)

  it("when a campaign's ledger is opened", function()
    assert.are.equal("opened\n", (select(2, server:get "/ledger")))
    assert.are.same({ "content" }, phases("twilio%.numbers: a campaign's ledger blocks this nginx worker "
      .. "with all its requests %(phase (%w+)%): work on it in a program of its own"))
  end)

  it("for no client that waits without blocking", function()
    assert.matches("^PortIn KW0+1 ", (select(2, server:get "/fetch?by=shared")))
    assert.matches("^PortIn KW0+1 ", (select(2, server:get "/fetch?by=suspending")))
    assert.are.equal("", server:log())
  end)
end)
