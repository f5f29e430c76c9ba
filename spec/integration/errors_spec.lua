--- What a caller learns when the world misbehaves: for each fault of the sandbox, for a GET and
--- for a DELETE, over HTTP/1.1 and HTTP/2.

local numbers = require "twilio.numbers"
local sandbox = require "spec.support.sandbox"

local KW = sandbox.sid("KW", 0x1)

--- As HTTP writes it, in each locale.
local function http_date(time)
  local days = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" }
  local months = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }
  local parts = os.date("!*t", time)
  return ("%s, %02d %s %d %02d:%02d:%02d GMT"):format(days[parts.wday], parts.day, months[parts.month],
    parts.year, parts.hour, parts.min, parts.sec)
end

--- name of the case -> the rule for the sandbox, options for the client, and what to expect of
--- the error of a GET and of a DELETE. `both` is for either. With `is_connected` there is a connection:
--- then a request is handed over in time, however long the server stands still.
local cases = {
  ["an answer that takes too long"] = {
    rule = { fault = "latency", seconds = 20 }, options = { timeout = 1.5 }, is_connected = true,
    both = { kind = "timeout" },
    delete = { outcome = "uncertain" },
  },
  ["an answer that drips too slowly"] = {
    rule = { fault = "slow", bytes = 1, seconds = 1 }, options = { timeout = 5 }, is_connected = true,
    get = { kind = "timeout", http_status = 200 },
  },
  ["429 without Retry-After"] = {
    rule = { fault = "rate_limit" },
    both = { kind = "api", code = 20429, http_status = 429 },
    delete = { outcome = "refused" },
    says = "Too many requests at once",
  },
  ["429 with Retry-After in seconds"] = {
    rule = { fault = "rate_limit", retry_after = "7" },
    both = { kind = "api", code = 20429, http_status = 429, retry_after = 7 },
    delete = { outcome = "refused" },
    says = "retry after 7 s",
  },
  ["a 500 of the API"] = {
    rule = { fault = "error", status = 500, code = 20500, message = "Internal server error" },
    both = { kind = "api", code = 20500, http_status = 500, message = "Internal server error" },
    delete = { outcome = "uncertain" },
  },
  ["a 401 of the API"] = {
    rule = { fault = "error", status = 401, code = 20003, message = "Authenticate" },
    both = { kind = "api", code = 20003, http_status = 401 },
    delete = { outcome = "refused" },
    says = "Check the account SID",
  },
  ["a 404 of the API"] = {
    rule = { fault = "error", status = 404, code = 20404, message = "Not found" },
    both = { kind = "api", code = 20404, http_status = 404 },
    delete = { outcome = "refused" },
    says = "does not prove a cancellation",
  },
  ["a 503 with HTML"] = {
    rule = { fault = "html", status = 503 },
    both = { kind = "http", http_status = 503 },
    delete = { outcome = "uncertain" },
    says = "<html",
  },
  ["a 2xx with an empty body"] = {
    rule = { fault = "empty", status = 200 },
    get = { kind = "unreadable", http_status = 200 },
    delete = { kind = "http", http_status = 200, outcome = "uncertain" },
  },
  ["a body cut short"] = {
    rule = { fault = "cut" },
    both = { kind = "network" },
    delete = { outcome = "uncertain" },
  },
  ["malformed JSON"] = {
    rule = { fault = "malformed", body = '{"port_in_request_sid": "KW", "phone_' },
    get = { kind = "unreadable", http_status = 200 },
    delete = { kind = "http", outcome = "uncertain" },
    says = '"phone_',
  },
  ["JSON that is no object"] = {
    rule = { fault = "body", status = 200, body = "[]", content_type = "application/json" },
    get = { kind = "unreadable", http_status = 200 },
    delete = { kind = "http", outcome = "uncertain" },
  },
  ["NaN in JSON"] = {
    rule = { fault = "body", status = 200, body = '{"port_in_request_sid": NaN}',
      content_type = "application/json" },
    get = { kind = "unreadable" },
    delete = { kind = "http", outcome = "uncertain" },
  },
  ["a connection reset before the request took effect"] = {
    rule = { fault = "reset_before" },
    both = { kind = "network" },
    delete = { outcome = "uncertain" },
  },
  ["a connection reset after the request took effect"] = {
    rule = { fault = "reset_after" },
    both = { kind = "network" },
    delete = { outcome = "uncertain" },
    says_of_delete = "It may or may not have taken effect",
  },
  ["a TLS handshake broken off"] = {
    rule = { fault = "handshake" },
    both = { kind = "tls", outcome = "not_sent" },
    says = "Nothing was sent",
  },
  ["a redirect"] = {
    rule = { fault = "redirect" },
    both = { kind = "http", http_status = 302 },
    delete = { outcome = "uncertain" },
    says = "/elsewhere, where we do not go",
  },
  ["a body above the limit"] = {
    rule = { fault = "oversized", bytes = 3000000 }, options = { max_response_size = 1000000 },
    both = { kind = "too_large", http_status = 200 },
    delete = { outcome = "uncertain" },
  },
  ["problem details"] = {
    rule = { fault = "problem", status = 422 },
    both = { kind = "problem", http_status = 422 },
    delete = { outcome = "refused" },
  },
}

local function check(err, wanted, name)
  for field, value in pairs(wanted or {}) do
    assert.are.equal(value, err[field], name .. ": " .. field .. " in " .. tostring(err))
  end
end

local function deletes_seen()
  local count = 0
  for _, request in ipairs(sandbox.requests()) do
    if request.method == "DELETE" then count = count + 1 end
  end
  return count
end

for http_version, protocol in pairs { ["1.1"] = "HTTP/1.1", auto = "HTTP/2" } do
  describe("over " .. protocol .. ", a caller that meets", function()
    local client

    before_each(function()
      sandbox.reset()
      sandbox.put_port_in(KW, { port_in_request_status = "In Review" })
    end)

    after_each(function() client:close() end)

    local function client_for(case)
      local options = { http_version = http_version }
      for name, value in pairs(case.options or {}) do options[name] = value end
      client = sandbox.client(options)
      if case.is_connected then assert(client.port_ins:fetch(KW, { timeout = 60 })) end
      return client
    end

    for name, case in pairs(cases) do
      local function outcome_of(verb)
        local port_ins = client_for(case).port_ins
        sandbox.fault(case.rule)
        local result, err = port_ins[verb](port_ins, KW)
        assert.is_nil(result)
        assert.is_true(numbers.is_error(err))
        check(err, case.both, name)
        assert.matches(KW, tostring(err), 1, true)
        assert.not_matches("\n", tostring(err), 1, true)
        if case.says then assert.matches(case.says, tostring(err), 1, true) end
        return err
      end

      it(name .. " with a GET", function()
        local err = outcome_of "fetch"
        check(err, case.get, name)
        if not (case.both or {}).outcome then assert.is_nil(err.outcome) end
      end)

      if case.delete or (case.both or {}).outcome then
        it(name .. " with a DELETE, sent no more than once", function()
          local err = outcome_of "cancel"
          check(err, case.delete, name)
          if case.says_of_delete then
            assert.matches(case.says_of_delete, tostring(err), 1, true)
          end
          assert.is_true(deletes_seen() <= 1)
        end)
      end
    end

    it("Retry-After as a date gets seconds", function()
      local date = http_date(os.time() + 100)
      sandbox.fault { fault = "rate_limit", retry_after = date }
      local _, err = client_for({}).port_ins:fetch(KW)
      assert.is_true(err.retry_after > 80 and err.retry_after <= 100)
    end)

    it("problem details finds all of them", function()
      sandbox.fault { fault = "problem", status = 422 }
      local _, err = client_for({}).port_ins:fetch(KW)
      assert.is_table(err.problem.errors)
      assert.is_string(err.problem.errors[1].pointer)
      assert.are.equal(err.problem.detail, err.message)
    end)

    it("an error of the API finds the request's id and the link for support", function()
      local _, err = client_for({}).port_ins:fetch(sandbox.sid("KW", 0xffffffff))
      assert.are.equal("api", err.kind)
      assert.matches("^RQ%x+$", err.request_id)
      assert.matches("^https://", err.more_info)
      assert.matches(err.request_id, tostring(err), 1, true)
      assert.matches("code 20404", tostring(err), 1, true)
    end)

    it("a page that echoes the request finds no credentials in the error", function()
      for _, echo in ipairs {
        "Authorization: Basic QUM6c2VjcmV0", "AUTHORIZATION: BASIC QUM6c2VjcmV0",
        "authorization=Basic%20QUM6c2VjcmV0", "Basic&nbsp;QUM6c2VjcmV0",
      } do
        for _, body in ipairs { "You sent " .. echo .. " and that is that",
          '{"code":20500,"message":"You sent ' .. echo .. ' and that is that"}' } do
          sandbox.fault { fault = "body", status = 502, content_type = "text/html", body = body }
          local _, err = client_for({}).port_ins:fetch(KW)
          assert.matches("You sent", tostring(err), 1, true)
          assert.not_matches("QUM6c2VjcmV0", tostring(err) .. tostring(err.body), 1, true)
        end
      end
    end)

    it("a long message with control characters is one line of bounded length", function()
      sandbox.fault { fault = "body", status = 500,
        body = '{"code":20500,"message":"a\\n\\u001b[31mb' .. ("x"):rep(100000) .. '"}' }
      local _, err = client_for({}).port_ins:fetch(KW)
      assert.not_matches("%c", tostring(err))
      assert.is_true(#tostring(err) < 2000)
    end)

    it("a dead connection is not sent a second DELETE by libcurl", function()
      assert(client_for({}).port_ins:fetch(KW)) -- leaves a connection to be reused
      sandbox.fault { fault = "reset_after", times = 3, method = "DELETE" }
      local done, err = client.port_ins:cancel(KW)
      assert.is_nil(done)
      assert.are.equal("uncertain", err.outcome)
      assert.are.equal(1, deletes_seen())
      assert.are.equal("canceling", assert(client.port_ins:fetch(KW)):status())
    end)

    it("an answer that drips is patient", function()
      sandbox.fault { fault = "slow", bytes = 400, seconds = 0.01 }
      assert(client_for({}).port_ins:fetch(KW))
    end)

    it("a fault finds the next call served as if nothing had been", function()
      for name, case in pairs(cases) do
        client_for(case)
        sandbox.fault(case.rule)
        assert.is_nil((client.port_ins:fetch(KW)), name)
        assert(client.port_ins:fetch(KW, { timeout = 60 }))
        client:close()
      end
    end)
  end)
end

describe("a portability 400", function()
  local client

  before_each(function() client = sandbox.fresh_client() end)

  after_each(function() client:close() end)

  it("that carries the answer is an answer", function()
    sandbox.fault { fault = "body", status = 400, content_type = "application/json",
      body = '{"phone_number":"+16175551212","portable":false,'
        .. '"not_portable_reason":"In your account","not_portable_reason_code":22131}' }
    local answer, err = client.portability:check "+16175551212"
    assert.is_nil(err)
    assert.is_false(answer.portable)
    assert.are.equal(22131, answer.not_portable_reason_code)
    assert.are.equal("22131", tostring(answer.not_portable_reason_code))
    assert.are.equal("already_in_target_account", answer:reason())
  end)

  it("that has a code of portability is an answer, though it has the shape of an error", function()
    sandbox.fault { fault = "error", status = 400, code = 22131, message = "In your account", times = 2 }
    local answer = assert(client.portability:check "+16175551212")
    assert.are.same({ "+16175551212", false, 22131, "In your account", "already_in_target_account" },
      { answer.phone_number, answer.portable, answer.not_portable_reason_code, answer.not_portable_reason,
        answer:reason() })
    for number, one, err in client.portability:check_each { "+16175551212" } do
      assert.is_nil(err)
      assert.are.same({ number, false }, { one.phone_number, one.portable })
    end
  end)

  it("that is an error is an error", function()
    sandbox.fault { fault = "error", status = 400, code = 20001, message = "Not a number" }
    local answer, err = client.portability:check "+16175551212"
    assert.is_nil(answer)
    assert.are.equal(20001, err.code)
  end)

  it("of another operation is an error whatever it carries", function()
    sandbox.fault { fault = "body", status = 400, content_type = "application/json",
      body = '{"portable":false,"not_portable_reason_code":22131}' }
    local port_in, err = client.port_ins:fetch(KW)
    assert.is_nil(port_in)
    assert.are.equal("http", err.kind)
  end)
end)

describe("an answer with more values than max_values", function()
  it("is too large, is asked for once, and the option is named", function()
    local client = sandbox.client { max_values = 1000, retry = { base = 0.001, attempts = 3 } }
    sandbox.reset()
    sandbox.fault { fault = "body", status = 200, content_type = "application/json",
      body = '{"port_in_request_sid":"' .. KW .. '","phone_numbers":[' .. ("{},"):rep(1000) .. "{}]}" }
    local port_in, err = client.port_ins:fetch(KW)
    assert.is_nil(port_in)
    assert.are.same({ "too_large", 200, 1 }, { err.kind, err.http_status, err.attempts })
    assert.matches("max_values", tostring(err), 1, true)
    client:close()
  end)

  it("is the same with the default, which is four times a port-in of a thousand numbers", function()
    local client = sandbox.client()
    for count, kind in pairs { [1000] = false, [5000] = "too_large" } do
      local number = "{" .. ('"f":1,'):rep(24) .. '"g":2},'
      sandbox.reset()
      sandbox.fault { fault = "body", status = 200, content_type = "application/json",
        body = ('{"port_in_request_sid":"%s","phone_numbers":[%s]}'):format(
          KW, number:rep(count):sub(1, -2)) }
      local port_in, err = client.port_ins:fetch(KW)
      assert.are.equal(kind, port_in == nil and err.kind)
    end
    client:close()
  end)
end)

describe("an error", function()
  it("without an answer says whether the request left", function()
    local client = sandbox.client { base_url = "https://127.0.0.1:1" }
    local _, err = client.port_ins:cancel(KW)
    assert.are.equal("network", err.kind)
    assert.are.equal("not_sent", err.outcome)
    assert.is_nil(err.http_status)
    assert.matches("Nothing was sent.", tostring(err), 1, true)
    client:close()
  end)

  it("reads well in a concatenation", function()
    local client = sandbox.client { base_url = "https://127.0.0.1:1" }
    local _, err = client.port_ins:fetch(KW)
    assert.are.equal("oh: " .. tostring(err), "oh: " .. err)
    client:close()
  end)
end)
