--- Listing port-ins and signing request configurations over the wire.

local cjson = require "cjson"
local sandbox = require "spec.support.sandbox"
local url_query = require "twilio.numbers.util.url_query"

local COUNT, SIZE = 1037, 100

local function sid(number) return sandbox.sid("KW", 0x10000 + number) end

--- The API's next answers are the pages of the port-ins from that one on.
local function serve_pages(first)
  for start = first, COUNT, SIZE do
    local items, following = {}, start + SIZE
    for number = start, math.min(following - 1, COUNT) do
      items[#items + 1] = {
        port_in_request_sid = sid(number), port_in_request_status = "Waiting For Signature",
      }
    end
    sandbox.fault { fault = "body", status = 200, path = "PortInRequests", content_type = "application/json",
      body = cjson.encode { port_in_requests = items, meta = {
        next_token = following <= COUNT and sid(following) or cjson.null, previous_token = cjson.null,
      } } }
  end
end

describe("a list of 1,037 port-ins", function()
  local client

  before_each(function() client = sandbox.fresh_client() end)

  after_each(function() client:close() end)

  local FILTER = {
    status = "waiting_for_signature", created_after = "2026-05-01", created_before = "2026-05-10",
  }

  local function with(options)
    for name, value in pairs(FILTER) do options[name] = value end
    return options
  end

  --- Fails unless each page was asked for once, by its token and with all filters.
  local function check_requests()
    local requests = sandbox.requests()
    assert.are.equal(11, #requests)
    for i, request in ipairs(requests) do
      local query = url_query.read(request.uri:match "PortInRequests%?(.*)$")
      assert.are.same({
        CreatedAfter = "2026-05-01", CreatedBefore = "2026-05-10", Size = "100",
        PortInRequestStatus = "Waiting for Signature", Token = i > 1 and sid((i - 1) * SIZE + 1) or nil,
      }, query)
    end
  end

  --- Fails unless each SID was seen exactly once.
  local function check(seen)
    for number = 1, COUNT do
      assert.are.equal(1, seen[sid(number)], sid(number))
      seen[sid(number)] = nil
    end
    assert.are.same({}, seen)
  end

  it("gives each exactly once, in pages of 100 with its filters", function()
    local seen = {}
    serve_pages(1)
    for port_in, err in client.port_ins:list(with {}) do
      assert.is_nil(err)
      seen[port_in:sid()] = (seen[port_in:sid()] or 0) + 1
    end
    check(seen)
    check_requests()
  end)

  it("gives each exactly once when another client resumes it from a token in the middle", function()
    local seen, token = {}, nil
    local function take(pages, most)
      for page, err in pages do
        assert.is_nil(err)
        for _, port_in in ipairs(page.items) do seen[port_in:sid()] = (seen[port_in:sid()] or 0) + 1 end
        token, most = page.next_token, most - 1
        if most == 0 then break end
      end
    end
    serve_pages(1)
    take(client.port_ins:list_pages(with {}), 5)
    assert.are.equal(sid(501), token)
    local other = sandbox.client()
    take(other.port_ins:list_pages(with { token = token }), 100)
    assert.is_nil(token)
    other:close()
    check(seen)
    check_requests()
  end)

  it("ends with an error where the API repeats a token", function()
    local page = '{"port_in_requests":[{"port_in_request_sid":"%s","port_in_request_status":"In review"}],'
      .. '"meta":{"next_token":"again","previous_token":null}}'
    sandbox.fault { fault = "body", times = 3, path = "PortInRequests", status = 200,
      body = page:format(sid(1)), content_type = "application/json" }
    local count, last = 0, nil
    for port_in, err in client.port_ins:list() do
      if port_in then count = count + 1 end
      last = err
    end
    assert.are.equal("unreadable", last.kind)
    assert.are.same({ 2, 2 }, { count, #sandbox.requests() })
  end)

  it("has each fetched while its next pages are fetched", function()
    local seen, bad = {}, 0
    serve_pages(1)
    for input, _, err in client.port_ins:fetch_each(client.port_ins:list(with {})) do
      seen[input:sid()] = (seen[input:sid()] or 0) + 1
      if err.http_status ~= 404 then bad = bad + 1 end -- the sandbox has none of them
    end
    assert.are.equal(0, bad)
    check(seen)
    assert.are.equal(COUNT + 11, #sandbox.requests())
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
