--- Inside nginx: many calls, callers that hang up, and reloads in between leave nothing behind.
--- SOAK=100000 makes it long; it prints what it found. SEED says which of them hang up.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"

local CALLS = tonumber(os.getenv "SOAK" or 5000)
local RELOADS = CALLS >= 100000 and 20 or 2
local AT_ONCE, ABORTED = 40, 0.05
local SEED = tonumber(os.getenv "SEED" or 1)

local SERVER = [[
  lua_check_client_abort on;
  keepalive_timeout 0;
  location = /fetch { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.say(app.shared.port_ins:fetch(app.kw(ngx.var.arg_n)))
  } }
  location = /cancel { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.say(app.shared.port_ins:cancel(app.kw(ngx.var.arg_n)))
  } }
  location = /gather { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local results = app.shared:gather {
      function() return app.shared.port_ins:fetch(app.kw(1)) end,
      function() return app.shared.port_ins:fetch(app.kw(2)) end,
    }
    app.say(results[1] and results[2])
  } }
  location = /state { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local under_way = app.under_way()
    local pipe = io.popen("ls /proc/" .. ngx.worker.pid() .. "/fd | wc -l")
    local descriptors = tonumber(pipe:read "*a")
    pipe:close()
    ngx.print(under_way, " ", ngx.timer.running_count() + ngx.timer.pending_count(), " ", descriptors,
      " ", math.floor(collectgarbage "count"))
  } }
]]

local function path_for(i)
  if i % 50 == 0 then return "/cancel?n=7" end -- refused: it is canceled
  if i % 10 == 0 then return "/gather" end
  return "/fetch?n=" .. i % 9 + 1
end

describe("inside nginx, in the long run", function()
  it("nothing is left behind", function()
    sandbox.reset()
    local server = nginx.start { server = SERVER, workers = 1, level = "error" }
    finally(function() server:stop() end)
    server:get "/fetch?n=1" -- so that there is an engine with a connection
    local before = server:eventually(function() -- the driver's timers end a moment later
      return tonumber(select(2, server:get "/state"):match "^0 0 (%d+) ")
    end)
    math.randomseed(SEED)
    local flying, answered, aborted = {}, 0, 0
    local begun = 0
    local function begin()
      begun = begun + 1
      flying[#flying + 1] = { server:send(path_for(begun)), math.random() < ABORTED }
      if begun % math.ceil(CALLS / (RELOADS + 1)) == 0 then server:signal "HUP" end
    end
    local function settle(i)
      local transfer, leaves = flying[i][1], flying[i][2]
      if leaves and not transfer:done() then
        server:abort(transfer)
        aborted = aborted + 1
      elseif transfer:done() then
        assert.are.equal(200, (server:finish(transfer)))
        answered = answered + 1
      else
        return
      end
      table.remove(flying, i)
    end
    while begun < CALLS or #flying > 0 do
      while begun < CALLS and #flying < AT_ONCE do begin() end
      server:step(0.05)
      for i = #flying, 1, -1 do settle(i) end
    end
    assert.are.equal(CALLS, answered + aborted)

    assert.is_true(server:eventually(function() return #server:workers() == 1 end))
    local state
    local function is_quiet()
      state = select(2, server:get "/state")
      local descriptors = tonumber(state:match "^0 0 (%d+) ")
      return descriptors and descriptors <= before
    end
    assert.is_truthy(server:eventually(is_quiet), state)
    if os.getenv "SOAK" then
      print(("%d answered, %d aborted, %d reloads; under way, timers, descriptors, KB: %s, "
        .. "%d descriptors before"):format(answered, aborted, RELOADS, state, before))
    end
  end)
end)
