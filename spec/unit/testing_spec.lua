--- The double for users' unit tests.

local numbers = require "twilio.numbers"
local testing = require "twilio.numbers.testing"

local function KW(number) return ("KW%032x"):format(number) end

local FETCH, DELETE = "GET /v1/Porting/PortIn/*", "DELETE /v1/Porting/PortIn/*"

describe("a double", function()
  it("answers by method and path, and tells what was asked", function()
    local double = testing.new {
      [FETCH] = testing.port_in "In Review",
      [DELETE] = 204,
      ["GET /v1/Porting/Portability/PhoneNumber/+14155550100"] = testing.portability(false, {
        not_portable_reason_code = 22131,
      }),
      ["GET /v1/Porting/PortIn/*/PhoneNumber/*"] = testing.phone_number("port_rejected", {
        rejection_reason = "wrong PIN",
      }),
    }
    local client, pu = double.client, "PU" .. ("0"):rep(32)
    assert.are.equal("in_review", assert(client.port_ins:fetch(KW(1))):status())
    assert.is_true(client.port_ins:cancel(KW(1), { headers = { ["X-Trace"] = "7" } }))
    assert.is_false(assert(client.portability:check "+14155550100").portable)
    assert.are.equal("wrong PIN", assert(client.port_in_phone_numbers:fetch(KW(1), pu)).rejection_reason)
    double:verify()
    local request = double.requests[2]
    assert.are.same({ "DELETE", "/v1/Porting/PortIn/" .. KW(1), 1, 0, { ["x-trace"] = "7" } },
      { request.method, request.path, request.attempt, request.at, request.headers })
    assert.are.equal(client.account_sid, request.account_sid)
  end)

  it("prefers an answer without a star, then the longest one", function()
    local double = testing.new {
      ["GET /v1/Porting/*/*"] = 500, [FETCH] = 404,
      ["GET /v1/Porting/PortIn/" .. KW(1)] = testing.port_in "Canceled",
    }
    assert.are.equal("canceled", assert(double.client.port_ins:fetch(KW(1))):status())
    local _, err = double.client.port_ins:fetch(KW(2))
    assert.are.same({ 404, 20404 }, { err.http_status, err.code })
  end)

  it("gives the answers of an array in turn, the last one for ever", function()
    local double = testing.new {
      [FETCH] = { testing.port_in "In Review", testing.port_in "Canceling", testing.port_in "Canceled" },
    }
    local seen = {}
    for i = 1, 4 do seen[i] = assert(double.client.port_ins:fetch(KW(1))):status() end
    assert.are.same({ "in_review", "canceling", "canceled", "canceled" }, seen)
  end)

  it("has requests read by a function", function()
    local double = testing.new(function(request)
      return { body = { port_in_requests = {
        { port_in_request_sid = KW(1), port_in_request_status = request.query.PortInRequestStatus },
      }, meta = {} } }
    end)
    local summary = double.client.port_ins:list({ status = "in_review" }):next()
    assert.are.equal(KW(1), summary:sid())
    assert.is_table(double.requests[1].query)
  end)

  it("records bodies and uploads", function()
    local double = testing.new {
      ["POST /v1/HostedNumber/Eligibility"] = function(request)
        return { body = { results = {
          { phone_number = request.body.phone_numbers[1].phone_number, eligibility_status = "ineligible" },
        } } }
      end,
      ["POST /v1/Documents"] = { status = 201, body = {
        sid = "RD" .. ("0"):rep(32), mime_type = "application/pdf", document_type = "utility_bill",
      } },
    }
    assert(double.client.eligibilities:create { phone_numbers = { { phone_number = "+14155550100" } } })
    assert(double.client.documents:create {
      document_type = "utility_bill", content = "%PDF-1.4\n", friendly_name = "Bill",
    })
    assert.are.equal("+14155550100", double.requests[1].body.phone_numbers[1].phone_number)
    assert.are.equal("Bill", double.requests[2].fields.friendly_name)
    assert.are.same({ name = "document.pdf", type = "application/pdf", size = 9 }, double.requests[2].file)
  end)

  it("raises at a request without an answer, and tells of it again", function()
    local double = testing.new { [FETCH] = 404 }
    local ok, why = pcall(function() return double.client.port_ins:cancel(KW(1)) end)
    assert.is_false(ok)
    assert.matches("testing_spec.lua:%d+: the double has no answer to DELETE /v1/Porting/PortIn/KW0+1; "
      .. "it has those to: GET /v1/Porting/PortIn/%*$", why)
    local _, told = pcall(function() double:verify() end)
    assert.matches("without an answer: DELETE", told, 1, true)
    assert.matches("asked for 0 times of 1: GET /v1/Porting/PortIn/*", told, 1, true)
    assert.matches("^[^\n]*testing_spec.lua:%d+: ", told)
  end)

  it("stands in for the client of a program that makes its own", function()
    local double, new = testing.new { [DELETE] = 204 }, numbers.new
    local accepted = double:stand_in(function()
      return numbers.new { concurrency = 2 }.port_ins:cancel(KW(1))
    end)
    assert.is_true(accepted)
    assert.are.equal(new, numbers.new)
    assert.has_error(function() double:stand_in(function() error("broken", 0) end) end, "broken")
    assert.are.equal(new, numbers.new)
  end)

  for what, wrong in pairs {
    ['keys such as "GET /v1/Porting/PortIn/*" expected'] = { ["/v1"] = 204 },
    ["unknown option 'stauts', did you mean 'status'?"] = { [FETCH] = { stauts = 204 } },
    ["status, body or fault expected"] = { [FETCH] = {} },
    ['answer.fault: "refused", "lost" or "tls" expected, got "slow"'] = { [FETCH] = { fault = "slow" } },
    ["answer: a status, a table or a function that gives one of these expected"] = { [FETCH] = "text" },
  } do
    it("refuses what is no answer: " .. what, function()
      local ok, why = pcall(function() testing.new(wrong) end)
      assert.is_false(ok)
      assert.matches(what, why, 1, true)
      assert.matches("^[^\n]*testing_spec.lua:%d+: ", why)
    end)
  end

  it("takes the options of a client, but no waiter", function()
    assert.has_error(function() testing.new({}, { waiter = { wait = print } }) end)
    assert.has_error(function() testing.new({}, { concurency = 2 }) end)
    assert.has_error(function() testing.new({}, { concurrency = 0 }) end)
  end)
end)

describe("a double's faults", function()
  it("are waited out as the API's are, without real time", function()
    local double = testing.new {
      [FETCH] = {
        { status = 429, headers = { ["Retry-After"] = "7" } }, 503, { fault = "lost" },
        testing.port_in "Completed",
      },
    }
    assert.are.equal("completed", assert(double.client.port_ins:fetch(KW(1))):status())
    local times = {}
    for i, request in ipairs(double.requests) do times[i] = request.at end
    assert.are.same({ 0, 7, 8, 10 }, times)
    assert.are.equal(10, double:now())
    double:verify()
  end)

  it("end as the policy says", function()
    local double = testing.new({ [FETCH] = 503 }, { retry = { attempts = 2 } })
    local _, err = double.client.port_ins:fetch(KW(1))
    assert.are.same({ 503, 2, "attempts" }, { err.http_status, err.attempts, err.stopped })
    double:answer(FETCH, { status = 429, headers = { ["Retry-After"] = 31 } })
    assert.are.equal("retry_after", select(2, double.client.port_ins:fetch(KW(1))).stopped)
    local _, in_time = double.client.port_ins:fetch(KW(1), { deadline = 3, retry = { cap = 60 } })
    assert.are.equal("deadline", in_time.stopped)
  end)

  for fault, outcome in pairs {
    refused = "not_sent", tls = "not_sent", lost = "uncertain",
  } do
    it(("leave a DELETE %s after %s"):format(outcome, fault), function()
      local double = testing.new { [DELETE] = { fault = fault } }
      local accepted, err = double.client.port_ins:cancel(KW(1))
      assert.are.same({ nil, outcome }, { accepted, err.outcome })
      assert.are.equal(fault == "refused" and 5 or 1, #double.requests)
    end)
  end

  for status, outcome in pairs { [503] = "uncertain", [409] = "refused", [401] = "refused" } do
    it(("leave a DELETE %s after %d"):format(outcome, status), function()
      local double = testing.new { [DELETE] = status }
      local _, err = double.client.port_ins:cancel(KW(1))
      assert.are.same({ outcome, status, 1 }, { err.outcome, err.http_status, #double.requests })
    end)
  end

  it("are slow answers, too", function()
    local double = testing.new({ [DELETE] = { status = 204, seconds = 20 } }, { timeout = 10 })
    local _, err = double.client.port_ins:cancel(KW(1))
    assert.are.same({ "timeout", "uncertain", 10 }, { err.kind, err.outcome, double:now() })
    assert.is_true(double.client.port_ins:cancel(KW(1), { timeout = 30 }))
    assert.are.equal(30, double:now())
  end)
end)

describe("a double's clock", function()
  it("lets an hour of waiting pass at once", function()
    local double = testing.new { [FETCH] = testing.port_in "In Review" }
    local port_in = assert(double.client.port_ins:fetch(KW(1)))
    local _, err = port_in:wait { timeout = 3600 }
    assert.are.equal("waited", err.kind)
    assert.is_true(double:now() >= 3600 and double:now() < 3602)
  end)

  it("lets a watch see a change that comes after hours", function()
    local double
    double = testing.new {
      [FETCH] = function(request)
        return testing.port_in(double:now() < 7200 and "In Review" or "Completed")(request)
      end,
    }
    local changes = {}
    for port_in, change, err in double.client.port_ins:watch { KW(1), KW(2) } do
      assert.is_nil(err)
      changes[port_in:sid()] = change.to
    end
    assert.are.same({ [KW(1)] = "completed", [KW(2)] = "completed" }, changes)
    assert.is_true(double:now() < 7300)
  end)

  it("runs as many calls at once as the client may", function()
    local double = testing.new({ [FETCH] = function(request)
      local answer = testing.port_in "Completed"(request)
      answer.seconds = 1
      return answer
    end }, { concurrency = 4 })
    local sids = {}
    for i = 1, 12 do sids[i] = KW(i) end
    for _, port_in, err in double.client.port_ins:fetch_each(sids) do assert(port_in, err) end
    assert.are.equal(3, double:now())
    local results = double.client:gather {
      function() return double.client.port_ins:fetch(KW(1)) end,
      function() double.client:sleep(5) return true end,
    }
    assert.are.same({ KW(1), true, 8 }, { results[1]:sid(), results[2], double:now() })
  end)

  it("does not go on for ever", function()
    local double = testing.new { [FETCH] = testing.port_in "In Review" }
    local ok, why = pcall(function()
      for _ in double.client.port_ins:watch({ KW(1) }, { interval = 3600 }) do end -- luacheck: ignore
    end)
    assert.is_false(ok)
    assert.matches("30 days have passed on the double's clock", why, 1, true)
  end)

  it("is told to hooks, which see each attempt", function()
    local told = {}
    local double = testing.new({ [FETCH] = { 503, testing.port_in "Completed" } }, {
      on_request = function(event) told[#told + 1] = "request " .. event.attempt end,
      on_response = function(event) told[#told + 1] = event.status end,
      on_retry = function(event) told[#told + 1] = event.wait end,
    })
    assert(double.client.port_ins:fetch(KW(1)))
    assert.are.same({ "request 1", 503, 0.5, "request 2", 200 }, told)
  end)

  it("ends with the client", function()
    local double = testing.new { [FETCH] = { { body = "{}", seconds = 5 } } }
    local results, errors = double.client:gather {
      function() return double.client.port_ins:fetch(KW(1)) end,
      function()
        double.client:sleep(1)
        double.client:close()
        return true
      end,
    }
    assert.are.same({ "closed", true }, { errors[1].kind, results[2] })
    assert.has_error(function() double.client.port_ins:fetch(KW(1)) end)
  end)

  it("keeps answers that came with a result", function()
    local double = testing.new { [DELETE] = {
      { status = 204, headers = { ["Twilio-Request-Id"] = "RQ1" }, seconds = 0.25 },
    } }
    local _, _, id, came = double.client.port_ins:cancel(KW(1))
    local answer = numbers.answer_of(came)
    assert.are.same({ "RQ1", 204, "RQ1", 0.25 },
      { id, answer.status, answer.request_id, answer.timings.total })
  end)
end)

describe("a name that a resource does not have", function()
  local port_ins = testing.new({}).client.port_ins

  local function has(name)
    return pcall(function() return port_ins[name] end)
  end

  it("is told from a method by pcall", function()
    assert.is_true(has "fetch")
    assert.is_false(has "fetchh")
    assert.is_nil(rawget(port_ins, "fetch"))
  end)

  it("and a method may be assigned in a unit test, and taken back", function()
    for _, name in ipairs { "fetch", "fetchh" } do
      local had = has(name)
      port_ins[name] = function() return "a stub" end
      assert.are.equal("a stub", port_ins[name]())
      port_ins[name] = nil
      assert.are.equal(had, (has(name)))
    end
  end)

  it("is nil for a metamethod, as tools that show objects expect", function()
    assert.is_nil(port_ins.__tostring)
  end)
end)
