--- The dialog in which the porting desk's page has a cancellation confirmed, driven by a headless Chromium.

local axe = require "spec.support.axe"
local browsers = require "spec.support.browser"
local desks = require "spec.support.desk"
local sandbox = require "spec.support.sandbox"

local KW, PU = desks.kw, desks.pu
local TAB, ENTER, ESCAPE, SPACE = browsers.TAB, browsers.ENTER, browsers.ESCAPE, browsers.SPACE

describe("the porting desk's dialog", function()
  if not browsers.is_there() then
    pending "needs Debian's chromium and chromium-driver"
    return
  end

  local desk, page

  local function control(i, name)
    return ("document.querySelector('[data-sid=\"%s\"] [data-control=\"%s\"]')"):format(KW(i), name)
  end
  local function text(id) return page:run("return document.getElementById('" .. id .. "').textContent") end
  local function focused()
    return page:run "return document.activeElement.dataset.control || document.activeElement.id"
  end

  --- Opens it by the keyboard, and waits for what the desk says.
  local function open(i, name)
    page:wait_for(("document.querySelector('#connection.live') && %s"):format(control(i, name)))
    page:run(control(i, name) .. ".focus()")
    page:press(ENTER)
    page:wait_for "document.getElementById('confirm').open"
    page:wait_for "document.getElementById('confirm-busy').textContent === ''"
  end

  local function wait_until_closed() page:wait_for "!document.getElementById('confirm').open" end

  setup(function()
    sandbox.reset()
    desk = desks.start()
    page = browsers.start()
    page:open(desk.base .. "/")
    for _, i in ipairs { 1, 2, 4 } do page:wait_for(control(i, "cancel")) end
  end)
  teardown(function()
    if page then page:stop() end
    desk:stop()
  end)

  it("shows where, whose and what: the whole SID, and all numbers", function()
    page:resize(390, 844, true)
    finally(function() page:resize(1280, 900, false) end)
    open(1, "cancel")
    assert.are.equal("Cancel this port-in?", text "confirm-title")
    assert.matches("^SANDBOX127.0.0.1:%d+$", text "confirm-place")
    for _, part in ipairs { KW(1), sandbox.account_sid, "Acme Flowers", "2 numbers", "+1 415 555 0111",
      "+1 415 555 0112" } do
      assert.matches(part, text "confirm-facts", 1, true)
    end
    local cut = page:run [[
      return [...document.querySelectorAll('#confirm *')].filter(each =>
        each.scrollWidth > each.clientWidth && each.clientWidth > 0 && !each.closest('.unseen')
        && getComputedStyle(each).display !== 'inline').map(each => each.outerHTML)]]
    assert.are.same({}, cut)
    page:show "dialog"
    page:press(ESCAPE)
    wait_until_closed()
  end)

  it("is left by the keyboard, and the focus goes back to where it was", function()
    open(1, "cancel")
    assert.are.equal("keep", focused())
    page:press(ENTER) -- keeps it
    wait_until_closed()
    assert.are.equal("cancel", focused())
    assert.are.equal(KW(1), page:run "return document.activeElement.closest('[data-sid]').dataset.sid")
    assert.are.same({}, desks.changes())
  end)

  it("gives the focus back also when it could offer nothing", function()
    -- Of the number alone, which the desk fetches for its judgement only.
    sandbox.fault { fault = "error", status = 404, code = 20404, message = "No",
      path = PU(0x12), times = 100000 }
    page:run(control(1, "numbers") .. ".click()")
    open(1, PU(0x12))
    page:wait_for "document.getElementById('confirm-problem').textContent !== ''"
    assert.are.equal("It could not be checked just now. Try again in a moment.", text "confirm-problem")
    assert.is_true(page:run "return document.getElementById('cancel').disabled")
    page:press(ESCAPE)
    wait_until_closed()
    assert.are.equal(PU(0x12), focused())
    page:run(control(1, "numbers") .. ".click()")
    sandbox.clear_faults()
  end)

  it("warns as a plan does, and goes on only when that is confirmed", function()
    open(4, "cancel")
    assert.matches("It may be too late: a number of it is port pending.", text "confirm-warning", 1, true)
    assert.is_true(page:run "return document.getElementById('cancel').disabled")
    page:run "document.querySelector('#confirm-risk input').focus()"
    page:press(SPACE)
    assert.is_false(page:run "return document.getElementById('cancel').disabled")
    page:show "dialog-too-late"
    page:press(ESCAPE)
    wait_until_closed()
    open(4, "cancel")
    assert.is_true(page:run "return document.getElementById('cancel').disabled") -- each time anew
    page:press(ESCAPE)
    wait_until_closed()
  end)

  it("has no finding of axe-core, in light and dark", function()
    if not axe.is_there() then
      pending "npm cannot bring axe-core"
      return
    end
    open(4, "cancel")
    for _, scheme in ipairs { "light", "dark" } do
      page:prefer(scheme)
      assert.are.same({}, axe.findings(page))
    end
    page:prefer ""
    page:press(ESCAPE)
    wait_until_closed()
  end)

  it("cancels one number of a port-in", function()
    page:run(control(1, "numbers") .. ".click()")
    open(1, PU(0x11))
    assert.are.equal("Cancel this number?", text "confirm-title")
    assert.matches("+1 415 555 0111", text "confirm-facts", 1, true)
    assert.matches("the port-in, with 1 other number", text "confirm-facts", 1, true)
    page:press(TAB)
    page:press(ENTER)
    wait_until_closed()
    page:wait_for("!" .. control(1, PU(0x11)))
    assert.is_true(page:run("return " .. control(1, PU(0x12)) .. " !== null"))
    assert.are.same({ ("DELETE /v1/Porting/PortIn/%s/PhoneNumber/%s"):format(KW(1), PU(0x11)) },
      desks.changes())
  end)

  it("cancels a port-in, by the keyboard alone, and says so", function()
    open(2, "cancel")
    page:press(TAB)
    assert.are.equal("cancel", focused())
    page:press(ENTER)
    wait_until_closed()
    local status = ("document.querySelector('[data-sid=\"%s\"] .status')"):format(KW(2))
    page:wait_for(status .. ".textContent === 'Canceled'")
    assert.are.equal(KW(2), page:run "return document.activeElement.closest('[data-sid]').dataset.sid")
    local changes = desks.changes()
    assert.are.equal("DELETE /v1/Porting/PortIn/" .. KW(2), changes[#changes])
    assert.are.equal(2, #changes)
  end)

  it("says what became of one whose answer was lost, and does not send it again", function()
    sandbox.fault { fault = "reset_after", method = "DELETE" }
    open(3, "cancel")
    page:press(TAB)
    page:press(ENTER)
    page:wait_for "document.getElementById('confirm-problem').textContent.startsWith('The answer was lost')"
    assert.is_true(page:run "return document.getElementById('cancel').disabled")
    assert.are.equal("keep", focused())
    assert.are.equal(3, #desks.changes())
    page:press(ESCAPE)
    wait_until_closed()
  end)
end)
