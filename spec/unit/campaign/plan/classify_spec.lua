--- What a plan makes of a target. Only what is certain to be meant, and not too late, is cancelled.

local classify = require "twilio.numbers.campaign.plan.classify"
local date = require "twilio.numbers.util.date"
local doubles = require "spec.support.port_in_doubles"
local protection = require "twilio.numbers.campaign.plan.protection"
local statuses = require "twilio.numbers.api.status"

local HOUR = 3600
local NOW = date.seconds "2026-05-04T12:00:00Z"
local KW, AC = doubles.sid("KW", 1), doubles.sid("AC", 10)

local function rules(changes)
  local all = { window = 48 * HOUR, accounts = { [AC:lower()] = true }, protection = protection.new {},
    now = NOW }
  for name, value in pairs(changes or {}) do all[name] = value end
  return all
end

local function port_in(fields)
  local raw = { port_in_request_sid = KW, account_sid = AC, port_in_request_status = "In Review",
    phone_numbers = {} }
  for name, value in pairs(fields or {}) do raw[name] = value end
  return doubles.port_in(raw)
end

local function number(fields)
  local raw = { port_in_phone_number_sid = doubles.sid("PU", 1), phone_number = "+14155550111",
    port_in_phone_number_status = "in_review" }
  for name, value in pairs(fields or {}) do raw[name] = value end
  return raw
end

--- The class of a whole port-in, and the note.
local function of(fields, changes)
  return classify.of({ port_in_sid = KW }, port_in(fields), nil, rules(changes))
end

--- The same for one number of it.
local function of_number(fields, port_in_fields, changes)
  return classify.of({ port_in_sid = KW, phone_number_sid = doubles.sid("PU", 1) }, port_in(port_in_fields),
    doubles.number(number(fields)), rules(changes))
end

describe("a port-in's class", function()
  it("is cancel while it is open, with its status in normal form", function()
    for raw, normal in pairs {
      ["In Review"] = "in_review", ["In progress"] = "in_progress", ["Action Required"] = "action_required",
      ["Waiting for Signature"] = "waiting_for_signature", pending = "pending",
    } do
      local class, note, status = of { port_in_request_status = raw }
      assert.are.same({ "cancel", normal }, { class, status })
      assert.is_nil(note)
    end
  end)

  it("is unknown for a status that is over but has no class of its own", function()
    local phase = statuses.phase
    finally(function() statuses.phase = phase end)
    function statuses.phase() return "done" end
    assert.are.equal("unknown", (of { port_in_request_status = "Archived" }))
  end)

  it("says where it has ended or is about to", function()
    for raw, class in pairs {
      Completed = "completed", Cancelled = "canceled", Canceling = "canceled", Expired = "expired",
    } do
      assert.are.equal(class, (of { port_in_request_status = raw }))
    end
  end)

  it("is unknown for a status that is not known, or missing", function()
    local class, note = of { port_in_request_status = "On Hold" }
    assert.are.same({ "unknown", 'status "On Hold"' }, { class, note })
    assert.are.equal("unknown", (of { port_in_request_status = false }))
  end)

  it("is wrong_account before all else, unless that account was allowed", function()
    local other = doubles.sid("AC", 0xab)
    assert.are.equal("wrong_account", (of { account_sid = other, port_in_request_status = "Completed" }))
    assert.are.equal("cancel", (of({ account_sid = other:upper() },
      { accounts = { [other:lower()] = true } })))
  end)
end)

describe("a port-in with a port date", function()
  it("is too late from the window on, before and after that day", function()
    for day, class in pairs {
      ["2026-05-04"] = "too_late", ["2026-05-06"] = "too_late", ["2026-05-02"] = "too_late",
      ["2026-05-08"] = "cancel", ["2026-04-30"] = "cancel", ["2030-01-01"] = "cancel",
    } do
      assert.are.equal(class, (of { target_port_in_date = day }), day)
    end
  end)

  it("is judged by the time of day where there is one", function()
    assert.are.equal("cancel", (of { target_port_in_date = "2026-05-06",
      target_port_in_time_range_start = "12:00:01Z" }))
    assert.are.equal("too_late", (of { target_port_in_date = "2026-05-06",
      target_port_in_time_range_start = "11:59:59Z" }))
    assert.are.equal("cancel", (of { target_port_in_date = "2026-05-06",
      target_port_in_time_range_start = "10:15:00-08:00" }))
  end)

  it("is taken for anywhere on Earth where there is no offset", function()
    assert.are.equal("too_late", (of { target_port_in_date = "2026-05-06",
      target_port_in_time_range_start = "23:00" })) -- 09:00 UTC at +14:00
    assert.are.equal("cancel", (of { target_port_in_date = "2026-05-07",
      target_port_in_time_range_start = "03:00" }))
  end)

  it("that cannot be read is not taken for one that was read before, with its time", function()
    local time = "10:00"
    assert.are.equal("cancel", (of { target_port_in_date = "2026-06-05",
      target_port_in_time_range_start = time }))
    assert.are.equal("unknown", (of { target_port_in_date = "2026-06-05\n" .. time }))
  end)

  it("that cannot be read is unknown, not harmless", function()
    for _, day in ipairs { "soon", "2026-13-01", "", 7 } do
      local class, note = of { target_port_in_date = day }
      assert.are.same({ "unknown", "a port date that cannot be read" }, { class, note })
    end
  end)

  it("has the window that was asked for", function()
    local far = { target_port_in_date = "2026-05-10" }
    assert.are.equal("cancel", (of(far)))
    assert.are.equal("too_late", (of(far, { window = 7 * 24 * HOUR })))
  end)
end)

describe("a port-in whose numbers are further than itself", function()
  it("is too late if one is pending, or near its own date", function()
    local class, note = of { phone_numbers = { number(),
      number { port_in_phone_number_status = "port_pending" } } }
    assert.are.same({ "too_late", "a number of it is port_pending" }, { class, note })
    class, note = of { phone_numbers = { number { port_date = "2026-05-05" } } }
    assert.are.same({ "too_late", "port date 2026-05-05" }, { class, note })
    assert.are.equal("unknown", (of { phone_numbers = { number { port_date = "soon" } } }))
  end)

  it("is not kept by a number that was ported or cancelled before", function()
    assert.are.equal("cancel", (of { phone_numbers = {
      number { port_date = "2026-05-05", port_in_phone_number_status = "completed" } } }))
  end)
end)

describe("a number's class", function()
  it("goes by its own status, not by the port-in's", function()
    assert.are.equal("cancel", (of_number({}, { port_in_request_status = "Completed" })))
    assert.are.equal("completed", (of_number { port_in_phone_number_status = "completed" }))
    local class, note = of_number { port_in_phone_number_status = "port_pending" }
    assert.are.same({ "too_late", "the number is port_pending" }, { class, note })
  end)

  it("goes by the port-in's date as well as its own", function()
    assert.are.equal("too_late", (of_number({}, { target_port_in_date = "2026-05-05" })))
    assert.are.equal("too_late", (of_number { port_date = "2026-05-05" }))
  end)

  it("does not go by other numbers of the port-in", function()
    assert.are.equal("cancel", (of_number({}, { phone_numbers = {
      number(), number { phone_number = "+14155550112", port_in_phone_number_status = "port_pending" },
    } })))
  end)
end)

describe("a protected target", function()
  it("is not cancelled, and names the entry", function()
    local class, note = of({}, { protection = protection.new { "+14155550999", KW } })
    assert.are.same({ "protected", KW }, { class, note })
    assert.are.equal("protected", (of({ phone_numbers = { number() } },
      { protection = protection.new { "+14155550111" } })))
  end)

  it("is unreadable where its numbers cannot be compared with the list", function()
    local list = { protection = protection.new { "+14155550999" } }
    assert.are.equal("unreadable", (of({ phone_numbers = "none" }, list)))
    assert.are.equal("cancel", (of({ phone_numbers = "none" })))
  end)
end)

describe("a target that could not be fetched", function()
  it("is not found, or has failed", function()
    assert.are.equal("not_found", (classify.of_error { http_status = 404 }))
    local class, note = classify.of_error(setmetatable({ http_status = 500 },
      { __tostring = function() return "it broke" end }))
    assert.are.same({ "failed", "it broke" }, { class, note })
  end)
end)

describe("the classes", function()
  it("are known by name, with words, and whether a person has to look", function()
    assert.is_true(classify.exists "cancel")
    assert.is_false(classify.exists "delete")
    assert.are.equal("to be cancelled", classify.words "cancel")
    for name, is_problem in pairs { cancel = false, completed = false, unknown = true, unreadable = true,
      not_found = true, failed = true, invalid = true, protected = false } do
      assert.are.equal(is_problem, classify.is_problem(name), name)
    end
  end)
end)
