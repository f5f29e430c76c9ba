--- Creating things: one POST with a checked body, and no wrong word about a lost answer.

local core = require "twilio.numbers.core"
local fake = require "spec.support.fake_transport"
local null = core.null
local port_in_fields = require "spec.support.port_in_fields"

local KW, EC = fake.sid(1), "EC" .. ("a"):rep(32)
local AC = "AC" .. ("0"):rep(31) .. "1"

local function created(fields)
  local object = { port_in_request_sid = KW, account_sid = AC, port_in_request_status = "pending" }
  for name, value in pairs(fields or {}) do object[name] = value end
  return object
end

local function answer(status, object)
  return function() return { status = status, object = object } end
end

local sound = port_in_fields.sound

describe("client.port_ins:check_fields", function()
  local client, transport

  before_each(function() client, transport = fake.client(answer(202, created())) end)
  after_each(function() assert.are.equal(0, #transport.requests) end)

  it("takes what create takes", function()
    local fields = sound()
    assert.is_true(client.port_ins:check_fields(fields))
    assert.are.same(sound(), fields)
  end)

  it("takes fields whose documents are not uploaded yet, null included", function()
    local fields = sound()
    fields.documents = nil
    assert.is_true(client.port_ins:check_fields(fields))
    fields.documents = null
    assert.is_true(client.port_ins:check_fields(fields))
  end)

  it("tells every problem that create tells", function()
    local fields = sound()
    fields.documents, fields.account_sid, fields.phone_numbers[1].pin = {}, nil, 4321
    fields.target_port_in_date = port_in_fields.day(1)
    local passed, err = client.port_ins:check_fields(fields)
    local _, of_create = client.port_ins:create(fields)
    assert.is_nil(passed)
    assert.are.same({ "invalid", "not_sent", 4 }, { err.kind, err.outcome, #err.problems })
    assert.are.same(of_create.problems, err.problems)
    assert.are.equal(tostring(of_create), tostring(err))
  end)

  it("raises at the user's line for fields that are no table", function()
    local ok, why = pcall(function() client.port_ins:check_fields "port_in.json" end)
    assert.is_false(ok)
    assert.matches("^[^:]*creates_spec%.lua:%d+: fields: a table expected", why)
  end)
end)

describe("client.port_ins:create", function()
  it("sends one POST with the fields as JSON, and gives the port-in", function()
    for _, status in ipairs { 202, 201 } do
      local client, transport = fake.client(answer(status, created()))
      local port_in = assert(client.port_ins:create(sound()))
      assert.are.same({ KW, "pending" }, { port_in:sid(), port_in:status() })
      assert.are.equal(1, #transport.requests)
      local request = transport.requests[1]
      assert.are.same({ "POST", "/v1/Porting/PortIn" }, { request.method, request.path })
      assert.are.same(sound(), core.decode(request.body))
    end
  end)

  it("sends nothing where fields are wrong, and tells all of them", function()
    local client, transport = fake.client(answer(202, created()))
    local fields = sound()
    fields.account_sid, fields.losing_carrier_information.address.zip = nil, 94105
    fields.phone_numbers[1].pin = 4321
    local port_in, err = client.port_ins:create(fields)
    assert.is_nil(port_in)
    assert.are.same({ "invalid", "not_sent" }, { err.kind, err.outcome })
    local paths = {}
    for i, problem in ipairs(err.problems) do paths[i] = problem.path end
    assert.are.same({ "account_sid", "phone_numbers[1].pin", "losing_carrier_information.address.zip" },
      paths)
    assert.are.equal(0, #transport.requests)
  end)

  it("raises at the user's line for fields that are no table, and for unknown options", function()
    local client, transport = fake.client(answer(202, created()))
    for _, call in ipairs {
      function() client.port_ins:create "port_in.json" end,
      function() client.port_ins:create() end,
      function() client.port_ins:create(sound(), { urgent = true }) end,
    } do
      local ok, why = pcall(call)
      assert.is_false(ok)
      assert.matches("^[^:]*creates_spec%.lua:%d+: ", why)
    end
    assert.are.equal(0, #transport.requests)
  end)

  it("is refused by the API with its error", function()
    local client = fake.client(answer(400, { code = 22171, message = "Required fields are missing" }))
    local _, err = client.port_ins:create(sound())
    assert.are.same({ "api", 22171, "refused" }, { err.kind, err.code, err.outcome })
  end)

  it("does not know the outcome where no whole answer came, and says what to do", function()
    for _, lost in ipairs {
      { kind = "network", message = "the connection broke" }, { kind = "timeout", message = "no answer" },
      { status = 500 }, { status = 503 }, { status = 408 }, { status = 302 },
      { status = 200, object = created() },
    } do
      local client, transport = fake.client(function() return lost end)
      local port_in, err = client.port_ins:create(sound())
      assert.is_nil(port_in)
      assert.are.equal("uncertain", err.outcome)
      assert.are.equal(1, #transport.requests)
      assert.matches("It may or may not have been created: list what there is before creating it again",
        tostring(err), 1, true)
    end
  end)

  it("does not know the outcome where the answer says too little, or is another one's", function()
    for _, object in ipairs {
      created { port_in_request_sid = null }, created { port_in_request_sid = "KW1" },
      created { account_sid = "AC" .. ("f"):rep(32) }, { status = "ok" }, { portable = true },
      { account_sid = AC }, { port_in_request_status = null, account_sid = AC },
    } do
      local client, transport = fake.client(answer(202, object))
      local port_in, err = client.port_ins:create(sound())
      assert.is_nil(port_in)
      assert.are.same({ "unreadable", "uncertain" }, { err.kind, err.outcome })
      assert.are.equal(1, #transport.requests)
    end
  end)

  it("takes the options of a call: a deadline ends it, and its outcome is unknown then", function()
    local client, transport = fake.client(function()
      return { status = 202, object = created(), after = 100 }
    end)
    for _, options in ipairs { { deadline = 5 }, 5 } do
      local port_in, err = client.port_ins:create(sound(), options)
      assert.is_nil(port_in)
      assert.are.same({ "timeout", "uncertain" }, { err.kind, err.outcome })
    end
    assert.are.same({ 10, 2 }, { transport.now, #transport.requests })
    assert.are.same(sound(), core.decode(transport.requests[1].body))
  end)

  it("takes an answer with another spelling of the account", function()
    local client = fake.client(answer(202, created { account_sid = null }))
    assert(client.port_ins:create(sound()))
  end)

  it("shows no field in its errors", function()
    local client = fake.client(function() return { kind = "network", message = "the connection broke" } end)
    local _, err = client.port_ins:create(sound())
    for _, secret in ipairs { "04321", "987654321", "Robin", "Spear" } do
      assert.not_matches(secret, tostring(err), 1, true)
    end
  end)

  it("tells hooks the request without its body", function()
    local events = {}
    local client = fake.client(answer(202, created()), {
      on_request = function(event) events[#events + 1] = event end,
      on_response = function(event) events[#events + 1] = event end,
    })
    assert(client.port_ins:create(sound()))
    assert.are.equal(2, #events)
    for _, event in ipairs(events) do
      assert.are.same({ "POST", "/v1/Porting/PortIn", nil }, { event.method, event.path, event.body })
    end
  end)
end)

describe("client.bulk_eligibilities:create", function()
  local fields = { friendly_name = "Test", phone_numbers = { { phone_number = "+14155550111" } } }

  it("gives a bulk eligibility that can be waited for", function()
    local polls = 0
    local client, transport = fake.client(function(request)
      local object = { request_id = EC, status = "QUEUED", results = {}, friendly_name = "Test" }
      if request.method == "POST" then return { status = 202, object = object } end
      polls = polls + 1
      object.status = polls > 1 and "COMPLETED" or "IN_PROGRESS"
      object.results = { { phone_number = "+14155550111", eligibility_status = "ELIGIBLE" } }
      return { status = 200, object = object }
    end)
    local bulk = assert(client.bulk_eligibilities:create(fields))
    assert.are.same({ EC, "queued" }, { bulk:sid(), bulk:normal_status() })
    assert(bulk:wait { interval = 1 })
    assert.is_true(bulk:numbers()():is_eligible())
    assert.are.equal("/v1/HostedNumber/Eligibility/Bulk", transport.requests[1].path)
  end)

  it("does not know the outcome of an answer without its SID", function()
    local client = fake.client(answer(202, { request_id = null, status = "QUEUED", results = {} }))
    local bulk, err = client.bulk_eligibilities:create(fields)
    assert.is_nil(bulk)
    assert.are.same({ "unreadable", "uncertain" }, { err.kind, err.outcome })
  end)
end)

describe("client.eligibilities:create", function()
  it("gives the results", function()
    local client, transport = fake.client(answer(200, { results = { {
      phone_number = "+14155550111", eligibility_status = "INELIGIBLE",
      eligibility_sub_status = "ALREADY_IN_TWILIO",
    } } }))
    local eligibility = assert(client.eligibilities:create {
      phone_numbers = { { phone_number = "+14155550111" } },
    })
    assert.is_false(eligibility:numbers()():is_eligible())
    assert.are.equal("Eligibility +14155550111 (already_in_twilio)", tostring(eligibility))
    assert.are.equal('{"phone_numbers":[{"phone_number":"+14155550111"}]}', transport.requests[1].body)
  end)
end)

describe("client.webhook_configuration:create", function()
  it("sets the targets, and the answer need not have all fields of a fetch", function()
    local client, transport = fake.client(answer(201, {
      url = "https://numbers.twilio.com/v1/Porting/Configuration/Webhook",
      port_in_target_url = "https://example.com/in", port_out_target_url = null, notifications_of = {},
    }))
    local configuration = assert(client.webhook_configuration:create {
      port_in_target_url = "https://example.com/in", notifications_of = {},
    })
    assert.are.equal("https://example.com/in", configuration.port_in_target_url)
    assert.are.equal('{"port_in_target_url":"https:\\/\\/example.com\\/in","notifications_of":[]}',
      transport.requests[1].body)
    assert.are.equal("POST", transport.requests[1].method)
  end)

  it("is not fetched in place of another thing", function()
    local client = fake.client(answer(200, { request_id = EC, status = "QUEUED" }))
    assert.are.equal("unreadable", select(2, client.webhook_configuration:fetch()).kind)
  end)
end)

describe("client.signing_request_configurations", function()
  local function configuration(number)
    return {
      logo_sid = "RD" .. ("%032x"):format(number), friendly_name = "No. " .. number, product = "Porting",
      country = "US", email_subject = null, email_message = null, url_redirection = null,
    }
  end

  it(":create makes one", function()
    local client, transport = fake.client(answer(201, configuration(1)))
    local made = assert(client.signing_request_configurations:create { country = "US", product = "Porting" })
    assert.are.equal("SigningRequestConfiguration (Porting, US)", tostring(made))
    assert.are.equal('{"product":"Porting","country":"US"}', transport.requests[1].body)
  end)

  --- Three pages, whose `next_page_url` begins with what is given.
  local function pages(start)
    return function(request)
      local page = tonumber(request.path:match "[?&]Page=(%d+)" or 0)
      local next_url = ("%s?Country=MX&Page=%d&PageSize=1&PageToken=PT%%2F%d"):format(
        start, page + 1, page + 1)
      return { status = 200, object = {
        configurations = { configuration(page) },
        meta = { key = "configurations", next_page_url = page < 2 and next_url or null },
      } }
    end
  end

  local HERE = "https://numbers.twilio.com/v1/SigningRequest/Configuration"

  it(":list gives each, with the filters that were asked for", function()
    local client, transport = fake.client(pages(HERE))
    local names = {}
    for one, err in client.signing_request_configurations:list { country = "US", page_size = 1 } do
      assert.is_nil(err)
      names[#names + 1] = one.friendly_name
    end
    assert.are.same({ "No. 0", "No. 1", "No. 2" }, names)
    local paths = {}
    for i, request in ipairs(transport.requests) do paths[i] = request.path:match "%?(.*)$" end
    assert.are.same({ "Country=US&PageSize=1", "Country=US&Page=1&PageSize=1&PageToken=PT%2F1",
      "Country=US&Page=2&PageSize=1&PageToken=PT%2F2" }, paths)
  end)

  it(":list goes to the client's own host, wherever the next page's URL leads", function()
    for _, start in ipairs {
      "https://evil.example/v1/SigningRequest/Configuration",
      "http://numbers.twilio.com/v1/SigningRequest/Configuration",
      "https://user:pass@evil.example/v1/SigningRequest/Configuration", "/v1/SigningRequest/Configuration",
    } do
      local client, transport = fake.client(pages(start))
      for _, err in client.signing_request_configurations:list() do assert.is_nil(err) end
      assert.are.equal(3, #transport.requests)
      for _, url in ipairs(transport.urls) do
        assert.are.equal("https://numbers.twilio.com/v1/SigningRequest/Configuration", url:match "^[^?]*")
      end
    end
  end)

  it(":list ends with an error where the next page's URL is none of the list, or is repeated", function()
    for _, url in ipairs {
      "https://numbers.twilio.com/v1/Porting/PortIn?Page=1", "https://numbers.twilio.com", HERE,
      HERE .. "?Page=x", HERE .. "?PageSize=1", HERE .. "?PageToken=", 7, HERE .. "?Page=0&PageToken=PT1",
    } do
      local client, transport = fake.client(answer(200, {
        configurations = { configuration(1) }, meta = { next_page_url = url },
      }))
      local count, last = 0, nil
      for one, err in client.signing_request_configurations:list() do
        if one then count = count + 1 end
        last = err
      end
      assert.are.equal("unreadable", last.kind)
      local pages_read = tostring(url):find("PT1", 1, true) and 2 or 1
      assert.are.same({ pages_read, pages_read }, { #transport.requests, count })
    end
  end)

  it(":list gives each page its deadline", function()
    local client, transport = fake.client(function(request)
      local response = pages(HERE)(request)
      response.after = 100
      return response
    end)
    local one, err = client.signing_request_configurations:list { deadline = 5 }()
    assert.are.same({ false, "timeout", 5 }, { one, err.kind, transport.now })
  end)

  it(":list_pages goes on from a token", function()
    local client = fake.client(pages(HERE))
    local first = assert(client.signing_request_configurations:list_pages()())
    assert.are.equal("Page=1&PageToken=PT%2F1", first.next_token)
    local second = assert(client.signing_request_configurations:list_pages { token = first.next_token }())
    assert.are.equal("No. 1", second.items[1].friendly_name)
    for _, token in ipairs { "", "x", "Page=", "Page=-1" } do
      assert.has_error(function() client.signing_request_configurations:list_pages { token = token } end)
    end
  end)
end)

describe("any create", function()
  local numbers = { { phone_number = "+14155550111" } }
  local creates = {
    port_ins = sound(), bulk_eligibilities = { phone_numbers = numbers },
    eligibilities = { phone_numbers = numbers }, webhook_configuration = {},
    signing_request_configurations = {},
  }

  for name, fields in pairs(creates) do
    it("gives nil and the error where it fails: " .. name, function()
      local client = fake.client(answer(403, { code = 20003, message = "no" }))
      local made, err = client[name]:create(fields)
      assert.is_nil(made)
      assert.are.same({ 20003, "refused" }, { err.code, err.outcome })
      made, err = client[name]:create { other = 1 }
      assert.is_nil(made)
      assert.are.equal("invalid", err.kind)
    end)
  end
end)

describe("client.portability:check", function()
  it("asks for an address, too", function()
    local client, transport = fake.client(answer(200, { phone_number = "+14155550111", portable = true }))
    local AD = "AD" .. ("b"):rep(32)
    assert(client.portability:check("+14155550111", { address_sid = AD }))
    assert.matches("?AddressSid=" .. AD, transport.requests[1].path, 1, true)
    assert.has_error(function() client.portability:check("+14155550111", { address_sid = "AD" }) end)
  end)
end)
