--- The hours in which DELETEs may be sent.

local date = require "twilio.numbers.util.date"
local sending_hours = require "twilio.numbers.campaign.run.sending_hours"

local function at(text) return assert(date.seconds("2026-05-04T" .. text)) end

describe("sending hours", function()
  it("are hours of the day, with an offset from UTC or without", function()
    for _, text in ipairs { "22:00-06:00", "22:00-06:00Z", "09:30-17:00+02:00", "09:30-17:00-08:00",
      "00:00-12:00", "12:00-24:00" } do
      assert.is_table(sending_hours.read(text), text)
    end
    for _, text in ipairs { "", "22-06", "22:00", "22:00-06:60", "25:00-06:00", "24:01-06:00", "06:00-06:00",
      "00:00-24:00", "22:00-06:00 ", "22:00-06:00+2", "22:00-06:00UTC", "22:00-06:00+15:00", 22, {} } do
      assert.is_nil(sending_hours.read(text), tostring(text))
    end
  end)

  for hours, cases in pairs {
    ["22:00-06:00Z"] = { ["21:59:59Z"] = 1, ["22:00:00Z"] = 0, ["03:00:00Z"] = 0, ["05:59:59Z"] = 0,
      ["06:00:00Z"] = 16 * 3600, ["12:00:00Z"] = 10 * 3600 },
    ["09:00-17:00+02:00"] = { ["06:59:59Z"] = 1, ["07:00:00Z"] = 0, ["14:59:59Z"] = 0,
      ["15:00:00Z"] = 16 * 3600 },
    ["09:00-17:00-08:00"] = { ["16:59:00Z"] = 60, ["17:00:00Z"] = 0, ["00:59:59Z"] = 0,
      ["01:00:00Z"] = 16 * 3600 },
    ["12:00-24:00Z"] = { ["11:00:00Z"] = 3600, ["23:59:59Z"] = 0, ["00:00:00Z"] = 12 * 3600 },
  } do
    it(hours .. " begin and end to the second", function()
      local read = sending_hours.read(hours)
      for time, seconds in pairs(cases) do
        assert.are.equal(seconds, read:until_open(at(time)), time)
        local left = read:until_closed(at(time))
        if seconds > 0 then
          assert.are.equal(0, left)
        else
          assert.is_true(left > 0 and read:until_open(at(time) + left) > 0, time)
          assert.are.equal(0, read:until_open(at(time) + left - 1), time)
        end
      end
    end)
  end

  it("are told in UTC, and as the clock of their zone shows them", function()
    assert.are.equal("2026-05-04T22:00:00Z", sending_hours.read("22:00-06:00Z"):opens(at "21:00:00Z"))
    assert.are.equal("2026-05-05T07:00:00Z, which is 09:00 there",
      sending_hours.read("09:00-17:00+02:00"):opens(at "15:00:00Z"))
  end)

  it("without an offset are those of the machine's time zone", function()
    local now = os.time()
    local here = os.date("*t", now)
    local function text(hour) return ("%02d:00"):format(hour % 24) end
    local read = sending_hours.read(text(here.hour) .. "-" .. text(here.hour + 2))
    assert.are.equal(0, read:until_open(now))
    read = sending_hours.read(text(here.hour + 2) .. "-" .. text(here.hour + 4))
    assert.is_true(read:until_open(now) > 3600)
    assert.matches(", which is " .. text(here.hour + 2) .. " there", read:opens(now), 1, true)
  end)
end)
