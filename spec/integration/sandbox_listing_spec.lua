--- The sandbox answers lists of port-ins as the newest contract says.

local bare = require "spec.support.bare"
local cjson = require "cjson"
local sandbox = require "spec.support.sandbox"

local ask, assert_has_fields_of = bare.ask, bare.assert_has_fields_of

describe("the sandbox", function()
  before_each(sandbox.reset)

  describe("listing port-ins", function()
    local LIST = "/Porting/PortIn/PortInRequests"

    local function add(count, more)
      local body = { count = count }
      for name, value in pairs(more or {}) do body[name] = value end
      assert.are.equal(200, (ask("POST", sandbox.url .. "/_sandbox/port-ins", body)))
    end

    it("gives 20 a page, each as the contract says", function()
      add(20)
      local status, page = ask("GET", LIST)
      assert.are.equal(200, status)
      assert.are.equal(20, #page.port_in_requests)
      assert_has_fields_of("numbers.v1.port_in_request_list_meta", page.meta)
      for _, item in ipairs(page.port_in_requests) do
        assert_has_fields_of("numbers.v1.port_in_request_list", item)
        assert.is_nil(item.phone_numbers)
        assert.is_nil(item.account_sid)
      end
    end)

    it("goes over 1,037 with a filter, each exactly once, and back", function()
      add(1037, { port_in_request_status = "Action Required", date_created = "2031-05-02T08:00:00Z" })
      local path = LIST .. "?Size=100&PortInRequestStatus=action_required&CreatedAfter=2031-05-01"
      local seen, count, pages, token, previous = {}, 0, 0
      repeat
        local _, page = ask("GET", path .. (token and "&Token=" .. token or ""))
        pages = pages + 1
        for _, item in ipairs(page.port_in_requests) do
          assert.is_nil(seen[item.port_in_request_sid])
          seen[item.port_in_request_sid], count = true, count + 1
        end
        token, previous = page.meta.next_token, page.meta.previous_token
      until token == cjson.null
      assert.are.same({ 1037, 11 }, { count, pages })
      local _, back = ask("GET", path .. "&Token=" .. previous)
      assert.are.equal(100, #back.port_in_requests)
    end)

    it("filters by SIDs, status and dates", function()
      local function listed(query)
        local _, page = ask("GET", LIST .. "?" .. query)
        local sids = {}
        for i, item in ipairs(page.port_in_requests) do sids[i] = item.port_in_request_sid end
        return sids
      end
      local one, three = sandbox.sid("KW", 1), sandbox.sid("KW", 3)
      sandbox.put_port_in(three, { date_created = "2031-05-02T08:00:00Z" })
      assert.are.same({ one, three }, listed("PortInRequestSid=" .. three .. "," .. one))
      assert.are.same({ three }, listed "PortInRequestStatus=Waiting%20for%20Signature")
      assert.are.same({ three }, listed "CreatedAfter=2031-05-01")
      assert.are.same({ three }, listed "CreatedAfter=2031-05-02T07:59:59Z")
      assert.are.equal(9, #listed "CreatedBefore=2031-05-01")
      assert.are.same({}, listed "CreatedAfter=2031-05-03")
    end)

    for _, query in ipairs { "Size=0", "Size=101", "Size=x", "Token=KW1", "CreatedAfter=May",
      "CreatedBefore=1", "Page=1" } do
      it("refuses " .. query, function()
        local status, answer = ask("GET", LIST .. "?" .. query)
        assert.are.equal(400, status)
        assert.are.equal("Invalid parameter: " .. query:match "^%w+", answer.message)
      end)
    end

    it("can repeat a token", function()
      sandbox.fault { fault = "repeated_page", times = 2 }
      local _, first = ask("GET", LIST .. "?Size=2")
      local _, second = ask("GET", LIST .. "?Size=2&Token=" .. first.meta.next_token)
      assert.are.equal(first.meta.next_token, second.meta.next_token)
    end)

    it("is no port-in, which could be deleted", function()
      assert.are.equal(405, (ask("DELETE", LIST)))
    end)
  end)
end)
