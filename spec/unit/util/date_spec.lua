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
