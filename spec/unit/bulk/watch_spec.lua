--- Watching many port-ins.

local fake = require "spec.support.fake_transport"

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
    assert.are.same({}, watch:unfinished())
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
