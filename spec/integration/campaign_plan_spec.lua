--- A plan says of every target what it is, and is bound to what was seen.

local campaign = require "twilio.numbers.campaign"
local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"

local sid = sandbox.sid

local function kw(number) return sid("KW", number) end

local function day(seconds)
  return os.date("!%Y-%m-%d", os.time() + seconds)
end

local DAY = 86400

describe("a plan", function()
  local client

  before_each(function()
    sandbox.reset()
    client = sandbox.client()
  end)

  after_each(function() client:close() end)

  local function class_of(target, options)
    local plan = assert(campaign.plan(client, { target }, options))
    return plan.targets[1].class, plan.targets[1].note
  end

  it("classes port-ins by their status, however it is spelled", function()
    for number, class in pairs {
      "cancel", "cancel", "cancel", "too_late", "completed", "expired", "canceled", "cancel",
      "canceled", "cancel", "not_found",
    } do
      assert.are.equal(class, (class_of(kw(number))), kw(number))
    end
  end)

  it("knows no status but those that are known", function()
    sandbox.put_port_in(kw(1), { port_in_request_status = "on_hold" })
    local class, note = class_of(kw(1))
    assert.are.equal("unknown", class)
    assert.are.equal('status "on_hold"', note)
  end)

  it("leaves alone what belongs to another account, unless that is named", function()
    local other = sid("AC", 99)
    sandbox.put_port_in(kw(1), { account_sid = other })
    assert.are.equal("wrong_account", (class_of(kw(1))))
    assert.are.equal("cancel", (class_of(kw(1), { accounts = { other } })))
  end)

  it("is too late within 48 hours of the port date, before and after", function()
    for _, case in ipairs {
      { day(5 * DAY), "cancel" }, { day(1 * DAY), "too_late" }, { day(0), "too_late" },
      { day(-1 * DAY), "too_late" }, { day(-5 * DAY), "cancel" }, { "soon", "unknown" },
    } do
      sandbox.put_port_in(kw(1), { target_port_in_date = case[1] })
      assert.are.equal(case[2], (class_of(kw(1))), case[1])
    end
    sandbox.put_port_in(kw(1), { target_port_in_date = day(1 * DAY) })
    assert.are.equal("cancel", (class_of(kw(1), { window = 3600 * 2 })))
    assert.are.equal("cancel", (class_of(kw(1), { window = 0 })))
  end)

  it("takes a date without a time for all of its day, anywhere on Earth", function()
    sandbox.put_port_in(kw(1), { target_port_in_time_range_start = core.null })
    for _, date in ipairs { day(-DAY), day(0), day(DAY) } do
      sandbox.put_port_in(kw(1), { target_port_in_date = date })
      assert.are.equal("too_late", (class_of(kw(1), { window = 26 * 3600 })), date)
    end
    sandbox.put_port_in(kw(1), { target_port_in_date = day(0) })
    assert.are.equal("too_late", (class_of(kw(1), { window = 1 })))
    sandbox.put_port_in(kw(1), { target_port_in_time_range_start = "25:00:00Z" }) -- is none
    assert.are.equal("too_late", (class_of(kw(1), { window = 1 })))
    local hour = os.date("!%H:%M", os.time() + 5 * 3600)
    sandbox.put_port_in(kw(1), {
      target_port_in_date = day(5 * 3600), target_port_in_time_range_start = hour,
    })
    assert.are.equal("too_late", (class_of(kw(1), { window = 1 }))) -- the time zone is unknown
    sandbox.put_port_in(kw(1), { target_port_in_time_range_start = hour .. ":00+00:00" })
    assert.are.equal("cancel", (class_of(kw(1), { window = 3600 })))
  end)

  it("goes by the time of the port date, with its offset", function()
    local at = os.time() + 47 * 3600
    sandbox.put_port_in(kw(1), {
      target_port_in_date = os.date("!%Y-%m-%d", at + 3600),
      target_port_in_time_range_start = os.date("!%H:%M:%S", at + 3600) .. "+01:00",
    })
    assert.are.equal("too_late", (class_of(kw(1))))
    assert.are.equal("cancel", (class_of(kw(1), { window = 46 * 3600 })))
  end)

  it("finds a number by its SID and by E.164, and never guesses", function()
    local plan = assert(campaign.plan(client, {
      { kw(10), "+14155550201" },
      { port_in_sid = kw(10), phone_number_sid = sid("PU", 0xa2) },
      { kw(10), "+14155550203" }, { kw(10), "+14155559999" }, { kw(4), "+14155550142" },
      { kw(10), sid("PU", 0xa1) }, { kw(10), sid("PU", 0xff) },
    }))
    local classes = {}
    for i, target in ipairs(plan.targets) do classes[i] = target.class end
    assert.are.same({
      "cancel", "cancel", "canceled", "missing", "too_late", "duplicate", "not_found",
    }, classes)
    assert.are.equal(sid("PU", 0xa1), plan.targets[1].phone_number_sid)
    assert.are.equal("+14155550202", plan.targets[2].phone_number)
  end)

  it("takes no part that is empty, or of another name, for all of the port-in", function()
    for _, input in ipairs {
      { kw(10), "" }, { port_in_sid = kw(10), phone_number_sid = "" }, { kw(10), phone_numer = "+1" },
      { kw(10), "+14155550201", "+14155550202" }, { kw(10), false },
      { kw(10), "+14155550201", phone_number = "+14155550202" },
    } do
      assert.are.equal("invalid", (class_of(input)))
    end
    for _, input in ipairs {
      { port_in_sid = kw(10), phone_number_sid = "", phone_number = "+14155550201" },
      { port_in_request_sid = kw(10), port_in_phone_number_sid = sid("PU", 0xa1) },
    } do
      local target = assert(campaign.plan(client, { input })).targets[1]
      assert.are.equal("cancel", target.class)
      assert.are.equal(sid("PU", 0xa1), target.phone_number_sid)
    end
    assert.are.equal("missing", (class_of { kw(10), sid("PU", 0xa1), phone_number = "+14155550202" }))
  end)

  it("takes a number that is there twice for neither", function()
    local numbers = {}
    for i = 1, 2 do
      numbers[i] = { port_in_phone_number_sid = sid("PU", i), phone_number = "+14155550777",
        port_in_phone_number_status = "in_review" }
    end
    sandbox.put_port_in(kw(1), { phone_numbers = numbers })
    assert.are.equal("ambiguous", (class_of { kw(1), "+14155550777" }))
  end)

  it("protects by port-in, number and E.164", function()
    for _, protected in ipairs { kw(1), sid("PU", 0x12), "+14155550112" } do
      local class, note = class_of(kw(1), { protect = { protected } })
      assert.are.equal("protected", class)
      assert.are.equal(protected, note)
    end
    assert.are.equal("cancel", (class_of({ kw(1), "+14155550111" }, { protect = { "+14155550112" } })))
    assert.are.equal("protected", (class_of({ kw(1), "+14155550111" }, { protect = { kw(1) } })))
  end)

  it("takes an iterator, doubles, and numbers that their port-in covers", function()
    local inputs = { kw(1), kw(1), { kw(1), "+14155550111" }, "nonsense", kw(2) }
    local i = 0
    local plan = assert(campaign.plan(client, function()
      i = i + 1
      return inputs[i]
    end))
    local classes = {}
    for k, target in ipairs(plan.targets) do classes[k] = target.class end
    assert.are.same({ "cancel", "duplicate", "covered", "invalid", "cancel" }, classes)
    assert.are.equal(2, plan:count "cancel")
    assert.are.equal(1, plan:problems())
  end)

  it("takes both cases of a SID's digits for one", function()
    local plan = assert(campaign.plan(client, { kw(10), (kw(10):gsub("a$", "A")) }))
    assert.are.equal("duplicate", plan.targets[2].class)
    assert.are.equal("protected", (class_of(kw(10), { protect = { (kw(10):gsub("a$", "A")) } })))
  end)

  it("says what could not be fetched, and ends at once where credentials are not accepted", function()
    sandbox.fault { fault = "error", status = 500, path = kw(2) }
    local plan = assert(campaign.plan(client, { kw(1), kw(2) }))
    assert.are.equal("failed", plan.targets[2].class)
    assert.matches("HTTP 500", plan.targets[2].note, 1, true)
    client:close()
    client = sandbox.client { auth_token = ("0"):rep(32), concurrency = 1 }
    sandbox.reset()
    local none, err = campaign.plan(client, { kw(1), kw(2), kw(3) })
    assert.is_nil(none)
    assert.are.equal(401, err.http_status)
    assert.are.equal(1, #sandbox.requests())
  end)

  it("is written and read again, and refused when a single character differs", function()
    local plan = assert(campaign.plan(client, { kw(1), { kw(10), "+14155550201" } },
      { protect = { "+14155550202" } }))
    local text = plan:to_json()
    local again = assert(campaign.read_plan(text))
    assert.are.equal(plan.id, again.id)
    assert.are.equal(text, again:to_json())
    assert.are.same(plan.targets, again.targets)
    for i = 1, #text do
      local altered = text:sub(1, i - 1) .. string.char((text:byte(i) + 1) % 256) .. text:sub(i + 1)
      local none, err = campaign.read_plan(altered)
      assert.is_nil(none)
      assert.are.equal("plan", err.kind)
    end
    for _, altered in ipairs { "", text .. " ", text:sub(1, -2), " " .. text, "{}", text:upper() } do
      assert.is_nil((campaign.read_plan(altered)))
    end
  end)

  it("is shown as a table and as CSV, with masked numbers unless asked for", function()
    local plan = assert(campaign.plan(client, { { kw(10), "+14155550201" }, kw(5) }))
    assert.matches("+141******01", plan:table(), 1, true)
    assert.matches("+14155550201", plan:table(true), 1, true)
    assert.not_matches("+14155550201", plan:csv(), 1, true)
    assert.matches("class,port_in_sid,phone_number_sid,phone_number,status,numbers,scheduled,note\n"
      .. "cancel," .. kw(10)
      .. "," .. sid("PU", 0xa1) .. ",+14155550201,in_review,1,,\n", plan:csv(true), 1, true)
    assert.matches("1 to be cancelled, 1 ported already", plan:summary(), 1, true)
  end)

  it("takes a SID in another case for the same, whichever of the two the API knows", function()
    local own = sandbox.sid("KW", 0xabc)
    local capital = "KW" .. own:sub(3):upper()
    sandbox.put_port_in(own, {})
    local right = ("/PortIn/%s"):format(capital)
    for _, order in ipairs { { own, capital }, { capital, own } } do
      sandbox.clear_faults()
      sandbox.fault { fault = "error", status = 404, code = 20404, method = "GET", path = right, times = 99 }
      local plan = assert(campaign.plan(client, order))
      local classes = {}
      for i, target in ipairs(plan.targets) do
        classes[order[i]] = target.class .. " " .. (target.note or "")
      end
      assert.are.same({ [own] = "cancel ", [capital] = "duplicate in another spelling" }, classes)
      assert.are.equal(0, plan:problems())
    end
  end)

  it("says what its source was made without", function()
    local plan = assert(campaign.plan(client, { kw(1) }, {
      left_out = { 'line 3: not a port-in SID: "KW.."' } }))
    assert.are.equal("1 to be cancelled, 1 left out of the inputs. To be cancelled: 1 port-in, 2 numbers",
      plan:summary())
    assert.matches('left_out .* line 3: not a port%-in SID: "KW.."', plan:table())
    assert.are.same(plan.targets, assert(campaign.read_plan(plan:to_json())).targets)
    assert.has_error(function() campaign.plan(client, { kw(1) }, { left_out = { 3 } }) end)
  end)

  it("says which of its targets have a port date, and in which time zone that was judged", function()
    local soon = os.date("!%Y-%m-%d", os.time() + 5 * 86400)
    local between = os.date("!%Y-%m-%d", os.time() + 9 * 86400) .. "T10:00:00Z"
    local later = os.date("!%Y-%m-%d", os.time() + 20 * 86400)
    sandbox.put_port_in(kw(1), { phone_numbers = {
      { phone_number = "+14155550111", port_date = later .. "T10:00:00Z" },
      { phone_number = "+14155550112", port_date = between } } })
    sandbox.put_port_in(kw(2), { target_port_in_date = soon })
    sandbox.put_port_in(kw(3), { target_port_in_date = later })
    local plan = assert(campaign.plan(client, { kw(1), kw(2), kw(3) }))
    local dates = {}
    for i, target in ipairs(plan.targets) do dates[i] = target.scheduled or "none" end
    assert.are.same({ between, soon .. " (wanted)", "none" }, dates)
    assert.matches("2 to be cancelled have a port date: the carrier may refuse, or charge a fee. "
      .. "The API's dates are UTC. The window of 48 hours around each was judged in UTC where a date has a "
      .. "time, and from UTC+14 to UTC-12 where it has none", plan:schedule_summary(), 1, true)
    assert.matches("scheduled", plan:table(), 1, true)
    assert.are.same(plan.targets, assert(campaign.read_plan(plan:to_json())).targets)
    assert.is_nil(assert(campaign.plan(client, { kw(8) })):schedule_summary())
  end)

  it("raises for options that it does not know", function()
    for _, case in ipairs {
      { { windw = 1 }, "unknown option 'windw'" },
      { { window = -1 }, "window: a number of seconds expected, got -1" },
      { { protect = { "x" } }, "protect[1]: a port-in SID, a phone number SID or an E.164 number" },
      { { accounts = { "x" } }, "accounts[1]: an account SID" },
      { { concurrency = 0.5 }, "concurrency: a whole number above 0 expected" },
    } do
      local ok, why = pcall(campaign.plan, client, {}, case[1])
      assert.is_false(ok)
      assert.matches(case[2], why, 1, true)
    end
    assert.has_error(function() campaign.plan({}, {}) end)
  end)
end)
