--- Programs that the library runs in are as they are: some forbid new globals, some lack libraries of Lua,
--- some load a module twice, some block signals or have few descriptors.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = sandbox.sid("KW", 1)

local environment = ("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s SSL_CERT_FILE=%s"):format(
  sandbox.account_sid, sandbox.auth_token, sandbox.ca_file)

--- Everything that a program usually does. `write` prints.
local USE = ([[
  local numbers = require "twilio.numbers"
  local campaign = require "twilio.numbers.campaign"
  local webhook = require "twilio.numbers.webhook"
  local client = assert(numbers.new { base_url = %q, retry = { base = 0.001 } })
  local port_in = assert(client.port_ins:fetch(%q))
  local _ = tostring(port_in) .. port_in:to_json()
  for sid, result, err in client.port_ins:fetch_each({ port_in:sid() }, { progress = true }) do
    assert(result, err)
  end
  local results, errors = client:gather { function() return client.portability:check "+14155550123" end,
    function() error "on purpose" end }
  assert(results[1], errors[1])
  assert(errors[2].kind == "raised")
  local ok, why = pcall(client.port_ins.fetch, client.port_ins, "no SID")
  assert(not ok and tostring(why):find "SID")
  local plan = assert(campaign.plan(client, { port_in:sid() }))
  assert(campaign.read_plan(plan:to_json()))
  assert(#plan:table() > 0)
  local receiver = assert(webhook.new { url = "https://example.com/hook" })
  assert(receiver:receive { method = "POST", body = "{}", headers = {}, query = "" }.status == 403)
  assert(client.port_ins:cancel(port_in:sid()))
  client:close()
  write "done\n"
]]):format(sandbox.url, KW)

local function run(before, wrapper)
  sandbox.reset()
  return (support.run_lua(before .. USE, environment .. " " .. (wrapper or "")))
end

describe("a program", function()
  it("of the usual kind is served", function()
    assert.are.equal("done\n", run "local write = function(text) io.stdout:write(text) end ")
  end)

  it("that forbids undeclared globals is served", function()
    assert.are.equal("done\n", run [[
      local write = function(text) io.stdout:write(text) end
      setmetatable(_G, {
        __index = function(_, name) error("undeclared variable " .. tostring(name), 2) end,
        __newindex = function(_, name) error("assignment to undeclared variable " .. tostring(name), 2) end,
        __metatable = false,
      })
    ]])
  end)

  for _, names in ipairs { { "debug" }, { "io" }, { "os" }, { "debug", "io", "os" } } do
    it("without Lua's " .. table.concat(names, ", ") .. " is served", function()
      local chunk = "local stdout = io.stdout local write = function(text) stdout:write(text) end "
      for _, name in ipairs(names) do
        chunk = chunk .. ("%s = nil package.loaded.%s = nil "):format(name, name)
      end
      assert.are.equal("done\n", run(chunk))
    end)
  end

  it("that loads the library twice is served by both", function()
    assert.are.equal("done\n", run(([[
      local write = function(text) io.stdout:write(text) end
      local first = require "twilio.numbers"
      local old = assert(first.new { base_url = %q })
      local _, err = old.port_ins:fetch(("KW" .. ("f"):rep(32)))
      for name in pairs(package.loaded) do
        if name:find "^twilio" then package.loaded[name] = nil end
      end
      local second = require "twilio.numbers"
      assert(second ~= first and second.null == first.null)
      assert(tostring(err):find "20404")
      local new = assert(second.new { base_url = %q })
      for _ = 1, 2 do
        assert(old.port_ins:fetch(%q))
        assert(new.port_ins:fetch(%q))
      end
      old:close()
      new:close()
      collectgarbage()
    ]]):format(sandbox.url, sandbox.url, KW, KW)))
  end)

  it("that blocks all signals is served, and times out in time", function()
    local blocked = "perl -MPOSIX -e 'sigprocmask(SIG_BLOCK, POSIX::SigSet->new(1 .. 31)); exec @ARGV' "
    assert.are.equal("done\n", run("local write = function(text) io.stdout:write(text) end ", blocked))
    sandbox.fault { fault = "latency", seconds = 20 }
    local output = support.run_lua(([[
      local client = assert(require "twilio.numbers".new { base_url = %q, timeout = 0.2, retry = false })
      print(select(2, client.port_ins:fetch(%q)).kind)
    ]]):format(sandbox.url, KW), environment .. " " .. blocked)
    sandbox.reset()
    assert.are.equal("timeout\n", output)
  end)

  it("with no free descriptor gets errors, and nothing raises", function()
    local output = support.run_lua(([[
      local numbers = require "twilio.numbers"
      local held = {}
      repeat
        local file = io.open "/dev/null"
        held[#held + 1] = file
      until not file
      local client = assert(numbers.new { base_url = %q, retry = false })
      for _ = 1, 40 do
        local port_in, err = client.port_ins:fetch(%q)
        if port_in then return print "fetched" end
        assert(err.outcome == "not_sent" and (err.kind == "memory" or err.kind == "network"), err)
        table.remove(held):close()
      end
    ]]):format(sandbox.url, KW), environment .. " sh -c 'ulimit -n 40; exec \"$@\"' -")
    assert.are.equal("fetched\n", output)
  end)
end)
