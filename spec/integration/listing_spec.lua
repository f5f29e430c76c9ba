--- Listing port-ins and signing request configurations over the wire.

local sandbox = require "spec.support.sandbox"

local COUNT = 1037

local function sid(number) return sandbox.sid("KW", 0x10000 + number) end

describe("a list of 1,037 port-ins", function()
  local client

  setup(function()
    client = sandbox.fresh_client { http_version = "1.1" }
    for number = 1, COUNT do
      sandbox.put_port_in(sid(number), {
        port_in_request_status = "Waiting for Signature", date_created = "2026-05-05T00:00:00Z",
        phone_numbers = {},
      })
    end
  end)

  teardown(function() client:close() end)

  local filter = {
    status = "waiting_for_signature", created_after = "2026-05-01", created_before = "2026-05-10",
  }

  local function with(options)
    for name, value in pairs(filter) do options[name] = value end
    return options
  end

  --- Fails unless each SID was seen exactly once.
  local function check(seen)
    for number = 1, COUNT do
      assert.are.equal(1, seen[sid(number)], sid(number))
      seen[sid(number)] = nil
    end
    assert.are.same({}, seen)
  end

  it("gives each exactly once, in pages of 100", function()
    local seen, before = {}, #sandbox.requests()
    for port_in, err in client.port_ins:list(with {}) do
      assert.is_nil(err)
      seen[port_in:sid()] = (seen[port_in:sid()] or 0) + 1
    end
    check(seen)
    assert.are.equal(11, #sandbox.requests() - before)
  end)

  it("gives each exactly once when it is resumed from a token in the middle", function()
    local seen, pages, token = {}, 0, nil
    for run = 1, 2 do
      for page, err in client.port_ins:list_pages(with { token = token }) do
        assert.is_nil(err)
        for _, port_in in ipairs(page.items) do seen[port_in:sid()] = (seen[port_in:sid()] or 0) + 1 end
        pages, token = pages + 1, page.next_token
        if run == 1 and pages == 5 then break end
      end
    end
    assert.are.equal(11, pages)
    check(seen)
  end)

  it("ends with an error where the API repeats a token", function()
    local page = '{"port_in_requests":[{"port_in_request_sid":"%s","port_in_request_status":"In review"}],'
      .. '"meta":{"next_token":"again","previous_token":null}}'
    sandbox.fault { fault = "body", times = 3, path = "PortInRequests", status = 200,
      body = page:format(sid(1)), content_type = "application/json" }
    local before, count, last = #sandbox.requests(), 0, nil
    for port_in, err in client.port_ins:list() do
      if port_in then count = count + 1 end
      last = err
    end
    sandbox.clear_faults()
    assert.are.equal("unreadable", last.kind)
    assert.are.same({ 2, 2 }, { count, #sandbox.requests() - before })
  end)

  it("has each fetched while its next pages are fetched", function()
    local seen = {}
    for _, port_in, err in client.port_ins:fetch_each(client.port_ins:list(with { limit = 250 })) do
      assert.is_nil(err)
      seen[port_in:sid()] = (seen[port_in:sid()] or 0) + 1
    end
    local count = 0
    for _, times in pairs(seen) do
      assert.are.equal(1, times)
      count = count + 1
    end
    assert.are.equal(250, count)
  end)
end)

describe("a list of signing request configurations", function()
  it("sends no credentials to another host, wherever the next page's URL leads", function()
    local client = sandbox.fresh_client()
    local page = '{"configurations":[{"product":"Porting","country":"US","logo_sid":null}],'
      .. '"meta":{"key":"configurations","next_page_url":%s}}'
    local elsewhere = ('"%s/v1/SigningRequest/Configuration?Page=1&PageToken=PT1"'):format(sandbox.http_url)
    for _, next_url in ipairs { elsewhere, "null" } do
      sandbox.fault { fault = "body", path = "SigningRequest", status = 200, body = page:format(next_url),
        content_type = "application/json" }
    end
    local count = 0
    for _, err in client.signing_request_configurations:list { country = "US" } do
      assert.is_nil(err)
      count = count + 1
    end
    assert.are.equal(2, count)
    local requests = sandbox.requests()
    assert.are.equal(2, #requests)
    assert.are.same({ "/v1/SigningRequest/Configuration?Country=US&Page=1&PageToken=PT1", "HTTP/2.0" },
      { requests[2].uri, requests[2].protocol }) -- the other host has no TLS, and so no HTTP/2
    client:close()
  end)
end)
