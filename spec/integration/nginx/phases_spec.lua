--- Inside nginx, where nothing can wait: a call raises, names the phase and what to do instead, and
--- sends nothing.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"

local START = " cannot wait for an answer, and blocking would stop every request of this nginx worker: "
local LATER = "start ngx.timer.at(0, f) and call in f"
local KEEP = "call in access_by_lua_block and keep the result in ngx.ctx"

local HTTP = [[
  lua_shared_dict said 1m;
  init_by_lua_block {
    local app = require "spec.integration.nginx.app" -- makes a client, before there is a worker
    function attempt()
      local ok, why = pcall(function() return app.shared.port_ins:cancel(app.kw(1)) end)
      ngx.shared.said:set(ngx.get_phase(), ok and "no error" or tostring(why))
    end
    attempt()
    ngx.shared.said:set("descriptor", tostring(app.shared.engine:fd()))
  }
  init_worker_by_lua_block {
    attempt()
    ngx.timer.at(0, function()
      local app = require "spec.integration.nginx.app"
      ngx.shared.said:set("timer", tostring(app.shared.port_ins:fetch(app.kw(2))))
    end)
  }
  upstream balanced {
    server 0.0.0.1;
    balancer_by_lua_block { attempt() }
  }
]]

local SERVER = [[
  location = /said { content_by_lua_block { ngx.print(ngx.shared.said:get(ngx.var.arg_phase)) } }
  location = /balancer { proxy_pass http://balanced; }
  location = /set {
    set_by_lua_block $unused { attempt() return "" }
    content_by_lua_block { ngx.say "said" }
  }
  location = /header_filter {
    header_filter_by_lua_block { attempt() }
    return 200 "said";
  }
  location = /body_filter {
    content_by_lua_block { ngx.say "said" }
    body_filter_by_lua_block { attempt() }
  }
  location = /log {
    content_by_lua_block { ngx.say "said" }
    log_by_lua_block { attempt() }
  }
  location = /callback { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local ok, why = pcall(string.gsub, "x", "x", function() app.shared.port_ins:cancel(app.kw(1)) end)
    ngx.print(why)
  } }
  location = /coroutine { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local thread = coroutine.create(function()
      ngx.print(tostring(app.shared.port_ins:fetch(app.kw(1))))
    end)
    while coroutine.status(thread) ~= "dead" do assert(coroutine.resume(thread)) end
  } }
  location = /others { content_by_lua_block { ngx.print "unused" } header_filter_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local each = app.shared.port_ins:fetch_each { app.kw(1) }
    local watch = app.shared.port_ins:watch { app.kw(1) }
    local attempts = {
      function() each:next() end,
      function() watch:next() end,
      function() app.shared:gather { function() end } end,
      function() app.shared:sleep(1) end,
    }
    for i, attempt in ipairs(attempts) do
      local ok, why = pcall(attempt)
      ngx.shared.said:set("other" .. i, tostring(why))
    end
  } }
]]

describe("where nginx cannot wait", function()
  local server

  local function said(phase) return (select(2, server:get("/said?phase=" .. phase))) end

  setup(function()
    sandbox.reset()
    server = nginx.start { http = HTTP, server = SERVER }
  end)
  teardown(function() server:stop() end)

  local function refuses(phase, instead, path)
    it(phase .. "_by_lua_block says so", function()
      if path then server:get(path) end
      server:eventually(function() return said(phase) ~= "nil" end)
      assert.are.equal(phase .. "_by_lua_block" .. START .. instead, (said(phase):gsub("^.-:%d+: ", "")))
    end)
  end

  refuses("init", LATER .. ", from init_worker_by_lua_block: there is no worker yet")
  refuses("init_worker", LATER)
  refuses("set", "call in rewrite_by_lua_block", "/set")
  refuses("balancer", KEEP, "/balancer")
  refuses("header_filter", KEEP .. ", or " .. LATER, "/header_filter")
  refuses("body_filter", KEEP .. ", or " .. LATER, "/body_filter")
  refuses("log", LATER, "/log")

  it("iterators, watches, groups and pauses say so as well", function()
    server:get "/others"
    for i = 1, 4 do assert.matches("header_filter_by_lua_block cannot wait", said("other" .. i)) end
  end)

  it("a function that a C function called says so", function()
    assert.matches("code that a C function called .* cannot wait in nginx: call outside of it",
      (select(2, server:get "/callback")))
  end)

  it("a coroutine of the user's can wait", function()
    assert.matches("^PortIn KW0+1 ", (select(2, server:get "/coroutine")))
  end)

  it("a client made in init_by_lua has opened nothing, and works in the worker", function()
    assert.are.equal("nil", said "descriptor")
    server:eventually(function() return said "timer" ~= "nil" end)
    assert.matches("^PortIn KW0+2 ", said "timer")
  end)

  it("nothing was cancelled", function()
    for _, request in ipairs(sandbox.requests()) do assert.are.equal("GET", request.method) end
  end)
end)
