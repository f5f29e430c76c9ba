--- A plan's text: what was written is read, and nothing else is. FLIPS=all changes each bit of it.

local document = require "twilio.numbers.campaign.plan.document"
local doubles = require "spec.support.port_in_doubles"

local all_bits = os.getenv "FLIPS" == "all"
local KW, PU, AC = doubles.sid("KW", 1), doubles.sid("PU", 1), doubles.sid("AC", 10)

local function plan(changes)
  local fields = {
    base_url = "https://numbers.twilio.com", account_sid = AC, created_at = "2026-05-04T12:00:00Z",
    window = 172800, accounts = {},
    protected = { "+14155550999", "+14155550111" }, unmatched = { "+14155550999" },
    targets = {
      { port_in_sid = KW, class = "cancel", status = "in_review", numbers = { "+14155550111" } },
      { port_in_sid = KW, phone_number_sid = PU, phone_number = "+14155550112", class = "cancel",
        status = "in_review" },
      { port_in_sid = doubles.sid("KW", 5), class = "completed", status = "completed", numbers = {} },
      { port_in_sid = doubles.sid("KW", 6), class = "not_found", note = "the API knows no such SID" },
    },
  }
  for name, value in pairs(changes or {}) do fields[name] = value end
  return document.new(fields)
end

--- The text with one bit changed.
local function flipped(text, position, bit)
  local byte, value = text:byte(position), 2 ^ bit
  local changed = math.floor(byte / value) % 2 == 1 and byte - value or byte + value
  return text:sub(1, position - 1) .. string.char(changed) .. text:sub(position + 1)
end

describe("a plan", function()
  it("is read as it was written", function()
    local own = plan()
    local again = assert(document.read(own:to_json()))
    assert.are.equal(own.id, again.id)
    assert.are.equal(own:to_json(), again:to_json())
    assert.are.same(own.targets, again.targets)
    assert.are.equal(document.VERSION, again.version)
  end)

  it("has the same hash for the same contents, and another for others", function()
    assert.are.equal(plan().id, plan().id)
    assert.are_not.equal(plan().id, plan({ window = 172801 }).id)
    assert.are_not.equal(plan().id, plan({ base_url = "https://numbers.au1.twilio.com" }).id)
    assert.are.equal(64, #plan().id)
  end)

  it("keeps its hash from one version of the library to the next", function()
    assert.are.equal("334e475b932f409d55202d8f822948d099042a3dcb4bcb0718b74e52dbb9471b", plan().id)
    assert.matches('^{"twilio_numbers_plan":2,"sha256":"%x+","plan":{\n'
      .. '"base_url":"https://numbers.twilio.com",\n'
      .. '"account_sid":"AC0000000000000000000000000000000a",\n"created_at":"2026%-05%-04T12:00:00Z",\n'
      .. '"window":172800,\n"accounts":%[%],\n', (plan():to_json():gsub("\\/", "/")))
  end)

  it("is refused when a bit of it differs", function()
    local text = plan():to_json()
    for position = 1, #text do
      for bit = 0, all_bits and 7 or 0 do
        local none, err = document.read(flipped(text, position, bit))
        assert.is_nil(none)
        assert.are.same({ "plan", "not_sent" }, { err.kind, err.outcome })
      end
    end
  end)

  it("is refused when it is cut, or there is more of it", function()
    local text = plan():to_json()
    for _, altered in ipairs { "", "{}", text .. " ", text .. "\n", " " .. text, text:sub(1, -2),
      text:upper() } do
      assert.is_nil((document.read(altered)))
    end
  end)

  it("of a later version is refused, and says so", function()
    local text = plan():to_json():gsub('^{"twilio_numbers_plan":2', '{"twilio_numbers_plan":3')
    local none, err = document.read(text)
    assert.is_nil(none)
    assert.matches("the plan is of version 3, this library reads up to version 2", err.message, 1, true)
  end)

  it("is refused if its contents are unsound, whatever its hash says", function()
    for _, changes in ipairs {
      { base_url = "https://user:password@numbers.twilio.com" }, { base_url = "https://numbers.twilio.com/" },
      { base_url = "https://numbers.twilio.com/\255" },
      { account_sid = "AC\27[2J" .. ("0"):rep(28) }, { account_sid = KW }, { accounts = { "AC1" } },
      { created_at = "yesterday" }, { accounts = { 7 } }, { protected = {}, unmatched = { "+14155550111" } },
      { targets = { { port_in_sid = KW, class = "delete", status = "in_review" } } },
      { targets = { { port_in_sid = "KW1", class = "cancel", status = "in_review" } } },
      { targets = { { port_in_sid = KW, class = "cancel" } } }, -- without the status that it is bound to
      { targets = { { port_in_sid = KW, phone_number = "+14155550111", class = "cancel", status = "x" } } },
      { targets = { { port_in_sid = KW, class = "cancel", status = "x", numbers = { "x" } } } },
    } do
      local none, err = document.read(plan(changes):to_json())
      assert.is_nil(none)
      assert.are.equal("the plan cannot be read", err.message)
    end
  end)
end)

describe("a plan whose text was just read", function()
  it("shares what was read of its targets", function()
    local text = plan():to_json()
    local first = assert(document.read(text))
    local second = assert(document.read(text))
    assert.are_not.equal(first, second)
    assert.are.equal(first.lines, second.lines)
    assert.are.same({ first.id, first.base_url, first:count "cancel" },
      { second.id, second.base_url, second:count "cancel" })
  end)

  it("is what the text says, whatever a program has changed in the first one", function()
    local text = plan():to_json()
    local first = assert(document.read(text))
    first.targets[1].class, first.base_url, first.protected[1] = "completed", "https://a.example", nil
    local second = assert(document.read(text))
    assert.are.equal("cancel", second.targets[1].class)
    assert.are.equal("https://numbers.twilio.com", second.base_url)
    assert.are.equal(2, second:protection().entries)
    assert.are.equal(2, second:count "cancel")
  end)

  it("is no other text's", function()
    local first = assert(document.read(plan():to_json()))
    local other = plan { targets = {} }:to_json()
    first.text = other
    assert.are.equal(0, assert(document.read(other)):count())
  end)
end)

describe("what a plan tells", function()
  it("is counts by class, in words", function()
    local own = plan()
    assert.are.equal(4, own:count())
    assert.are.equal(2, own:count "cancel")
    assert.are.equal(0, own:count "too_late")
    assert.are.equal(1, own:problems())
    assert.are.equal("2 to be cancelled, 1 ported already, 1 not found. To be cancelled: 1 port-in and "
      .. "1 single number, 2 numbers", own:summary())
    assert.are.equal("0 to be cancelled", plan({ targets = {} }):summary())
  end)

  it("is a table and CSV, with masked numbers unless asked for", function()
    local own = plan()
    assert.matches("+141******12", own:table(), 1, true)
    assert.not_matches("+14155550112", own:table() .. own:csv(), 1, true)
    assert.matches("+14155550112", own:table(true), 1, true)
    assert.matches("class,port_in_sid,phone_number_sid,phone_number,status,numbers,scheduled,note\n"
      .. "cancel," .. KW, own:csv(true), 1, true)
  end)

  it("is what of the protect list names no target", function()
    assert.are.same({ entries = 2, matched = 1, unmatched = { "+14155550999" } }, plan():protection())
    assert.matches("Protect list: 2 entries, 1 matched", plan():protect_summary(), 1, true)
    assert.is_nil(plan({ protected = {}, unmatched = {} }):protection())
  end)

  it("is its rules, for another check", function()
    local rules = plan({ accounts = { "AC" .. ("B"):rep(32) } }):rules(7)
    assert.are.same({ 172800, 7 }, { rules.window, rules.now })
    assert.are.same({ [AC:lower()] = true, ["ac" .. ("b"):rep(32)] = true }, rules.accounts)
    assert.are.same({ 1 }, (rules.protection:find({ port_in_sid = KW, phone_number = "+14155550999" })))
  end)
end)

--- Every value of a plan's text in turn is put in the place of others, with its hash made anew.
describe("a plan of wrong types", function()
  local core = require "twilio.numbers.core"
  local binding = require "twilio.numbers.campaign.plan.binding"
  local targets = require "twilio.numbers.campaign.plan.target"
  local version_1 = require "spec.support.version_1"

  local values = {
    '""', '"x"', "0", "-1.5", "1e300", "true", "false", "null", "{}", "[]", '["x"]', "[[]]", "[1]", "[null]",
    '{"a":1}', '[{"port_in_sid":[]}]', '"KW00000000000000000000000000000001"', '"2026-05-04T12:00:00Z"',
  }

  local function sealed(version, body)
    return ('{"twilio_numbers_plan":%d,"sha256":"%s","plan":{\n'):format(version, core.sha256(body)) .. body
  end

  --- Uses all of a plan that was taken.
  local function use(own)
    local parts = { tostring(own), own:table(), own:csv(true), own:listing(), own:summary(), own:to_json() }
    own:protection()
    own:protect_summary()
    own:rules(0)
    own:problems()
    for _, target in ipairs(own.targets) do
      parts[#parts + 1] = targets.name(target) .. targets.key(target)
      binding.is_sound(target)
    end
    return #table.concat(parts)
  end

  local function check(version, text)
    local body = text:gsub("^.-\n", "", 1)
    local positions, refused = {}, 0
    for _, pattern in ipairs { '"[%w_]+":()[^,\n%]}%[{]+()', '"[%w_]+":()%b[]()' } do
      for from, to in body:gmatch(pattern) do positions[#positions + 1] = { from, to - 1 } end
    end
    assert.is_true(#positions > 8)
    for _, position in ipairs(positions) do
      for _, value in ipairs(values) do
        local changed = body:sub(1, position[1] - 1) .. value .. body:sub(position[2] + 1)
        local own, err = document.read(sealed(version, changed))
        if own then use(own) else
          refused = refused + 1
          assert.are.equal("plan", err.kind)
        end
      end
    end
    assert.is_true(refused > 100)
  end

  it("is refused, or harmless", function() check(2, plan():to_json()) end)

  it("is refused, or harmless, also if it is of version 1", function()
    local text = version_1.plan(AC, { version_1.port_in(KW), version_1.number(KW, PU, "+14155550112"),
      version_1.port_in(doubles.sid("KW", 5), "completed") }, "+14155550999")
    assert(document.read(text))
    check(1, text)
    for _, value in ipairs(values) do
      for _, name in ipairs { "base_url", "unmatched" } do
        local body = ('"%s":%s,\n'):format(name, value) .. text:gsub("^.-\n", "", 1)
        local own = document.read(sealed(1, body))
        if own then use(own) end
      end
    end
  end)
end)
