--- The recipes for nginx, inside one.

local cjson = require "cjson"
local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"
local signing = require "spec.support.signing"
local support = require "spec.support"

local URL = "https://example.com/hook"

local SERVER = [[
  location ~ "^/port-ins/(KW[0-9a-f]{32})$" {
    content_by_lua_block { require("examples.recipes.openresty_handler").show(ngx.var[1]) }
  }
  location = /hook { content_by_lua_block { require("examples.recipes.webhook_receiver").serve() } }
]]

describe("inside nginx, the recipe", function()
  local server

  setup(function()
    sandbox.reset()
    server = nginx.start {
      server = SERVER, level = "notice",
      main = ("env TWILIO_NUMBERS_BASE_URL=%s; env SSL_CERT_FILE=%s; env WEBHOOK_URL=%s;"):format(
        sandbox.url, sandbox.ca_file, URL),
    }
  end)
  teardown(function() server:stop() end)

  it("openresty_handler shows a port-in", function()
    local status, text = server:get("/port-ins/" .. sandbox.sid("KW", 1))
    assert.are.same({ 200, sandbox.sid("KW", 1) .. " in_review\n" }, { status, text })
    assert.are.equal(404, (server:get("/port-ins/" .. sandbox.sid("KW", 0xdead))))
  end)

  it("webhook_receiver verifies a webhook, and looks the port-in up", function()
    local body = cjson.encode { port_in_request_sid = sandbox.sid("KW", 5), status = "completed" }
    local request = signing.request(URL, sandbox.auth_token, body)
    local path = os.tmpname()
    support.write_file(path, body)
    local function deliver(signature)
      return support.run(("curl -s -o /dev/null -w '%%{http_code}' --data-binary @%s -H %s -H %s %s"):format(
        path, support.quote "Content-Type: application/json",
        support.quote("X-Twilio-Signature: " .. signature),
        support.quote(("http://127.0.0.1:%d/hook?%s"):format(server.port, request.query))))
    end
    assert.are.equal("204", deliver(request.headers["X-Twilio-Signature"]))
    assert.are.equal("403", deliver "c2lnbmF0dXJl")
    os.remove(path)
    assert.matches("PortInCompleted completed", server:log(), 1, true)
  end)
end)
