--- What the porting desk watches: added and taken away by its own page only, and listed by status.

local cjson = require "cjson"
local desks = require "spec.support.desk"
local sandbox = require "spec.support.sandbox"

local KW, eventually = desks.kw, desks.eventually
local desk

setup(function()
  sandbox.reset()
  desk = desks.start { environment = "DESK_SIDS='" .. KW(1) .. " " .. KW(2) .. "'" }
end)

teardown(function() desk:stop() end)

local function sids()
  local list = {}
  for i, entry in ipairs(cjson.decode((select(2, desk:ask "/port-ins")))) do list[i] = entry.sid end
  return list
end

local function watch(sid, method, options)
  return desk:ask("/watched/" .. sid, "-X " .. method .. " " .. (options or desk:own_page()))
end

describe("the porting desk", function()
  before_each(function() sandbox.reset() end)

  it("watches one more, and no longer", function()
    assert.is_true(eventually(function() return #sids() == 2 end))
    assert.are.equal(200, (watch(KW(3), "PUT")))
    assert.are.same({ KW(1), KW(2), KW(3) }, sids())
    assert.are.equal(200, (watch(KW(3), "PUT"))) -- again
    assert.are.equal(200, (watch(KW(1), "DELETE")))
    assert.are.same({ KW(2), KW(3) }, sids())
    assert.are.equal(404, (desk:ask("/port-ins/" .. KW(1))))
    assert.are.equal(200, (watch(KW(1), "PUT")))
    assert.are.same({ KW(2), KW(3), KW(1) }, sids())
    assert.are.same({}, desks.changes())
  end)

  it("watches only what the API knows, and says so in a person's words", function()
    local status, body = watch(KW(99), "PUT")
    assert.are.equal(404, status)
    body = cjson.decode(body)
    assert.are.equal("Twilio knows no such port-in. Check the SID, and the account that it belongs to.",
      body.message)
    assert.matches("GET /v1/Porting/PortIn/" .. KW(99), body.detail, 1, true)
  end)

  it("changes nothing for other sites", function()
    for _, options in ipairs { "", "-H 'Origin: https://evil.example'",
      desk:own_page() .. " -H 'Sec-Fetch-Site: cross-site'" } do
      assert.are.equal(403, (watch(KW(4), "PUT", options)))
      assert.are.equal(403, (watch(KW(2), "DELETE", options)))
    end
    for _, path in ipairs { "/port-ins/" .. KW(2), "/port-ins/" .. KW(2) .. "/cancellation",
      "/listing?status=in_review", "/port-ins" } do
      assert.are.equal(403, (desk:ask(path, "-H 'Sec-Fetch-Site: cross-site'")))
      assert.are.equal(200, (desk:ask(path, "-H 'Sec-Fetch-Site: same-origin'")))
    end
    assert.are.equal(403, (desk:ask("/events", "-H 'Sec-Fetch-Site: cross-site'")))
    assert.are.same({ KW(2), KW(3), KW(1) }, sids())
  end)

  it("lists the account's port-ins at a status", function()
    local status, body = desk:ask "/listing?status=in_review"
    assert.are.equal(200, status)
    assert.are.same({ is_more = false, items = {
      { sid = KW(1), status = "in_review", is_watched = true, number_count = 2 },
      { sid = KW(10), status = "in_review", is_watched = false, number_count = 4 },
    } }, cjson.decode(body))
    assert.are.equal(400, (desk:ask "/listing?status=nonsense"))
    assert.are.equal(400, (desk:ask "/listing"))
  end)

  it("lists the first of many, and says that there are more", function()
    local options = "-d '{\"count\":60}' -o /dev/null --cacert " .. sandbox.ca_file
    os.execute("curl -s " .. options .. " " .. sandbox.url .. "/_sandbox/port-ins")
    local listing = cjson.decode((select(2, desk:ask "/listing?status=waiting_for_signature")))
    assert.are.equal(50, #listing.items)
    assert.is_true(listing.is_more)
  end)

  it("tells in a person's words why it cannot list", function()
    sandbox.fault { fault = "error", status = 401, code = 20003, message = "No", path = "PortInRequests" }
    local status, body = desk:ask "/listing?status=in_review"
    assert.are.equal(502, status)
    assert.are.equal("Twilio does not accept the desk's credentials. "
      .. "Whoever runs the desk has to check them.", cjson.decode(body).message)
  end)
end)
