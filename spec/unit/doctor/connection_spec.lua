--- What the first answer tells of the way to the API.

local connection = require "twilio.numbers.doctor.connection"

local NOW = 1000000000 -- Sun, 09 Sep 2001 01:46:40 GMT

local function answer(fields)
  local all = {
    began = NOW, ended = NOW + 0.2, status = 200, object = {}, headers = {},
    info = { name = 0.001, connect = 0.003, tls = 0.01, first_byte = 0.05, http_version = "2" },
  }
  for name, value in pairs(fields) do all[name] = value end
  return all
end

--- The lines by their names.
local function examine(fields, base_url)
  local lines = {}
  connection.examine(function(name, state, text) lines[name] = { state, text } end, { answer(fields) },
    base_url or "https://numbers.twilio.com")
  return lines
end

local function clock(date, age)
  return examine { headers = { Date = date, Age = age } }.clock
end

describe("the way to the API", function()
  it("is told step by step, each with its own time", function()
    local lines = examine {}
    assert.are.same({ "ok", "1.0 ms" }, lines["name lookup"])
    assert.are.same({ "ok", "2.0 ms" }, lines.TCP)
    assert.are.same({ "ok", "7.0 ms" }, lines.TLS)
    assert.are.same({ "ok", "40.0 ms" }, lines["first byte"])
    assert.are.same({ "ok", "2" }, lines["HTTP version"])
    assert.are.same({ "ok", "accepted" }, lines.credentials)
  end)

  local none = { name = 0, connect = 0, tls = 0, first_byte = 0 }

  for step, case in pairs {
    ["name lookup"] = { "network", none },
    TCP = { "network", { name = 0.1, connect = 0, tls = 0, first_byte = 0 } },
    TLS = { "tls", { name = 0.1, connect = 0, tls = 0, first_byte = 0 } },
    ["first byte"] = { "timeout", { name = 0.1, connect = 0.2, tls = 0.3, first_byte = 0 } },
  } do
    it("ends at the step that failed: " .. step, function()
      local fields = { err = { kind = case[1], message = "no luck" }, info = case[2] }
      local lines = {}
      local all = answer(fields)
      all.object, all.status = nil, nil
      connection.examine(function(name, state, text) lines[name] = { state, text } end, { all }, "https://a")
      assert.are.same({ "failed", case[1] .. ", no luck" }, lines[step])
      local failed = 0
      for _, line in pairs(lines) do failed = failed + (line[1] == "failed" and 1 or 0) end
      assert.are.equal(1, failed)
      assert.are.equal("unknown", lines.credentials[1])
    end)
  end

  it("has no TLS in plain HTTP", function()
    assert.are.equal("note", examine({}, "http://127.0.0.1:1").TLS[1])
  end)

  it("tells that the credentials are not accepted", function()
    local lines = {}
    local all = answer { status = 401, err = { kind = "api", http_status = 401, code = 20003 } }
    all.object = nil
    connection.examine(function(name, state, text) lines[name] = { state, text } end, { all }, "https://a")
    assert.are.same({ "failed", "not accepted: HTTP 401, code 20003" }, lines.credentials)
  end)
end)

describe("the clock", function()
  for date, state in pairs {
    ["Sun, 09 Sep 2001 01:46:40 GMT"] = "ok",
    ["Sun, 09 Sep 2001 01:46:36 GMT"] = "ok",
    ["Sun, 09 Sep 2001 01:46:10 GMT"] = "warning",
    ["Sun, 09 Sep 2001 01:46:59 GMT"] = "warning",
    ["Sun, 09 Sep 2001 02:46:40 GMT"] = "failed",
    ["Sunday, 09-Sep-01 00:46:40 GMT"] = "failed",
    ["Sunday, 09-Sep-01 01:46:40 GMT"] = "ok",
    ["Sun Sep  9 01:46:40 2001"] = "ok",
    ["yesterday"] = "unknown",
    ["2001-09-09T01:46:40Z"] = "unknown",
  } do
    it("beside " .. date .. " is " .. state, function()
      assert.are.equal(state, clock(date)[1])
    end)
  end

  it("is told to be ahead or behind", function()
    assert.matches("^3600 s behind", clock "Sun, 09 Sep 2001 02:46:40 GMT"[2])
    assert.matches("^3599 s ahead of", clock "Sun, 09 Sep 2001 00:46:40 GMT"[2])
  end)

  it("is not compared with a date that a cache kept", function()
    assert.are.equal("unknown", clock("Sun, 09 Sep 2001 01:00:00 GMT", "2800")[1])
    assert.are.equal("unknown", clock(nil)[1])
  end)

  it("may differ by the time that the call took", function()
    local line = examine { ended = NOW + 60, headers = { Date = "Sun, 09 Sep 2001 01:47:38 GMT" } }.clock
    assert.are.equal("ok", line[1])
  end)
end)
