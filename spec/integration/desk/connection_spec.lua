--- What the porting desk's page shows of its connection, and of the host at which it cancels: in a headless
--- Chromium.

local browsers = require "spec.support.browser"
local desks = require "spec.support.desk"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = desks.kw

describe("the porting desk's page", function()
  if not browsers.is_there() then
    pending "needs Debian's chromium and chromium-driver"
    return
  end

  local page
  local CANCEL = ("document.querySelector('[data-sid=\"%s\"] [data-control=cancel]')"):format(KW(1))
  local IS_OFF = CANCEL .. ".getAttribute('aria-disabled') === 'true'"

  local live = ("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s"):format(sandbox.url, sandbox.ca_file)

  local function text(id) return page:run("return document.getElementById('" .. id .. "').textContent") end

  local function open(desk)
    page:open(desk.base .. "/")
    page:wait_for(CANCEL)
    page:wait_for "document.querySelector('#look time')"
  end

  setup(function()
    sandbox.reset()
    page = browsers.start()
  end)
  teardown(function() page:stop() end)

  it("says that the connection is lost, with the buttons off, until it is back", function()
    local desk = desks.start()
    finally(function() pcall(desk.stop, desk) end)
    open(desk)
    assert.is_false(page:run("return " .. IS_OFF))
    page:run(CANCEL .. ".focus()")
    desk:stop()
    page:wait_for(IS_OFF)
    assert.are.equal("Not connected", text "connection")
    assert.matches("No connection since %d+:%d+:%d+. What you see may be out of date",
      text "trouble")
    assert.matches("^Last look %d+:%d+:%d+$", text "look")
    assert.is_true(page:run("return document.activeElement === " .. CANCEL)) -- the focus is not lost
    page:run(CANCEL .. ".click()")
    assert.is_false(page:run "return document.getElementById('confirm').open")
    local again = desks.start { port = desk.port }
    finally(function()
      pcall(desk.stop, desk)
      again:stop()
    end)
    page:wait_for "document.getElementById('connection').textContent === 'Connected'"
    assert.is_false(page:run("return " .. IS_OFF))
    assert.are.equal("", text "trouble")
  end)

  it("cancels nothing in an open dialog while the connection is lost", function()
    local desk = desks.start()
    finally(function() pcall(desk.stop, desk) end)
    open(desk)
    page:run(CANCEL .. ".click()")
    page:wait_for "!document.getElementById('cancel').disabled"
    desk:stop()
    page:wait_for "document.getElementById('cancel').disabled"
    assert.are.equal("The connection is lost. Nothing can be cancelled until it is back.",
      text "confirm-problem")
    assert.are.same({}, desks.changes())
  end)

  it("goes on with a desk that reloads, without a word of a loss", function()
    local desk = desks.start()
    finally(function() desk:stop() end)
    open(desk)
    desk:ask("/watched/" .. KW(9), "-X DELETE " .. desk:own_page())
    page:run [[
      window.losses = 0;
      const look = () => { if (!document.querySelector('#connection.live')) window.losses += 1; };
      new MutationObserver(look).observe(document.getElementById('connection'), { attributes: true })]]
    support.run("kill -HUP $(ps -o pid= --ppid " .. desk.pid .. " | head -n 1)")
    page:wait_for "performance.getEntriesByType('resource').some(each => each.name.endsWith('/events'))"
    sandbox.put_port_in(KW(2), { port_in_request_status = "Completed" })
    page:wait_for(("document.querySelector('[data-sid=\"%s\"].done')"):format(KW(2)))
    assert.are.equal(0, page:run "return window.losses")
    assert.is_true(page:run(("return !document.querySelector('[data-sid=\"%s\"]')"):format(KW(9))))
  end)

  it("notices a desk that has fallen silent", function()
    local desk = desks.start()
    finally(function() desk:stop() end)
    open(desk)
    local workers = "$(ps -o pid= --ppid $(ps -o pid= --ppid " .. desk.pid .. " | head -n 1))"
    support.run("kill -STOP " .. workers)
    finally(function()
      support.run("kill -CONT " .. workers)
      desk:stop()
    end)
    page:wait_for(IS_OFF)
    support.run("kill -CONT " .. workers)
    page:wait_for "document.getElementById('connection').textContent === 'Connected'"
  end)

  it("names a host that is not the sandbox, in the bar and in the dialog", function()
    local desk = desks.start { arguments = "--live",
      environment = live .. " DESK_SANDBOX=yes DESK_SIDS=" .. KW(1) }
    finally(function() desk:stop() end)
    open(desk)
    local host = sandbox.url:match "//(.*)$"
    assert.are.equal("REAL" .. host, text "place")
    assert.are.equal("REAL" .. host, text "confirm-place")
    assert.are.equal(host .. " – Porting desk", page:run "return document.title")
  end)

  it("says that nothing is watched yet, and how to begin", function()
    local desk = desks.start { arguments = "--live", environment = live }
    finally(function() desk:stop() end)
    page:open(desk.base .. "/")
    page:wait_for "document.getElementById('empty').textContent.startsWith('Nothing is watched yet.')"
    assert.is_true(page:run "return document.getElementById('add').open")
  end)
end)
