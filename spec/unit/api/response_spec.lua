--- From a transfer that has ended to what the caller gets.

local core = require "twilio.numbers.core"
local response = require "twilio.numbers.api.response"

local KW = "KW" .. ("a"):rep(32)

--- The part of the core's transfer that is read. `kind` and `message` are there instead of a status.
local function transfer(fields)
  local headers, body = fields.headers or {}, fields.body or ""
  return {
    status = function() return fields.status end,
    result = function()
      if fields.kind then return nil, fields.kind, fields.message end
      return fields.status
    end,
    header = function(_, name) return headers[name] end,
    text = function(_, most) return body:sub(1, most or #body) end,
    size = function() return #body end,
    object = function()
      local value, why, kind = core.decode(body, fields.max_values)
      if type(value) ~= "table" then return nil, why or "it is no JSON object", kind end
      return value
    end,
    sent = function() return fields.sent ~= false end,
    attempts = function() return fields.attempts or 1 end,
    stopped = function() return fields.stopped or "final" end,
    retry_after = function() return fields.retry_after end,
  }
end

local function read(id, fields)
  return response.read {
    id = id, first = KW, path = "/v1/Porting/PortIn/" .. KW, transfer = transfer(fields),
  }
end

local function fetch(fields) return read("FetchPortingPortIn", fields) end
local function cancel(fields) return read("DeletePortingPortIn", fields) end

describe("an answer with a welcome status", function()
  it("is its object", function()
    local object = assert(fetch { status = 200, body = '{"port_in_request_sid":"' .. KW .. '","x":1}' })
    assert.are.equal(1, object.x)
  end)

  it("is true where nothing is promised", function()
    assert.is_true((cancel { status = 204 }))
  end)

  it("is unreadable if it is no JSON object", function()
    for _, body in ipairs { "", "{", "<html>", '"text"' } do
      local object, err = fetch { status = 200, body = body }
      assert.is_nil(object)
      assert.are.equal("unreadable", err.kind, body)
    end
  end)

  it("is too large with more values than are allowed, and says by which option", function()
    local object, err = fetch { status = 200, body = '{"a":[1,2,3]}', max_values = 4 }
    assert.is_nil(object)
    assert.are.same({ "too_large", "the answer is too large, it has too many values at byte 11: "
      .. "the option max_values sets the limit" }, { err.kind, err.message })
  end)

  it("is unreadable if it is another one's", function()
    local _, err = fetch { status = 200, body = '{"port_in_request_sid":"KW' .. ("c"):rep(32) .. '"}' }
    assert.are.equal("unreadable", err.kind)
    assert.matches("about something else", err.message, 1, true)
    _, err = fetch { status = 200, body = '{"portable":true}' }
    assert.are.equal("unreadable", err.kind)
  end)

  it("is the API's error if it says so and nothing else", function()
    local _, err = fetch { status = 200, body = '{"code":20500,"message":"Sorry"}' }
    assert.are.same({ "api", 20500, "Sorry", 200 }, { err.kind, err.code, err.message, err.http_status })
  end)

  it("is no success with a status that the contract does not list", function()
    local done, err = cancel { status = 200, body = "{}" }
    assert.is_nil(done)
    assert.are.same({ "http", "uncertain" }, { err.kind, err.outcome })
  end)
end)

describe("an answer with an unwelcome status", function()
  it("is the API's own error where it has that form", function()
    local _, err = fetch { status = 404, headers = { ["Twilio-Request-Id"] = "RQ1" },
      body = '{"code":"20404","message":"Not found","more_info":"https://x","status":404}' }
    assert.are.same({ "api", 20404, "Not found", "https://x", 404, "RQ1" },
      { err.kind, err.code, err.message, err.more_info, err.http_status, err.request_id })
  end)

  it("has a number as its code if that is digits, else the text, filtered and shortened", function()
    for given, wanted in pairs {
      ["20404"] = 20404, ["nan"] = "nan", ["inf"] = "inf", ["0x10"] = "0x10", ["1e5"] = "1e5", [" 7"] = "7",
      ["-1"] = "-1", ["1.5"] = "1.5", ["E1\\u001b[31m"] = "E1 [31m",
      ["12345678901234567890"] = "12345678901234567890",
    } do
      local _, err = fetch { status = 400, body = ('{"code":"%s","message":"no"}'):format(given) }
      assert.are.equal(wanted, err.code)
    end
    for given, wanted in pairs { ["20404.0"] = 20404, ["2e4"] = 20000, ["1.5"] = "1.5",
      ["1e-300"] = "1e-300" } do
      local _, err = fetch { status = 400, body = ('{"code":%s,"message":"no"}'):format(given) }
      assert.are.equal(wanted, err.code)
      assert.matches("code " .. wanted, tostring(err), 1, true)
    end
    local _, err = fetch { status = 400, body = ('{"code":"%s","message":"no"}'):format(("x"):rep(1e6)) }
    assert.are.equal(103, #err.code)
    _, err = fetch { status = 400, body = '{"code":"","message":"no"}' }
    assert.is_nil(err.code)
  end)

  it("is problem details where it has that form", function()
    local _, err = fetch { status = 400, body = '{"title":"Bad","detail":"Too bad","code":20001}' }
    assert.are.same({ "problem", "Too bad", 20001, "Bad" },
      { err.kind, err.message, err.code, err.problem.title })
  end)

  it("is an excerpt of anything else, cut and on one line", function()
    local _, err = fetch { status = 502, body = "<html>\n" .. ("x"):rep(5000) }
    assert.are.equal("http", err.kind)
    assert.matches("the server answered 502", err.message, 1, true)
    assert.is_true(#err.body < 250)
    assert.is_nil(err.body:find "%c")
  end)

  it("names where a redirect leads", function()
    local _, err = fetch { status = 302, headers = { Location = "https://evil.example/" } }
    assert.are.equal("http", err.kind)
    assert.matches("https://evil.example/", err.message, 1, true)
  end)

  it("is an answer all the same where the contract has it so", function()
    local fields = { status = 400, body = '{"phone_number":"+14155550111","portable":false,'
      .. '"not_portable_reason_code":22131}' }
    local object = response.read {
      id = "FetchPortingPortability", first = "+14155550111", path = "/x", transfer = transfer(fields),
    }
    assert.is_false(object.portable)
  end)
end)

describe("the outcome of a DELETE that failed", function()
  local function outcome(fields) return select(2, cancel(fields)).outcome end

  it("is not_sent where not a byte left", function()
    assert.are.equal("not_sent", outcome { kind = "network", message = "no connection", sent = false })
  end)

  it("is refused only where the server said no", function()
    for _, status in ipairs { 400, 401, 403, 404, 409, 429 } do
      assert.are.equal("refused", outcome { status = status }, status)
    end
  end)

  it("is uncertain wherever it may have been acted upon", function()
    for _, status in ipairs { 200, 302, 408, 500, 502, 503, 504 } do
      assert.are.equal("uncertain", outcome { status = status }, status)
    end
    for _, kind in ipairs { "network", "timeout", "too_large", "memory", "closed" } do
      assert.are.equal("uncertain", outcome { kind = kind, message = "x" }, kind)
    end
  end)
end)

describe("an error", function()
  it("says what was asked, how often, and why not once more", function()
    local _, err = cancel { kind = "timeout", message = "no answer", attempts = 3, stopped = "unsafe",
      retry_after = 2, headers = { ["Twilio-Concurrent-Requests"] = "17" } }
    assert.are.same({ "timeout", "no answer", "DeletePortingPortIn", "DELETE", 3, "unsafe", 2, 17 },
      { err.kind, err.message, err.operation, err.method, err.attempts, err.stopped, err.retry_after,
        err.concurrent_requests })
    assert.are.equal("/v1/Porting/PortIn/" .. KW, err.path)
  end)

  it("has no count that is not one", function()
    for _, sent in ipairs { ("1"):rep(400), "-1", "1.5", "many", "" } do
      local _, err = cancel { status = 429, headers = { ["Twilio-Concurrent-Requests"] = sent } }
      assert.is_nil(err.concurrent_requests)
    end
  end)

  it("of a GET has an outcome only if nothing was sent", function()
    assert.is_nil(select(2, fetch { kind = "timeout", message = "x" }).outcome)
    assert.are.equal("not_sent", select(2, fetch { kind = "network", message = "x", sent = false }).outcome)
  end)
end)
