--- Dates as the API and its webhooks write them, in seconds since 1970.

local date = require "twilio.numbers.util.date"

local NOON = 1777896900 -- 2026-05-04 12:15:00 UTC

describe("date.seconds", function()
  it("reads ISO 8601, with and without seconds, fractions and offsets", function()
    for _, text in ipairs {
      "2026-05-04T12:15:00Z", "2026-05-04 12:15:00", "2026-05-04T12:15:00.000Z", "2026-05-04T12:15Z",
      "2026-05-04T14:15:00+02:00", "2026-05-04T07:15:00-0500", "2026-05-04T14:15:00+02",
      "2026-05-04T12:15:00 UTC",
    } do
      assert.are.equal(NOON, date.seconds(text), text)
    end
    assert.are.equal(NOON + 0.25, date.seconds "2026-05-04T12:15:00.25Z")
  end)

  it("reads the mail form, with and without the day of the week", function()
    for _, text in ipairs {
      "Mon, 04 May 2026 12:15:00 +0000", "Mon, 04 May 2026 12:15:00 GMT", "4 May 2026 12:15:00 GMT",
      "Mon, 04 May 2026 05:15:00 -0700",
    } do
      assert.are.equal(NOON, date.seconds(text), text)
    end
  end)

  it("counts leap days as the Gregorian calendar does", function()
    assert.are.equal(0, date.seconds "1970-01-01T00:00:00Z")
    assert.are.equal(951782400, date.seconds "2000-02-29T00:00:00Z")
    local function days(from, to)
      return (date.seconds(to .. "T00:00:00Z") - date.seconds(from .. "T00:00:00Z")) / 86400
    end
    assert.are.equal(2, days("2024-02-28", "2024-03-01"))
    assert.are.equal(1, days("2100-02-28", "2100-03-01"))
    assert.are.equal(366, days("2000-01-01", "2001-01-01"))
  end)

  it("agrees with the system's calendar", function()
    for seconds = 0, 4e9, 123456789 do
      assert.are.equal(seconds, date.seconds(os.date("!%Y-%m-%dT%H:%M:%SZ", seconds)))
    end
  end)

  it("gives nil for anything else", function()
    for _, text in ipairs {
      "", "yesterday", "2026-05-04", "2026-13-04T12:15:00Z", "2026-00-04T12:15:00Z",
      "2026-05-00T12:15:00Z", "2026-05-32T12:15:00Z", "2026-05-04T25:15:00Z", "2026-05-04T12:60:00Z",
      "2026-05-04T12:15:61Z", "2026-05-04T12:15:.Z", "2026-05-04T12:15:00Q", "2026-05-04T12:15:00+2",
      "Mon, 04 Foo 2026 12:15:00 +0000", "Mon, 04 May 2026 12:15:00 PST", " 2026-05-04T12:15:00Z",
    } do
      assert.is_nil(date.seconds(text), text)
    end
    for _, value in ipairs { 1777896900, true, {} } do assert.is_nil(date.seconds(value)) end
    assert.is_nil(date.seconds(nil))
  end)
end)

describe("date.day", function()
  it("counts the days of the calendar, and goes back", function()
    assert.are.same({ 0, 1, 20577 }, { date.day "1970-01-01", date.day "1970-01-02", date.day "2026-05-04" })
    for day = 0, 60000, 97 do assert.are.equal(day, date.day(date.of_day(day))) end
  end)

  it("gives nil for what is no day", function()
    for _, value in ipairs { "2026-02-29", "2100-02-29", "2026-04-31", "2026-00-01", "2026-13-01", "2026-1-1",
      "", "2026-05-04T00:00:00Z", " 2026-05-04", 20260504, true, {} } do
      assert.is_nil(date.day(value), tostring(value))
    end
    assert.are.equal(11016, date.day "2000-02-29")
    assert.is_nil(date.day(nil))
  end)
end)

describe("date.time", function()
  it("gives the seconds since midnight and the offset", function()
    assert.are.same({ 36915, "-08:00" }, { date.time "10:15:15-08:00" })
    assert.are.same({ 0, "Z" }, { date.time "00:00:00Z" })
    assert.are.same({ 86399, "+05:30" }, { date.time "23:59:59+05:30" })
  end)

  it("gives nil for what is no time with an offset", function()
    for _, value in ipairs { "", "10:15", "10:15:00", "24:00:00Z", "10:60:00Z", "10:15:60Z", "10:15:00-8:00",
      "10:15:00-0800", "10:15:00-19:00", "10:15:00-08:60", "10:15:00Z ", "x10:15:00Z", "10:15:00z", 7, {} } do
      assert.is_nil((date.time(value)), tostring(value))
    end
  end)
end)
