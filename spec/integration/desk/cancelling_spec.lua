--- The porting desk cancels only what its own page has shown and confirmed, and warns as a plan does.

local cjson = require "cjson"
local desks = require "spec.support.desk"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW, PU = desks.kw, desks.pu
local desk

setup(function()
  sandbox.reset()
  desk = desks.start()
end)

teardown(function() desk:stop() end)

--- A day that is so many from now.
local function day(distance)
  return os.date("!%Y-%m-%d", os.time() + distance * 24 * 3600)
end

local function path(sid, number_sid)
  return "/port-ins/" .. sid .. (number_sid and "/numbers/" .. number_sid or "") .. "/cancellation"
end

--- The desk's offer, and curl's option for the cookie that came with it.
local function offer(sid, number_sid)
  local output = support.run("curl -s -i " .. desk.base .. path(sid, number_sid))
  local cookie = output:match "Set%-Cookie: ([^;]+);"
  return cjson.decode(output:match "\r\n\r\n(.*)$"), cookie and "-b " .. cookie or ""
end

local function cancel(options, fields, sid, number_sid)
  local status, body = desk:ask(path(sid or KW(3), number_sid), options
    .. " -d " .. support.quote(cjson.encode(fields)))
  return status, cjson.decode(body)
end

--- Offers, and confirms as the page does.
local function confirm(sid, number_sid, fields)
  local given, cookie = offer(sid, number_sid)
  fields = fields or {}
  fields.token = given.token
  return cancel(cookie .. " " .. desk:own_page(), fields, sid, number_sid)
end

describe("the porting desk", function()
  before_each(function() sandbox.reset() end)

  it("cancels only what its own page has confirmed", function()
    local origin = " " .. desk:own_page()
    assert.are.equal(403, (cancel(origin, { token = "00" })))
    local given, cookie = offer(KW(3))
    assert.are.equal(403, (cancel(cookie .. " -H 'Origin: https://evil.example'", given)))
    given, cookie = offer(KW(3))
    assert.are.equal(403, (cancel(cookie, given))) -- without an Origin
    given, cookie = offer(KW(3))
    assert.are.equal(403, (cancel(cookie .. origin .. " -H 'Sec-Fetch-Site: cross-site'", given)))
    given = offer(KW(3))
    assert.are.equal(403, (cancel(origin, given))) -- without the cookie
    given, cookie = offer(KW(1))
    assert.are.equal(403, (cancel(cookie .. origin, given))) -- for another port-in
    given, cookie = offer(KW(3), PU(0x31))
    assert.are.equal(403, (cancel(cookie .. origin, given))) -- for one of its numbers
    given, cookie = offer(KW(3))
    sandbox.put_port_in(KW(3), { port_in_request_status = "In Review" })
    assert.are.equal(409, (cancel(cookie .. origin, given))) -- it is not what was shown
    assert.are.same({}, desks.changes())
    given, cookie = offer(KW(3))
    assert.are.equal(200, (cancel(cookie .. origin, given)))
    assert.are.equal(403, (cancel(cookie .. origin, given))) -- once only
    assert.are.same({ "DELETE /v1/Porting/PortIn/" .. KW(3) }, desks.changes())
  end)

  it("takes a confirmation once, however many ask at once", function()
    local given, cookie = offer(KW(8))
    local output = support.run(("curl -s --parallel --parallel-immediate %s %s -d %s -w '%%{http_code} ' %s "
      .. "2>/dev/null"):format(cookie, desk:own_page(), support.quote(cjson.encode { token = given.token }),
      (" " .. desk.base .. path(KW(8)) .. " -o /dev/null"):rep(8)))
    assert.are.equal(1, select(2, output:gsub("200", "")), output)
    assert.are.equal(7, select(2, output:gsub("403", "")), output)
    assert.are.equal(1, #desks.changes())
  end)

  it("cancels one number, and no other", function()
    assert.are.equal(200, (confirm(KW(1), PU(0x11))))
    assert.are.same({ ("DELETE /v1/Porting/PortIn/%s/PhoneNumber/%s"):format(KW(1), PU(0x11)) },
      desks.changes())
  end)

  it("does nothing to what is not watched, and to numbers of others", function()
    sandbox.put_port_in(KW(20), { port_in_request_status = "In Review" })
    assert.are.equal(404, (desk:ask(path(KW(20)))))
    assert.are.equal(404, (desk:ask(path(KW(20), PU(0x11)))))
    assert.are.equal(404, (desk:ask(path(KW(1), PU(0x21)))))
    local given, cookie = offer(KW(1))
    desk:ask("/watched/" .. KW(1), "-X DELETE " .. desk:own_page())
    finally(function() desk:ask("/watched/" .. KW(1), "-X PUT " .. desk:own_page()) end)
    assert.are.equal(404, (cancel(cookie .. " " .. desk:own_page(), given, KW(1))))
    assert.are.same({}, desks.changes())
  end)

  it("shows all the numbers of a port-in", function()
    local numbers = {}
    for i = 1, 300 do
      numbers[i] = { phone_number = ("+1415555%04d"):format(i), port_in_phone_number_sid = PU(0x5000 + i),
        port_in_phone_number_status = "in_review" }
    end
    sandbox.put_port_in(KW(2), { phone_numbers = numbers })
    local given = offer(KW(2))
    assert.are.equal(300, given.port_in.number_count)
    assert.are.equal(300, #given.port_in.numbers)
    assert.are.equal("+14155550300", given.port_in.numbers[300].phone_number)
  end)

  it("says nothing against what a plan would cancel", function()
    local given = offer(KW(1))
    assert.is_nil(given.warning)
    assert.is_false(given.is_risky)
    assert.is_string(given.token)
  end)

  it("warns of what is too late, and wants that confirmed as well", function()
    sandbox.put_port_in(KW(2), { target_port_in_date = day(1) })
    local late = { [KW(4)] = "a number of it is port pending", [KW(2)] = "port date " .. day(1) }
    for sid, words in pairs(late) do
      local given = offer(sid)
      assert.are.equal("It may be too late: " .. words .. ".", given.warning)
      assert.is_true(given.is_risky)
      local status, body = confirm(sid)
      assert.are.equal(403, status)
      assert.are.equal("The warning was not confirmed. Nothing was cancelled.", body.message)
    end
    assert.are.same({}, desks.changes())
    assert.are.equal(200, (confirm(KW(4), nil, { knows_risk = true })))
    assert.are.equal(1, #desks.changes())
  end)

  it("judges a number by itself", function()
    assert.is_false(offer(KW(4), PU(0x41)).is_risky)
    assert.are.equal("It may be too late: the number is port pending.", offer(KW(4), PU(0x42)).warning)
  end)

  it("warns of a port date that is near", function()
    sandbox.put_port_in(KW(2), { target_port_in_date = day(5) })
    local given = offer(KW(2))
    assert.are.equal("It has a port date: " .. day(5) .. " (wanted).", given.warning)
    assert.is_false(given.is_risky)
  end)

  it("warns where it cannot tell whether it is too late", function()
    sandbox.put_port_in(KW(2), { target_port_in_date = "soon" })
    local given = offer(KW(2))
    assert.matches("It cannot be told whether it is too late", given.warning, 1, true)
    assert.is_true(given.is_risky)
  end)

  it("offers nothing for another account's, or what is at its end", function()
    sandbox.put_port_in(KW(2), { account_sid = sandbox.sid("AC", 7) })
    for sid, words in pairs { [KW(2)] = "It belongs to another account",
      [KW(5)] = "does not allow cancelling: completed", [KW(7)] = "does not allow cancelling: canceled" } do
      local given = offer(sid)
      assert.is_nil(given.token)
      assert.matches(words, given.warning, 1, true)
    end
  end)

  it("cancels nothing that has changed since it was shown, whatever that is", function()
    local changes = {
      { port_in_request_status = "Waiting for Signature" },
      { target_port_in_date = day(1) },
      { phone_numbers = { { phone_number = "+14155550199", port_in_phone_number_sid = PU(0x99),
        port_in_phone_number_status = "in_review" } } },
    }
    for _, fields in ipairs(changes) do
      sandbox.reset()
      local given, cookie = offer(KW(1))
      sandbox.put_port_in(KW(1), fields)
      local status, body = cancel(cookie .. " " .. desk:own_page(), given, KW(1))
      assert.are.equal(409, status)
      assert.matches("Nothing was cancelled", body.message, 1, true)
      assert.are.same({}, desks.changes())
    end
  end)

  it("tells in a person's words what became of a cancellation", function()
    sandbox.fault { fault = "reset_after", method = "DELETE" }
    local status, body = confirm(KW(1))
    assert.are.equal(502, status)
    assert.are.equal("uncertain", body.outcome)
    assert.are.equal("The answer was lost: it may be cancelled, or not. Do not cancel again before the desk "
      .. "has looked again and shows its status.", body.message)
    sandbox.reset()
    sandbox.fault { fault = "error", status = 409, code = 20409, message = "It is being ported",
      method = "DELETE" }
    status, body = confirm(KW(1))
    assert.are.equal(502, status)
    assert.are.equal("Nothing was cancelled. Twilio refused: It is being ported.", body.message)
    assert.matches("code 20409", body.detail, 1, true)
  end)
end)
