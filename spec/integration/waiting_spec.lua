--- Waiting for a status: of one thing, or of many.

local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"

local KW = function(i) return sandbox.sid("KW", i) end
local quick = { interval = 0.001 }

describe("a port-in", function()
  local client

  before_each(function() client = sandbox.fresh_client() end)

  after_each(function() client:close() end)

  it("waits for a terminal status, by default", function()
    local port_in = assert(client.port_ins:fetch(KW(1)))
    assert(port_in:cancel())
    assert.are.equal(port_in, (port_in:wait(quick)))
    assert.are.equal("canceled", port_in:status())
    local before = #sandbox.requests()
    assert.are.equal(port_in, (port_in:wait())) -- will not change: needs no fetch
    assert.are.equal(before, #sandbox.requests())
  end)

  it("waits for a status in any spelling, or what a function tells", function()
    for _, wanted in ipairs {
      "canceling", "Canceling", "CANCELLING",
      function(it) return it:status() == "canceling" and it.phone_numbers[1] ~= nil end,
    } do
      sandbox.reset()
      local port_in = assert(client.port_ins:fetch(KW(1)))
      assert(port_in:cancel())
      assert(port_in:wait { for_status = wanted, interval = 0.001 })
      assert.are.equal("canceling", port_in:status())
    end
  end)

  it("says so when the time is over", function()
    local port_in = assert(client.port_ins:fetch(KW(1)))
    local result, err = port_in:wait { interval = 0.001, max_interval = 0.01, timeout = 1 }
    assert.is_nil(result)
    assert.are.equal("waited", err.kind)
    assert.matches("is not at a terminal status after 1 s, but at in_review", tostring(err), 1,
      true)
  end)

  it("ends in time though an answer does not come", function()
    local port_in = assert(client.port_ins:fetch(KW(2)))
    sandbox.fault { fault = "latency", seconds = 20, path = KW(2) }
    local began = core.now()
    local done, err = port_in:wait { for_status = "completed", interval = 0.01, timeout = 1 }
    assert.is_nil(done)
    assert.are.equal("waited", err.kind)
    assert.matches("the deadline passed while ", tostring(err))
    assert.is_true(core.now() - began < 10)
    assert.are.equal(0, client.engine:running())
  end)

  it("says so when what is waited for will not come", function()
    local port_in = assert(client.port_ins:fetch(KW(5)))
    local result, err = port_in:wait { for_status = "canceled", interval = 0.001 }
    assert.is_nil(result)
    assert.are.equal("ended", err.kind)
    assert.matches("is completed and will not come to canceled", tostring(err), 1, true)
  end)

  it("waits out failures that may pass, and ends at those that will not", function()
    local port_in = assert(client.port_ins:fetch(KW(1)))
    assert(port_in:cancel())
    sandbox.fault { fault = "error", status = 503, times = 3 }
    sandbox.fault { fault = "reset_before" }
    assert(port_in:wait(quick))
    for status, kind in pairs { [401] = "api", [404] = "api" } do
      sandbox.reset()
      port_in = assert(client.port_ins:fetch(KW(1)))
      sandbox.fault { fault = "error", status = status }
      local result, err = port_in:wait(quick)
      assert.is_nil(result)
      assert.are.equal(kind, err.kind)
      assert.are.equal(status, err.http_status)
    end
  end)

  it("tells of the last failure when the time is over", function()
    local port_in = assert(client.port_ins:fetch(KW(1)))
    sandbox.fault { fault = "html", times = 10000 }
    local _, err = port_in:wait { interval = 0.001, max_interval = 0.01, timeout = 1 }
    assert.are.equal("waited", err.kind)
    local text = tostring(err)
    assert.is_truthy(text:find("HTTP 503", 1, true) or text:find "the deadline passed", text) -- it was late
  end)

  it("refuses options that it does not know", function()
    local port_in = assert(client.port_ins:fetch(KW(1)))
    for wanted, options in pairs {
      ["unknown option 'every'"] = { every = 1 },
      ["interval: a number of seconds above 0 (and up to 1e9) expected, got 0"] = { interval = 0 },
      ["timeout: a number of seconds above 0"] = { timeout = "1" },
      ["for_status: a status"] = { for_status = 1 },
    } do
      local ok, why = pcall(port_in.wait, port_in, options)
      assert.is_false(ok)
      assert.matches(wanted, why, 1, true)
    end
  end)
end)

describe("waiting for", function()
  it("a phone number and a bulk eligibility goes alike", function()
    sandbox.reset()
    local client = sandbox.client()
    local number = assert(client.port_in_phone_numbers:fetch(KW(1), sandbox.sid("PU", 0x11)))
    assert(number:cancel())
    assert.are.equal("canceled", assert(number:wait(quick)):status())
    local bulk = assert(client.bulk_eligibilities:fetch(sandbox.sid("EC", 1)))
    assert.are.equal("queued", bulk:normal_status())
    assert.are.equal("complete", assert(bulk:wait(quick)):normal_status())
    local failing = assert(client.bulk_eligibilities:fetch(sandbox.sid("EC", 2)))
    local _, err = failing:wait { for_status = "complete", interval = 0.001 }
    assert.are.equal("ended", err.kind)
    client:close()
  end)
end)

describe("watching", function()
  local client

  before_each(function() client = sandbox.fresh_client() end)

  after_each(function() client:close() end)

  local function put_status(i, status)
    sandbox.put_port_in(KW(i), { port_in_request_status = status })
  end

  it("tells each change of each port-in once, until all are at an end", function()
    local seen = {}
    for port_in, change in client.port_ins:watch({ KW(1), KW(2), KW(5) }, quick) do
      assert.are.equal(port_in:sid(), change.sid)
      assert.are.equal(port_in:status(), change.to)
      local list = seen[change.sid] or {}
      seen[change.sid] = list
      list[#list + 1] = tostring(change.from) .. ">" .. change.to
      if change.from == nil and change.to ~= "completed" then assert(port_in:cancel()) end
    end
    assert.are.same({
      [KW(1)] = { "nil>in_review", "in_review>canceling", "canceling>canceled" },
      [KW(2)] = { "nil>in_progress", "in_progress>canceling", "canceling>canceled" },
      [KW(5)] = { "nil>completed" },
    }, seen)
  end)

  it("compares in normal form", function()
    local changes = 0
    for _, change in client.port_ins:watch({ KW(1) }, quick) do
      changes = changes + 1
      if changes == 1 then
        put_status(1, "IN-REVIEW") -- the same in another spelling
        sandbox.fault { fault = "latency", seconds = 0.05, path = KW(2) }
        client.port_ins:fetch(KW(2)) -- fetched once more meanwhile
        put_status(1, "Cancelled")
      else
        assert.are.equal("in_review", change.from)
        assert.are.equal("canceled", change.to)
      end
    end
    assert.are.equal(2, changes)
  end)

  it("tells which numbers changed, though the port-in did not", function()
    local changes = {}
    for _, change in client.port_ins:watch({ KW(1) }, quick) do
      changes[#changes + 1] = change
      if #changes == 1 then
        assert.are.same({}, change.numbers)
        assert(client.port_in_phone_numbers:cancel(KW(1), sandbox.sid("PU", 0x11)))
      elseif change.numbers[1] and change.numbers[1].to == "canceled" then
        break
      end
    end
    assert.are.same({ { sid = sandbox.sid("PU", 0x11), phone_number = "+14155550111",
      from = "in_review", to = "canceling" } }, changes[2].numbers)
    assert.are.equal("in_review", changes[2].from)
    assert.are.equal("in_review", changes[2].to)
  end)

  it("gives up one that cannot be fetched, and says why", function()
    local errors = {}
    for port_in, change in client.port_ins:watch({ KW(0xdead), KW(5) }, quick) do
      errors[port_in:sid()] = change.err and change.err.http_status or "fine"
    end
    assert.are.same({ [KW(0xdead)] = 404, [KW(5)] = "fine" }, errors)
  end)

  it("waits out failures that may pass", function()
    sandbox.fault { fault = "error", status = 500, times = 5 }
    local changes = 0
    for _, change in client.port_ins:watch({ KW(5), KW(6) }, quick) do
      assert.is_nil(change.err)
      changes = changes + 1
    end
    assert.are.equal(2, changes)
  end)

  it("ends when the time is over, and has the rest", function()
    local watch = client.port_ins:watch({ KW(1), KW(2), KW(5) },
      { interval = 0.001, max_interval = 0.01, timeout = 5 }) -- the first answers come before
    local changes, late = 0, {}
    for port_in, _, err in watch do
      if err then late[port_in:sid()] = err.kind else changes = changes + 1 end
    end
    assert.are.equal(3, changes)
    assert.are.same({ [KW(1)] = "waited", [KW(2)] = "waited" }, late)
    assert.are.same({ KW(1), KW(2) }, watch:unfinished())
    assert.are.equal(0, client.engine:running())
  end)

  it("fetches ever less often while nothing changes", function()
    local times = {}
    local own = sandbox.client { on_request = function() times[#times + 1] = true end }
    for _ in own.port_ins:watch({ KW(1) }, { interval = 0.01, max_interval = 1, timeout = 3 }) do
    end
    -- 0, 10, 25, 47, 81, 132, 207, 321, 492 ms and so on: a dozen, where one every 10 ms would make 300.
    assert.is_true(#times >= 2 and #times <= 20, #times)
    own:close()
  end)

  it("takes port-ins, leaves duplicates out, and refuses what is no SID", function()
    local port_in = assert(client.port_ins:fetch(KW(5)))
    local changes = 0
    for _ in client.port_ins:watch({ port_in, KW(5), port_in }, quick) do changes = changes + 1 end
    assert.are.equal(1, changes)
    assert.has_error(function() client.port_ins:watch { "KW.." } end)
    assert.has_error(function() client.port_ins:watch({}, { every = 1 }) end)
    for _ in client.port_ins:watch {} do error "nothing to watch" end
  end)

  it("refuses what is no array", function()
    for _, sids in ipairs { KW(1), 7 } do
      local ok, why = pcall(client.port_ins.watch, client.port_ins, sids)
      assert.is_false(ok)
      assert.matches("sids: an array of SIDs expected, got ", why)
    end
  end)

  it("says that the client is closed when a hook closes it", function()
    local closing
    closing = sandbox.client { on_request = function() closing:close() end }
    local watch = closing.port_ins:watch { KW(1), KW(2) }
    local _, change = watch:next()
    assert.are.equal("closed", change.err.kind)
    local ok, why = pcall(watch.next, watch)
    assert.is_false(ok)
    assert.matches("the client is closed", why)
  end)

  it("frees what is under way when it is closed", function()
    local watch = client.port_ins:watch({ KW(1), KW(2) }, { interval = 10, timeout = 100 })
    assert.is_truthy((watch()))
    watch:close()
    watch:close()
    assert.is_nil((watch()))
    assert.are.equal(0, client.engine:running())
  end)
end)
