--- A plan is bound to the host that it was made at, and to the numbers that go with its targets.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local cjson = require "cjson"
local core = require "twilio.numbers.core"
local endpoint = require "twilio.numbers.api.endpoint"
local sandbox = require "spec.support.sandbox"
local version_1 = require "spec.support.version_1"

local count_deletes = campaigns.count_deletes
local options, sid = campaigns.options, sandbox.sid

local function kw(number) return sid("KW", number) end
local function pu(number) return sid("PU", number) end

--- Numbers of a port-in, each with the SID of its place.
local function items(...)
  local list = {}
  for i, phone_number in ipairs { ... } do
    list[i] = { port_in_phone_number_sid = pu(0x300 + i), phone_number = phone_number,
      port_in_phone_number_status = "in_review" }
  end
  return list
end

local function many(count)
  local list = {}
  for i = 1, count do list[i] = ("+1415557%04d"):format(i) end
  return list
end

local function put(number, ...)
  sandbox.put_port_in(kw(number), { phone_numbers = items(...) })
end

describe("a base URL", function()
  it("has one spelling by which it is compared", function()
    for url, normal in pairs {
      ["https://numbers.twilio.com"] = "https://numbers.twilio.com",
      ["https://Numbers.Twilio.COM/"] = "https://numbers.twilio.com",
      ["https://numbers.twilio.com:443/"] = "https://numbers.twilio.com",
      ["https://h:0443"] = "https://h", ["https://h:"] = "https://h",
      ["https://h:80"] = "https://h:80", ["http://h:80"] = "http://h",
      ["http://h:443/A/b/"] = "http://h:443/A/b", ["https://[::1]:443"] = "https://[::1]",
      ["https://[::1]:8443/x"] = "https://[::1]:8443/x", ["https://[FE80::1]"] = "https://[fe80::1]",
    } do
      assert.are.equal(normal, endpoint.normal(url))
      assert.are.equal(normal, endpoint.normal(normal))
    end
  end)
end)

describe("a plan", function()
  local client, ledger

  before_each(function() client, ledger = campaigns.begin { concurrency = 8 } end)
  after_each(function() campaigns.finish(client, ledger) end)

  local function plan_of(inputs, settings)
    return assert(campaign.plan(client, inputs, settings))
  end

  local function apply(plan, more) return campaigns.apply(client, ledger, plan, more) end

  --- Its text with another body, and a hash that fits.
  local function forged(text, old, new)
    local start = select(2, text:find('"plan":{\n', 1, true)) + 1
    local body = text:sub(start):gsub(old, new, 1)
    assert(body ~= text:sub(start), "nothing was changed")
    return ('{"twilio_numbers_plan":%s,"sha256":"%s","plan":{\n'):format(
      text:match '^{"twilio_numbers_plan":(%d+)', core.sha256(body)) .. body
  end

  it("that does not say what it is bound to in a way that is known is refused, whatever its hash", function()
    local text = plan_of({ kw(1) }, { protect = { kw(9) } }):to_json()
    for _, change in ipairs {
      { '"base_url":"[^"]*",\n', "" }, { '"base_url":"[^"]*"', '"base_url":1' },
      { '"base_url":"[^"]*"', '"base_url":"https://H"' }, { '"base_url":"[^"]*"', '"base_url":"x"' },
      { '"base_url":"[^"]*"', '"base_url":"https://h/\\u001b[2J"' },
      { '"base_url":"[^"]*"', '"base_url":"https://h/' .. ("x"):rep(3000) .. '"' },
      { '"unmatched":%[.-%],\n', "" }, { '"unmatched":%[.-%]', '"unmatched":[1]' },
      { '"unmatched":%[.-%]', '"unmatched":["a","b"]' }, { '"protected":%[.-%]', '"protected":{"a":1}' },
      { '"protected":%[.-%]', '"protected":[7]' }, { '"accounts":%[%]', '"accounts":[null]' },
      { '"numbers":%[.-%]', '"numbers":"x"' }, { '"numbers":%[.-%]', '"numbers":[1]' },
      { '"numbers":%[.-%]', '"numbers":["+1 415 555 0111"]' }, { '"numbers":%[.-%]', '"numbers":["PU1"]' },
      { '"numbers":%[.-%]', '"numbers":{"+14155550111":true}' },
      { '"targets":%[(.*)%]', '"targets":{"1":%1}' }, { '"window":%d+', '"window":-1' },
      { '"targets":%[(.*)%]', '"targets":[%1,%1]' },
    } do
      local none, err = campaign.read_plan(forged(text, change[1], change[2]))
      assert.is_nil(none)
      assert.are.equal("the plan cannot be read", err.message, change[1] .. change[2])
    end
    assert.is_table(campaign.read_plan(forged(text, '"class":"cancel"', '"class":"protected"')))
    local none, err = campaign.read_plan((text:gsub('plan":2', 'plan":3')))
    assert.is_nil(none)
    assert.are.equal("the plan is of version 3, this library reads up to version 2", err.message)
  end)

  describe("of another host", function()
    local other

    before_each(function() other = sandbox.client { base_url = sandbox.http_url } end)
    after_each(function() other:close() end)

    local words = ("the plan was made at %s, the client is for %s"):format(sandbox.url, sandbox.http_url)

    local function is_refused(work, ...)
      local before = #sandbox.requests()
      local result, err = work(other, ledger, ...)
      assert.is_nil(result)
      assert.are.equal("plan", err.kind)
      assert.are.equal("not_sent", err.outcome)
      assert.are.equal(words, err.message)
      assert.are.equal(before, #sandbox.requests())
    end

    it("is refused by each step before anything is asked", function()
      local plan = plan_of { kw(1), kw(2) }
      assert.are.equal(sandbox.url, plan.base_url)
      is_refused(campaign.apply, plan, options { confirm = 2 })
      is_refused(campaign.apply, assert(campaign.read_plan(plan:to_json())), options { confirm = 2 })
      assert(apply(plan, { deadline = 0 }))
      is_refused(campaign.resume, nil, options { confirm = 2 })
      is_refused(campaign.apply, plan, options { confirm = 2 })
      sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", path = kw(1) }
      assert(apply(plan))
      is_refused(campaign.retry_failed, nil, options { confirm = 1 })
      is_refused(campaign.resume, nil, options())
      assert.are.equal(2, count_deletes())
    end)

    it("is not another for a slash or a letter's case", function()
      local same = sandbox.client { base_url = sandbox.url:upper():gsub("^HTTPS", "https") .. "/" }
      local plan = plan_of { kw(1) }
      local result = assert(campaign.apply(same, ledger, plan, options { confirm = 1, confirm_numbers = 2 }))
      assert.are.equal("success", result.verdict)
      assert.are.equal(sandbox.url, assert(campaign.plan(same, { kw(2) })).base_url)
      same:close()
    end)
  end)

  it("and its report say the host", function()
    local plan = plan_of { kw(1) }
    assert.matches(" of " .. sandbox.account_sid .. " at " .. sandbox.url .. ": 1 to be", tostring(plan), 1,
      true)
    assert.are.equal(sandbox.url, cjson.decode(plan:listing()).base_url)
    local report = assert(apply(plan)).report
    assert.are.equal(sandbox.url, report.base_url)
    assert.are.equal(sandbox.url, cjson.decode(report:to_json()).campaign.base_url)
    assert.matches(" at " .. sandbox.url .. ", entered", report:describe(), 1, true)
    assert.are.equal(sandbox.url, assert(campaign.report(ledger)).base_url)
  end)

  describe("names the numbers of a port-in", function()
    local function numbers_of(body)
      sandbox.fault { fault = "malformed", method = "GET", path = kw(1), times = 1,
        body = ('{"port_in_request_sid":"%s","port_in_request_status":"In Review",%s}'):format(kw(1), body) }
      local plan = plan_of { kw(1) }
      assert.are.same(plan.targets, assert(campaign.read_plan(plan:to_json())).targets)
      return plan.targets[1].numbers
    end

    it("sorted, in one spelling, by their SID where they have no number", function()
      put(1, "+1 415 555 0112", "(415) 555-0113", "+14155550111")
      assert.are.same({ "+14155550111", "+14155550112", "4155550113" },
        plan_of({ kw(1) }).targets[1].numbers)
      assert.are.same({ "+14155550111", "?", "PU" .. ("0"):rep(30) .. "ab" },
        numbers_of('"phone_numbers":[null,"+1 415 555 0111",{"phone_number":null,'
          .. '"port_in_phone_number_sid":"PU' .. ("0"):rep(30) .. 'AB"}]'))
      assert.are.same({}, numbers_of '"phone_numbers":[]')
    end)

    it("unless there is no list of them", function()
      for _, body in ipairs { '"phone_numbers":null', '"x":1', '"phone_numbers":"+14155550111"',
        '"phone_numbers":{"a":{}}' } do
        assert.is_nil(numbers_of(body))
      end
    end)

    it("and no list for a single number", function()
      local target = plan_of({ { kw(10), "+14155550201" } }).targets[1]
      assert.is_nil(target.numbers)
      assert.are.equal("+14155550201", target.phone_number)
    end)
  end)

  describe("whose port-in has other numbers now", function()
    local changes = {
      { "grew", { "+14155550111" }, many(50),
        "had 1 number and has 50: +14155570001, +14155570002, +14155570003 and 47 more came, "
          .. "+14155550111 went" },
      { "got one more", { "+14155550111" }, { "+14155550111", "+14155550112" },
        "had 1 number and has 2: +14155550112 came" },
      { "got the same twice", { "+14155550111" }, { "+14155550111", "+14155550111" },
        "had 1 number and has 2: +14155550111 came" },
      { "lost one", { "+14155550111", "+14155550112" }, { "+14155550112" },
        "had 2 numbers and has 1: +14155550111 went" },
      { "lost all", { "+14155550111" }, {}, "had 1 number and has 0: +14155550111 went" },
      { "has another", { "+14155550111" }, { "+14155550112" },
        "had 1 number and has 1: +14155550112 came, +14155550111 went" },
      { "has one of another country", { "4155550111" }, { "+14165550111" },
        "had 1 number and has 1: +14165550111 came, 4155550111 went" },
      { "has one that cannot be read", { "+14155550111" }, { "ask Robin" },
        "had 1 number and has 1: " .. pu(0x301) .. " came, +14155550111 went" },
    }

    for _, change in ipairs(changes) do
      local what, before, after, words = (table.unpack or unpack)(change)

      it("refuses it, or leaves that out, before anything is sent: one that " .. what, function()
        put(1, (table.unpack or unpack)(before))
        local plan = plan_of { kw(1), kw(2) }
        put(1, (table.unpack or unpack)(after))
        local none, err = apply(plan)
        assert.is_nil(none)
        assert.are.equal("plan", err.kind)
        assert.are.same({ kw(1) .. " " .. words }, err.changes)
        assert.not_matches("+141%d%d%d%d%d", err.message) -- masked
        assert.are.equal(0, count_deletes())
        local result = assert(apply(assert(campaign.read_plan(plan:to_json())), { skip_changed = true }))
        assert.are.same({ [kw(1)] = "skipped", [kw(2)] = "confirmed" }, campaigns.states(result.report))
        assert.are.equal("changed: " .. words, result.report.targets[1].why)
        assert.are.equal("partial", result.verdict)
        assert.are.equal(1, count_deletes())
      end)
    end

    it("skips what has changed by the last fetch before its DELETE", function()
      put(1, "+14155550111")
      local plan = plan_of { kw(1) }
      local result = assert(apply(plan, { on_stage = function(stage)
        if stage == "cancelling" then put(1, "+14155550111", "+14155550112") end
      end }))
      local report = result.report
      assert.are.equal("changed: had 1 number and has 2: +14155550112 came", report.targets[1].why)
      assert.matches("+141******12 came", report:table(), 1, true)
      assert.are.equal("partial", result.verdict)
      assert.are.equal(0, count_deletes())
    end)

    it("skips it when the campaign is resumed", function()
      put(1, "+14155550111")
      put(2, "+14155550121")
      local plan, is_over = plan_of { kw(1), kw(2) }, false
      assert(apply(plan, { concurrency = 1, interrupted = function() return is_over end,
        on_target = function(target) is_over = is_over or target.state == "accepted" end }))
      assert.are.equal(1, count_deletes())
      put(2, (table.unpack or unpack)(many(50)))
      local result = assert(campaign.resume(client, ledger, nil, options { confirm = 2 }))
      assert.are.same({ [kw(1)] = "confirmed", [kw(2)] = "skipped" }, campaigns.states(result.report))
      assert.matches("^changed: had 1 number and has 50", result.report.targets[2].why)
      assert.are.equal(1, count_deletes())
    end)

    it("skips it when what was refused is tried again", function()
      put(1, "+14155550111")
      sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE" }
      assert(apply(plan_of { kw(1) }))
      put(1, "+14155550111", "+14155550112")
      local result = assert(campaign.retry_failed(client, ledger, nil, options { confirm = 1 }))
      assert.matches("^changed: had 1 number and has 2", result.report.targets[1].why)
      assert.are.equal(1, count_deletes())
    end)

    it("takes a list that cannot be read any more, or can be now, for another", function()
      local function answer(phone_numbers)
        sandbox.reset()
        sandbox.fault { fault = "malformed", method = "GET", path = kw(1), times = 1000,
          body = ('{"port_in_request_sid":"%s","port_in_request_status":"In Review","phone_numbers":%s}')
            :format(kw(1), phone_numbers) }
      end
      answer '["+14155550111"]'
      local plan = plan_of { kw(1) }
      answer "null"
      local _, err = apply(plan)
      assert.are.same({ kw(1) .. " had 1 number, which cannot be read now" }, err.changes)
      plan = plan_of { kw(1) }
      answer '["+14155550111","+14155550112"]'
      _, err = apply(plan)
      assert.are.same({ kw(1) .. " had numbers that could not be read, and has 2 numbers" }, err.changes)
      assert.are.equal(0, count_deletes())
    end)
  end)

  it("is not stale for numbers in another order or spelling, or for their statuses", function()
    put(1, "+14155550111", "+14155550112", "(415) 555-0113", "+14155550114")
    local plan = plan_of { kw(1) }
    local list = items("(415) 555-0112", "+1 415 555 0113", "14155550111", "+14155550114")
    list[1].port_in_phone_number_status = "waiting_for_signature"
    sandbox.put_port_in(kw(1), { phone_numbers = list })
    assert.are.equal("success", assert(apply(plan)).verdict)
  end)

  it("holds a thousand numbers", function()
    put(1, (table.unpack or unpack)(many(1000)))
    local plan = assert(campaign.read_plan(plan_of({ kw(1) }):to_json()))
    assert.are.equal(1000, #plan.targets[1].numbers)
    assert.are.equal("success", assert(apply(plan)).verdict)
  end)

  describe("whose number's SID names another number now", function()
    local words = "named +14155550201 and names +14155550999"

    local function rename(phone_number)
      local list = items(phone_number)
      list[1].port_in_phone_number_sid = pu(0xa1)
      sandbox.put_port_in(kw(10), { phone_numbers = list })
    end

    it("refuses it, or leaves that out", function()
      local plan = plan_of { { kw(10), pu(0xa1) } }
      rename "+14155550999"
      local none, err = apply(plan)
      assert.is_nil(none)
      assert.are.same({ kw(10) .. " " .. pu(0xa1) .. " " .. words }, err.changes)
      local result = assert(apply(plan, { skip_changed = true }))
      assert.are.equal("changed: " .. words, result.report.targets[1].why)
      assert.are.equal(0, count_deletes())
    end)

    it("skips it at the last fetch", function()
      for _, case in ipairs { { "+14155550999", words },
        { "none", "named +14155550201 and names no number that can be read" } } do
        sandbox.reset()
        ledger:close()
        ledger = assert(campaign.open(campaigns.place()))
        local plan = plan_of { { kw(10), "+14155550201" } }
        local result = assert(apply(plan, { on_stage = function(stage)
          if stage == "cancelling" then rename(case[1]) end
        end }))
        assert.are.equal("changed: " .. case[2], result.report.targets[1].why)
        assert.are.equal(0, count_deletes())
      end
    end)

    it("is not stale for another spelling", function()
      local plan = plan_of { { kw(10), "+14155550201" } }
      rename "+1 (415) 555-0201"
      assert.are.equal("success", assert(apply(plan)).verdict)
    end)
  end)
end)

describe("a plan of version 1", function()
  local client, place, text

  before_each(function()
    sandbox.reset()
    client = sandbox.client { concurrency = 8 }
    place = campaigns.place()
    text = version_1.plan(sandbox.account_sid, { version_1.port_in(kw(1)),
      version_1.number(kw(10), pu(0xa1), "+14155550201"),
      version_1.port_in(kw(5), "completed", "completed") }, "+14155550199")
  end)

  after_each(function()
    client:close()
    campaigns.clean()
  end)

  local function open(states)
    if states then version_1.ledger(place, text, states) end
    return assert(campaign.open(place))
  end

  it("is read, and refused when a single character differs", function()
    local plan = assert(campaign.read_plan(text))
    assert.are.equal(1, plan.version)
    assert.is_nil(plan.base_url)
    assert.is_nil(plan:protect_summary())
    assert.are.equal(text, plan:to_json())
    assert.matches("2 to be cancelled, 1 ported already", tostring(plan), 1, true)
    assert.is_table(cjson.decode(plan:listing()))
    for i = 1, #text do
      local altered = text:sub(1, i - 1) .. string.char((text:byte(i) + 1) % 256) .. text:sub(i + 1)
      assert.is_nil((campaign.read_plan(altered)))
    end
  end)

  it("is not applied where nothing was begun with it", function()
    local plan = assert(campaign.read_plan(text))
    for _, states in ipairs { false, { "planned", "planned", "skipped" } } do
      local ledger = open(states)
      local none, err = campaign.apply(client, ledger, plan, options { confirm = 2 })
      assert.is_nil(none)
      assert.are.equal("plan", err.kind)
      assert.are.equal("the plan is of version 1, which binds neither its host nor the numbers of its "
        .. "port-ins: make a new plan", err.message)
      assert.are.same({}, sandbox.requests())
      ledger:close()
      place = campaigns.place()
    end
  end)

  it("is reported, resumed, applied and tried again where it was begun with, at any host", function()
    local other = sandbox.client { base_url = sandbox.http_url }
    local plan = assert(campaign.read_plan(text))
    local function resume(ledger)
      return campaign.resume(other, ledger, nil, options { confirm = 2 })
    end
    local function apply(ledger)
      return campaign.apply(other, ledger, plan, options { confirm = 2 })
    end
    for _, go_on in ipairs { resume, apply } do
      local ledger = open { "planned", "refused", "skipped" }
      local report = assert(campaign.report(ledger))
      assert.is_nil(report.base_url)
      assert.are.equal("1 planned, 1 refused, 1 skipped", report:summary())
      assert.matches("of " .. sandbox.account_sid .. ", entered", report:describe(), 1, true)
      put(1, (table.unpack or unpack)(many(50))) -- such a plan does not bind the list
      local result = assert(go_on(ledger))
      assert.are.equal("1 confirmed, 1 refused, 1 skipped", result.report:summary())
      result = assert(campaign.retry_failed(client, ledger, nil, options { confirm = 1 }))
      assert.are.equal("success", result.verdict)
      assert.are.equal(2, count_deletes())
      ledger:close()
      sandbox.reset()
      place = campaigns.place()
    end
    other:close()
  end)

  it("binds the number that a SID names", function()
    local list = items "+14155550999"
    list[1].port_in_phone_number_sid = pu(0xa1)
    sandbox.put_port_in(kw(10), { phone_numbers = list })
    local ledger = open { "planned", "refused", "skipped" }
    local result = assert(campaign.retry_failed(client, ledger, nil, options { confirm = 1 }))
    assert.are.equal("changed: named +14155550201 and names +14155550999",
      result.report.targets[2].why)
    assert.are.equal(0, count_deletes())
    ledger:close()
  end)
end)
