--- What goes wrong in the official SDKs, each absent here: the second table of "Beside the official SDKs" in
--- spec/README.md.

local sandbox = require "spec.support.sandbox"

local function KW(number) return sandbox.sid("KW", number) end

local function describe_all(err)
  local texts = { tostring(err) }
  for name, value in pairs(err) do texts[#texts + 1] = name .. "=" .. tostring(value) end
  return table.concat(texts, "\n")
end

describe("unlike in the official SDKs,", function()
  local client

  before_each(function() client = sandbox.fresh_client() end)
  after_each(function() client:close() end)

  it("a SID that is empty or a path reaches nothing", function()
    for _, bad in ipairs {
      "", ".", "..", "../" .. KW(1), KW(1) .. "/PhoneNumber", KW(1) .. "?a=b", "%2e%2e",
    } do
      assert.is_false(pcall(client.port_ins.cancel, client.port_ins, bad))
      local numbers = client.port_in_phone_numbers
      assert.is_false(pcall(numbers.cancel, numbers, KW(1), bad))
      assert.is_false(pcall(client.bulk_eligibilities.fetch, client.bulk_eligibilities, bad))
      assert.is_false(pcall(client.portability.check, client.portability, bad))
      assert.is_false(pcall(client.webhook_configuration.delete, client.webhook_configuration, bad))
    end
    assert.are.equal(0, #sandbox.requests())
  end)

  it("a date that is missing, null or no date is not now", function()
    sandbox.fault { fault = "nulls" }
    assert.is_nil(client.bulk_eligibilities:fetch(sandbox.sid("EC", 1)).date_completed)
    assert.is_nil(client.bulk_eligibilities:fetch(sandbox.sid("EC", 1)).date_completed)
    assert.is_nil(assert(client.port_ins:fetch(KW(1))).no_such_date)
    sandbox.fault { fault = "fields", fields = { date_created = "soon" } }
    assert.are.equal("soon", client.port_ins:fetch(KW(1)).date_created)
  end)

  it("a field that is unknown is kept", function()
    sandbox.fault { fault = "unknown_fields" }
    local port_in = assert(client.port_ins:fetch(KW(1)))
    assert.are.equal("a field of a later version", port_in.surprise)
    assert.are.equal(4711, port_in:raw().surprise_number)
    assert.is_true(port_in.surprise_object.inside.deeper)
  end)

  it("a success that is empty or HTML is an error that says so", function()
    for _, fault in ipairs { { fault = "empty", status = 200 }, { fault = "html", status = 200 } } do
      sandbox.fault(fault)
      local port_in, err = client.port_ins:fetch(KW(1))
      assert.is_nil(port_in)
      assert.are.same({ "unreadable", 200 }, { err.kind, err.http_status })
      assert.matches("GET /v1/Porting/PortIn/KW.*the answer cannot be read", tostring(err))
    end
  end)

  it("a 503 with HTML keeps its body", function()
    sandbox.fault { fault = "html", status = 503 }
    local _, err = client.port_ins:fetch(KW(1))
    assert.are.equal(503, err.http_status)
    assert.matches("Service Unavailable", err.body, 1, true)
  end)

  it("a redirect is no success, is not followed, and carries no credentials", function()
    for _, status in ipairs { 301, 302, 303, 307, 308 } do
      sandbox.fault { fault = "redirect", status = status, times = 2 }
      local port_in, err = client.port_ins:fetch(KW(1))
      assert.is_nil(port_in)
      assert.are.same({ "http", status }, { err.kind, err.http_status })
      local accepted, refusal = client.port_ins:cancel(KW(1))
      assert.is_nil(accepted)
      assert.are.equal("uncertain", refusal.outcome)
    end
    assert.are.equal(10, #sandbox.requests())
  end)

  it("the error of a failed connection has no Authorization", function()
    local unreachable = sandbox.client { base_url = "https://127.0.0.1:1" }
    local untrusted = sandbox.client { base_url = sandbox.bad_tls_url }
    sandbox.fault { fault = "reset_before", times = 2 }
    for _, one in ipairs { client, unreachable, untrusted } do
      local _, err = one.port_ins:fetch(KW(1))
      local text = describe_all(err)
      for _, secret in ipairs { sandbox.auth_token, "Basic ", "Authorization" } do
        assert.not_matches(secret, text, 1, true)
      end
    end
    unreachable:close()
    untrusted:close()
  end)

  it("an error has the request's id, its Retry-After and how many requests were counted", function()
    sandbox.fault { fault = "rate_limit", retry_after = "7" }
    local _, err = client.port_ins:fetch(KW(1))
    assert.are.equal(7, err.retry_after)
    assert.is_string(err.request_id)
    assert.is_number(err.concurrent_requests)
  end)

  it("a retry waits as Retry-After asks, and comes after a 503 and a reset, too", function()
    local events = {}
    local trying = sandbox.client {
      retry = { base = 0.001, attempts = 4, cap = 5 },
      on_retry = function(event) events[#events + 1] = event end,
    }
    sandbox.fault { fault = "rate_limit", retry_after = "1" }
    sandbox.fault { fault = "error", status = 503 }
    sandbox.fault { fault = "reset_before" }
    assert.is_table(trying.port_ins:fetch(KW(1)))
    assert.is_true(events[1].wait >= 0.9, events[1].wait)
    assert.are.equal(503, events[2].status)
    assert.are.equal(3, #events)
    trying:close()
  end)

  it("a list goes on after its first page, and keeps its filter", function()
    local sids = {}
    for port_in in client.port_ins:list { page_size = 3, created_after = "2020-01-01" } do
      sids[#sids + 1] = port_in:sid()
    end
    assert.are.equal(10, #sids)
    for _, request in ipairs(sandbox.requests()) do
      assert.matches("/v1/Porting/PortIn/PortInRequests?", request.uri, 1, true)
      assert.matches("CreatedAfter=2020-01-01", request.uri, 1, true)
    end
  end)

  it("a next_page_url leads the credentials to no other host", function()
    sandbox.fault { fault = "foreign_page", host = "https://attacker.invalid" }
    local count = 0
    for configuration, err in client.signing_request_configurations:list { page_size = 1 } do
      assert.is_truthy(configuration, tostring(err))
      count = count + 1
    end
    assert.are.equal(4, count) -- the URL is the first page's, at another host
    assert.are.equal(4, #sandbox.requests())
  end)

  it("another host is an option", function()
    local other = sandbox.client { base_url = sandbox.http_url }
    assert.is_table(other.port_ins:fetch(KW(1)))
    other:close()
  end)
end)
