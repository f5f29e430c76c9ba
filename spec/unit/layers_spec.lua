--- The library's layers: each uses only those below it, and none reaches around another.

local layers = require "spec.support.layers"

describe("the layers", function()
  local files = layers.read()

  --- What is found when a line is added to a file.
  local function found_with(path, line)
    local changed = {}
    for name, text in pairs(files) do changed[name] = text end
    changed[path] = assert(files[path], path) .. "\n" .. line .. "\n"
    return layers.violations(changed)
  end

  it("are kept by all files", function()
    assert.are.same({}, layers.violations(files))
  end)

  it("are few files directly in the library's folder", function()
    local count = 0
    for path in pairs(files) do
      if path:find "^lua/twilio/numbers/[^/]+$" then count = count + 1 end
    end
    assert.is_true(count >= 4 and count <= 8)
  end)

  local N = "lua/twilio/numbers/"

  for name, case in pairs {
    ["an arrow upwards"] = { N .. "util/csv.lua", 'local _ = require "twilio.numbers.api.status"',
      { "a cycle: api > util > api", "util/csv.lua requires api/status.lua" } },
    ["an arrow upwards to what is loaded later"] = { N .. "util/csv.lua",
      'local _ = lazily.require "twilio.numbers.api.status"',
      { "a cycle: api > util > api", "util/csv.lua requires api/status.lua" } },
    ["the client knowing nginx"] = { N .. "client/base.lua",
      'local _ = require "twilio.numbers.nginx.waiter"', { "client/base.lua requires nginx/waiter.lua" } },
    ["nginx knowing the client"] = { N .. "nginx/detached.lua",
      "local _ = require('twilio.numbers.client.base')", { "nginx/detached.lua requires client/base.lua" } },
    ["webhooks knowing the runtime"] = { N .. "webhook/event.lua",
      'local _ = require "twilio.numbers.runtime.queue"',
      { "webhook/event.lua requires runtime/queue.lua" } },
    ["campaign files using the core"] = { N .. "campaign/plan/target.lua",
      'local now = require("twilio.numbers.core").now', { "campaign/plan/target.lua requires core" } },
    ["a layer knowing an entry"] = { N .. "bulk/batch.lua", 'local _ = require "twilio.numbers"',
      { "a cycle: bulk > numbers.lua > bulk",
        "a cycle: bulk > numbers.lua > resources.lua > resources > bulk",
        "a cycle: bulk > numbers.lua > resources.lua > resources > resources/port_ins > bulk",
        ("a cycle: lua/twilio/numbers.lua > %sresources.lua > %sresources/port_ins.lua > "
          .. "%sbulk/batch.lua > lua/twilio/numbers.lua"):format(N, N, N),
        "bulk/batch.lua requires numbers.lua" } },
    ["a choice made while running"] = { N .. "client/transport.lua",
      '  return require "twilio.numbers.client.base"',
      { 'client/transport.lua requires within a function: return require "twilio.numbers.client.base"' } },
    ["a later choice made while running"] = { N .. "client/transport.lua",
      '  return lazily.require "twilio.numbers.client.base"',
      { 'client/transport.lua requires within a function: '
        .. 'return lazily.require "twilio.numbers.client.base"' } },
    ["a name made while running"] = { N .. "client/hooks.lua", "local _ = require(name)",
      { "client/hooks.lua requires within a function: local _ = require(name)" } },
    ["reaching through the client"] = { N .. "bulk/watch.lua", "self.client.loop:turn(0)",
      { "bulk/watch.lua reaches for client.loop" } },
    ["reaching through a function's result"] = { N .. "bulk/wait_for.lua", "record.client(self).loop:turn(0)",
      { "bulk/wait_for.lua reaches for self).loop" } },
    ["reaching through the ledger"] = { N .. "campaign/run/cancel.lua", "ledger.db:run 'DELETE'",
      { "campaign/run/cancel.lua reaches for ledger.db" } },
    ["a loop that names nginx's parts"] = { N .. "runtime/loop.lua", "self.liveness:check()",
      { "runtime/loop.lua names liveness" } },
    ["HTTP that knows Lua"] = { "csrc/http/engine.c", "#include <lua.h>",
      { "csrc/http/engine.c includes lua.h" } },
    ["JSON that knows Lua"] = { "csrc/json/scanner.c", "#include <lauxlib.h>",
      { "csrc/json/scanner.c includes lauxlib.h" } },
    ["JSON that knows HTTP"] = { "csrc/json/scanner.c", '#include "buffer.h"',
      { "csrc/json/scanner.c includes csrc/http/buffer.h" } },
    ["HTTP that knows its binding"] = { "csrc/http/engine.c", '#include "compat.h"',
      { "a cycle: csrc/http > csrc/lua > csrc/http", "csrc/http/engine.c includes csrc/lua/compat.h" } },
  } do
    it("would be broken by " .. name, function()
      assert.are.same(case[3], found_with(case[1], case[2]))
    end)
  end

  it("would be broken by a cycle within a folder", function()
    local found = found_with(N .. "runtime/queue.lua", 'local _ = require "twilio.numbers.runtime.loop"')
    assert.are.equal(1, #found)
    assert.matches("^a cycle: .*runtime/loop.lua > .*runtime/queue.lua", found[1])
    found = found_with("csrc/http/buffer.h", '#include "engine.h"')
    assert.matches("^a cycle: csrc/http/", found[1])
  end)

  it("would be broken by two C files that call each other, whatever they include", function()
    local found = found_with("csrc/http/sockets.c", "void close_it(void) { multi_close(0); }")
    assert.is_true(#found > 0)
    for _, cycle in ipairs(found) do
      assert.matches("^a cycle: .*csrc/http/sockets > csrc/http/multi > ", cycle)
    end
    assert.are.same({}, found_with("csrc/http/sockets.c", "/* as multi_close() does */"))
  end)

  it("would be broken by a file in a folder that is no layer", function()
    local changed = { [N .. "misc/helpers.lua"] = "" }
    assert.are.same({ "misc/helpers.lua is in no layer" }, layers.violations(changed))
  end)

  it("may be named in comments", function()
    assert.are.same({}, found_with(N .. "util/csv.lua", '-- see require "twilio.numbers.client.base"'))
  end)
end)
