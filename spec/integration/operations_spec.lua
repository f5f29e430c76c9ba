--- All eight operations against the sandbox, over TLS, HTTP/1.1 and HTTP/2.

local sandbox = require "spec.support.sandbox"

local KW, PU = sandbox.sid("KW", 0xabc), sandbox.sid("PU", 0xdef)
local OTHER_PU = sandbox.sid("PU", 0xdee)
local EC = "EC00000000000000000000000000000001"

local function port_in_with_two_numbers()
  return {
    port_in_request_status = "In Review",
    target_port_in_date = "2031-02-03",
    losing_carrier_information = { customer_name = "Café Müller", account_number = "17" },
    phone_numbers = {
      { phone_number = "+16175551212", port_in_phone_number_sid = PU,
        port_in_phone_number_status = "in_review" },
      { phone_number = "+16175551213", port_in_phone_number_sid = OTHER_PU,
        port_in_phone_number_status = "Port Pending" },
    },
  }
end

for http_version, protocol in pairs { ["1.1"] = "HTTP/1.1", auto = "HTTP/2.0" } do
  describe("over " .. protocol, function()
    local client

    before_each(function()
      sandbox.reset()
      sandbox.put_port_in(KW, port_in_with_two_numbers())
      client = sandbox.client { http_version = http_version }
    end)

    after_each(function()
      for _, request in ipairs(sandbox.requests()) do
        assert.are.equal(protocol, request.protocol)
      end
      client:close()
    end)

    it("FetchPortingPortIn gives the port-in", function()
      local port_in = assert(client.port_ins:fetch(KW))
      assert.are.equal(KW, port_in.port_in_request_sid)
      assert.are.equal("In Review", port_in.port_in_request_status)
      assert.are.equal("in_review", port_in:status())
      assert.are.equal("2031-02-03", port_in.target_port_in_date)
      assert.are.equal("Café Müller", port_in.losing_carrier_information.customer_name)
      local seen = {}
      for number in port_in:numbers() do seen[#seen + 1] = number.phone_number end
      assert.are.same({ "+16175551212", "+16175551213" }, seen)
    end)

    it("DeletePortingPortIn is accepted by one DELETE, and later seen as canceled", function()
      assert.is_true(client.port_ins:cancel(KW))
      local deletes = 0
      for _, request in ipairs(sandbox.requests()) do
        if request.method == "DELETE" then deletes = deletes + 1 end
      end
      assert.are.equal(1, deletes)
      local port_in = assert(client.port_ins:fetch(KW))
      assert.are.equal("canceling", port_in:status())
      repeat assert(port_in:refresh()) until port_in:is_terminal()
      assert.are.equal("canceled", port_in:status())
    end)

    it("FetchPortingPortInPhoneNumber gives one number", function()
      local number = assert(client.port_in_phone_numbers:fetch(KW, PU))
      assert.are.equal("+16175551212", number.phone_number)
      assert.are.equal(PU, number:sid())
      assert.are.equal("in_review", number:status())
    end)

    it("DeletePortingPortInPhoneNumber cancels that number and no other", function()
      assert.is_true(client.port_in_phone_numbers:cancel(KW, PU))
      local number = assert(client.port_in_phone_numbers:fetch(KW, PU))
      repeat assert(number:refresh()) until number:is_terminal()
      assert.are.equal("canceled", number:status())
      local other = assert(client.port_in_phone_numbers:fetch(KW, OTHER_PU))
      assert.are.equal("port_pending", other:status())
      assert.are.equal("in_review", assert(client.port_ins:fetch(KW)):status())
    end)

    it("FetchPortingPortability tells whether a number is portable", function()
      local answer = assert(client.portability:check("+16175551212",
        { target_account_sid = sandbox.account_sid }))
      assert.are.equal("+16175551212", answer.phone_number)
      assert.is_true(answer.portable)
      assert.is_nil(answer.not_portable_reason_code)
      local requests = sandbox.requests()
      assert.are.equal("/v1/Porting/Portability/PhoneNumber/%2B16175551212?TargetAccountSid="
        .. sandbox.account_sid, requests[#requests].uri)
    end)

    it("FetchBulkEligibility gives results one by one", function()
      local bulk = assert(client.bulk_eligibilities:fetch(EC))
      repeat assert(bulk:refresh()) until bulk:is_terminal()
      local count = 0
      for result in bulk:numbers() do
        count = count + 1
        assert.is_truthy(result.phone_number)
        assert.is_boolean(result:is_eligible())
      end
      assert.is_true(count > 0)
    end)

    it("the webhook operations fetch the configuration and remove a target", function()
      local configuration = assert(client.webhook_configuration:fetch())
      assert.is_string(configuration.port_in_target_url)
      assert.is_string(configuration.port_out_target_url)
      assert.is_true(client.webhook_configuration:delete "PORT_IN")
      assert(configuration:refresh())
      assert.is_nil(configuration.port_in_target_url)
      assert.is_string(configuration.port_out_target_url)
    end)

    it("an API key with its secret works as well", function()
      local by_key = sandbox.client {
        http_version = http_version,
        api_key = sandbox.api_key, api_secret = sandbox.api_secret,
      }
      assert(by_key.port_ins:fetch(KW))
      by_key:close()
    end)

    it("calls one after the other share one connection", function()
      for _ = 1, 5 do assert(client.port_ins:fetch(KW)) end
      local connections = {}
      for _, request in ipairs(sandbox.requests()) do
        connections[request.connection] = true
      end
      local first = next(connections)
      assert.is_truthy(first)
      assert.is_nil(next(connections, first))
    end)
  end)
end
