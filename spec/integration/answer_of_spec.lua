--- What came with an answer can be asked of every result.

local core = require "twilio.numbers.core"
local numbers = require "twilio.numbers"
local sandbox = require "spec.support.sandbox"

local KW = function(i) return sandbox.sid("KW", i) end

describe("numbers.answer_of", function()
  local client

  before_each(function() client = sandbox.fresh_client { retry = { base = 0.001 } } end)
  after_each(function() client:close() end)

  local function check(result, status, attempts)
    local answer = assert(numbers.answer_of(result))
    assert.are.same({ status, attempts or 1 }, { answer.status, answer.attempts })
    assert.matches("^RQ%x+$", answer.request_id)
    assert.are.equal(answer.request_id, answer.headers["twilio-request-id"])
    assert.are.equal("2", answer.http_version)
    local t = answer.timings
    assert.is_true(t.name <= t.first_byte and t.first_byte <= t.total and t.total > 0)
    return answer
  end

  it("tells of a record, also of one that was refreshed, and after others came", function()
    local first = assert(client.port_ins:fetch(KW(1)))
    local id = check(first, 200).request_id
    assert.is_false(numbers.answer_of(first).reused)
    sandbox.fault { fault = "error", status = 503 }
    local second = assert(client.port_ins:fetch(KW(2)))
    assert.is_true(check(second, 200, 2).reused)
    assert.are.equal(id, numbers.answer_of(first).request_id)
    assert(first:refresh())
    assert.are_not.equal(id, check(first, 200).request_id)
    client:close()
    check(first, 200)
  end)

  it("tells of each kind of result", function()
    local number = assert(client.port_ins:fetch(KW(1))):numbers()()
    assert.is_nil(numbers.answer_of(number))
    check(assert(number:refresh()), 200)
    check(assert(client.portability:check "+14155550100"), 200)
    check(assert(client.webhook_configuration:fetch()), 200)
    check(assert(client.webhook_configuration:create { port_in_target_url = "https://example.com/" }), 201)
    for _, one in client.port_ins:fetch_each { KW(1), KW(2) } do check(one, 200) end
    for page in client.port_ins:list_pages { page_size = 3 } do check(page, 200) end
    for item in client.port_ins:list { limit = 2 } do check(item, 200) end
    for port_in in client.port_ins:watch({ KW(1) }, { timeout = 0.1 }) do check(port_in, 200) end
  end)

  it("takes the fourth value of a cancellation that failed, too", function()
    sandbox.fault { fault = "error", status = 409, code = 20409, times = 2, method = "DELETE" }
    for _, cancel in ipairs {
      function(deadline) return client.port_ins:cancel(KW(1), deadline) end,
      function(deadline)
        return client.port_in_phone_numbers:cancel(KW(1), sandbox.sid("PU", 17), deadline)
      end,
    } do
      local accepted, err, _, came = cancel()
      assert.are.same({ nil, "refused" }, { accepted, err.outcome })
      check(came, 409)
      accepted, err, _, came = cancel(0)
      assert.are.same({ nil, "not_sent" }, { accepted, err.outcome })
      assert.are.equal(0, numbers.answer_of(came).attempts)
    end
  end)

  it("tells of an accepted cancellation by what came with `true`", function()
    local accepted, _, id, came = client.port_ins:cancel(KW(1))
    assert.is_true(accepted)
    assert.are.equal(id, check(came, 204).request_id)
    for _, ok, err, each_came in client.port_ins:cancel_each { KW(2), KW(3) } do
      assert.is_nil(err)
      assert.is_true(ok)
      check(each_came, 204)
    end
  end)

  it("tells of an error, if a request was ended for it", function()
    local _, err = client.port_ins:fetch(KW(999))
    check(err, 404)
    sandbox.fault { fault = "reset_after", times = 9 }
    _, err = client.port_ins:cancel(KW(1))
    local answer = numbers.answer_of(err)
    assert.is_nil(answer.status)
    assert.are.equal(1, answer.attempts)
    client:close()
    assert.is_nil(numbers.answer_of { kind = "none of ours" })
  end)

  it("raises for what is no result", function()
    assert.error_matches(function() numbers.answer_of(true) end,
      "result: a record, a page, an error, or what came after `true` expected, got true", 1, true)
  end)

  it("has no part of the client's secrets", function()
    local port_in = assert(client.port_ins:fetch(KW(1)))
    for _, value in pairs(numbers.answer_of(port_in).headers) do
      assert.not_matches(sandbox.auth_token, value, 1, true)
    end
  end)

  it("keeps no transfer: results of many calls need no more handles than calls in flight", function()
    local kept = {}
    for i = 1, 200 do kept[i] = assert(client.port_ins:fetch(KW(i % 10 + 1))) end
    for i = 1, 200 do assert.is_string(numbers.answer_of(kept[i]).request_id) end
    local _, err = client.port_ins:fetch(KW(1), 0)
    assert.are.equal("timeout", err.kind)
    assert.are.equal(0, numbers.answer_of(err).attempts)
  end)
end)

describe("a transfer's receipt", function()
  it("is there once it is closed and had ended", function()
    local engine = core.engine { ca_file = sandbox.ca_file }
    local transfer = engine:submit("GET", sandbox.url .. "/")
    assert.is_nil(transfer:receipt())
    sandbox.finish(engine, transfer)
    assert.is_nil(transfer:receipt())
    transfer:close()
    local receipt = transfer:receipt()
    assert.matches("^HTTP/2 %d", receipt.head)
    engine:close()
    transfer:close()
    assert.are.same(receipt, transfer:receipt())
    local cut = core.engine { ca_file = sandbox.ca_file }
    local running = cut:submit("GET", sandbox.url .. "/")
    running:close()
    assert.is_nil(running:receipt())
    cut:close()
  end)
end)
