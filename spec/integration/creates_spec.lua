--- Creating things on the wire: what is sent, how often, and what is said of a lost answer.

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

  it("whose answer was lost after its effect is found by the recipe", function()
    local called, number = os.time(), "+14155550177"
    fault { fault = "reset_after" }
    local port_in, err = client.port_ins:create(port_in_fields.sound { number })
    assert.is_nil(port_in)
    assert.are.equal("uncertain", err.outcome)
    assert.are.equal(1, posts())
    local found = assert(recipe()(client, { number }, called))
    assert.are.equal(1, #found)
    assert.are.equal(number, found[1]:numbers()().phone_number)
    assert.are.equal(1, posts())
  end)

  it("that had no effect is not found by the recipe", function()
    local called = os.time()
    fault { fault = "reset_before" }
    local _, err = client.port_ins:create(port_in_fields.sound { "+14155550177" })
    assert.are.equal("uncertain", err.outcome)
    assert.are.same({}, assert(recipe()(client, { "+14155550177" }, called)))
    sandbox.fault { fault = "error", status = 403, code = 20003, message = "no", path = "PortInRequests" }
    local found, why = recipe()(client, { "+14155550177" }, called)
    assert.is_nil(found)
    assert.are.equal(403, why.http_status)
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
