--- Task groups: functions that run side by side.

local fake = require "spec.support.fake_transport"

local sid, port_in, in_review = fake.sid, fake.port_in, fake.in_review

describe("a task group", function()
  it("runs its functions side by side", function()
    local client, transport = fake.client(function(request)
      return port_in(request, "Completed", { after = 10 })
    end)
    local results, errs = client:gather {
      first = function() return client.port_ins:fetch(sid(1)) end,
      second = function() return client.port_ins:fetch(sid(2)) end,
      pause = function() client:sleep(5) return true end,
      fails = function() error("broken", 0) end,
    }
    assert.are.equal(10, transport.now)
    assert.are.same({ sid(1), sid(2), true },
      { results.first:sid(), results.second:sid(), results.pause })
    assert.are.same({ "raised", "broken" }, { errs.fails.kind, errs.fails.raised })
  end)

  it("runs no more of them at once than `concurrency`", function()
    local client, transport = fake.client(in_review)
    local function pause() client:sleep(10) return true end
    client:gather({ pause, pause, pause, pause, pause }, { concurrency = 2 })
    assert.are.equal(30, transport.now)
  end)
end)
