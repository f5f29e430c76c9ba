--- A call while nothing else is under way is carried out by the core at once. It does and gives what the same
--- call does through the loop.

local core = require "twilio.numbers.core"
local numbers = require "twilio.numbers"
local queues = require "twilio.numbers.runtime.queue"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = function(i) return sandbox.sid("KW", i) end

--- Waits as the blocking waiter does, but is another one: so each call goes through the loop.
local through_loop = {
  wait = function(loop, queue)
    repeat loop:turn(1) until queue:has_items()
  end,
}

--- Names each method of the engine that a function calls.
local function methods_called(client, f)
  local engine, names = client.engine, {}
  client.engine = setmetatable({}, {
    __index = function(_, name)
      names[name] = true
      return function(_, ...) return engine[name](engine, ...) end
    end,
  })
  f()
  client.engine = engine
  return names
end

describe("a single call", function()
  local client, other

  local function open(options)
    options = options or {}
    sandbox.reset()
    client = sandbox.client(options)
    client.port_ins:fetch(KW(1)) -- the first call finds out that this is not nginx
    options.waiter = through_loop
    other = sandbox.client(options)
    other.port_ins:fetch(KW(1))
  end

  after_each(function()
    client:close()
    if other then other:close() end
    other = nil
  end)

  it("goes the short way, and through the loop where its waiter or a hook wants it", function()
    open()
    local function fetch(own) return function() assert(own.port_ins:fetch(KW(1))) end end
    local short, long = methods_called(client, fetch(client)), methods_called(other, fetch(other))
    assert.is_true(short.perform and not short.submit)
    assert.is_true(long.submit and not long.perform)
    local hooked = client:with { on_request = function() end }
    assert.is_true(methods_called(hooked, fetch(hooked)).submit)
    assert.is_true(methods_called(client, fetch(client)).submit)
  end)

  --- What a call gave, as texts and plain values.
  local function told(own, run)
    local result, err = run(own)
    if result then return { type(result) == "table" and result:to_json() or result } end
    local copy = {}
    for name, value in pairs(err) do copy[name] = type(value) ~= "table" and value or "a table" end
    copy.request_id = nil
    copy.text = tostring(err):gsub("RQ%x+", "RQ")
    return copy
  end

  local fetch = function(own) return own.port_ins:fetch(KW(1)) end
  local cases = {
    { "an answer", nil, fetch },
    { "an answer with all options", nil, function(own)
      return own.port_ins:fetch(KW(1), { deadline = 9, send_within = 5, timeout = 8,
        headers = { ["X-Trace"] = "7" }, retry = { attempts = 2 }, context = 1 })
    end },
    { "a portability check", nil, function(own) return own.portability:check "+14155550100" end },
    { "what is not there", nil, function(own) return own.port_ins:fetch(KW(999)) end },
    { "a cancellation", nil, function(own) return own.port_ins:cancel(KW(own == other and 2 or 1)) end },
    { "a cancellation that is uncertain", { fault = "error", status = 500 },
      function(own) return own.port_ins:cancel(KW(2)) end },
    { "a refusal", { fault = "error", status = 400 }, fetch },
    { "an error that passes", { fault = "error", status = 503, times = 1 }, fetch, 2 },
    { "an error that lasts", { fault = "error", status = 503, times = 3 }, fetch },
    { "too many requests", { fault = "rate_limit", times = 3 }, fetch },
    { "a connection that is closed", { fault = "reset_before", times = 3 }, fetch },
    { "an answer that is cut off", { fault = "cut", times = 3 }, fetch },
    { "an answer that cannot be read once", { fault = "malformed", times = 1 }, fetch, 2 },
    { "an answer that cannot be read", { fault = "malformed", times = 3 }, fetch },
    { "an empty answer", { fault = "empty", times = 3 }, fetch },
    { "a page of HTML", { fault = "html", status = 200, times = 3 }, fetch },
    { "another one's answer", { fault = "body", status = 200, times = 3,
      body = '{"port_in_request_sid": "' .. KW(7) .. '"}' }, fetch },
    { "too little time", { fault = "latency", seconds = 30, times = 1 },
      function(own) return own.port_ins:fetch(KW(1), 2) end },
  }
  for _, case in ipairs(cases) do
    it("gives the same as through the loop: " .. case[1], function()
      open { retry = { attempts = 3, base = 0.001 }, http_version = "1.1" }
      local results, sent = {}, #sandbox.requests()
      for i, own in ipairs { client, other } do
        sandbox.clear_faults()
        if case[2] then sandbox.fault(case[2]) end
        results[i] = told(own, case[3])
        results[i].requests = #sandbox.requests() - sent
        sent = sent + results[i].requests
      end
      if case[1] == "a cancellation" then results[1].text, results[2].text = nil, nil end
      assert.are.same(results[2], results[1])
      assert.are.equal(case[4] or results[2].attempts or 1, results[1].requests)
    end)
  end

  it("gives what it hands out as plain tables", function()
    open()
    local problem = { title = "No", detail = "not now", errors = { { field = "a" } } }
    sandbox.fault { fault = "body", status = 200, times = 1, content_type = "application/json",
      body = '{"title": "No", "detail": "not now", "errors": [{"field": "a"}]}' }
    local _, err = client.port_ins:fetch(KW(1))
    assert.are.equal("problem", err.kind)
    assert.are.same(problem, err.problem)
    local wanted = assert(other.port_ins:fetch(KW(1))):raw()
    assert.are.same(wanted, assert(client.port_ins:fetch(KW(1))):raw())
    local fields = {}
    for name, value in assert(client.port_ins:fetch(KW(1))):fields() do fields[name] = value end
    for name, value in pairs(wanted) do
      if value == numbers.null then wanted[name] = nil end
    end
    assert.are.equal(wanted.target_port_in_date, fields.target_port_in_date)
    for name in pairs(wanted) do assert.is_not_nil(fields[name], name) end
    for name in pairs(fields) do assert.is_not_nil(wanted[name], name) end
  end)

  it("goes on in the loop when it takes longer than a second", function()
    open()
    sandbox.fault { fault = "latency", seconds = 1.3 }
    assert(client.port_ins:fetch(KW(1)))
    assert.are.equal(0, client:pace().in_flight)
    assert(client.port_ins:fetch(KW(2)))
  end)

  it("comes though a finalizer makes calls before it goes on in the loop", function()
    open { retry = { attempts = 2, base = 0.001 } }
    sandbox.fault { fault = "malformed", times = 1 }
    local new, nested = queues.new, nil
    queues.new = function(...) -- is where the collector may run
      queues.new = new
      for _ = 1, 3 do
        client:sleep(0.01)
        nested = client.port_ins:fetch(KW(2))
      end
      return new(...)
    end
    local port_in = client.port_ins:fetch(KW(1))
    queues.new = new
    assert.are.same({ KW(1), KW(2) }, { port_in:sid(), nested:sid() })
  end)

  it("lets a batch go on whose calls are in flight", function()
    open { concurrency = 4 }
    local count = 0
    for sid, port_in in client.port_ins:fetch_each { KW(1), KW(2), KW(3), KW(4), KW(5), KW(6) } do
      assert.are.equal(sid, port_in:sid())
      assert.are.equal(KW(7), assert(client.port_ins:fetch(KW(7))):sid())
      count = count + 1
    end
    assert.are.equal(6, count)
  end)

  it("lets the other tasks go on that are ready, and those that wait", function()
    open { concurrency = 4 }
    local order = {}
    local results = client:gather {
      function() return client.port_ins:fetch(KW(1)):sid() end,
      function()
        client:sleep(0.001)
        order[#order + 1] = "slept"
        return client.port_ins:fetch(KW(2)):sid()
      end,
      function() return client.port_ins:fetch(KW(3)):sid() end,
    }
    assert.are.same({ KW(1), KW(2), KW(3) }, results)
    assert.are.same({ "slept" }, order)
  end)

  it("holds up no task that has not begun yet", function()
    open { concurrency = 4 }
    local order = {}
    local function fetching(i)
      return function()
        order[#order + 1] = "begins"
        assert(client.port_ins:fetch(KW(i)))
        order[#order + 1] = "ends"
      end
    end
    client:gather { fetching(1), fetching(2), fetching(3) }
    assert.are.same({ "begins", "begins", "begins", "ends", "ends", "ends" }, order)
    assert.is_true(methods_called(client, function() client.port_ins:fetch(KW(1)) end).perform)
  end)

  it("keeps what came with each answer, though the next call has the same transfer", function()
    open()
    local records = {}
    for i = 1, 5 do records[i] = assert(client.port_ins:fetch(KW(i))) end
    client:close()
    local ids = {}
    for i = 1, 5 do ids[numbers.answer_of(records[i]).request_id] = i end
    local count = 0
    for _ in pairs(ids) do count = count + 1 end
    assert.are.equal(5, count)
  end)

  it("shows nothing of the calls before it", function()
    open()
    assert(client.port_ins:fetch(KW(1)))
    sandbox.fault { fault = "error", status = 404, times = 1 }
    local _, err = client.port_ins:fetch(KW(2))
    assert.are.equal("/v1/Porting/PortIn/" .. KW(2), err.path)
    assert.are.equal("FetchPortingPortIn", err.operation)
    assert(client.port_ins:fetch(KW(3)))
    assert(client.portability:check "+14155550100")
    sandbox.fault { fault = "reset_before", times = 20 }
    _, err = client.port_ins:fetch(KW(1), { retry = false })
    assert.are.equal("/v1/Porting/PortIn/" .. KW(1), err.path)
    sandbox.clear_faults()
    local contexts = {}
    assert(client.port_ins:fetch(KW(1), { context = "own" }))
    assert(client.port_ins:fetch(KW(1)))
    local hooked = client:with {
      on_request = function(event) contexts[#contexts + 1] = event.context or "none" end,
    }
    assert(client.port_ins:fetch(KW(1)))
    assert(hooked.port_ins:fetch(KW(1)))
    assert.are.same({ "none" }, contexts)
  end)

  it("is not begun once the engine was closed", function()
    open()
    client.engine:close()
    local _, err = client.port_ins:fetch(KW(1))
    assert.are.equal("closed", err and err.kind)
  end)

  describe("in the core", function()
    local engine
    before_each(function()
      open()
      engine = core.engine { ca_file = sandbox.ca_file, retry = false }
    end)
    after_each(function() engine:close() end)

    local function perform() return engine:perform("GET", sandbox.url .. "/_sandbox/log") end

    it("gives back its object to the next one, and to none that is in use", function()
      local first, _, is_done = perform()
      assert.is_true(is_done)
      local second = perform()
      assert.are_not.equal(first, second)
      assert.are.equal(200, first:settle():receipt().status)
      assert.is_true(first:is_closed())
      local third = perform()
      assert.are.equal(first, third)
      assert.are.equal(200, third:status())
      assert.are.equal(200, second:status())
      assert.has_error(function() first.settle(engine) end)
      third:settle()
      assert.has_error(function() third:settle() end)
    end)

    it("gives status and object of an answer that is no error and has one", function()
      local path = "/v1/Porting/PortIn/" .. KW(1)
      local credentials = core.credentials {}
      local transfer, _, is_done, status, object = engine:perform("GET", sandbox.url .. path, credentials)
      assert.is_true(is_done)
      assert.are.equal(200, status)
      assert.are.equal(KW(1), object.port_in_request_sid)
      assert.are.same((transfer:object()), core.complete_object(object))
      for _, fault in ipairs {
        { fault = "body", status = 200, body = '{"port_in_request_sid": "' .. KW(1) .. '"' },
        { fault = "body", status = 200, body = "[1]" },
        { fault = "body", status = 404, body = '{"code": 1}' },
        { fault = "body", status = 200, body = "" },
      } do
        fault.content_type = "application/json"
        sandbox.fault(fault)
        local results = { engine:perform("GET", sandbox.url .. path, credentials) }
        assert.are.equal(3, #results)
        assert.is_true(results[3])
        assert.are.equal(fault.status, results[1]:status())
      end
    end)

    describe("gives an object", function()
      local credentials = core.credentials {}

      local function answered(body)
        sandbox.fault { fault = "body", status = 200, body = body, content_type = "application/json" }
        local _, _, _, _, object =
          engine:perform("GET", sandbox.url .. "/v1/Porting/PortIn/" .. KW(1), credentials)
        return object
      end

      local function members(count)
        local parts = {}
        for i = 1, count do parts[i] = ('"m%d": [%d, {"x": "%d"}]'):format(i, i, i) end
        return "{" .. table.concat(parts, ", ") .. "}"
      end

      local bodies = {
        "{}", " { } ", '\239\187\191{"a": 1}',
        '{"a": "b", "c": "", "d": null, "e": true, "f": false, "g": -1.5e3, "h": 12345678901234567890}',
        '{ "a" : { "b" : { "c" : [ [ ], { } ] } } , "d" : [ "a" , null ] }\n',
        '{"a": "quote \\" and \\u00e9 and \\ud83d\\ude00", "b": "\\\\", "c": "é"}',
        '{"a\\u0062": 1, "c": 2}', '{"": 1, "1": 2}', '{"a": 1, "b": 2, "a": [3]}', '{"a": [3], "a": null}',
        members(31), members(32), members(33), members(100),
        '{"a": "' .. ("x"):rep(2048 - 9) .. '"}', '{"a": "' .. ("x"):rep(2049 - 9) .. '"}',
      }

      it("whose members are those of its text, each by itself and all together", function()
        for _, body in ipairs(bodies) do
          local wanted, object, whole = core.decode(body), answered(body), answered(body)
          for name, value in pairs(wanted) do
            assert.are.same(value, object[name], body)
            assert.are.equal(object[name], object[name], body)
          end
          assert.is_nil(object.other)
          assert.is_nil(object[1])
          local first = next(wanted)
          local read = first and object[first]
          assert.are.same(wanted, core.complete_object(object), body)
          assert.are.equal(read, first and object[first])
          assert.is_nil(getmetatable(object))
          assert.are.equal(object, core.complete_object(object))
          assert.are.same(wanted, core.complete_object(whole), body)
        end
      end)

      it("only for a text that is sound to its end", function()
        for _, body in ipairs(bodies) do
          local text = body:gsub("[ \n]+$", "")
          for _, broken in ipairs { text:sub(1, -2), text .. "}", text .. ",", text .. "\0", "[" .. text } do
            assert.is_nil(answered(broken), broken)
          end
        end
        for _, broken in ipairs {
          '{"a": tru, "b": 1}', '{"a": 01}', '{"a": "\\x"}', '{"a": {"b": [1,]}}', '{"a" 1}', '{"a": 1e999}',
          '{"a": ' .. ("["):rep(100) .. ("]"):rep(100) .. "}",
        } do
          assert.is_nil(answered(broken), broken)
        end
      end)

      it("in little more memory than its table and its text take", function()
        local function kilobytes()
          collectgarbage()
          collectgarbage()
          return collectgarbage "count"
        end
        local count, kept, before = 50, {}, nil
        for i = 1, count do kept[i] = false end
        sandbox.fault { fault = "body", status = 200, body = '{"a": 1}', content_type = "application/json",
          times = count + 1 }
        for i = 0, count do -- the first one warms up
          local transfer, _, _, _, object =
            engine:perform("GET", sandbox.url .. "/v1/Porting/PortIn/" .. KW(1), credentials)
          transfer:settle()
          if i == 0 then before = kilobytes() else kept[i] = object end
        end
        local each = (kilobytes() - before) * 1024 / count
        assert.is_true(each < 550, each)
        assert.are.equal(1, kept[count].a)
      end)

      it("that stays as it is when another copy of the core is loaded", function()
        local output = support.run_lua(([[
          local core = require "twilio.numbers.core"
          local engine = core.engine { ca_file = os.getenv "SANDBOX_CA", retry = false }
          local credentials = core.credentials {}
          local _, _, _, _, object = engine:perform("GET", "%s/_sandbox/log", credentials)
          local copy = os.tmpname()
          for folder in package.cpath:gmatch "([^;]+)%%?%%.so" do
            os.execute("cp " .. folder .. "twilio/numbers/core.so " .. copy .. " 2>/dev/null")
          end
          assert(package.loadlib(copy, "luaopen_twilio_numbers_core"))()
          os.remove(copy)
          print(type(object.requests))
        ]]):format(sandbox.url), "SANDBOX_CA=" .. sandbox.ca_file)
        assert.are.equal("table\n", output)
      end)

      it("with as many values as are allowed", function()
        engine:close()
        engine = core.engine { ca_file = sandbox.ca_file, retry = false, max_values = 5 }
        assert.are.same({ a = { 1, 2 }, b = 3 }, core.complete_object(answered '{"a": [1, 2], "b": 3}'))
        assert.is_nil(answered '{"a": [1, 2], "b": 3, "c": 4}')
      end)
    end)

    it("does nothing while another one is under way, or waits to be taken", function()
      local other_one = engine:submit("GET", sandbox.url .. "/_sandbox/log")
      assert.is_false((perform()))
      repeat engine:step(1) until other_one:done()
      assert.is_false((perform()))
      assert.are.equal(other_one, (engine:take()))
      assert.is_true((select(3, perform())))
    end)
  end)
end)
