--- What each of many states does: a client of its own, used in steps. Gives a function that takes a step.

local core = require "twilio.numbers.core"
local numbers = require "twilio.numbers"

local number = ...
local function kw(index) return "KW" .. ("%032x"):format(index) end

local client = assert(numbers.new { base_url = os.getenv "SANDBOX_URL", timeout = 20,
  http_version = number % 2 == 0 and "auto" or "1.1", ca_file = os.getenv "SANDBOX_CA", concurrency = 4,
  retry = { attempts = 2, base = 0.001 } })
local verifier = core.verifier { "12345" }
local iterator

local function check(port_in, err)
  assert(port_in, tostring(err))
  assert(core.decode(port_in:to_json()).url == port_in.url)
end

--- In the end, the iterator has requests on the wire.
local steps = {
  function() check(client.port_ins:fetch(kw(number % 10 + 1))) end,
  function()
    local sids = {}
    for i = 1, 10 do sids[i] = kw((number + i) % 10 + 1) end
    iterator = client.port_ins:fetch_each(sids)
    check(select(2, iterator()))
    assert(not verifier:verifies("x", "y"))
  end,
  function()
    local interrupts = core.interrupts()
    for _ = 1, 5 do check(select(2, iterator())) end
    if interrupts then interrupts:close() end
  end,
  function()
    for _, port_in, err in iterator do check(port_in, err) end
    client:close()
  end,
}

local done = 0
return function()
  done = done + 1
  if not steps[done] then return false end
  steps[done]()
  return done < #steps
end
