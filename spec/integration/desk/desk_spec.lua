--- The porting desk of examples/openresty as a service: what it answers, and how it starts and ends.

local cjson = require "cjson"
local desks = require "spec.support.desk"
local sandbox = require "spec.support.sandbox"
local signing = require "spec.support.signing"
local support = require "spec.support"

local KW, eventually = desks.kw, desks.eventually
local desk

local function ask(path, options) return desk:ask(path, options) end

setup(function()
  sandbox.reset()
  desk = desks.start()
  assert(eventually(function()
    return ask "/health" == 200 and select(2, ask "/port-ins"):find(KW(10), 1, true)
  end))
end)

teardown(function() desk:stop() end)

describe("the porting desk", function()
  it("says so when its port is taken, rather than that it is open", function()
    local output, code = support.run(desks.command(desk.port))
    assert.are.equal(1, code)
    assert.matches("Address already in use", output, 1, true)
    assert.not_matches("is open", output, 1, true)
  end)

  it("gives a port-in as the API does, and says when there is none", function()
    local status, body = ask("/port-ins/" .. KW(1))
    assert.are.equal(200, status)
    assert.are.equal("In Review", cjson.decode(body).port_in_request_status)
    assert.are.equal(404, (ask("/port-ins/" .. KW(99))))
    assert.are.equal(404, (ask "/port-ins/KW1"))
  end)

  it("does nothing for methods that it does not know, and says so", function()
    for _, path in ipairs { "/port-ins/" .. KW(5), "/port-ins", "/port-ins/" .. KW(5) .. "/cancellation",
      "/port-ins/" .. KW(5) .. "/numbers/" .. desks.pu(0x51) .. "/cancellation", "/listing" } do
      assert.are.equal(405, (ask(path, "-X DELETE " .. desk:own_page())), path)
    end
    assert.are.equal(405, (ask("/events", "-X POST")))
    assert.are.equal(405, (ask("/watched/" .. KW(5), "-X POST " .. desk:own_page())))
    assert.are.same({}, desks.changes())
  end)

  it("says what is watched, and all of it, whenever a page comes", function()
    local text = desk:events("event: beat", "-H 'Last-Event-ID: 100000'")
    assert.matches('event: watched\ndata: {"sids":%["' .. KW(1), text)
    for i = 1, 10 do assert.matches('event: port%-in\ndata: {[^\n]*' .. KW(i), text) end
    assert.matches("event: look\ndata: {", text)
    assert.matches("event: beat\ndata: %d", text)
  end)

  it("says where it cancels, and no secret", function()
    local text = desk:events "event: beat"
    local place = cjson.decode(text:match "event: place\ndata: ([^\n]+)")
    assert.are.same({ host = sandbox.url:match "//(.*)$", is_sandbox = true,
      account_sid = sandbox.account_sid }, place)
    for _, secret in ipairs { sandbox.auth_token, sandbox.api_secret } do
      assert.not_matches(secret, text, 1, true)
      assert.not_matches(secret, select(2, ask "/"), 1, true)
    end
  end)

  it("lets its page load nothing of others, and others show nothing of it", function()
    for _, path in ipairs { "/", "/desk.js", "/port-ins" } do
      local head = support.run("curl -s -o /dev/null -D - " .. desk.base .. path):lower()
      assert.matches("content%-security%-policy: default%-src 'none'; script%-src 'self'; [^\r]*"
        .. "frame%-ancestors 'none'\r", head)
      assert.matches("\nx-content-type-options: nosniff\r", head, 1, true)
      assert.matches("\ncross-origin-resource-policy: same-origin\r", head, 1, true)
      assert.matches("\ncache-control: no-store\r", head, 1, true)
    end
  end)

  it("shows what is odd as far as it can, and all the rest", function()
    sandbox.put_port_in(KW(9), { losing_carrier_information = 7, phone_numbers = "none",
      target_port_in_date = { 1 } })
    sandbox.put_port_in(KW(10), { port_in_request_status = "Expired" })
    assert.is_true(eventually(function()
      local entries = cjson.decode((select(2, ask "/port-ins")))
      return entries[10].status == "expired"
    end))
    assert.are.equal(200, (ask "/health"))
  end)

  it("waits at Ctrl-C for what is in flight", function()
    -- A watched port-in is fetched by the watchers too: they would take the fault, and be taken for curl.
    local own, place, unwatched = desks.free_port(), os.tmpname(), KW(12)
    sandbox.put_port_in(unwatched, {})
    finally(function() support.run(("kill $(cat %s.pid); rm -f %s*"):format(place, place)) end)
    support.run(("DESK_CORE=$PWD/.build/luajit setsid env --default-signal=INT sh -c 'echo $$ >%s.pid; "
      .. "exec sh examples/openresty/desk.sh --port %d' </dev/null >%s 2>&1 &"):format(place, own, place))
    assert(eventually(function() return support.read_file(place):find "is open" end))
    desks.end_with_specs(support.read_file(place .. ".pid"):match "%d+")
    sandbox.fault { fault = "paused", path = unwatched }
    support.run(("curl -s -w '\nstatus %%{http_code}\n' -X PUT -H 'Origin: http://127.0.0.1:%d' "
      .. "http://127.0.0.1:%d/watched/%s >%s.out 2>&1 &"):format(own, own, unwatched, place))
    assert(eventually(function()
      for _, request in ipairs(sandbox.requests()) do
        if request.uri:find(unwatched, 1, true) then return true end
      end
    end))
    local is_running = ("kill -0 $(cat %s.pid) 2>/dev/null"):format(place)
    support.run(("kill -INT -$(cat %s.pid)"):format(place))
    assert(eventually(function() return support.read_file(place):find "Ending when" end))
    assert.are.equal(0, select(2, support.run(is_running)))
    sandbox.clear_faults()
    assert.is_true(eventually(function()
      local ok, text = pcall(support.read_file, place .. ".out")
      return ok and text:find("status 200", 1, true) ~= nil
    end))
    assert.is_true(eventually(function()
      return select(2, support.run(is_running)) ~= 0
    end))
  end)

  it("says at its start what it lacks", function()
    local port = desks.free_port()
    local output, code = support.run("env -u TWILIO_ACCOUNT_SID -u TWILIO_AUTH_TOKEN "
      .. desks.command(port, nil, "--live"))
    assert.are.equal(1, code)
    assert.matches("TWILIO_ACCOUNT_SID", output, 1, true)
    output = support.run(desks.command(port, "DESK_WEBHOOK_URL=nonsense"))
    assert.matches("url: the webhook's URL", output, 1, true)
  end)

  it("does not start with an interval that is none", function()
    for _, interval in ipairs { "0", "-1", "soon", "nan" } do
      local output, code = support.run(desks.command(desks.free_port(), "DESK_INTERVAL=" .. interval))
      assert.are.equal(1, code)
      assert.matches("DESK_INTERVAL: a number of seconds above 0 expected", output, 1, true)
    end
  end)

  it("answers under its own name only", function()
    assert.are.equal(421, (ask("/port-ins", "-H 'Host: evil.example'")))
  end)

  it("takes webhooks and shows what the API says then", function()
    local body = cjson.encode { port_in_request_sid = KW(8), status = "whatever" }
    local request = signing.request(desk.base .. "/webhooks/porting", sandbox.auth_token, body)
    local headers = "-X POST -H 'Content-Type: application/json' -d " .. support.quote(body)
    assert.are.equal(403, (ask("/webhooks/porting?" .. request.query, headers)))
    assert.are.equal(204, (ask("/webhooks/porting?" .. request.query, headers
      .. " -H " .. support.quote("X-Twilio-Signature: " .. request.headers["X-Twilio-Signature"]))))
  end)

  it("counts for Prometheus", function()
    assert.are.equal(404, (ask("/watched/" .. KW(99), "-X PUT " .. desk:own_page())))
    local status, text
    assert(eventually(function() -- a webhook is counted after its answer
      status, text = ask "/metrics"
      return status == 200 and text:find('porting_webhooks_total{result="new"} 1\n', 1, true)
    end), text)
    assert.are.equal(200, status)
    assert.matches('porting_requests_total{operation="FetchPortingPortIn"} %d+\n', text)
    assert.matches('porting_errors_total{kind="http_404"} 1\n', text)
    assert.matches('porting_request_seconds_bucket{le="%+Inf"} %d+\n', text)
    assert.matches('porting_webhooks_total{result="403"} 1\n', text)
    assert.matches('porting_webhooks_total{result="new"} 1\n', text)
    assert.matches("porting_requests_in_flight %d+\n", text)
    for line in text:gmatch "[^\n]+" do
      assert.is_truthy(line:find "^# [HT][EY][LP][PE] " or line:find '^[%w_]+{[%w_]+="[^"]*"} [%d.e+-]+$'
        or line:find "^[%w_]+ [%d.e+-]+$", line)
    end
  end)
end)
