--- Resource objects: what a script sees of an answer.

local numbers = require "twilio.numbers"
local sandbox = require "spec.support.sandbox"
local ascii = require "twilio.numbers.util.ascii"

local KW = sandbox.sid("KW", 0x77)

describe("a port-in", function()
  local client, port_in

  before_each(function()
    sandbox.reset()
    sandbox.put_port_in(KW, {
      port_in_request_status = "Waiting for Signature",
      support_ticket_id = 4711,
      losing_carrier_information = { customer_name = "Ada", account_number = numbers.null },
      phone_numbers = {
        { phone_number = "+16175551212", port_in_phone_number_sid = sandbox.sid("PU", 1),
          port_in_phone_number_status = "Cancelled" },
        { phone_number = "+16175551213", port_in_phone_number_sid = numbers.null },
      },
      documents = {},
    })
    client = sandbox.client()
    port_in = assert(client.port_ins:fetch(KW))
  end)

  after_each(function() client:close() end)

  it("reads null as nil, also inside", function()
    sandbox.fault { fault = "nulls" }
    local empty = assert(client.port_ins:fetch(KW))
    assert.is_nil(empty.port_in_request_status)
    assert.is_nil(empty.phone_numbers)
    assert.is_nil(empty:status())
    assert.is_false(empty:is_terminal())
    assert.is_false(empty:is_cancelable())
    for _ in empty:numbers() do error "no numbers were expected" end
    assert.are.equal(KW, empty:sid())
    assert.are.equal("PortIn " .. KW .. " (no status, 0 numbers)", tostring(empty))
    assert.are.equal(numbers.null, empty:raw().port_in_request_status)
    assert.is_nil(port_in.losing_carrier_information.account_number)
    assert.are.equal(numbers.null, port_in:raw().losing_carrier_information.account_number)
  end)

  it("keeps fields that nobody knows", function()
    sandbox.fault { fault = "unknown_fields" }
    local richer = assert(client.port_ins:fetch(KW))
    local known = {}
    for name in pairs(port_in:raw()) do known[name] = true end
    local unknown = 0
    for name, value in richer:fields() do
      if not known[name] then
        unknown = unknown + 1
        assert.are.same(value, richer[name])
      end
    end
    assert.is_true(unknown > 0)
  end)

  it("iterates over what is not null, by fields and by pairs", function()
    local seen = {}
    for name, value in port_in:fields() do
      assert.are_not.equal(numbers.null, value)
      seen[name] = value
    end
    assert.are.equal("Waiting for Signature", seen.port_in_request_status)
    assert.is_nil(seen.signature_request_url)
    if _VERSION ~= "Lua 5.1" then
      local by_pairs = {}
      for name, value in pairs(port_in) do by_pairs[name] = value end
      assert.are.same(seen, by_pairs)
    end
  end)

  it("shows integers as integers", function()
    assert.are.equal("4711", tostring(port_in.support_ticket_id))
  end)

  it("says who it is in a line", function()
    assert.are.equal("PortIn " .. KW .. " (waiting_for_signature, 2 numbers)", tostring(port_in))
  end)

  it("cannot be written to", function()
    assert.has_error(function() port_in.port_in_request_status = "Canceled" end)
  end)

  it("writes itself as JSON, empty arrays as arrays", function()
    local text = port_in:to_json()
    assert.matches('"documents":[]', text, 1, true)
    assert.matches('"support_ticket_id":4711', text, 1, true)
  end)

  it("refreshes in place", function()
    local before = port_in.losing_carrier_information
    sandbox.put_port_in(KW, { port_in_request_status = "Completed",
      losing_carrier_information = { customer_name = "Bob" } })
    assert.are.equal(port_in, assert(port_in:refresh()))
    assert.is_true(port_in:is_terminal())
    assert.are.equal("Ada", before.customer_name)
    assert.are.equal("Bob", port_in.losing_carrier_information.customer_name)
  end)

  it("that cannot be refreshed stays as it was", function()
    sandbox.fault { fault = "html" }
    local refreshed, err = port_in:refresh()
    assert.is_nil(refreshed)
    assert.are.equal("http", err.kind)
    assert.are.equal("waiting_for_signature", port_in:status())
  end)

  it("knows its status in every spelling", function()
    for spelling, normal in pairs {
      ["In Review"] = "in_review", ["In review"] = "in_review", in_review = "in_review",
      Cancelled = "canceled", Canceled = "canceled", ["Waiting for Signature"] =
      "waiting_for_signature", ["action-required"] = "action_required", CANCELLED = "canceled",
      Cancelling = "canceling",
    } do
      assert.are.equal(normal, numbers.normal_status(spelling))
    end
    for _, style in ipairs { "snake", "title", "british" } do
      sandbox.fault { fault = "spelling", style = style }
      assert.are.equal("waiting_for_signature", assert(port_in:refresh()):status())
    end
  end)

  local phases = {
    in_progress = "cancelable", in_review = "cancelable", waiting_for_signature = "cancelable",
    action_required = "cancelable", pending = "cancelable", canceling = "neither",
    completed = "terminal", canceled = "terminal", expired = "terminal",
    something_new = "neither",
  }

  for status, phase in pairs(phases) do
    it("that is " .. status .. " is " .. phase, function()
      sandbox.put_port_in(KW, { port_in_request_status = status })
      assert(port_in:refresh())
      assert.are.equal(phase == "terminal", port_in:is_terminal())
      assert.are.equal(phase == "cancelable", port_in:is_cancelable())
    end)
  end

  it("has numbers that can be fetched and cancelled by themselves", function()
    local each = port_in:numbers()
    local first, second = each(), each()
    assert.is_nil(each())
    assert.are.equal("canceled", first:status())
    assert.is_true(first:is_terminal())
    assert.are.equal(KW, first:port_in_sid())
    assert(first:refresh())
    assert.are.equal(sandbox.sid("PU", 1), first:sid())
    assert.are.equal("PortInPhoneNumber +16175551212 (canceled)", tostring(first))
    assert.is_nil(second:sid())
    for _, verb in ipairs { "cancel", "refresh" } do
      local done, err = second[verb](second)
      assert.is_nil(done)
      assert.are.equal("not_sent", err.outcome)
      assert.matches("+16175551213", tostring(err), 1, true)
    end
  end)

  it("takes a bare text among its numbers for the number, and passes over nulls", function()
    sandbox.fault { fault = "body", status = 200, content_type = "application/json",
      body = '{"phone_numbers":[null,"+16175551299",{"phone_number":"+16175551298"},7]}' }
    assert(port_in:refresh())
    local seen = {}
    for number in port_in:numbers() do seen[#seen + 1] = number.phone_number end
    assert.are.same({ "+16175551299", "+16175551298" }, seen)
  end)

  it("has numbers without a usable SID, which say so", function()
    sandbox.put_port_in(KW, { phone_numbers = {
      { phone_number = "+16175551212", port_in_phone_number_sid = "" },
      { phone_number = { "odd" }, port_in_phone_number_sid = 5 },
    } })
    for number in client.port_ins:fetch(KW):numbers() do
      assert.is_nil(number:sid())
      assert.is_string(tostring(number))
      for _, method in ipairs { "refresh", "cancel" } do
        local result, err = number[method](number)
        assert.is_nil(result)
        assert.are.equal("not_sent", err.outcome)
      end
    end
  end)

  it("is cancelled by one DELETE of its own SID", function()
    sandbox.put_port_in(KW, { port_in_request_status = "In Review" })
    assert.is_true(port_in:cancel())
    assert.are.equal("canceling", assert(port_in:refresh()):status())
  end)
end)

describe("portability", function()
  it("names the reason, also of a code that came as text", function()
    sandbox.reset()
    local client = sandbox.client()
    for code, reason in pairs { ["22132"] = "in_another_twilio_account", ['"22137"'] =
      "port_in_already_open", ["99999"] = 99999, ['"x9"'] = "x9" } do
      sandbox.fault { fault = "body", status = 200, content_type = "application/json",
        body = '{"phone_number":"+16175551212","portable":false,"not_portable_reason_code":'
          .. code .. "}" }
      local answer = assert(client.portability:check "+16175551212")
      assert.are.equal(reason, answer:reason())
      assert.are.equal("Portability +16175551212 (not portable: " .. reason .. ")",
        tostring(answer))
    end
    client:close()
  end)
end)

describe("a bulk eligibility", function()
  it("keeps the API's field status, and has its normal form beside it", function()
    sandbox.reset()
    local client = sandbox.client()
    for raw, terminal in pairs { QUEUED = false, IN_PROGRESS = false, PROCESSING = false,
      COMPLETE = true, COMPLETED = true, SUCCESSFUL = true, FAILED = true, SOMETHING = false } do
      sandbox.fault { fault = "body", status = 200, content_type = "application/json",
        body = '{"request_id":null,"status":"' .. raw .. '","results":[{"phone_number":"+1617",'
          .. '"eligibility_status":"INELIGIBLE","eligibility_sub_status":"ALREADY_IN_TWILIO"}]}' }
      local bulk = assert(client.bulk_eligibilities:fetch(sandbox.sid("EC", 5)))
      assert.are.equal(raw, bulk.status)
      assert.are.equal(ascii.lower(raw), bulk:normal_status())
      assert.are.equal(terminal, bulk:is_terminal())
      local result = bulk:numbers()()
      assert.is_false(result:is_eligible())
      assert.are.equal("EligibilityResult +1617 (already_in_twilio)", tostring(result))
    end
    client:close()
  end)
end)
