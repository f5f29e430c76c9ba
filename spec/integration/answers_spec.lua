--- An answer is held against what was asked for: by every operation, each way of calling it, against a
--- server that mixes answers up.

local cjson = require "cjson"
local numbers = require "twilio.numbers"
local sandbox = require "spec.support.sandbox"

local sid = sandbox.sid
local KW, PU, OTHER_PU, EC = sid("KW", 0xa), sid("PU", 0xa1), sid("PU", 0xa2), sid("EC", 1)
local OTHER_KW, OTHER_EC = sid("KW", 7), sid("EC", 2) -- a canceled one; one that fails
local NUMBER, OTHER_NUMBER = "+14155550100", "+14155522131"
local OTHER_ACCOUNT = sid("AC", 5)
local WEBHOOK = "/v1/Porting/Configuration/Webhook"

local function port_in(kw) return "/v1/Porting/PortIn/" .. kw end
local function number(kw, pu) return port_in(kw) .. "/PhoneNumber/" .. pu end
local function portability(text) return "/v1/Porting/Portability/PhoneNumber/%2B" .. text:sub(2) end
local function bulk(ec) return "/v1/HostedNumber/Eligibility/Bulk/" .. ec end

--- The one outcome of an iterator.
local function outcome(each)
  local _, result, err = each()
  each:close()
  return result, err
end

--- For each operation that gives an object: ways to call it, which begin to mix answers up by `mix` when they
--- are about to ask; whose answer comes instead; and by which field that is noticed.
local operations = {
  FetchPortingPortIn = {
    path = port_in(KW), field = "port_in_request_sid", asked = KW,
    others = { [port_in(OTHER_KW)] = OTHER_KW, [number(OTHER_KW, sid("PU", 0x71))] = OTHER_KW },
    is_right = function(result) return result.port_in_request_sid == KW end,
    ways = {
      fetch = function(client, mix) mix() return client.port_ins:fetch(KW) end,
      ["fetch within a time"] = function(client, mix) mix() return client.port_ins:fetch(KW, 60) end,
      refresh = function(client, mix)
        local known = assert(client.port_ins:fetch(KW))
        mix()
        return known:refresh()
      end,
      fetch_each = function(client, mix) mix() return outcome(client.port_ins:fetch_each { KW }) end,
    },
  },
  FetchPortingPortInPhoneNumber = {
    path = number(KW, PU), field = "phone_number_sid", asked = PU,
    others = { [number(KW, OTHER_PU)] = OTHER_PU },
    is_right = function(result) return result.phone_number_sid == PU end,
    ways = {
      fetch = function(client, mix) mix() return client.port_in_phone_numbers:fetch(KW, PU) end,
      refresh = function(client, mix)
        local known = assert(client.port_in_phone_numbers:fetch(KW, PU))
        mix()
        return known:refresh()
      end,
      ["refresh of a port-in's"] = function(client, mix)
        local known = assert(client.port_ins:fetch(KW)):numbers()()
        mix()
        return known:refresh()
      end,
      fetch_each = function(client, mix)
        mix()
        return outcome(client.port_in_phone_numbers:fetch_each { { KW, PU } })
      end,
    },
  },
  ["FetchPortingPortInPhoneNumber of another port-in"] = {
    path = number(KW, PU), field = "port_in_request_sid", asked = KW,
    others = { [number(OTHER_KW, sid("PU", 0x71))] = OTHER_KW, [port_in(OTHER_KW)] = OTHER_KW },
    is_right = function(result) return result.port_in_request_sid == KW end,
    ways = {
      fetch = function(client, mix) mix() return client.port_in_phone_numbers:fetch(KW, PU) end,
    },
  },
  FetchPortingPortability = {
    path = portability(NUMBER), field = "phone_number", asked = NUMBER,
    others = { [portability(OTHER_NUMBER)] = OTHER_NUMBER, [number(KW, PU)] = "+14155550201",
      [portability "+14155532131"] = "+14155532131" }, -- the last by a 400
    is_right = function(result) return result.phone_number == NUMBER and result.portable end,
    ways = {
      check = function(client, mix) mix() return client.portability:check(NUMBER) end,
      check_each = function(client, mix)
        mix()
        return outcome(client.portability:check_each { NUMBER })
      end,
    },
  },
  ["FetchPortingPortability for an account"] = {
    path = portability(NUMBER), field = "account_sid", asked = sandbox.account_sid,
    others = { [portability(NUMBER) .. "?TargetAccountSid=" .. OTHER_ACCOUNT] = OTHER_ACCOUNT },
    is_right = function(result) return result.account_sid == sandbox.account_sid end,
    ways = {
      check = function(client, mix)
        mix()
        return client.portability:check(NUMBER, { target_account_sid = sandbox.account_sid })
      end,
      check_each = function(client, mix)
        mix()
        return outcome(client.portability:check_each({ NUMBER },
          { target_account_sid = sandbox.account_sid }))
      end,
    },
  },
  FetchBulkEligibility = {
    path = bulk(EC), field = "request_id", asked = EC,
    others = { [bulk(OTHER_EC)] = OTHER_EC },
    is_right = function(result) return result.request_id == EC end,
    ways = {
      fetch = function(client, mix) mix() return client.bulk_eligibilities:fetch(EC) end,
      refresh = function(client, mix)
        local known = assert(client.bulk_eligibilities:fetch(EC))
        mix()
        return known:refresh()
      end,
      fetch_each = function(client, mix)
        mix()
        return outcome(client.bulk_eligibilities:fetch_each { EC })
      end,
    },
  },
}

for _, operation in pairs(operations) do
  local call = operation.ways.fetch or operation.ways.check
  operation.ways["a task of gather"] = function(client, mix)
    local results, errs = client:gather { function() return call(client, mix) end }
    return results[1], errs[1]
  end
end

local function count_requests(path)
  local count = 0
  for _, request in ipairs(sandbox.requests()) do
    if request.uri:find(path, 1, true) == 1 and request.fault == "mixed" then count = count + 1 end
  end
  return count
end

for http_version, protocol in pairs { ["1.1"] = "HTTP/1.1", auto = "HTTP/2" } do
  describe("over " .. protocol .. ", another one's answer", function()
    local client

    before_each(function()
      client = sandbox.fresh_client { http_version = http_version, retry = { attempts = 3, base = 0.001 } }
    end)

    after_each(function() client:close() end)

    for id, operation in pairs(operations) do
      for way, call in pairs(operation.ways) do
        for other, named in pairs(operation.others) do
          it(("is none: %s by %s, which gets that to %s"):format(id, way, other), function()
            local result, err = call(client, function()
              sandbox.fault { fault = "mixed", as = other, path = operation.path, times = 1000 }
            end)
            assert.is_nil(result)
            assert.are.equal("unreadable", err.kind)
            assert.are.equal(('the answer is about something else: %s is "%s", asked for was %s'):format(
              operation.field, named, operation.asked), err.message)
            assert.are.equal(3, err.attempts)
            assert.are.equal("attempts", err.stopped)
            assert.is_nil(err.outcome)
            assert.is_nil(err.body)
            assert.are.equal(3, count_requests(operation.path))
          end)
        end

        it(("is asked for again, and the right one taken: %s by %s"):format(id, way), function()
          local result, err = call(client, function()
            sandbox.fault { fault = "mixed", as = (next(operation.others)), path = operation.path }
          end)
          assert.is_nil(err)
          assert.is_true(operation.is_right(result))
          assert.are.equal(1, count_requests(operation.path))
        end)
      end
    end

    it("is none, not a refusal, for a cancellation", function()
      sandbox.fault { fault = "mixed", as = port_in(OTHER_KW), method = "DELETE", times = 9 }
      for _, attempt in ipairs {
        function() return client.port_ins:cancel(KW) end,
        function() return client.port_in_phone_numbers:cancel(KW, PU) end,
        function() return client.webhook_configuration:delete "PORT_IN" end,
      } do
        local done, err = attempt()
        assert.is_nil(done)
        assert.are.equal("uncertain", err.outcome)
        assert.are.equal(1, err.attempts)
      end
    end)

    it("of each kind is no webhook configuration", function()
      for _, other in ipairs { port_in(KW), number(KW, PU), portability(NUMBER), bulk(EC) } do
        sandbox.fault { fault = "mixed", as = other, path = WEBHOOK, times = 3 }
        local result, err = client.webhook_configuration:fetch()
        assert.is_nil(result)
        assert.are.equal("unreadable", err.kind)
        assert.matches("it has no field of numbers.v1.porting_webhook_configuration_fetch", err.message,
          1, true)
        assert.are.equal(3, err.attempts)
      end
      sandbox.fault { fault = "mixed", as = port_in(KW), path = WEBHOOK }
      assert.is_string(assert(client.webhook_configuration:fetch()).port_in_target_url)
    end)

    it("of a kind that names nothing is none either", function()
      for _, call in ipairs {
        function() return client.port_ins:fetch(KW) end,
        function() return client.port_in_phone_numbers:fetch(KW, PU) end,
        function() return client.portability:check(NUMBER) end,
        function() return client.bulk_eligibilities:fetch(EC) end,
      } do
        sandbox.fault { fault = "mixed", as = WEBHOOK, times = 3 }
        local result, err = call()
        assert.is_nil(result)
        assert.are.equal("unreadable", err.kind)
      end
    end)
  end)
end

describe("an answer that says who it is", function()
  local client

  before_each(function() client = sandbox.fresh_client() end)

  after_each(function() client:close() end)

  local function with(fields)
    sandbox.fault { fault = "fields", fields = fields }
  end

  it("in letters of another case is the one", function()
    for _, change in ipairs { "lower", "upper" } do
      with { port_in_request_sid = KW[change](KW) }
      assert(client.port_ins:fetch(KW))
      with { port_in_request_sid = KW[change](KW), phone_number_sid = PU[change](PU) }
      assert(client.port_in_phone_numbers:fetch(KW, PU))
      with { account_sid = OTHER_ACCOUNT[change](OTHER_ACCOUNT) }
      assert(client.portability:check(NUMBER, { target_account_sid = OTHER_ACCOUNT }))
      with { request_id = EC[change](EC) }
      assert(client.bulk_eligibilities:fetch(EC))
    end
    local upper = "KW" .. KW:sub(3):upper()
    sandbox.fault { fault = "mixed", as = port_in(KW) }
    assert.are.equal(upper, assert(client.port_ins:fetch(upper)):sid())
  end)

  it("by a number in another form is the one", function()
    for _, form in ipairs { "14155550100", "+1 415 555 0100", "+1 (415) 555-0100", 14155550100 } do
      with { phone_number = form }
      assert(client.portability:check(NUMBER))
    end
    sandbox.fault { fault = "body", status = 200, content_type = "application/json",
      body = '{"phone_number":999999999999999,"portable":true}' }
    assert(client.portability:check "+999999999999999")
  end)

  it("by null, or not at all, is the one", function()
    with { port_in_request_sid = numbers.null }
    assert.are.equal(KW, assert(client.port_ins:fetch(KW)):sid())
    with { phone_number = numbers.null }
    assert(client.portability:check(NUMBER))
    with { request_id = numbers.null }
    assert(client.bulk_eligibilities:fetch(EC))
    sandbox.fault { fault = "nulls", times = 5 }
    assert(client.port_ins:fetch(KW))
    assert(client.port_in_phone_numbers:fetch(KW, PU))
    assert(client.portability:check(NUMBER, { target_account_sid = OTHER_ACCOUNT }))
    assert(client.bulk_eligibilities:fetch(EC))
    assert(client.webhook_configuration:fetch())
  end)

  it("of an account that was not asked for is the one", function()
    with { account_sid = OTHER_ACCOUNT }
    assert(client.portability:check(NUMBER))
    with { account_sid = OTHER_ACCOUNT }
    assert.are.equal(OTHER_ACCOUNT, assert(client.port_ins:fetch(KW)).account_sid)
  end)

  it("by the name that a number has within a port-in is held to that as well", function()
    with { phone_number_sid = numbers.null, port_in_phone_number_sid = PU }
    assert(client.port_in_phone_numbers:fetch(KW, PU))
    with { port_in_phone_number_sid = OTHER_PU }
    local _, err = client.port_in_phone_numbers:fetch(KW, PU)
    assert.are.equal("unreadable", err.kind)
    assert.matches("port_in_phone_number_sid", err.message, 1, true)
  end)

  it("with numbers of another port-in is not the one", function()
    local own = { phone_number = NUMBER, port_in_request_sid = KW:lower() }
    with { phone_numbers = { own, numbers.null, NUMBER, { port_in_request_sid = numbers.null } } }
    assert(client.port_ins:fetch(KW))
    with { phone_numbers = { own, { phone_number = OTHER_NUMBER, port_in_request_sid = OTHER_KW } } }
    local _, err = client.port_ins:fetch(KW)
    assert.are.equal("unreadable", err.kind)
    assert.matches("phone_numbers[2].port_in_request_sid is \"" .. OTHER_KW, err.message, 1, true)
  end)

  it("by what is no text is not the one", function()
    for shown, value in pairs { ["no single value"] = { KW }, ["true"] = true, ["5"] = 5,
      ['""'] = "", } do
      with { port_in_request_sid = value }
      local _, err = client.port_ins:fetch(KW)
      assert.are.equal("unreadable", err.kind)
      assert.matches("port_in_request_sid is " .. shown .. ", asked for was " .. KW, err.message, 1, true)
    end
    with { phone_number = { NUMBER } }
    assert.are.equal("unreadable", select(2, client.portability:check(NUMBER)).kind)
  end)

  it("by anything at all is told in one line of bounded length, without credentials", function()
    with { port_in_request_sid = "KW\n\27[31mAuthorization: Basic QUM6c2VjcmV0 " .. ("x"):rep(100000) }
    local _, err = client.port_ins:fetch(KW)
    assert.are.equal("unreadable", err.kind)
    assert.not_matches("%c", tostring(err))
    assert.not_matches("QUM6c2VjcmV0", tostring(err), 1, true)
    assert.is_true(#tostring(err) < 500)
  end)
end)

describe("a success with the shape of an error", function()
  local client

  before_each(function() client = sandbox.fresh_client { retry = { attempts = 3, base = 0.001 } } end)

  after_each(function() client:close() end)

  local calls = {
    function() return client.port_ins:fetch(KW) end,
    function() return client.port_in_phone_numbers:fetch(KW, PU) end,
    function() return client.portability:check(NUMBER) end,
    function() return client.bulk_eligibilities:fetch(EC) end,
    function() return client.webhook_configuration:fetch() end,
  }

  local function each_error(object, check)
    for _, call in ipairs(calls) do
      sandbox.fault { fault = "body", status = 200, content_type = "application/json",
        body = cjson.encode(object) }
      local result, err = call()
      assert.is_nil(result)
      assert.are.equal(200, err.http_status)
      assert.are.equal(1, err.attempts)
      check(err)
    end
  end

  it("is the API's error", function()
    each_error({ code = 20404, message = "Not found", status = 404,
      more_info = "https://www.twilio.com/docs/errors/20404" }, function(err)
      assert.are.equal("api", err.kind)
      assert.are.equal(20404, err.code)
      assert.are.equal("Not found", err.message)
      assert.matches("20404", err.more_info, 1, true)
    end)
    each_error({ code = 20500 }, function(err) assert.are.equal("api", err.kind) end)
    each_error({ message = "Oops", status = "failed", port_in_request_sid = numbers.null,
      phone_number = numbers.null, request_id = numbers.null, port_in_target_url = numbers.null },
      function(err) assert.are.equal("Oops", err.message) end)
  end)

  it("is a problem", function()
    each_error({ type = "https://www.twilio.com/docs/errors/20001", title = "Invalid parameter",
      status = 400, code = 20001, detail = "The request is not valid" }, function(err)
      assert.are.equal("problem", err.kind)
      assert.are.equal("The request is not valid", err.message)
      assert.are.equal("Invalid parameter", err.problem.title)
    end)
  end)

  it("is the resource if it says anything of one", function()
    local richer = { code = 7, message = "a field of a later version", title = "another" }
    sandbox.fault { fault = "fields", fields = richer, times = #calls }
    for _, call in ipairs(calls) do
      local result = assert(call())
      assert.are.equal(richer.message, result.message)
    end
    sandbox.fault { fault = "body", status = 200, content_type = "application/json",
      body = '{"status":"COMPLETED","results":[],"message":"all done"}' }
    assert.is_true(assert(client.bulk_eligibilities:fetch(EC)):is_terminal())
  end)

  it("that has nothing in common with either cannot be read", function()
    for _, call in ipairs(calls) do
      sandbox.fault { fault = "body", status = 200, content_type = "application/json", times = 3,
        body = '{"hello":"world"}' }
      local result, err = call()
      assert.is_nil(result)
      assert.are.equal("unreadable", err.kind)
      assert.matches('it has no field of numbers.v1.', err.message, 1, true)
      assert.matches('{"hello":"world"}', err.body, 1, true)
    end
  end)
end)

describe("who waits for a status, and gets another one's answer,", function()
  local client

  before_each(function() client = sandbox.fresh_client { retry = { attempts = 2, base = 0.001 } } end)

  after_each(function() client:close() end)

  local function mix(path, as, times)
    sandbox.fault { fault = "mixed", path = path, as = as, times = times }
  end

  it("has not come to it", function()
    local known = {
      [assert(client.port_ins:fetch(KW))] = port_in(OTHER_KW),
      [assert(client.port_in_phone_numbers:fetch(KW, PU))] = number(KW, sid("PU", 0xa3)), -- canceled
      [assert(client.bulk_eligibilities:fetch(EC))] = bulk(sid("EC", 3)), -- completed
    }
    for record, as in pairs(known) do
      mix("", as, 100000)
      local result, err = record:wait { interval = 0.01, timeout = 1 }
      assert.is_nil(result)
      assert.are.equal("waited", err.kind)
      local is_told = err.message:find("the answer is about something else", 1, true)
      assert.is_truthy(is_told or err.message:find "the deadline passed", err.message) -- one was late
      assert.is_false(record:is_terminal())
      sandbox.reset()
    end
  end)

  it("goes on until its own comes", function()
    local known = assert(client.port_ins:fetch(KW))
    assert(known:cancel())
    mix(KW, port_in(OTHER_KW), 5)
    assert(known:wait { interval = 0.01 })
    assert.are.equal(KW, known.port_in_request_sid)
    assert.are.equal("canceled", known:status())
    assert.are.equal(1 + 1 + 5 + 2, #sandbox.requests())
  end)

  it("by watching sees no change of it", function()
    mix(KW, port_in(OTHER_KW), 5)
    local seen = {}
    for watched, change, err in client.port_ins:watch({ KW }, { interval = 0.01 }) do
      assert.are.equal(KW, watched:sid())
      seen[#seen + 1] = err and err.kind or change.to
      sandbox.put_port_in(KW, { port_in_request_status = "Completed" })
    end
    assert.are.same({ "in_review", "completed" }, seen)
  end)
end)

describe("an answer of another kind", function()
  local client

  before_each(function() client = sandbox.fresh_client() end)

  after_each(function() client:close() end)

  local function answer_with(path, object)
    sandbox.fault { fault = "body", status = 200, content_type = "application/json", path = path,
      body = cjson.encode(object), times = 1 }
  end

  it("is none, though it names the same SID", function()
    answer_with(port_in(KW), { port_in_request_sid = KW, phone_number_sid = PU,
      port_in_phone_number_status = "canceled" })
    local _, err = client.port_ins:fetch(KW)
    assert.are.equal("unreadable", err.kind)
    answer_with(number(KW, PU), { port_in_request_sid = KW, port_in_request_status = "canceled" })
    _, err = client.port_in_phone_numbers:fetch(KW, PU)
    assert.are.equal("unreadable", err.kind)
    answer_with(bulk(EC), { status = 404 })
    _, err = client.bulk_eligibilities:fetch(EC)
    assert.is_not_nil(err)
  end)

  it("is an error in the shape of one, though it names what was asked for", function()
    answer_with(port_in(KW), { code = 20404, message = "not found", port_in_request_sid = KW })
    local _, err = client.port_ins:fetch(KW)
    assert.are.same({ "api", 20404 }, { err.kind, err.code })
  end)

  it("ends a watch and a wait without a time limit", function()
    for _ = 1, 2 do
      sandbox.fault { fault = "html", status = 200, times = 100 }
      local _, change = client.port_ins:watch({ KW }, { interval = 0.001 }):next()
      assert.are.equal("unreadable", change.err.kind)
    end
    sandbox.reset()
    local fetched = assert(client.port_ins:fetch(KW))
    sandbox.fault { fault = "html", status = 200, times = 100 }
    local _, err = fetched:wait { interval = 0.001 }
    assert.are.equal("unreadable", err.kind)
  end)
end)
