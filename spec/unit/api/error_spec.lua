--- The one error type: a sentence to act on.

local errors = require "twilio.numbers.api.error"

local function text(fields) return tostring(errors.new(fields)) end

describe("an error", function()
  it("is told from other tables", function()
    assert.is_true(errors.is(errors.new { kind = "network", message = "no" }))
    assert.is_false(errors.is { kind = "network", message = "no" })
    assert.is_false(errors.is "no")
    assert.is_false(errors.is(nil))
  end)

  it("reads as a sentence, with one full stop", function()
    assert.are.equal("It broke.", text { message = "It broke" })
    assert.are.equal("It broke.", text { message = "It broke. " })
    assert.are.equal("GET /v1/x: It broke.", text { method = "GET", path = "/v1/x", message = "It broke." })
  end)

  it("names what support needs", function()
    assert.are.equal("Not found (HTTP 404, code 20404, request RQ1, retry after 3 s, see https://x).",
      (text { message = "Not found", http_status = 404, code = 20404, request_id = "RQ1", retry_after = 3,
        more_info = "https://x" }:gsub("%)%. .*", ").")))
  end)

  it("says what to do about an outcome, before what to do about a status", function()
    assert.matches("fetch it to find out before trying again",
      text { message = "x", outcome = "uncertain", http_status = 404 }, 1, true)
    assert.matches("it does not prove a cancellation", text { message = "x", http_status = 404 }, 1, true)
    assert.matches("Check the account SID", text { message = "x", http_status = 401 }, 1, true)
    assert.matches("wait, then try again", text { message = "x", http_status = 429 }, 1, true)
  end)

  it("says of a request that nothing was sent", function()
    assert.are.equal("DELETE /v1/x: no connection. Nothing was sent.",
      text { message = "no connection", method = "DELETE", path = "/v1/x", outcome = "not_sent" })
    assert.not_matches("Nothing was sent", text { message = "no plan", outcome = "not_sent" }, 1, true)
  end)

  it("tells attempts where there was more than one, or a reason against another", function()
    assert.are.equal("x.", text { message = "x", attempts = 1, stopped = "final" })
    assert.are.equal("x.", text { message = "x", attempts = 0, stopped = "deadline" })
    assert.are.equal("x (5 attempts, as many as allowed).",
      text { message = "x", attempts = 5, stopped = "attempts" })
    assert.are.equal("x (1 attempt, no time for another).",
      text { message = "x", attempts = 1, stopped = "deadline" })
    assert.are.equal("x (2 attempts).", text { message = "x", attempts = 2, stopped = "final" })
  end)

  it("can be put into a text from both sides", function()
    local err = errors.new { message = "no" }
    assert.are.equal("error: no.", "error: " .. err)
    assert.are.equal("no. Really", err .. " Really")
  end)
end)
