--- Waiting until a record has a status.

local core = require "twilio.numbers.core"
local fake = require "spec.support.fake_transport"
local waiters = require "twilio.numbers.runtime.waiter"

local sid, port_in, in_review = fake.sid, fake.port_in, fake.in_review

describe("waiting for a status", function()
  it("polls less and less often while it is not reached", function()
    local client, transport = fake.client(function(request)
      return port_in(request, request.at < 60 and "In Review" or "Completed")
    end)
    local one = assert(client.port_ins:fetch(sid(1)))
    assert.are.equal(one, one:wait { interval = 10, max_interval = 20 })
    local polls = {}
    for i, request in ipairs(transport.requests) do polls[i] = request.at end
    assert.are.same({ 0, 0, 10, 25, 45, 65 }, polls)
  end)

  it("goes on after a failure that may pass, and ends at another status that never changes", function()
    local client = fake.client(function(request)
      if request.at < 10 then return { status = 503, stopped = "attempts" } end
      return port_in(request, "Canceled")
    end)
    local blank = client.port_ins:blank(sid(1))
    local _, err = blank:wait { for_status = "completed" }
    assert.are.equal("ended", err.kind)
  end)

  it("raises before anything is sent if the status is mistyped, or the method that gives it", function()
    local client, transport = fake.client(in_review)
    local blank = client.port_ins:blank(sid(1))
    for words, wanted in pairs {
      ['for_status: unknown status "complted", did you mean "completed"?'] = "complted",
      ["for_status: a status such as"] = blank.status,
    } do
      local ok, why = pcall(function() blank:wait { for_status = wanted } end)
      assert.is_false(ok)
      assert.matches(words, why, 1, true)
      assert.matches("^[^:]*wait_for_spec%.lua:%d+: ", why)
    end
    assert.are.equal(0, #transport.requests)
    assert(blank:wait { for_status = blank.is_cancelable })
  end)

  it("ends at a failure that is final", function()
    local client = fake.client(function() return { status = 404 } end)
    local _, err = client.port_ins:blank(sid(1)):wait()
    assert.are.equal(404, err.http_status)
  end)

  it("ends after `timeout`, with one more poll", function()
    local client, transport = fake.client(in_review)
    local _, err = client.port_ins:blank(sid(1)):wait { interval = 4, max_interval = 4, timeout = 10 }
    assert.are.equal("waited", err.kind)
    local polls = {}
    for i, request in ipairs(transport.requests) do polls[i] = request.at end
    assert.are.same({ 0, 4, 8, 10 }, polls)
  end)

  it("ends when the process does", function()
    local waiter = { wait = waiters.blocking.wait, is_ending = function() return true end }
    local client = fake.client(in_review, { waiter = waiter })
    local _, err = client.port_ins:blank(sid(1)):wait()
    assert.are.equal("closed", err.kind)
  end)

  describe("a bulk eligibility", function()
    local EC = "EC" .. ("0"):rep(32)

    local function bulk_at(...)
      local statuses, fetches = { ... }, 0
      local client = fake.client(function()
        fetches = fetches + 1
        return { status = 200, object = {
          request_id = EC, status = statuses[math.min(fetches, #statuses)], results = core.null,
        } }
      end)
      return assert(client.bulk_eligibilities:fetch(EC))
    end

    for name, statuses in pairs {
      ["that fails meanwhile"] = { "IN_PROGRESS", "FAILED" },
      ["that has failed already"] = { "Failed" },
    } do
      it(name .. " is an error, and has its status", function()
        local bulk = bulk_at((table.unpack or unpack)(statuses))
        local done, err = bulk:wait()
        assert.is_nil(done)
        assert.are.equal("ended", err.kind)
        assert.matches("bulk eligibility " .. EC .. " has failed", tostring(err), 1, true)
        assert.are.equal("failed", bulk:normal_status())
      end)
    end

    it("that fails is what is waited for, if that is said", function()
      local bulk = bulk_at("IN_PROGRESS", "FAILED")
      assert.are.equal(bulk, bulk:wait { for_status = "failed" })
    end)

    it("that is done is no error", function()
      local bulk = bulk_at("IN_PROGRESS", "COMPLETED")
      assert.are.equal(bulk, bulk:wait())
    end)
  end)
end)
