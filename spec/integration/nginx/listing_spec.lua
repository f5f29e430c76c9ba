--- Lists and creates inside an nginx worker: they wait, and nothing else does.

local cjson = require "cjson"
local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"

local KW = function(i) return sandbox.sid("KW", i) end

local SERVER = [[
  location = /list { content_by_lua_block {
    local app, seen = require "spec.integration.nginx.app", {}
    for port_in, err in app.shared.port_ins:list() do
      seen[#seen + 1] = port_in and port_in:sid() or err.kind
    end
    ngx.say(table.concat(seen, " "))
  } }
  location = /each { content_by_lua_block {
    local app, seen = require "spec.integration.nginx.app", {}
    for _, port_in, err in app.shared.port_ins:fetch_each(app.shared.port_ins:list(), { ordered = true }) do
      seen[#seen + 1] = port_in and port_in:sid() or err.kind
    end
    ngx.say(table.concat(seen, " "))
  } }
  location = /tasks { content_by_lua_block {
    local app, count = require "spec.integration.nginx.app", 0
    local list, tasks = app.shared.port_ins:list(), {}
    for i = 1, 3 do
      tasks[i] = function()
        while list:next() do
          count = count + 1
          ngx.sleep(0.001)
        end
      end
    end
    app.shared:gather(tasks)
    ngx.say(count)
  } }
  location = /create { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local fields = require("spec.support.port_in_fields").sound()
    local port_in, err = app.shared.port_ins:create(fields)
    ngx.say(port_in and port_in:sid() or err.outcome)
  } }
]]

describe("inside an nginx worker", function()
  local server

  setup(function() server = nginx.start { server = SERVER } end)
  teardown(function() server:stop() end)
  before_each(sandbox.reset)

  --- The list's next answers: pages of one port-in each.
  local function serve(count)
    for i = 1, count do
      local page = { port_in_requests = { { port_in_request_sid = KW(i) } },
        meta = { next_token = i < count and "page " .. i + 1 or cjson.null } }
      sandbox.fault { fault = "body", status = 200, path = "PortInRequests", body = cjson.encode(page),
        content_type = "application/json" }
    end
  end

  it("a list goes from page to page", function()
    serve(4)
    assert.are.equal(table.concat({ KW(1), KW(2), KW(3), KW(4) }, " ") .. "\n",
      (select(2, server:get "/list")))
    sandbox.fault { fault = "error", status = 403, code = 20003, message = "no", path = "PortInRequests" }
    assert.are.equal("api\n", (select(2, server:get "/list")))
  end)

  it("a list is a source of an iterator", function()
    serve(3)
    assert.are.equal(table.concat({ KW(1), KW(2), KW(3) }, " ") .. "\n", (select(2, server:get "/each")))
  end)

  it("a list is shared by tasks", function()
    serve(5)
    assert.are.equal("5\n", (select(2, server:get "/tasks")))
    assert.are.equal(5, #sandbox.requests())
  end)

  it("a create lets all other requests of the worker go on, and its loss is uncertain", function()
    sandbox.fault { fault = "paused", method = "POST", path = "PortIn" }
    local slow = server:send "/create"
    for _ = 1, 5 do assert.are.equal("pong", (select(2, server:get "/ping"))) end
    assert.is_false(slow:done())
    sandbox.clear_faults()
    server:finish(slow)
    sandbox.fault { fault = "reset_after", method = "POST", path = "PortIn" }
    assert.are.equal("uncertain\n", (select(2, server:get "/create")))
  end)
end)
