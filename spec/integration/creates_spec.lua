--- Creating things on the wire: what is sent, how often, and what is said of a lost answer.

local cjson = require "cjson"
local port_in_fields = require "spec.support.port_in_fields"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local CREATED = ('{"port_in_request_sid":"KW%032x","account_sid":"AC%s1","port_in_request_status":"pending"}')
  :format(0xc0ffee, ("0"):rep(31))

--- The function of the README's recipe that finds a port-in whose creation was not answered.
local function recipe()
  local text = support.read_file "examples/README.md"
  local block = assert(text:match "### Find a port%-in whose creation.-\n```lua\n(.-)\nlocal found, err = ")
  return assert((loadstring or load)(block .. "\nreturn find_created"))()
end

describe("a create", function()
  local client

  before_each(function()
    client = sandbox.fresh_client { retry = { attempts = 3, base = 0.01, cap = 5 } }
  end)

  after_each(function() client:close() end)

  local function posts()
    local count = 0
    for _, request in ipairs(sandbox.requests()) do
      if request.method == "POST" then count = count + 1 end
    end
    return count
  end

  local function fault(rule)
    rule.method, rule.path = "POST", "/v1/Porting/PortIn"
    sandbox.fault(rule)
  end

  it("is one POST, which is repeated after 429", function()
    fault { fault = "rate_limit", times = 2 }
    fault { fault = "body", status = 202, body = CREATED, content_type = "application/json" }
    local port_in = assert(client.port_ins:create(port_in_fields.sound()))
    assert.are.equal("pending", port_in:status())
    assert.are.equal(3, posts())
  end)

  it("is not repeated after an answer that is lost, or of no use, and is uncertain then", function()
    for _, rule in ipairs {
      { fault = "reset_after" }, { fault = "reset_before" }, { fault = "cut" }, { fault = "html" },
      { fault = "error", status = 500, code = 20500, message = "Sorry" }, { fault = "empty", status = 202 },
      { fault = "malformed", status = 202, body = "{" },
      { fault = "redirect", status = 307, location = sandbox.url .. "/v1/Porting/PortIn" },
    } do
      sandbox.reset()
      rule.times = 3
      fault(rule)
      local port_in, err = client.port_ins:create(port_in_fields.sound())
      assert.is_nil(port_in)
      assert.are.equal("uncertain", err.outcome, rule.fault)
      assert.are.equal(1, posts(), rule.fault)
      assert.matches("list what there is before creating it again", tostring(err), 1, true)
    end
  end)

  --- The list's next answer has these port-ins.
  local function list_shows(sids)
    local items = {}
    for i, sid in ipairs(sids) do
      items[i] = { port_in_request_sid = sid, port_in_request_status = "pending" }
    end
    sandbox.fault { fault = "body", status = 200, path = "PortInRequests", content_type = "application/json",
      body = cjson.encode { port_in_requests = items, meta = { next_token = cjson.null } } }
  end

  it("whose answer was lost after its effect is found by the recipe", function()
    local numbers, called = { "+14155550177", "+14155550178" }, os.time()
    local function has(count)
      local items = {}
      for i = 1, count do items[i] = { phone_number = numbers[i] } end
      return { phone_numbers = items, port_in_request_status = "pending" }
    end
    fault { fault = "reset_after" }
    local port_in, err = client.port_ins:create(port_in_fields.sound(numbers))
    assert.is_nil(port_in)
    assert.are.equal("uncertain", err.outcome)
    local created, other = sandbox.sid("KW", 0xc1), sandbox.sid("KW", 0xc2)
    sandbox.put_port_in(created, has(2)) -- the effect
    sandbox.put_port_in(other, has(1))
    list_shows { other, created, sandbox.sid("KW", 1) }
    local found = assert(recipe()(client, numbers, called))
    assert.are.same({ 1, created }, { #found, found[1]:sid() })
    local lists = 0
    for _, request in ipairs(sandbox.requests()) do
      local day = request.uri:match "PortInRequests%?CreatedAfter=([%d-]+)&Size=100$"
      if day then
        lists = lists + 1
        assert.is_true(day < port_in_fields.day(0, called))
      end
    end
    assert.are.same({ 1, 1 }, { posts(), lists })
  end)

  it("that had no effect is not found by the recipe, which tells that from a failure", function()
    local numbers, called = { "+14155550177" }, os.time()
    fault { fault = "reset_before" }
    assert.are.equal("uncertain", select(2, client.port_ins:create(port_in_fields.sound(numbers))).outcome)
    list_shows { sandbox.sid("KW", 1) }
    assert.are.same({}, assert(recipe()(client, numbers, called)))
    sandbox.fault { fault = "error", status = 403, code = 20003, message = "no", path = "PortInRequests" }
    local found, why = recipe()(client, numbers, called)
    assert.is_nil(found)
    assert.are.equal(403, why.http_status)
    list_shows { sandbox.sid("KW", 1), sandbox.sid("KW", 0xdead) }
    found, why = recipe()(client, numbers, called)
    assert.is_nil(found)
    assert.are.equal(404, why.http_status)
  end)

  it("sends nothing for 12 wrong fields, and tells all", function()
    local fields = port_in_fields.sound()
    local carrier = fields.losing_carrier_information
    fields.account_sid = "AC1"
    fields.documents = {}
    fields.phone_numbers = { { phone_number = "4155550111" }, { phone_number = "+14155550111", pin = 1234 } }
    carrier.customer_type, carrier.customer_name, carrier.address.zip = "business", "", nil
    carrier.authorized_representative_email = "robin"
    for i = 1, 11 do fields.notification_emails[i] = ("a%d@example.com"):format(i) end
    fields.target_port_in_date = port_in_fields.day(3)
    fields.target_port_in_time_range_end = "10am"
    fields.bundle = "BU1"
    local port_in, err = client.port_ins:create(fields)
    assert.is_nil(port_in)
    local paths = {}
    for i, problem in ipairs(err.problems) do paths[i] = problem.path end
    assert.are.same({
      "account_sid", "documents", "phone_numbers[1].phone_number", "phone_numbers[2].pin",
      "losing_carrier_information.customer_type", "losing_carrier_information.customer_name",
      "losing_carrier_information.address.zip",
      "losing_carrier_information.authorized_representative_email", "notification_emails",
      "target_port_in_time_range_end", "bundle", "target_port_in_date",
    }, paths)
    assert.are.same({ "invalid", "not_sent" }, { err.kind, err.outcome })
    assert.are.same({}, sandbox.requests())
  end)
end)
