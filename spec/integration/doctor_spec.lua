--- The doctor against the sandbox: what it reports, and that it sends nothing but GETs.

local cjson = require "cjson"
local doctor = require "twilio.numbers.doctor"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local function KW(number) return sandbox.sid("KW", number) end
local function EC(number) return sandbox.sid("EC", number) end

local function client_options(options)
  local all = {
    base_url = sandbox.url, ca_file = sandbox.ca_file,
    account_sid = sandbox.account_sid, auth_token = sandbox.auth_token,
  }
  for name, value in pairs(options or {}) do all[name] = value end
  return all
end

local function run(options)
  options = options or {}
  options.client = client_options(options.client)
  return doctor.run(options)
end

--- The lines of a section by their names; of several of one name, the last.
local function lines_of(report, name)
  for _, section in ipairs(report.sections) do
    if section.name == name then
      local lines = {}
      for _, line in ipairs(section.lines) do lines[line.name] = line end
      return lines
    end
  end
end

local function answer_to(report, start)
  for _, one in ipairs(report.questions) do
    if one.question:sub(1, #start) == start then return one.answer end
  end
  error("no such question: " .. start)
end

describe("the doctor", function()
  before_each(sandbox.reset)

  it("finds all well in the sandbox", function()
    local report = run()
    assert.are.equal("well", report.verdict)
    assert.are.same({}, report.deviations)
    assert.are.equal(report:text(), tostring(report))
    assert.error_matches(function() return report.text() end, "text is a method: write report:text")
    local way = lines_of(report, "Connection")
    for _, name in ipairs {
      "name lookup", "TCP", "TLS", "first byte", "HTTP version", "clock", "credentials",
    } do
      assert.are.equal("ok", way[name].state, name)
    end
    for _, section in ipairs { "Versions", "libcurl", "TLS" } do
      for name, line in pairs(lines_of(report, section)) do
        assert.is_true(line.state == "ok" or line.state == "note", name)
        assert.are_not.equal("", line.text)
      end
    end
    assert.is_not_nil(lines_of(report, "Campaigns")["LuaDBI SQLite3"])
  end)

  it("sends GETs only, and one of each readable operation", function()
    run { sids = { KW(1), EC(1) }, phone_number = "+14155550123" }
    local paths = {}
    for _, request in ipairs(sandbox.requests()) do
      assert.are.equal("GET", request.method)
      local path = request.uri:match "^[^?]*":gsub("[A-Z][A-Z]%x+", "SID"):gsub("%%2B%d+", "NUMBER")
      paths[path] = true
    end
    assert.are.same({
      ["/v1/Porting/PortIn/PortInRequests"] = true, ["/v1/Porting/Configuration/Webhook"] = true,
      ["/v1/SigningRequest/Configuration"] = true, ["/v1/Porting/PortIn/SID"] = true,
      ["/v1/Porting/PortIn/SID/PhoneNumber/SID"] = true,
      ["/v1/HostedNumber/Eligibility/Bulk/SID"] = true,
      ["/v1/Porting/Portability/PhoneNumber/NUMBER"] = true,
    }, paths)
  end)

  it("settles what a read can settle", function()
    run { sids = { EC(2) } }
    local report = run { sids = { KW(5), KW(9), KW(10), EC(2) }, phone_number = "+14155532137" }
    assert.are.equal("well", report.verdict)
    for start, answer in pairs {
      ["Is the status FAILED"] = "date_completed is string, results are empty",
      ["Which statuses refuse"] = "a read cannot tell",
      ["Does Retry-After"] = "not seen",
      ["How does \"not portable\""] = "HTTP 400, fields account_sid (1)",
      ["Which shape have errors"] = "HTTP 404, application/json, "
        .. "fields code (1), message (1), more_info (1), status (1)",
      ["Does the filter PortInRequestSid"] = "asked for 2, got 2",
      ["Does the filter PortInRequestStatus"] = "of 2, 2 are at that status",
      ["Which type has port_out_pin"] = "integer (1)",
      ["Which type has not_portability_reason_code"] = "within: string (1); on the resource: string (1)",
      ["Is the time of a list's item"] = "not before it: 0, before it: 3",
      ["Which offset"] = "-08:00 (3)",
      ["Is a DELETE asynchronous"] = "yes: ",
      ["How are statuses of bulk"] = "FAILED (1)",
    } do
      assert.are.equal(answer, answer_to(report, start):sub(1, #answer))
    end
  end)

  it("tells what the account has no data for", function()
    local nothing = { port_in_requests = {} }
    sandbox.fault { fault = "fields", path = "PortInRequests", times = 10, fields = nothing }
    local report = run()
    assert.are.equal("not seen", answer_to(report, "Which newer fields does a port-in"))
    assert.are.equal("not seen", answer_to(report, "Does the filter PortInRequestSid"))
  end)

  it("tells fields and values that the contract has not", function()
    sandbox.fault { fault = "unknown_fields", times = 3, path = "/PortIn/KW" }
    sandbox.fault { fault = "unknown_values", times = 1, path = "Portability" }
    local report = run { sids = { KW(1) }, phone_number = "+14155522131" }
    assert.are.equal("deviations", report.verdict)
    local found = {}
    for _, one in ipairs(report.deviations) do
      found[("%s %s.%s %s"):format(one.kind, one.operation, one.name, tostring(one.value))] = one.count
    end
    assert.are.same({
      ["field FetchPortingPortIn.surprise string"] = 1,
      ["field FetchPortingPortIn.surprise_number integer"] = 1,
      ["field FetchPortingPortIn.surprise_object object"] = 1,
      ["field FetchPortingPortIn.phone_numbers[].surprise string"] = 2,
      ["field FetchPortingPortIn.phone_numbers[].surprise_number integer"] = 2,
      ["field FetchPortingPortIn.phone_numbers[].surprise_object object"] = 2,
      ["field FetchPortingPortInPhoneNumber.surprise string"] = 1,
      ["field FetchPortingPortInPhoneNumber.surprise_number integer"] = 1,
      ["field FetchPortingPortInPhoneNumber.surprise_object object"] = 1,
      ["value FetchPortingPortability.number_type SATELLITE"] = 1,
      ["code FetchPortingPortability.not_portable_reason_code 22199"] = 1,
    }, found)
    local text = report:text()
    assert.matches("code     FetchPortingPortability: not_portable_reason_code: 22199", text, 1, true)
  end)

  it("tells a Retry-After, and in which form", function()
    sandbox.fault { fault = "rate_limit", retry_after = "7", path = "Webhook" }
    local report = run()
    assert.are.equal("failed", report.verdict)
    assert.are.equal("HTTP 429, in seconds", answer_to(report, "Does Retry-After"))
  end)

  it("goes on where the account cannot list, or has no webhooks", function()
    sandbox.fault { fault = "error", status = 404, code = 20404, path = "PortInRequests" }
    sandbox.fault { fault = "error", status = 404, code = 20404, path = "Webhook" }
    local report = run { sids = { KW(1) } }
    assert.are.equal("well", report.verdict)
    assert.are.equal("no: HTTP 404", answer_to(report, "Can this account list"))
  end)

  it("tells which SID it could not fetch only by its failure", function()
    local report = run { sids = { KW(4711) } }
    assert.are.equal("failed", report.verdict)
    assert.not_matches(KW(4711), report:text(), 1, true)
  end)

  for name, case in pairs {
    ["credentials that are not accepted"] = { { auth_token = ("0"):rep(32) }, "unauthorized", "credentials" },
    ["no connection"] = { { base_url = "https://127.0.0.1:1" }, "failed", "TCP" },
    ["no such name"] = { { base_url = "https://nowhere.invalid" }, "failed", "name lookup" },
    ["a certificate that is not trusted"] = { { base_url = sandbox.bad_tls_url }, "failed", "TLS" },
  } do
    it("stops after one call at " .. name, function()
      local report = run { client = case[1] }
      assert.are.equal(case[2], report.verdict)
      assert.are.equal("failed", lines_of(report, "Connection")[case[3]].state)
      assert.are.same({}, report.questions)
      assert.is_true(#sandbox.requests() <= 1)
    end)
  end

  it("raises for wrong options at the user's line", function()
    for _, case in ipairs {
      { { sid = KW(1) }, "unknown option 'sid', did you mean 'sids'" },
      { { sids = KW(1) }, "sids: a table expected" },
      { { sids = { "KW1" } }, "sids%[1%]: a SID of KW or EC" },
      { { phone_number = "12" }, "phone_number: a phone number in E.164 format expected" },
      { { client = { tiemout = 1 } }, "unknown option 'tiemout'" },
    } do
      local ok, why = pcall(doctor.run, case[1])
      assert.is_false(ok)
      assert.matches(case[2], why)
    end
  end)

  it("shows nothing that is secret or personal, whatever the answers are", function()
    sandbox.put_port_in(KW(1), {
      port_in_request_status = "Robin Doe of " .. KW(1), customer = "Robin Doe",
      ["+14155550111"] = "+14155550111", [sandbox.auth_token] = sandbox.auth_token,
    })
    sandbox.fault { fault = "html", status = 500, path = "Webhook" }
    local report = run { sids = { KW(1), KW(5), EC(1) }, phone_number = "+14155522131" }
    local text = report:text() .. report:to_json()
    for _, secret in ipairs {
      sandbox.auth_token, sandbox.account_sid, sandbox.api_secret, "Robin", "5550111", "4155522131", "Acme",
      "robin@", "100200300", KW(1), KW(5), sandbox.ca_file, "Sorry",
    } do
      assert.not_matches(secret, text, 1, true)
    end
  end)
end)

describe("doctor.lua", function()
  before_each(sandbox.reset)

  local function script(arguments, environment)
    local own = ("TWILIO_API_KEY= TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s"):format(
      sandbox.url, sandbox.ca_file)
    local output, code = support.run(("%s %s %s examples/doctor.lua %s"):format(
      own, environment or "", support.lua, arguments or ""))
    for _, secret in ipairs {
      sandbox.auth_token, sandbox.api_secret, sandbox.account_sid, sandbox.ca_file, "geheim",
    } do
      assert.not_matches(secret, output, 1, true)
    end
    return output, code
  end

  it("prints a report, and ends with 0 if all is well", function()
    local output, code = script "--number +14155550123"
    assert.are.equal(0, code, output)
    assert.matches("^twilio%-numbers doctor: well\n", output)
  end)

  it("prints JSON", function()
    local output, code = script("--json " .. KW(1))
    assert.are.equal(0, code)
    local report = cjson.decode(output)
    assert.are.equal("well", report.verdict)
    assert.matches('"deviations":[]', output, 1, true)
    assert.is_true(#report.questions > 20)
  end)

  it("tells deviations by 9, failures by 3, refused credentials by 4, wrong usage by 1", function()
    sandbox.fault { fault = "unknown_fields", path = "Webhook" }
    assert.are.equal(9, select(2, script()))
    sandbox.fault { fault = "error", status = 500, path = "Webhook" }
    assert.are.equal(3, select(2, script()))
    assert.are.equal(4, select(2, script("", "TWILIO_AUTH_TOKEN=" .. ("0"):rep(32))))
    assert.are.equal(1, select(2, script("", "TWILIO_AUTH_TOKEN=")))
    assert.are.equal(1, select(2, script "KW1"))
    assert.are.equal(1, select(2, script "--number 123"))
    assert.are.equal(3, select(2, script("", "TWILIO_NUMBERS_BASE_URL=ftp://a")))
  end)

  it("reports what is wrong in the environment", function()
    local output, code = script("", "TWILIO_NUMBERS_BASE_URL= TWILIO_EDGE=a/b")
    assert.are.equal(3, code)
    assert.matches("FAILED +client +edge: a name of letters, digits and hyphens expected", output)
    assert.are.equal(0, #sandbox.requests())
  end)

  it("shows a proxy's host without its credentials", function()
    local output = script("", "https_proxy=http://robin:geheim@127.0.0.1:2/x no_proxy=")
    assert.matches("proxy +127.0.0.1:2, by https_proxy\n", output)
  end)
end)

describe("on_unknown", function()
  before_each(sandbox.reset)

  it("tells fields and values that are unknown, each once", function()
    local events = {}
    local client = sandbox.client { on_unknown = function(event) events[#events + 1] = event end }
    sandbox.fault { fault = "unknown_values", times = 3 }
    sandbox.fault { fault = "unknown_fields", times = 3 }
    for _, _, err in client.port_ins:fetch_each { KW(1), KW(1), KW(1), KW(1), KW(1), KW(1) } do
      assert.is_nil(err)
    end
    local count = {}
    for _, event in ipairs(events) do
      assert.are.equal("FetchPortingPortIn", event.operation)
      local name = event.kind .. " " .. event.name .. " " .. event.value
      assert.is_nil(count[name])
      count[name] = true
    end
    assert.is_true(count["field phone_numbers[].surprise string"])
    assert.is_true(count["value port_in_request_status Frozen"])
    assert.are.equal(9, #events)
    client:close()
  end)

  it("tells nothing of answers that are as the contract says", function()
    local client = sandbox.client { on_unknown = function(event) error(event.name) end }
    client.port_ins:fetch(KW(1))
    for _ in client.port_ins:list() do end
    client.portability:check "+14155532137"
    client.bulk_eligibilities:fetch(EC(3))
    client.webhook_configuration:fetch()
    for _ in client.signing_request_configurations:list() do end
    client.port_ins:cancel(KW(1))
    client:close()
  end)

  it("is told each thing once by all clients that share it; a derived client may have its own", function()
    local events, own = 0, 0
    local client = sandbox.client { on_unknown = function() events = events + 1 end }
    local sharing = client:with { on_request = function() end }
    local other = client:with { on_unknown = function() own = own + 1 end }
    sandbox.fault { fault = "unknown_fields", times = 3 }
    for _, one in ipairs { client, sharing, other } do
      assert.is_table(one.webhook_configuration:fetch())
    end
    assert.are.same({ 3, 3 }, { events, own })
    client:close()
  end)

  it("raises at the next call, and costs no answer", function()
    sandbox.fault { fault = "unknown_fields" }
    local client = sandbox.client { on_unknown = function() error "odd" end }
    assert.is_table(client.port_ins:fetch(KW(1)))
    local ok, why = pcall(client.port_ins.fetch, client.port_ins, KW(1))
    assert.is_false(ok)
    assert.matches("on_unknown raised: .*odd", why)
    client:close()
  end)
end)
