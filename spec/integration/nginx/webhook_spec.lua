--- Webhooks received inside nginx.

local cjson = require "cjson"
local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"
local signing = require "spec.support.signing"

local URL = "https://example.com/hook" -- what the proxy's client sees

local HTTP = [[
  lua_shared_dict webhooks 1m;
  lua_shared_dict seen 1m;
  lua_max_running_timers 4;
]]

local SERVER = [[
  location = /hook { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local webhook = require "twilio.numbers.webhook"
    app.receiver = app.receiver or assert(webhook.new {
      url = "https://example.com/hook", max_body = 30000,
      store = webhook.shared_store(ngx.shared.webhooks), after_answer = true,
      on_event = function(event)
        local port_in = event.fetch and app.shared.port_ins:fetch(event:sid())
        ngx.shared.seen:incr(event:name(), 1, 0)
        ngx.shared.seen:set("last", tostring(port_in))
      end,
    })
    app.receiver:serve()
  } }
  location = /failing { content_by_lua_block {
    local webhook = require "twilio.numbers.webhook"
    assert(webhook.new {
      url = "https://example.com/hook", on_event = function() error "no" end,
    }):serve()
  } }
  location = /failing_later { content_by_lua_block {
    local webhook = require "twilio.numbers.webhook"
    assert(webhook.new {
      url = "https://example.com/hook", after_answer = true, on_event = function() error { code = 7 } end,
    }):serve()
  } }
  location = /slow { lua_check_client_abort on; content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local webhook = require "twilio.numbers.webhook"
    app.slow = app.slow or assert(webhook.new {
      url = "https://example.com/hook", store = webhook.shared_store(ngx.shared.webhooks),
      on_event = function()
        ngx.shared.seen:incr("begun", 1, 0)
        repeat ngx.sleep(0.02) until ngx.shared.seen:get "may_end"
        ngx.shared.seen:incr("done", 1, 0)
      end,
    })
    app.slow:serve()
  } }
  location = /may_end { content_by_lua_block { ngx.shared.seen:set("may_end", true) } }
  location = /many { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local webhook = require "twilio.numbers.webhook"
    app.many = app.many or assert(webhook.new {
      url = "https://example.com/hook", after_answer = true,
      store = webhook.shared_store(ngx.shared.webhooks),
      on_event = function()
        ngx.sleep(0.3)
        ngx.shared.seen:incr("many", 1, 0)
      end,
    })
    app.many:serve()
  } }
  location = /keyed { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local webhook = require "twilio.numbers.webhook"
    app.keyed = app.keyed or assert(webhook.new {
      url = "https://example.com/hook", keys = { partner = "s3cret" },
      store = webhook.shared_store(ngx.shared.webhooks),
    })
    app.keyed:serve()
  } }
  location = /seen { content_by_lua_block { ngx.print(ngx.shared.seen:get(ngx.var.arg_key)) } }
]]

describe("inside nginx, a webhook", function()
  local server

  setup(function() server = nginx.start { http = HTTP, server = SERVER, workers = 2 } end)
  teardown(function() server:stop() end)
  before_each(sandbox.reset)

  --- By curl, for the sake of the headers.
  local function deliver(body, options)
    options = options or {}
    local request = signing.request(options.url or URL, options.secret or sandbox.auth_token, body,
      options.hash)
    local support = require "spec.support"
    local path = os.tmpname()
    support.write_file(path, body)
    local output = support.run(("curl -s -m %s -o /dev/null -w '%%{http_code}' -X %s --data-binary @%s "
      .. "-H %s -H %s %s -H 'X-Forwarded-Host: example.com' %s"):format(options.seconds or 20,
      options.method or "POST", path,
      support.quote("Content-Type: application/json"),
      support.quote("X-Twilio-Signature: " .. (options.signature
        or request.headers["X-Twilio-Signature"])),
      options.header and "-H " .. support.quote(options.header) or "",
      support.quote(("http://127.0.0.1:%d%s?%s"):format(server.port, options.path or "/hook",
        request.query))))
    os.remove(path)
    return tonumber(output)
  end

  local function seen(key)
    return (select(2, server:get("/seen?key=" .. key)))
  end

  it("is answered, then handled once by all workers together", function()
    local body = cjson.encode {
      port_in_request_sid = sandbox.sid("KW", 1), status = "completed", fetch = true,
      last_date_updated = os.date "!%Y-%m-%dT%H:%M:%SZ",
    }
    for _ = 1, 10 do assert.are.equal(204, deliver(body)) end
    assert.is_true(server:eventually(function() return seen "last" ~= "nil" end))
    assert.are.equal("1", seen "PortInCompleted")
    assert.matches("^PortIn KW0+1 ", seen "last") -- the handler can call the API
  end)

  it("is refused if it is not Twilio's, or no event, and the log says why", function()
    assert.are.equal(403, deliver('{"status":"canceled"}', { signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=" }))
    assert.are.equal(403, deliver('{"status":"canceled"}', { url = "https://example.org/hook" }))
    assert.are.equal(400, deliver "[1]")
    assert.are.equal(405, deliver('{"status":"canceled"}', { method = "PUT" }))
    assert.are.equal(413, deliver('{"status":"' .. ("x"):rep(30000) .. '"}'))
    assert.are.equal("nil", seen "PortInCanceled")
    assert.matches("webhook refused with 403: X%-Twilio%-Signature does not fit", server:log())
    assert.matches("webhook refused with 400: the body is no JSON object", server:log())
    assert.not_matches(sandbox.auth_token, server:log(), 1, true)
  end)

  it("is refused with two signatures, and the log names them", function()
    assert.are.equal(403, deliver('{"status":"canceled"}', { header = "X-Twilio-Signature: x" }))
    assert.matches("webhook refused with 403: there are 2 X%-Twilio%-Signature headers", server:log())
  end)

  it("is taken with a shared key, and refused with one that is not known", function()
    local body = '{"port_in_request_sid":"KW8","status":"expired"}'
    local function settings(key)
      return ("X-Twilio-Webhooks-Signature-Settings: key=%s,algorithm=HMAC_SHA256"):format(key)
    end
    local function send(secret, header)
      return deliver(body, { path = "/keyed", secret = secret, hash = "sha256", header = header })
    end
    assert.are.equal(204, send("s3cret", settings "partner"))
    assert.are.equal(403, send("s3cret", settings "other"))
    assert.matches("no shared key is named other", server:log(), 1, true)
    assert.are.equal(403, deliver(body, { path = "/keyed" }))
    assert.matches("only shared keys are accepted", server:log(), 1, true)
    assert.not_matches("s3cret", server:log(), 1, true)
  end)

  it("is taken though its body is in a file", function()
    assert.are.equal(204, deliver('{"status":"expired","more":"' .. ("x"):rep(20000) .. '"}'))
    assert.is_true(server:eventually(function() return seen "PortInExpired" == "1" end))
  end)

  it("is handled to the end though its sender hangs up, and not twice", function()
    local body = '{"port_in_request_sid":"KW9","status":"completed"}'
    local function send(seconds) return deliver(body, { path = "/slow", seconds = seconds }) end
    assert.are.equal(0, send(3))
    assert.is_true(server:eventually(function() return seen "begun" == "1" end))
    assert.are.equal(503, send())
    server:get "/may_end"
    assert.is_true(server:eventually(function() return seen "done" == "1" end))
    assert.are.equal(204, send())
    assert.are.same({ "1", "1" }, { seen "begun", seen "done" })
  end)

  it("is handled though nginx has no timer left for it", function()
    for i = 1, 20 do
      assert.are.equal(204, deliver(('{"status":"x%d"}'):format(i), { path = "/many" }))
    end
    assert.is_true(server:eventually(function() return seen "many" == "20" end))
  end)

  it("is answered 500 when its handler fails", function()
    assert.are.equal(500, deliver('{"status":"canceled"}', { path = "/failing" }))
    assert.matches("webhook refused with 500: on_event raised: .*no", server:log())
    assert.are.equal(204, deliver('{"status":"canceled"}', { path = "/failing_later" }))
    assert.is_true(server:eventually(function() return server:log():find "on_event raised: table" end) ~= nil)
  end)
end)
