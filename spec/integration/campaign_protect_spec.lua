--- What a plan was told to protect is not cancelled, however the API writes it; and with a protect list,
--- neither is what cannot be read.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local cjson = require "cjson"
local core = require "twilio.numbers.core"
local phones = require "twilio.numbers.util.phone_number"
local protection = require "twilio.numbers.campaign.plan.protection"
local sandbox = require "spec.support.sandbox"

local count_deletes = campaigns.count_deletes
local options, sid = campaigns.options, sandbox.sid

local function kw(number) return sid("KW", number) end
local function pu(number) return sid("PU", number) end

describe("a phone number", function()
  it("is read as its digits, however it is written", function()
    for text, written in pairs {
      ["+14155550111"] = "+14155550111", ["+1 415 555 0111"] = "+14155550111",
      ["+1 (415) 555-0111"] = "+14155550111", ["+1.415.555.0111"] = "+14155550111",
      ["+1\194\160415\226\128\145555\226\128\1450111"] = "+14155550111",
      ["\t14155550111 "] = "14155550111", ["(415) 555-0111"] = "4155550111",
      ["00 1 415 555 0111"] = "14155550111", ["06151 123456"] = "6151123456",
      ["+49 (0) 6151 123456"] = "+496151123456",
    } do
      assert.are.equal(written, phones.written(text), text)
    end
  end)

  it("is not read where there is anything else, too little or too much", function()
    for _, text in ipairs {
      "", "+", "+1", "555-011", "+1415555011a", "tel:+14155550111", "415-555-0111 x5", "+01415555011",
      "+14155550111/12", "+14155550111,+14155550112", "+14155550111 +14155550112",
      "4155550111 4155550112", "+1234567890123456", "0000000000", "\239\188\13914155550111",
      14155550111, true, {}, core.null,
    } do
      assert.is_nil(phones.written(text))
    end
    assert.is_nil(phones.written(nil))
  end)

  it("may be another where one of the two is written without its country", function()
    for _, case in ipairs {
      { "+14155550111", "14155550111", true }, { "+14155550111", "4155550111", true },
      { "+14155550111", "5550111", true }, { "5550111", "+14155550111", true },
      { "+14155550111", "550111", false }, { "+14155550111", "+4155550111", false },
      { "+14155550111", "4155550112", false }, { "4155550111", "14155550111", true },
      { "+14155550111", "1114155550111", true }, -- 011, which America dials before a country
    } do
      assert.are.equal(case[3], phones.may_be_one(case[1], case[2], 7), case[2])
    end
  end)
end)

describe("an entry of a protect list", function()
  it("is a SID or a number in E.164, and no range or two numbers in a row", function()
    for _, entry in ipairs { kw(1), pu(1), "+14155550111", "+4961511234", "+81312345678" } do
      assert.is_true(protection.is_entry(entry))
    end
    for _, other in ipairs {
      "", "x", kw(1):lower(), kw(1) .. "0", sid("AC", 1), "14155550111", "+1 415 555 0111", "+123456",
      "+1415555011", "+14155550111012", "+141555501114155550112", "+04155550111", 1, {},
    } do
      assert.is_false(protection.is_entry(other))
    end
  end)
end)

describe("a protect list", function()
  local client

  before_each(function()
    sandbox.reset()
    client = sandbox.client { concurrency = 8 }
  end)

  after_each(function() client:close() end)

  local function item(number, phone_number)
    return { port_in_phone_number_sid = pu(number), phone_number = phone_number,
      port_in_phone_number_status = "in_review" }
  end

  --- Lets the API answer with these fields from now on.
  local function answer(sid_, fields, path)
    local object = { port_in_request_sid = sid_, account_sid = sandbox.account_sid,
      port_in_request_status = "In Review", phone_numbers = {} }
    for name, value in pairs(fields) do object[name] = value end
    local body = cjson.encode(object):gsub('"phone_numbers":{}', '"phone_numbers":[]')
    sandbox.fault { fault = "malformed", method = "GET", path = path or sid_, times = 1000, body = body }
  end

  local function planned(target, protect)
    local plan = assert(campaign.plan(client, { target }, { protect = protect }))
    return plan.targets[1].class, plan.targets[1].note, plan
  end

  it("names a number however the API writes it", function()
    for _, text in ipairs { "+14155550111", "14155550111", "+1 415 555 0111", "(415) 555-0111",
      "+1 (415) 555-0111", "415.555.0111", "5550111", "0014155550111", "+1\194\160415\194\160555\194\1600111",
    } do
      sandbox.put_port_in(kw(1), { phone_numbers = { item(1, "+14155550199"), item(2, text) } })
      local class, note = planned(kw(1), { "+14155550111" })
      assert.are.equal("protected", class, text)
      assert.are.equal("+14155550111", note)
      assert.are.equal("protected", (planned({ kw(1), pu(2) }, { "+14155550111" })), text)
      assert.are.equal("cancel", (planned(kw(1), { "+14155550113" })), text)
    end
  end)

  it("names a number that is a bare text", function()
    answer(kw(1), { phone_numbers = { "+1 415 555 0111" } })
    assert.are.equal("protected", (planned(kw(1), { "+14155550111" })))
    assert.are.equal("cancel", (planned(kw(1), { "+14155550112" })))
  end)

  it("names a SID in both cases of its digits, by both names that the API has for it", function()
    local upper = "PU" .. pu(0xab):sub(3):upper()
    for _, name in ipairs { "port_in_phone_number_sid", "phone_number_sid" } do
      local number = { phone_number = "+14155550111", port_in_phone_number_status = "in_review",
        [name] = upper }
      sandbox.reset()
      answer(kw(1), { phone_numbers = { number } })
      assert.are.equal("protected", (planned(kw(1), { pu(0xab) })))
    end
  end)

  it("counts where the port-in knows a single number by another name than the number itself", function()
    sandbox.put_port_in(kw(1), { phone_numbers = { item(1, "+14155550111") } })
    answer(kw(1), { phone_number_sid = pu(1), phone_number = "+14155550199",
      port_in_phone_number_status = "in_review" }, "/PhoneNumber/" .. pu(1))
    assert.are.equal("protected", (planned({ kw(1), pu(1) }, { "+14155550111" })))
  end)

  --- Answers of which it cannot be told whether they hold a protected number.
  local unreadable = {
    { '"phone_numbers":[]', "the list of its numbers cannot be read" },
    { '"phone_numbers":null', "the list of its numbers cannot be read" },
    { '"other":1', "the list of its numbers cannot be read" },
    { '"phone_numbers":"+14155550199"', "the list of its numbers cannot be read" },
    { '"phone_numbers":{"+14155550111":{}}', "the list of its numbers cannot be read" },
    { '"phone_numbers":[null]', "a number of it cannot be read" },
    { '"phone_numbers":[14155550111]', "a number of it cannot be read" },
    { '"phone_numbers":[[]]', "a number of it cannot be read" },
    { '"phone_numbers":[{}]', "a number of it cannot be read" },
    { '"phone_numbers":[{"phone_number":null}]', "a number of it cannot be read" },
    { '"phone_numbers":[{"phone_number":14155550111}]', "a number of it cannot be read" },
    { '"phone_numbers":[{"phone_number":"555011"}]', "a number of it cannot be read" },
    { '"phone_numbers":[{"phone_number":"one four one five"}]', "a number of it cannot be read" },
    { '"phone_numbers":["ask Robin"]', "a number of it cannot be read" },
  }

  local function body_with(fields)
    return ('{"port_in_request_sid":"%s","account_sid":"%s","port_in_request_status":"In Review",%s}')
      :format(kw(1), sandbox.account_sid, fields)
  end

  local function answer_text(fields)
    sandbox.fault { fault = "malformed", method = "GET", path = kw(1), times = 1000,
      body = body_with(fields) }
  end

  it("holds back what cannot be read, says why, and asks for a person's look", function()
    for _, case in ipairs(unreadable) do
      sandbox.reset()
      answer_text(case[1])
      for _, entry in ipairs { "+14155550111", kw(9), pu(9) } do
        local class, note, plan = planned(kw(1), { entry })
        assert.are.equal("unreadable", class, case[1])
        assert.are.equal(case[2], note, case[1])
        assert.are.equal(1, plan:problems())
        assert.matches("1 that may be protected, but cannot be read", plan:summary(), 1, true)
      end
      assert.are.equal("cancel", (planned(kw(1))), case[1]) -- without such a list, as ever
      assert.are.equal("protected", (planned(kw(1), { kw(1) })), case[1])
    end
  end)

  it("that names numbers by SID holds back what has none", function()
    answer_text '"phone_numbers":[{"phone_number":"+14155550199"}]'
    local class, note = planned(kw(1), { pu(9) })
    assert.are.same({ "unreadable", "a number of it has no SID" }, { class, note })
    assert.are.equal("cancel", (planned(kw(1), { "+14155550111" })))
  end)

  it("holds back a single number that cannot be read", function()
    answer(kw(1), { phone_number_sid = pu(1), phone_number = core.null,
      port_in_phone_number_status = "in_review" }, "/PhoneNumber/" .. pu(1))
    sandbox.put_port_in(kw(1), { phone_numbers = { item(1, "+14155550199") } })
    local class, note = planned({ kw(1), pu(1) }, { "+14155550111" })
    assert.are.same({ "unreadable", "its number cannot be read" }, { class, note })
    assert.are.equal("protected", (planned({ kw(1), pu(1) }, { pu(1) })))
  end)

  it("is the plan's own: what the caller does to the table afterwards changes nothing", function()
    local protect = { "+14155550111" }
    local own = sandbox.client { on_response = function() protect[1] = "+14155550199" end }
    local plan = assert(campaign.plan(own, { kw(1) }, { protect = protect }))
    own:close()
    assert.are.equal("protected", plan.targets[1].class)
    assert.are.same({ "+14155550111" }, assert(campaign.read_plan(plan:to_json())).protected)
  end)

  describe("is counted:", function()
    it("entries, and those that some target has, whatever becomes of that", function()
      sandbox.fault { fault = "error", status = 500, path = kw(6), times = 9 }
      local protect = { "+14155550111", "+14155550112", kw(2), "+14155550151", "+14155550177", kw(6),
        kw(0xdead), "+14155559999" }
      local plan = assert(campaign.plan(client, { kw(1), kw(1), kw(2), kw(5), kw(6), kw(0xdead),
        { kw(10), "+14155559999" } }, { protect = protect }))
      assert.are.same({ entries = 8, matched = 7, unmatched = { "+14155550177" } }, plan:protection())
      local summary = "Protect list: 8 entries, 7 matched. These match no target: "
      assert.are.equal(summary .. "+141******77", plan:protect_summary())
      assert.are.equal(summary .. "+14155550177", plan:protect_summary(true))
      local again = assert(campaign.read_plan(plan:to_json()))
      assert.are.same(plan:protection(), again:protection())
      assert.are.same({ entries = 8, matched = 7, unmatched = { "+141******77" } },
        cjson.decode(again:listing()).protect)
    end)

    it("not at all without one", function()
      local plan = assert(campaign.plan(client, { kw(1) }))
      assert.is_nil(plan:protection())
      assert.is_nil(plan:protect_summary())
      assert.is_nil(cjson.decode(plan:listing()).protect)
    end)

    it("with a few words where no target has most of them", function()
      local protect = {}
      for i = 1, 1000 do protect[i] = ("+1415556%04d"):format(i) end
      local plan = assert(campaign.plan(client, { kw(1) }, { protect = protect }))
      assert.matches("^Protect list: 1000 entries, 0 matched%. These match no target: [^,]+, .+ and "
        .. "995 more$", plan:protect_summary())
      assert.matches("^Protect list: 1 entry, 1 matched$",
        (assert(campaign.plan(client, { kw(1) }, { protect = { kw(1) } })):protect_summary()))
    end)

    it("by the target: another number of its port-in is none of it", function()
      local plan = assert(campaign.plan(client, { { kw(1), "+14155550111" } },
        { protect = { "+14155550112" } }))
      assert.are.same({ "cancel", 0 }, { plan.targets[1].class, plan:protection().matched })
    end)
  end)

  describe("counts after the plan as well:", function()
    local ledger, place

    before_each(function()
      place = campaigns.place()
      ledger = assert(campaign.open(place))
      sandbox.put_port_in(kw(1), { phone_numbers = { item(1, "+14155550199") } })
    end)

    after_each(function()
      ledger:close()
      campaigns.clean()
    end)

    local function plan_of(inputs)
      return assert(campaign.plan(client, inputs, { protect = { "+14155550111" } }))
    end

    local function apply(plan, more)
      more.confirm = plan:count "cancel"
      return campaign.apply(client, ledger, plan, options(more))
    end

    it("what cannot be read any more refuses the plan, or is left out", function()
      local plan = plan_of { kw(1), kw(2) }
      answer_text '"phone_numbers":null'
      local none, err = apply(plan, {})
      assert.is_nil(none)
      assert.are.equal("plan", err.kind)
      assert.are.same({ kw(1) .. " was in_review and is unreadable (the list of its numbers cannot be "
        .. "read)" }, err.changes)
      local result = assert(apply(plan, { skip_changed = true }))
      assert.matches("^unreadable: was in_review and is unreadable", result.report.targets[1].why)
      assert.are.equal("partial", result.verdict)
      assert.are.equal(1, count_deletes())
    end)

    it("what cannot be read, or is protected, at the last fetch is skipped", function()
      for i, case in ipairs {
        { '"phone_numbers":null', "unreadable: the list of its numbers cannot be read" },
        { '"phone_numbers":[{"phone_number":"(415) 555-0111"}]', "protected: +14155550111" },
      } do
        sandbox.reset()
        sandbox.put_port_in(kw(1), { phone_numbers = { item(1, ("+1415555020%d"):format(i)) } })
        local plan = plan_of { kw(1) }
        local result = assert(apply(plan, { on_stage = function(stage)
          if stage == "cancelling" then answer_text(case[1]) end
        end }))
        assert.are.equal(case[2], result.report.targets[1].why)
        assert.are.equal("partial", result.verdict)
        assert.are.equal(0, count_deletes())
      end
    end)
  end)
end)
