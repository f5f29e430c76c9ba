--- A process that forks: the parent and the child go on, neither disturbs the other's connections, and no
--- request is sent twice.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local has_posix = pcall(require, "posix.unistd")

describe("a fork", function()
  if not has_posix then
    pending "needs lua-posix, which is not packaged for this Lua"
    return
  end

  --- The port-ins that were cancelled, and the connections on which a port-in was fetched.
  local function seen()
    local cancelled, connections = {}, {}
    for _, request in ipairs(sandbox.requests()) do
      local sid = request.uri:match "KW%x+$"
      if request.method == "DELETE" then
        cancelled[#cancelled + 1] = sid
      elseif sid then
        connections[sid] = connections[sid] or {}
        connections[sid][request.connection] = true
      end
    end
    table.sort(cancelled)
    return cancelled, connections
  end

  for _, version in ipairs { "auto", "1.1" } do
    for _, point in ipairs {
      "before the client is made", "before its first request", "after its first request", "while it cancels",
    } do
      it(("%s leaves both processes whole, over HTTP %s"):format(point, version), function()
        sandbox.reset()
        local output, code = support.run(("timeout 60 %s spec/support/forks.lua %s %s"):format(
          support.lua, support.quote(point), version))
        assert.are.equal(0, code, output)
        local cancels = point == "while it cancels"
        local rest = cancels and ", done, done\n" or "\n"
        assert.are.equal("parent" .. rest, output:match "parent[^\n]*\n")
        rest = cancels and ", closed uncertain, closed uncertain\n" or "\n"
        assert.are.equal("child" .. rest, output:match "child[^\n]*\n")

        local expected = { sandbox.sid("KW", 8), sandbox.sid("KW", 10) }
        if cancels then
          for number = 4, 2, -1 do table.insert(expected, 1, sandbox.sid("KW", number)) end
        end
        local cancelled, connections = seen()
        assert.are.same(expected, cancelled)
        local own, other = connections[sandbox.sid("KW", 5)], connections[sandbox.sid("KW", 6)]
        for connection in pairs(own) do assert.is_nil(other[connection]) end
      end)
    end
  end
end)
