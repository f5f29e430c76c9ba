--- The porting desk's page in a headless Chromium: what it shows, and how it is searched and added to.

local axe = require "spec.support.axe"
local browsers = require "spec.support.browser"
local desks = require "spec.support.desk"
local sandbox = require "spec.support.sandbox"

local KW, PU = desks.kw, desks.pu

describe("the porting desk's page", function()
  if not browsers.is_there() then
    pending "needs Debian's chromium and chromium-driver"
    return
  end

  local desk, page

  local function card(i) return ("document.querySelector('[data-sid=\"%s\"]')"):format(KW(i)) end
  local function text(expression) return page:run("return " .. expression .. ".textContent") end
  local function by_id(id) return ("document.getElementById('%s')"):format(id) end

  local function wait_for_status(i, words)
    page:wait_for(("%s.querySelector('.status').textContent === '%s'"):format(card(i), words))
  end

  --- Waits until the page has a connection: without one its buttons are off.
  local function click(selector)
    page:wait_for("document.querySelector('#connection.live')")
    page:run(("document.querySelector(%q).click()"):format(selector))
  end

  setup(function()
    sandbox.reset()
    sandbox.put_port_in(KW(2), { losing_carrier_information = {
      customer_name = "<script>alert(1)</script><img src=x onerror=alert(2)>",
    } })
    sandbox.put_port_in(KW(8), { phone_numbers = { {
      phone_number = "<b>+14155550181</b>", port_in_phone_number_sid = PU(0x81),
      port_in_phone_number_status = "port_rejected", rejection_reason = "<i>No such account</i>",
    } } })
    desk = desks.start()
    page = browsers.start()
    page:open(desk.base .. "/")
    page:wait_for("document.querySelectorAll('.card .sid').length === 10")
    for i = 1, 10 do page:wait_for(card(i) .. ".querySelector('.status').textContent !== '…'") end
  end)
  teardown(function()
    if page then page:stop() end
    desk:stop()
  end)

  it("shows what is watched", function()
    assert.are.equal("Sandbox – Porting desk", page:run "return document.title")
    page:wait_for "document.getElementById('connection').textContent === 'Connected'"
    assert.are.equal("10 watched", text(by_id "summary"))
    assert.matches("In review.*Acme Flowers.*" .. KW(1), text(card(1)))
  end)

  it("shows those first that need a person, with the reason", function()
    local first = page:run [[
      return [...document.querySelectorAll('.card')].slice(0, 2).map(card => card.dataset.sid)]]
    assert.are.same({ KW(4), KW(8) }, first)
    assert.matches("+1 415 555 0141 was rejected: Account number does not match (code 4005).",
      text(card(4) .. ".querySelector('.reasons')"), 1, true)
    assert.are.equal("Needs attention 2", text "document.querySelector('#attention h2')")
  end)

  it("tells one reason of many numbers once", function()
    local numbers = {}
    for i = 1, 300 do
      numbers[i] = { phone_number = ("+1415555%04d"):format(i), port_in_phone_number_sid = PU(0x5000 + i),
        port_in_phone_number_status = "port_rejected", rejection_reason = "Account number does not match." }
    end
    sandbox.put_port_in(KW(1), { phone_numbers = numbers })
    page:wait_for(card(1) .. ".closest('#attention') !== null")
    assert.are.equal("+1 415 555 0001 and 299 others were rejected: Account number does not match.",
      text(card(1) .. ".querySelector('.reasons')"))
    page:run(card(1) .. ".querySelector('summary').click()")
    page:wait_for(card(1) .. ".querySelectorAll('details.numbers li').length === 300")
    sandbox.put_port_in(KW(1), { phone_numbers = { numbers[111] } })
    page:wait_for(card(1) .. ".querySelectorAll('details.numbers li').length === 1")
    page:run(card(1) .. ".querySelector('summary').click()")
  end)

  it("shows markup in what comes from outside as text", function()
    assert.are.equal("<script>alert(1)</script><img src=x onerror=alert(2)>",
      text(card(2) .. ".querySelector('h3')"))
    assert.matches("<b>+14155550181</b> was rejected: <i>No such account</i>.",
      text(card(8) .. ".querySelector('.reasons')"), 1, true)
    page:run(card(8) .. ".querySelector('details.numbers').open = true")
    page:wait_for(card(8) .. ".querySelector('details.numbers li')")
    click(("[data-sid='%s'] [data-control=cancel]"):format(KW(8)))
    page:wait_for "document.getElementById('confirm-busy').textContent === ''"
    assert.matches("<b>+14155550181</b>", text(by_id "confirm-facts"), 1, true)
    page:run "document.getElementById('keep').click()"
    local elements = "#port-ins img, #port-ins script, #port-ins b, #port-ins i, #confirm b, #confirm i"
    assert.are.equal(0, page:run("return document.querySelectorAll('" .. elements .. "').length"))
  end)

  it("shows a change of a status without a reload, and says it", function()
    page:run "window.same = true"
    sandbox.put_port_in(KW(3), { port_in_request_status = "Completed" })
    wait_for_status(3, "Completed")
    assert.is_true(page:run "return window.same")
    assert.matches("is now: Completed", text(by_id "news"))
    sandbox.put_port_in(KW(2), { phone_numbers = { { phone_number = "+14155550121",
      port_in_phone_number_sid = PU(0x21), port_in_phone_number_status = "port_rejected" } } })
    page:wait_for(card(2) .. ".closest('#attention') !== null")
    assert.matches("+1 415 555 0121, port rejected.", text(by_id "news"), 1, true)
    assert.is_true(page:run("return " .. card(3) .. ".closest('#ended') !== null"))
    assert.is_false(page:run("return " .. card(3) .. ".querySelector('[data-control=cancel]') !== null"))
  end)

  it("finds by name, by number in any spelling, and by SID; and filters by status", function()
    local function shown(wanted, status)
      page:run(([[
        const search = document.getElementById('search'), filter = document.getElementById('filter');
        search.value = %q; filter.value = %q;
        search.dispatchEvent(new Event('input')); filter.dispatchEvent(new Event('change'));
      ]]):format(wanted, status or ""))
      return page:run [[
        return [...document.querySelectorAll('.card:not([hidden])')].map(card => card.dataset.sid)]]
    end
    assert.are.same({ KW(1) }, shown "(415) 555-0111")
    assert.are.same({ KW(10) }, shown(KW(10):lower()))
    assert.are.same({ KW(2) }, shown "ALERT(1)")
    assert.are.same({ KW(4) }, shown("", "action_required"))
    assert.are.equal("1 of 10 shown", text(by_id "summary"))
    assert.are.same({}, shown("nonsense"))
    assert.are.equal("No watched port-in fits the search.", text(by_id "empty"))
    assert.are.equal(10, #shown "")
  end)

  it("watches one more, says what is no SID, and watches no longer", function()
    page:run "document.getElementById('add').open = true"
    page:type("#sid", "KW1")
    click "#watch button"
    page:wait_for "document.getElementById('watch-problem').textContent.startsWith('A port-in')"
    assert.are.equal("sid", page:run "return document.activeElement.id")
    sandbox.put_port_in(KW(11), { port_in_request_status = "In Review" })
    page:run "document.getElementById('sid').value = ''"
    page:type("#sid", KW(11))
    click "#watch button"
    page:wait_for(card(11))
    wait_for_status(11, "In review")
    click(("[data-sid='%s'] [data-control=stop]"):format(KW(11)))
    page:wait_for("!" .. card(11))
    page:wait_for "document.getElementById('news').textContent.endsWith('It goes on.')"
    assert.are.same({}, desks.changes())
  end)

  it("lists the account's at a status, to choose from", function()
    sandbox.put_port_in(KW(11), { port_in_request_status = "Pending" })
    page:run "document.getElementById('find-status').value = 'pending'"
    click "#find button"
    page:wait_for "document.querySelectorAll('#found li').length === 2"
    assert.matches("Watched$", text "document.querySelector('#found li')")
    click "#found li:nth-child(2) button"
    page:wait_for(card(11))
    page:wait_for "document.activeElement.textContent === 'Watched'"
  end)

  it("says in a person's words when the API cannot be asked, and goes on when it can", function()
    sandbox.fault { fault = "error", status = 400, code = 20001, message = "No",
      path = KW(1), times = 100000 }
    page:wait_for(card(1) .. ".querySelector('.problem')")
    assert.matches("Twilio refused: No.", text(card(1) .. ".querySelector('.problem')"), 1, true)
    sandbox.clear_faults()
    page:wait_for("!" .. card(1) .. ".querySelector('.problem')")
    sandbox.fault { fault = "error", status = 401, code = 20003, message = "No", times = 100000 }
    page:wait_for(by_id "trouble" .. ".textContent.startsWith('Twilio cannot be asked right now.')")
    assert.matches("does not accept the desk's credentials",
      text(card(1) .. ".querySelector('.problem')"), 1, true)
    assert.is_false(page:run("return " .. card(1) .. ".querySelector('[data-control=cancel]') !== null"))
    page:show "trouble"
    sandbox.clear_faults()
    page:wait_for "document.getElementById('trouble').textContent === ''"
    page:wait_for(card(1) .. ".querySelector('[data-control=cancel]')")
  end)

  it("keeps the focus and the open list where they were when a card changes", function()
    page:run(card(10) .. ".querySelector('details.numbers').open = true")
    page:run(card(10) .. ".querySelector('[data-control=stop]').focus()")
    sandbox.put_port_in(KW(10), { port_in_request_status = "Action Required" })
    wait_for_status(10, "Action required")
    assert.are.equal("stop", page:run "return document.activeElement.dataset.control")
    assert.is_true(page:run("return document.activeElement.closest('.card') === " .. card(10)))
    assert.is_true(page:run("return " .. card(10) .. ".querySelector('details.numbers').open"))
  end)

  it("fits a phone, and leaves the bar in sight", function()
    page:resize(390, 844, true)
    assert.is_true(page:run "return document.documentElement.scrollWidth <= 390")
    page:show "phone"
    page:run "window.scrollTo(0, document.documentElement.scrollHeight)"
    page:wait_for "window.scrollY > 0"
    assert.are.equal(0, page:run "return document.getElementById('bar').getBoundingClientRect().top")
    assert.matches("^SANDBOX127.0.0.1:%d+$", text(by_id "place"))
    page:resize(1280, 900, false)
    page:show "desktop"
  end)

  it("has names for all that can be operated, and nothing of it is small", function()
    local nameless = page:run [[
      return [...document.querySelectorAll('button, input, select, summary, a')].filter(each =>
        !(each.textContent.trim() || each.labels?.length || each.getAttribute('aria-label'))).length]]
    assert.are.equal(0, nameless)
    local small = page:run [[
      return [...document.querySelectorAll('button, summary, select')].filter(each => {
        const { width, height } = each.getBoundingClientRect();
        return height > 0 && (height < 24 || width < 24);
      }).map(each => each.outerHTML)]]
    assert.are.same({}, small)
  end)

  it("has no finding of axe-core, in light and dark, wide and narrow", function()
    if not axe.is_there() then
      pending "npm cannot bring axe-core"
      return
    end
    finally(function()
      page:prefer ""
      page:resize(1280, 900, false)
    end)
    page:run "document.querySelectorAll('details').forEach(each => { each.open = true; })"
    for _, scheme in ipairs { "light", "dark" } do
      page:prefer(scheme, "reduce")
      for _, width in ipairs { 390, 1280 } do
        page:resize(width, 900, width == 390)
        assert.are.same({}, axe.findings(page))
      end
    end
  end)

  it("does not move where that is not wanted", function()
    page:prefer("", "reduce")
    -- In one script: the class goes when an animation ends.
    assert.are.equal("0.001s", page:run(([[const item = %s;
      item.classList.add('changed');
      return getComputedStyle(item).animationDuration;]]):format(card(1))))
    page:prefer ""
  end)

  it("asks no other host for anything", function()
    local others = page:run(([[
      return performance.getEntriesByType('resource').map(each => each.name)
        .filter(name => !name.startsWith(%q))
    ]]):format(desk.base .. "/"))
    assert.are.same({}, others)
  end)

  it("has no complaint in its console", function()
    local complaints = {}
    for _, message in ipairs(page:complaints()) do
      -- Chromium names each status above 399, also where the page has put it into words.
      if not message:find "Failed to load resource" then complaints[#complaints + 1] = message end
    end
    assert.are.same({}, complaints)
  end)
end)
