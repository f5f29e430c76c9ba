--- The doctor inside an nginx worker.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"

local SERVER = ([[
  location = /examine { content_by_lua_block {
    local doctor = require "twilio.numbers.doctor"
    local report = doctor.run { client = {
      base_url = "%s", ca_file = "%s", account_sid = "%s", auth_token = "%s",
    } }
    ngx.print(report:text())
  } }
]]):format(sandbox.url, sandbox.ca_file, sandbox.account_sid, sandbox.auth_token)

describe("inside nginx, the doctor", function()
  local server

  setup(function() server = nginx.start { server = SERVER } end)
  teardown(function() server:stop() end)
  before_each(sandbox.reset)
  after_each(sandbox.clear_faults)

  it("reports as everywhere, and lets other requests go on", function()
    sandbox.fault { fault = "paused", path = "Webhook" }
    local examined = server:send "/examine"
    while #sandbox.requests() == 0 do assert.are.same({ 200, "pong" }, { server:get "/ping" }) end
    assert.are.same({ 200, "pong" }, { server:get "/ping" })
    sandbox.clear_faults()
    local status, body = server:finish(examined)
    assert.are.equal(200, status)
    assert.matches("^twilio%-numbers doctor: well\n", body)
  end)
end)
