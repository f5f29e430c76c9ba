--- The protect list: what it names is found under each of its names, and what cannot be read is told.

local doubles = require "spec.support.port_in_doubles"
local protection = require "twilio.numbers.campaign.plan.protection"

local KW, PU = doubles.sid("KW", 0xa1), doubles.sid("PU", 0xb1)
local NUMBER, OTHER = "+14155550111", "+14155550112"

local function item(phone_number, sid)
  return { phone_number = phone_number, port_in_phone_number_sid = sid }
end

local function port_in(...)
  return doubles.port_in { port_in_request_sid = KW, phone_numbers = { ... } }
end

--- The entries that were found for a whole port-in, and the problem.
local function find(entries, whole)
  return protection.new(entries):find({ port_in_sid = KW }, whole)
end

describe("an entry", function()
  it("is a port-in's SID, a number's SID, or a number in E.164", function()
    for _, text in ipairs { KW, PU, NUMBER, "+493012345678" } do
      assert.is_true(protection.is_entry(text), text)
    end
    for _, text in ipairs {
      "", "KW1", "4155550111", "+1 415 555 0111", "+1415555011", "+141555501111", "+14155550111-0113",
      doubles.sid("AC", 1), KW .. " ",
    } do
      assert.is_false(protection.is_entry(text), text)
    end
    assert.is_false(protection.is_entry(7))
    assert.is_false(protection.is_entry(nil))
  end)
end)

describe("a text for an entry", function()
  it("is one in any spelling that leaves no doubt", function()
    for _, text in ipairs { NUMBER, "+1 415 555 0111", "+1 (415) 555-0111", "+1\194\160415.555.0111" } do
      assert.are.equal(NUMBER, protection.entry(text), text)
    end
    assert.are.equal("+442079460958", protection.entry "+44 (0)20 7946 0958")
    assert.are.equal(KW, protection.entry(KW))
  end)

  it("is none where it may be several numbers, or have an extension", function()
    for _, text in ipairs { "+44 20 7946 0958-60", "+442079460958/59", "+44 20 7946 0958 5",
      "+49 30 1234501-12", "+1 415 555 0111 5", "+14155550111, +14155550112", "4155550111" } do
      assert.is_nil(protection.entry(text), text)
    end
  end)
end)

describe("a protect list", function()
  it("does not pass over a number that may be another one", function()
    for _, text in ipairs { "+14155550111-12", "4155550111-12", "+442079460958-60", "+49 30 1234501-12",
      "14155550111.0" } do
      assert.are.equal("a number of it cannot be read", select(2, find({ NUMBER }, port_in(text))), text)
    end
  end)

  it("finds a number in a block of numbers, where their lengths vary", function()
    for _, text in ipairs { "+493012345", "+49 30 12345-0", "+49301234501", "+4930123450112" } do
      assert.are.same({ 1 }, (find({ "+49301234501" }, port_in(text))), text)
    end
    assert.are.same({}, (find({ "+49301234501" }, port_in "+49301234599")))
  end)

  it("finds a port-in by its SID, in either case, and by each of its numbers", function()
    local whole = port_in(item(OTHER, doubles.sid("PU", 2)), item(NUMBER, PU))
    for _, entry in ipairs { KW, "KW" .. KW:sub(3):upper(), PU, "PU" .. PU:sub(3):upper(), NUMBER } do
      assert.are.same({ 1 }, (find({ entry }, whole)), entry)
    end
    assert.are.same({ 1 }, (find({ NUMBER }, port_in "+1 (415) 555-0111")))
    assert.are.same({ 1 }, (find({ NUMBER }, port_in "4155550111")))
    assert.are.same({ 1 }, (find({ NUMBER }, port_in "555-0111")))
  end)

  it("does not find what is another one", function()
    local places, problem = find({ NUMBER, doubles.sid("KW", 2), doubles.sid("PU", 3) },
      port_in(item(OTHER, PU)))
    assert.are.same({}, places)
    assert.is_nil(problem)
  end)

  it("gives each entry that names it, once", function()
    local places = find({ PU, KW, NUMBER }, port_in(item(NUMBER, PU), item(NUMBER, PU)))
    table.sort(places)
    assert.are.same({ 1, 2, 3 }, places)
  end)

  it("tells what of a port-in it could not compare", function()
    for words, whole in pairs {
      ["the list of its numbers cannot be read"] = doubles.port_in { port_in_request_sid = KW,
        phone_numbers = "none" },
      ["a number of it cannot be read"] = port_in(item("withheld", PU)),
    } do
      local places, problem = find({ OTHER }, whole)
      assert.are.same({}, places)
      assert.are.equal(words, problem)
    end
  end)

  it("needs the numbers' SIDs only if it names any", function()
    assert.is_nil(select(2, find({ OTHER }, port_in(NUMBER))))
    assert.are.equal("a number of it has no SID", select(2, find({ doubles.sid("PU", 9) }, port_in(NUMBER))))
  end)

  it("that is empty finds nothing and complains of nothing", function()
    assert.are.same({}, (find({}, doubles.port_in { phone_numbers = "none" })))
  end)

  it("with an entry that cannot be read complains of every target", function()
    assert.are.equal("the protect list cannot be read", select(2, find({ "x" }, port_in(NUMBER))))
  end)
end)

describe("a single number", function()
  local function find_one(entries, number, whole)
    return protection.new(entries):find({ port_in_sid = KW, phone_number_sid = PU }, whole,
      doubles.number(number))
  end

  it("is found by itself, by its port-in, and by the number that the port-in lists under its SID", function()
    local own = { phone_number = NUMBER, phone_number_sid = PU }
    for _, entry in ipairs { NUMBER, PU, KW } do
      assert.are.same({ 1 }, (find_one({ entry }, own, port_in(item(NUMBER, PU)))), entry)
    end
    assert.are.same({ 1 }, (find_one({ OTHER }, own, port_in(item(OTHER, PU)))))
  end)

  it("is not found by another number of the port-in", function()
    local places, problem = find_one({ OTHER }, { phone_number = NUMBER, phone_number_sid = PU },
      port_in(item(NUMBER, PU), item(OTHER, doubles.sid("PU", 2))))
    assert.are.same({}, places)
    assert.is_nil(problem)
  end)

  it("that cannot be read is told", function()
    assert.are.equal("its number cannot be read",
      select(2, find_one({ OTHER }, { phone_number_sid = PU }, port_in())))
  end)
end)
