--- Everything at once that can go wrong: one outcome for each input all the same, and never a
--- second DELETE after one that may have been acted upon. STORM says how many inputs.

local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"

local inputs = tonumber(os.getenv "STORM" or 300)

--- Seconds for an attempt. Only answers that are held back for longer are to run out of time, so it is many
--- times what the others take on a busy machine.
local TIMEOUT = 1

local faults = {
  { fault = "rate_limit" }, { fault = "error", status = 500 }, { fault = "reset_after" },
  { fault = "latency", seconds = 30, chance = 0.01 }, -- each keeps its place until it is given up
  { fault = "malformed" },
  { fault = "mixed", as = "/v1/Porting/PortIn/" .. sandbox.sid("KW", 1) },
}

--- A success, but no 204: that is not asked for again.
local is_final = { malformed = "final", mixed = "final" }

local function raise_storm(method)
  for _, fault in ipairs(faults) do
    local rule = { method = method, chance = 0.05, times = 1e9 }
    for name, value in pairs(fault) do rule[name] = value end
    sandbox.fault(rule)
  end
end

--- The sandbox's log, once it holds as many requests as were begun: one that was given up may still be on
--- its way.
local function log_of(begun)
  local ends = core.now() + 10
  repeat
    local log = sandbox.requests()
    if #log >= begun or core.now() > ends then return log end
  until false
end

--- What the sandbox saw of each input, by the end of its path.
local function seen(begun)
  local requests = {}
  for _, request in ipairs(log_of(begun)) do
    local input = request.uri:match "[^/]+$"
    requests[input] = requests[input] or {}
    table.insert(requests[input], request)
  end
  return requests
end

--- Whether one of the requests met no fault. It need not be the last one in the log: one that was given up
--- may be read late.
local function is_one_sound(requests)
  for _, request in ipairs(requests) do
    if not request.fault then return true end
  end
  return false
end

local function count(set)
  local n = 0
  for _ in pairs(set) do n = n + 1 end
  return n
end

local function tally(outcomes)
  local kinds = {}
  for _, err in pairs(outcomes) do
    local kind = err and (err.outcome or err.kind) or "fine"
    kinds[kind] = (kinds[kind] or 0) + 1
  end
  return kinds
end

for _, version in ipairs { "1.1", "auto" } do
  describe(("a storm over HTTP %s"):format(version), function()
    local client, begun

    before_each(function()
      sandbox.reset()
      begun = 0
      client = sandbox.client {
        concurrency = 50, timeout = TIMEOUT, http_version = version,
        retry = { base = 0.001, attempts = 6 },
        on_request = function() begun = begun + 1 end,
      }
    end)

    after_each(function()
      client:close()
      sandbox.reset()
    end)

    it("loses and doubles no check", function()
      raise_storm "GET"
      local function source(i)
        return i <= inputs and ("+1415%07d"):format(5540000 + i) or nil
      end
      local outcomes, i = {}, 0
      for input, result, err in client.portability:check_each(function()
        i = i + 1
        return source(i)
      end) do
        assert.is_nil(outcomes[input])
        assert.is_true((result == nil) ~= (err == nil))
        if result then assert.are.equal(input, result.phone_number) end
        outcomes[input] = err or false
      end
      assert.are.equal(inputs, count(outcomes))
      local requests = seen(begun)
      assert.are.equal(inputs, count(requests))
      for input, err in pairs(outcomes) do
        local attempts = requests["%2B" .. input:sub(2)]
        if err then
          -- Where the server stood still, an attempt may have ended before there was a connection.
          assert.is_true(#attempts <= err.attempts)
          assert.is_true(err.attempts >= 6)
        else
          assert.is_true(is_one_sound(attempts))
        end
      end
      local kinds = tally(outcomes)
      assert.is_true(kinds.fine >= inputs * 0.9)
    end)

    it("sends no second DELETE after one that may have been acted upon", function()
      local sids = {}
      for i = 1, math.min(inputs, 10000) do
        sids[i] = sandbox.sid("KW", 0x100000 + i)
        sandbox.put_port_in(sids[i], {})
      end
      raise_storm "DELETE"
      local outcomes = {}
      for sid, done, err in client.port_ins:cancel_each(sids) do
        assert.is_nil(outcomes[sid])
        assert.is_true((done == nil) ~= (err == nil))
        outcomes[sid] = err or false
      end
      assert.are.equal(#sids, count(outcomes))
      for sid, attempts in pairs(seen(begun)) do
        for i = 1, #attempts - 1 do assert.are.equal(429, attempts[i].status, sid) end
        local err, last = outcomes[sid], attempts[#attempts]
        if err and err.kind == "timeout" then -- held back, or a machine too busy to answer in time
          assert.are.same({ "uncertain", "unsafe" }, { err.outcome, err.stopped })
        elseif last.status == 429 then
          assert.are.equal("refused", err.outcome, tostring(err))
        elseif last.fault then
          assert.are.equal("uncertain", err.outcome)
          assert.are.equal(is_final[last.fault] or "unsafe", err.stopped)
        else
          assert.is_false(err, tostring(err))
          assert.are.equal(204, last.status)
        end
      end
    end)
  end)
end
