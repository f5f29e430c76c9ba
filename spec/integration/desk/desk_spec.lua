--- The porting desk of examples/openresty, against the sandbox.

local browsers = require "spec.support.browser"
local cjson = require "cjson"
local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"
local signing = require "spec.support.signing"
local support = require "spec.support"

local KW = function(i) return sandbox.sid("KW", i) end

local port = math.random(10000, 18000)
local base = "http://127.0.0.1:" .. port
local engine = core.engine { retry = false, http_version = "1.1" }
local pid

--- Status and body, by curl for the sake of headers.
local function ask(path, options)
  local output = support.run(("curl -s -w '\n%%{http_code}' %s %s"):format(options or "",
    support.quote(base .. path)))
  local body, status = output:match "^(.*)\n(%d+)$"
  return tonumber(status), body
end

local function eventually(condition)
  local ends = core.now() + 20
  while true do
    local value = condition()
    if value or core.now() > ends then return value end
    engine:step(0)
    support.run "sleep 0.05"
  end
end

--- A desk does not outlive the specs, also when those are killed: then in a session of its own. The second
--- signal ends a desk at once.
local function end_with_specs(desk)
  local own_pid = support.read_file("/proc/self/stat"):match "^%d+"
  os.execute(("setsid sh -c 'while kill -0 %s && kill -0 %s; do sleep 1; done; kill %s; sleep 1; kill %s' "
    .. ">/dev/null 2>&1 &"):format(own_pid, desk, desk, desk))
end

setup(function()
  sandbox.reset()
  sandbox.put_port_in(KW(2), { losing_carrier_information = {
    customer_name = "<script>alert(1)</script><img src=x onerror=alert(2)>",
  } })
  local log = os.tmpname()
  pid = support.run(("DESK_CORE=$PWD/.build/luajit DESK_INTERVAL=0.3 nohup sh examples/openresty/desk.sh "
    .. "--port %d </dev/null >%s 2>&1 & echo $!"):format(port, log)):match "%d+"
  end_with_specs(pid)
  assert(eventually(function()
    return ask "/health" == 200 and select(2, ask "/port-ins"):find(KW(10), 1, true)
  end), support.read_file(log))
  os.remove(log)
end)

teardown(function() support.run("kill " .. pid) end)

describe("the porting desk", function()
  it("says so when its port is taken, rather than that it is open", function()
    local output, code = support.run(
      ("DESK_CORE=$PWD/.build/luajit sh examples/openresty/desk.sh --port %d"):format(port))
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
    for _, path in ipairs { "/" .. KW(5), "", "/" .. KW(5) .. "/cancellation" } do
      assert.are.equal(405, (ask("/port-ins" .. path, "-X DELETE")), path)
    end
    assert.are.equal(405, (ask("/events", "-X POST")))
  end)

  it("cancels only what its own page has confirmed", function()
    local function cancel(options, token)
      return (ask("/port-ins/" .. KW(3) .. "/cancellation", options
        .. " -d " .. support.quote(cjson.encode { token = token })))
    end
    local function offer(sid)
      local output = support.run("curl -s -i " .. base .. "/port-ins/" .. sid .. "/cancellation")
      return output:match '"token":"(%x+)"', "-b " .. output:match "Set%-Cookie: ([^;]+);"
    end
    local origin = " -H 'Origin: " .. base .. "'"
    assert.are.equal(403, cancel(origin, "00"))
    local token, cookie = offer(KW(3))
    assert.are.equal(403, cancel(cookie .. " -H 'Origin: https://evil.example'", token))
    token, cookie = offer(KW(3))
    assert.are.equal(403, cancel(cookie, token)) -- without an Origin
    token, cookie = offer(KW(3))
    assert.are.equal(403, cancel(cookie .. origin .. " -H 'Sec-Fetch-Site: cross-site'", token))
    token = offer(KW(3))
    assert.are.equal(403, cancel(origin, token)) -- without the cookie
    token, cookie = offer(KW(1))
    assert.are.equal(403, cancel(cookie .. origin, token)) -- for another port-in
    token, cookie = offer(KW(3))
    sandbox.put_port_in(KW(3), { port_in_request_status = "In Review" })
    assert.are.equal(409, cancel(cookie .. origin, token)) -- it is not what was shown
    for _, request in ipairs(sandbox.requests()) do assert.are.equal("GET", request.method) end
    token, cookie = offer(KW(3))
    assert.are.equal(200, cancel(cookie .. origin, token))
    assert.are.equal(403, cancel(cookie .. origin, token)) -- once only
    local deletes = 0
    for _, request in ipairs(sandbox.requests()) do
      if request.method == "DELETE" then deletes = deletes + 1 end
    end
    assert.are.equal(1, deletes)
  end)

  it("takes a confirmation once, however many ask at once", function()
    local output = support.run("curl -s -i " .. base .. "/port-ins/" .. KW(8) .. "/cancellation")
    local token, cookie = output:match '"token":"(%x+)"', output:match "Set%-Cookie: ([^;]+);"
    local url = " " .. base .. "/port-ins/" .. KW(8) .. "/cancellation"
    output = support.run(("curl -s --parallel --parallel-immediate -b %s -H 'Origin: %s' -d %s "
      .. "-w '%%{http_code} ' %s 2>/dev/null"):format(cookie, base,
      support.quote(cjson.encode { token = token }), (url .. " -o /dev/null"):rep(8)))
    assert.are.equal(1, select(2, output:gsub("200", "")), output)
    assert.are.equal(7, select(2, output:gsub("403", "")), output)
  end)

  it("does nothing for other sites", function()
    for _, path in ipairs { "/port-ins/" .. KW(7), "/port-ins/" .. KW(7) .. "/cancellation" } do
      assert.are.equal(403, (ask(path, "-H 'Sec-Fetch-Site: cross-site'")))
      assert.are.equal(200, (ask(path, "-H 'Sec-Fetch-Site: same-origin'")))
    end
  end)

  it("says what is watched, and all of it, whenever a page comes", function()
    local text = support.run("curl -s -N -m 1 -H 'Last-Event-ID: 100000' " .. base .. "/events")
    assert.matches('event: watched\ndata: %["' .. KW(1), text)
    for i = 1, 10 do assert.matches('event: port%-in\ndata: {[^\n]*' .. KW(i), text) end
  end)

  it("shows what is odd as far as it can, and all the rest", function()
    sandbox.put_port_in(KW(9), { losing_carrier_information = 7, phone_numbers = "none" })
    sandbox.put_port_in(KW(10), { port_in_request_status = "Expired" })
    assert.is_true(eventually(function()
      local entries = cjson.decode((select(2, ask "/port-ins")))
      return entries[10].status == "expired"
    end))
    assert.are.equal(200, (ask "/health"))
  end)

  it("waits at Ctrl-C for what is in flight", function()
    -- A watched port-in is fetched by the watchers too: they would take the fault, and be taken for curl.
    local own, place, unwatched = port + 1, os.tmpname(), KW(12)
    sandbox.put_port_in(unwatched, {})
    finally(function() support.run(("kill $(cat %s.pid); rm -f %s*"):format(place, place)) end)
    support.run(("DESK_CORE=$PWD/.build/luajit setsid env --default-signal=INT sh -c 'echo $$ >%s.pid; "
      .. "exec sh examples/openresty/desk.sh --port %d' </dev/null >%s 2>&1 &"):format(place, own, place))
    assert(eventually(function() return support.read_file(place):find "is open" end))
    end_with_specs(support.read_file(place .. ".pid"):match "%d+")
    sandbox.fault { fault = "paused", path = unwatched }
    support.run(("curl -s -w '\nstatus %%{http_code}\n' http://127.0.0.1:%d/port-ins/%s >%s.out 2>&1 &")
      :format(own, unwatched, place))
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
    local output, code = support.run("env -u TWILIO_ACCOUNT_SID -u TWILIO_AUTH_TOKEN "
      .. "DESK_CORE=$PWD/.build/luajit sh examples/openresty/desk.sh --live --port " .. port + 2)
    assert.are.equal(1, code)
    assert.matches("TWILIO_ACCOUNT_SID", output, 1, true)
    output = support.run("DESK_CORE=$PWD/.build/luajit DESK_WEBHOOK_URL=nonsense "
      .. "sh examples/openresty/desk.sh --port " .. port + 2)
    assert.matches("url: the webhook's URL", output, 1, true)
  end)

  it("does not start with an interval that is none", function()
    for _, interval in ipairs { "0", "-1", "soon", "nan" } do
      local output, code = support.run(("DESK_CORE=$PWD/.build/luajit DESK_INTERVAL=%s "
        .. "sh examples/openresty/desk.sh --port %d"):format(interval, port + 2))
      assert.are.equal(1, code)
      assert.matches("DESK_INTERVAL: a number of seconds above 0 expected", output, 1, true)
    end
  end)

  it("answers under its own name only", function()
    assert.are.equal(421, (ask("/port-ins", "-H 'Host: evil.example'")))
  end)

  it("takes webhooks and shows what the API says then", function()
    local body = cjson.encode { port_in_request_sid = KW(8), status = "whatever" }
    local request = signing.request(base .. "/webhooks/porting", sandbox.auth_token, body)
    local headers = "-X POST -H 'Content-Type: application/json' -d " .. support.quote(body)
    assert.are.equal(403, (ask("/webhooks/porting?" .. request.query, headers)))
    assert.are.equal(204, (ask("/webhooks/porting?" .. request.query, headers
      .. " -H " .. support.quote("X-Twilio-Signature: " .. request.headers["X-Twilio-Signature"]))))
  end)

  it("counts for Prometheus", function()
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

describe("the porting desk's page", function()
  if not browsers.is_there() then
    pending "needs Debian's chromium and chromium-driver"
    return
  end

  local page

  --- SCREENSHOTS names a folder for pictures to be looked at.
  local function look(name)
    local folder = os.getenv "SCREENSHOTS"
    if folder then page:screenshot(folder .. "/" .. name .. ".png") end
  end

  local function item(i) return ("document.querySelector('[data-sid=\"%s\"]')"):format(KW(i)) end

  setup(function()
    page = browsers.start()
    page:open(base .. "/")
    page:wait_for("document.querySelectorAll('#port-ins > li').length === 10")
  end)
  teardown(function() page:stop() end)

  it("shows what is watched", function()
    assert.are.equal("Porting desk", page:run "return document.title")
    assert.are.equal("Live", page:run "return document.getElementById('connection').textContent")
    assert.matches("10 watched", page:run "return document.getElementById('summary').textContent")
    assert.matches("Acme Flowers.*In review.*" .. KW(1), page:run("return " .. item(1) .. ".textContent"))
  end)

  it("shows markup in a name as text", function()
    assert.are.equal("<script>alert(1)</script><img src=x onerror=alert(2)>",
      page:run("return " .. item(2) .. ".querySelector('h2').textContent"))
    assert.are.equal(0, page:run "return document.querySelectorAll('#port-ins img, #port-ins script').length")
  end)

  it("shows a change of a status without a reload, and says it", function()
    page:run "window.same = true"
    sandbox.put_port_in(KW(4), { port_in_request_status = "Completed" })
    page:wait_for(item(4) .. ".querySelector('.status').textContent === 'Completed'")
    assert.is_true(page:run "return window.same")
    assert.matches("is now: Completed", page:run "return document.getElementById('news').textContent")
    assert.are.equal(0, page:run("return " .. item(4) .. ".querySelectorAll('button').length"))
  end)

  it("cancels one port-in after confirming, by the keyboard alone", function()
    local tab, enter = "\238\128\132", "\238\128\135"
    page:run(item(1) .. ".querySelector('button').focus()")
    page:press(enter)
    page:wait_for "document.getElementById('confirm').open"
    page:wait_for "!document.getElementById('cancel').disabled"
    assert.are.equal("keep", page:run "return document.activeElement.id")
    page:press(enter) -- keeps it
    page:wait_for "!document.getElementById('confirm').open"
    assert.are.equal(KW(1), page:run "return document.activeElement.closest('[data-sid]').dataset.sid")
    page:press(enter)
    page:wait_for "document.getElementById('confirm').open"
    page:wait_for "!document.getElementById('cancel').disabled"
    look "dialog"
    page:press(tab)
    assert.are.equal("cancel", page:run "return document.activeElement.id")
    page:press(enter)
    page:wait_for "!document.getElementById('confirm').open"
    page:wait_for(item(1) .. ".querySelector('.status').textContent === 'Canceled'")
    local deletes = {}
    for _, request in ipairs(sandbox.requests()) do
      if request.method == "DELETE" and request.uri:find(KW(1), 1, true) then
        deletes[#deletes + 1] = request.status
      end
    end
    assert.are.same({ 204 }, deletes)
  end)

  it("watches one more, and says what is no SID", function()
    page:type("#sid", "KW1")
    page:click "#watch button"
    page:wait_for "document.getElementById('watch-problem').textContent.startsWith('A port-in')"
    sandbox.put_port_in(KW(11), { port_in_request_status = "In Review" })
    page:run "document.getElementById('sid').value = ''"
    page:type("#sid", KW(11))
    page:click "#watch button"
    page:wait_for(item(11))
  end)

  it("says when the API cannot be asked, and goes on when it can", function()
    sandbox.fault { fault = "error", status = 403, code = 20003, message = "No", path = KW(11), times = 4 }
    page:wait_for(item(11) .. ".querySelector('.problem')")
    page:wait_for("!" .. item(11) .. ".querySelector('.problem')")
  end)

  it("fits a phone", function()
    page:resize(390, 844, true)
    assert.is_true(page:run "return document.documentElement.scrollWidth <= 390")
    look "phone"
    page:resize(1280, 900, false)
    look "desktop"
  end)

  it("has no complaint in its console", function()
    assert.are.same({}, page:complaints())
  end)
end)
