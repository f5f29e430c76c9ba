--- Watching many port-ins.

local core = require "twilio.numbers.core"
local fake = require "spec.support.fake_transport"
local waiters = require "twilio.numbers.runtime.waiter"

local sid, sid_of, port_in, in_review = fake.sid, fake.sid_of, fake.port_in, fake.in_review

describe("a watch", function()
  local function changes_of(watch)
    local list = {}
    for one, change in function() return watch:next() end do
      list[#list + 1] = ("%s %s %s"):format(one:sid():sub(-1), change.from or "-",
        change.err and change.err.http_status or change.to)
    end
    return list
  end

  it("gives each change of each port-in, until all are at a terminal status", function()
    local client = fake.client(function(request)
      if sid_of(request) == sid(1) then
        return port_in(request, request.at < 12 and "In Review" or "Completed")
      end
      return request.at < 3 and port_in(request, "Submitted") or { status = 404 }
    end)
    local watch = client.port_ins:watch { sid(1), sid(2) }
    assert.are.same({ "1 - in_review", "2 - submitted", "2 submitted 404", "1 in_review completed" },
      changes_of(watch))
    assert.are.same({ sid(2) }, watch:unfinished())
  end)

  --- What a loop over it sees: each port-in's number, its status, and the error's status or kind.
  local function loop_over(watch)
    local list = {}
    for one, change, err in watch do
      assert.are.equal(change.err, err)
      list[#list + 1] = ("%s %s %s"):format(one:sid():sub(-1), change.to or "-",
        err and (err.http_status or err.kind) or "fine")
    end
    return list
  end

  local function with_clock_of(transport, body)
    local real_now = core.now
    core.now = function() return transport.now end
    local ok, why = pcall(body)
    core.now = real_now
    assert(ok, why)
  end

  for _, status in ipairs { 401, 403 } do
    it("gives a " .. status .. ", and the rest as not tried, and polls no more", function()
      local client, transport = fake.client(function(request)
        if request.at >= 5 then return { status = status, object = { message = "no" } } end
        return port_in(request, sid_of(request) == sid(3) and "Completed" or "In Review")
      end, { concurrency = 1 })
      local watch = client.port_ins:watch { sid(1), sid(2), sid(3), sid(4) }
      assert.are.same({ "1 in_review fine", "2 in_review fine", "3 completed fine", "4 in_review fine",
        "1 in_review " .. status, "2 in_review not_tried", "4 in_review not_tried" }, loop_over(watch))
      assert.are.same({ sid(1), sid(2), sid(4) }, watch:unfinished())
      assert.are.equal(5, #transport.requests)
      assert.are.equal(0, transport:running())
    end)
  end

  it("says of none that was sent that it was not tried", function()
    local client, transport = fake.client(function(request)
      if sid_of(request) == sid(2) then return port_in(request, "In Review") end
      return { status = 401, object = { message = "no" } }
    end, { concurrency = 3 })
    local seen = loop_over(client.port_ins:watch { sid(1), sid(2), sid(3), sid(4), sid(5) })
    assert.are.same({ "1 - 401", "2 in_review fine", "2 in_review not_tried", "3 - 401", "4 - not_tried",
      "5 - not_tried" }, require("twilio.numbers.util.ascii").sort(seen))
    assert.are.equal(3, #transport.requests)
    assert.are.equal(0, transport:running())
  end)

  it("gives what is unfinished when its time is over", function()
    local client, transport = fake.client(function(request)
      if sid_of(request) == sid(2) and request.at > 0 then return { status = 503, stopped = "attempts" } end
      return port_in(request, sid_of(request) == sid(3) and "Completed" or "In Review")
    end)
    with_clock_of(transport, function()
      local watch = client.port_ins:watch({ sid(1), sid(2), sid(3) }, { interval = 4, timeout = 10 })
      local seen, messages = {}, {}
      for one, change, err in watch do
        seen[#seen + 1] = one:sid():sub(-1) .. " " .. change.to .. " " .. (err and err.kind or "fine")
        messages[#messages + 1] = err and tostring(err)
      end
      assert.are.same({ "1 in_review fine", "2 in_review fine", "3 completed fine",
        "1 in_review waited", "2 in_review waited" }, seen)
      assert.are.equal("port-in " .. sid(1) .. " is not at a terminal status after 10 s, but at in_review.",
        messages[1])
      assert.matches("HTTP 503", messages[2], 1, true)
      assert.are.same({ sid(1), sid(2) }, watch:unfinished())
    end)
  end)

  it("gives what is unfinished when the process ends", function()
    local is_ending = false
    local waiter = { wait = waiters.blocking.wait, is_ending = function() return is_ending end }
    local client = fake.client(in_review, { waiter = waiter })
    local seen = {}
    for one, _, err in client.port_ins:watch { sid(1), sid(2) } do
      seen[#seen + 1] = one:sid():sub(-1) .. " " .. (err and err.kind or "fine")
      is_ending = true
    end
    assert.are.same({ "1 fine", "2 fine", "1 closed", "2 closed" }, seen)
  end)

  it("keeps among the unfinished what cannot be fetched", function()
    local client = fake.client(function(request)
      return sid_of(request) == sid(2) and { status = 404 } or port_in(request, "Completed")
    end)
    local watch = client.port_ins:watch { sid(1), sid(2) }
    assert.are.same({ "1 completed fine", "2 - 404" }, loop_over(watch))
    assert.are.same({ sid(2) }, watch:unfinished())
  end)

  it("closed, cancels its polls and keeps what is unfinished", function()
    local client, transport = fake.client(in_review)
    local watch = client.port_ins:watch { sid(1), sid(2) }
    assert.is_truthy(watch:next())
    watch:close()
    assert.are.same({ sid(1), sid(2) }, watch:unfinished())
    assert.are.equal(0, transport:running())
    assert.is_nil((watch:next()))
  end)

  it("serves several tasks", function()
    local client = fake.client(in_review)
    local watch, seen = client.port_ins:watch { sid(1), sid(2) }, {}
    local function take()
      local one = watch:next()
      seen[#seen + 1] = one:sid()
    end
    client:gather { take, take }
    table.sort(seen)
    assert.are.same({ sid(1), sid(2) }, seen)
  end)
end)
