--- Hooks: what a client tells of each attempt.

local sandbox = require "spec.support.sandbox"

local KW = function(i) return sandbox.sid("KW", i) end

describe("hooks", function()
  before_each(sandbox.reset)

  it("tell of each attempt: what was asked, what came, how long it took", function()
    sandbox.fault { fault = "rate_limit", retry_after = "0" }
    local events = {}
    local function note(name)
      return function(event)
        event.name = name
        events[#events + 1] = event
      end
    end
    local client = sandbox.client {
      retry = { base = 0.001 }, on_request = note "request", on_response = note "response",
      on_retry = note "retry",
    }
    assert(client.port_ins:fetch(KW(1)))
    local names = {}
    for i, event in ipairs(events) do
      names[i] = event.name .. event.attempt
      assert.are.equal("FetchPortingPortIn", event.operation)
      assert.are.equal("GET", event.method)
      assert.are.equal("/v1/Porting/PortIn/" .. KW(1), event.path)
    end
    assert.are.equal("request1 response1 retry1 request2 response2", table.concat(names, " "))
    local refused, retry, answer = events[2], events[3], events[5]
    assert.are.equal(429, refused.status)
    assert.is_false(refused.final)
    assert.is_false(refused.reused)
    assert.is_number(retry.wait)
    assert.are.equal(200, answer.status)
    assert.is_true(answer.final)
    assert.is_true(answer.reused)
    assert.are.equal("2", answer.http_version)
    assert.is_true(answer.bytes > 100)
    assert.are.equal(1, answer.concurrent_requests)
    assert.matches("^RQ%x+$", answer.request_id)
    assert.are_not.equal(refused.request_id, answer.request_id)
    local t = refused.timings
    assert.is_true(t.name <= t.connect and t.connect <= t.tls and t.tls <= t.first_byte
      and t.first_byte <= t.total and t.total > 0)
    client:close()
  end)

  it("tell why there was no answer", function()
    local events = {}
    local client = sandbox.client {
      base_url = "https://127.0.0.1:1",
      on_response = function(event) events[#events + 1] = event end,
    }
    client.port_ins:fetch(KW(1))
    assert.are.equal(1, #events)
    assert.are.equal("network", events[1].kind)
    assert.is_string(events[1].message)
    assert.is_nil(events[1].status)
    assert.is_true(events[1].final)
    client:close()
  end)

  it("tell why an answer is of no use, and that there will be another attempt", function()
    local mixed = { fault = "mixed", as = "/v1/Porting/PortIn/" .. KW(2) }
    for _, fault in ipairs { mixed, { fault = "malformed" }, { fault = "empty", status = 200 } } do
      sandbox.reset()
      fault.times = 1
      sandbox.fault(fault)
      sandbox.fault { fault = "error", status = 503 }
      fault.times = 2
      sandbox.fault(fault)
      local events, retries = {}, {}
      local client = sandbox.client {
        retry = { base = 0.001, attempts = 4 },
        on_response = function(event) events[#events + 1] = event end,
        on_retry = function(event) retries[#retries + 1] = event end,
      }
      local _, err = client.port_ins:fetch(KW(1))
      assert.are.equal("unreadable", err.kind)
      assert.are.same({ 4, 3 }, { #events, #retries })
      for attempt, event in ipairs(events) do
        local is_of_no_use = attempt ~= 2
        assert.are.equal(attempt, event.attempt)
        assert.are.equal(is_of_no_use and 200 or 503, event.status)
        assert.are.equal(is_of_no_use and "unreadable" or nil, event.kind)
        assert.are.equal(is_of_no_use and err.message or nil, event.message)
        assert.are.equal(attempt == 4, event.final)
      end
      for attempt, event in ipairs(retries) do
        assert.is_number(event.wait)
        assert.are.equal(events[attempt].kind, event.kind)
      end
      client:close()
    end
  end)

  it("may take from the iterator themselves whose answer they are told of", function()
    local each, inner, requests = nil, 0, 0
    local client = sandbox.client {
      concurrency = 8, retry = { base = 0.001, attempts = 100 },
      on_request = function() requests = requests + 1 end,
      on_response = function() if inner < 10 and each() then inner = inner + 1 end end,
    }
    local source, outer = {}, 0
    for i = 1, 60 do source[i] = KW(i % 10 + 1) end
    sandbox.fault { fault = "malformed", times = 20, chance = 0.5 }
    each = client.port_ins:fetch_each(source)
    for _, _, err in each do
      assert.is_nil(err)
      outer = outer + 1
    end
    assert.are.equal(60, outer + inner)
    assert.are.equal(80, requests)
    client:close()
  end)

  for _, what in ipairs { "client", "iterator" } do
    it("may close the " .. what .. " while its answers, of no use and others, come in", function()
      sandbox.fault { fault = "malformed", times = 100, chance = 0.5 }
      local client, each
      local seen = 0
      client = sandbox.client {
        concurrency = 50, retry = { base = 0.01 },
        on_response = function()
          seen = seen + 1
          if seen == 20 then if what == "client" then client:close() else each:close() end end
        end,
      }
      local source, given = {}, 0
      for i = 1, 200 do source[i] = KW(i % 10 + 1) end
      each = client.port_ins:fetch_each(source)
      local ok, why = pcall(function()
        for _, port_in, err in each do
          assert.is_true((port_in == nil) ~= (err == nil))
          given = given + 1
        end
      end)
      assert.is_true(ok or tostring(why):find("the client is closed", 1, true) ~= nil, why)
      assert.is_true(given < 100)
      assert.are.equal(0, client.engine:running())
      client:close()
    end)
  end

  it("see every attempt of an iterator, each once", function()
    sandbox.fault { fault = "error", status = 500, times = 30, chance = 0.5 }
    local requests, responses, retries = 0, 0, 0
    local client = sandbox.client {
      retry = { base = 0.001, attempts = 100 },
      on_request = function() requests = requests + 1 end,
      on_response = function() responses = responses + 1 end,
      on_retry = function() retries = retries + 1 end,
    }
    local source = {}
    for i = 1, 100 do source[i] = KW(i % 10 + 1) end
    for _, _, err in client.port_ins:fetch_each(source) do assert.is_nil(err) end
    assert.are.equal(130, requests)
    assert.are.equal(130, responses)
    assert.are.equal(30, retries)
    assert.are.equal(130, #sandbox.requests())
    client:close()
  end)

  it("may call the client themselves", function()
    local client, inner
    client = sandbox.client {
      on_response = function(event)
        if event.path:find(KW(1), 1, true) then inner = client.port_ins:fetch(KW(2)) end
      end,
    }
    assert.are.equal(KW(1), client.port_ins:fetch(KW(1)):sid())
    assert.are.equal(KW(2), inner:sid())
    client:close()
  end)

  it("hold no secret", function()
    local texts = {}
    local function dump(value)
      if type(value) == "table" then
        for key, item in pairs(value) do
          dump(key)
          dump(item)
        end
      end
      texts[#texts + 1] = tostring(value)
    end
    local client = sandbox.client { on_request = dump, on_response = dump, on_retry = dump }
    client.port_ins:fetch(KW(1))
    client.port_ins:cancel(KW(1))
    client:close()
    local all = table.concat(texts, "\n")
    for _, secret in ipairs { sandbox.auth_token, "Basic " } do
      assert.not_matches(secret, all, 1, true)
    end
  end)

  it("must be functions", function()
    assert.has_error(function() sandbox.client { on_request = "print" } end)
  end)
end)

describe("what a hook raises", function()
  before_each(sandbox.reset)

  it("costs no answer, and surfaces once, at the next call", function()
    local raise = true
    local client = sandbox.client {
      on_response = function() if raise then error "a bug in the hook" end end,
    }
    assert.is_true(client.port_ins:cancel(KW(1)))
    raise = false
    local before = #sandbox.requests()
    local ok, why = pcall(client.port_ins.fetch, client.port_ins, KW(1))
    assert.is_false(ok)
    assert.matches("on_response raised: .*a bug in the hook", why)
    assert.are.equal(before, #sandbox.requests())
    assert.is_table(client.port_ins:fetch(KW(1)))
    client:close()
  end)

  it("breaks no loop, and comes out at its end", function()
    local client = sandbox.client {
      concurrency = 4,
      on_response = function(event) if event.path:find(KW(3), 1, true) then error "stop" end end,
    }
    local source, given = {}, 0
    for i = 1, 40 do source[i] = KW(i % 8 + 1) end
    local ok, why = pcall(function()
      for _, done, err in client.port_ins:fetch_each(source) do
        assert.is_truthy(done, err)
        given = given + 1
      end
    end)
    assert.is_false(ok)
    assert.matches("on_response raised: .*stop", why)
    assert.are.equal(40, given)
    assert.are.equal(40, #sandbox.requests())
    assert.are.equal(0, client.engine:running())
    client:close()
  end)

  it("ends no loop early when its body takes the error", function()
    local raised = false
    local client = sandbox.client {
      on_response = function() if not raised then raised = true error "once" end end,
    }
    local source, given, caught = {}, 0, 0
    for i = 1, 40 do source[i] = KW(i % 8 + 1) end
    for _ in client.port_ins:fetch_each(source) do
      given = given + 1
      if not pcall(client.port_ins.fetch, client.port_ins, KW(1)) then caught = caught + 1 end
    end
    assert.are.same({ 40, 1 }, { given, caught })
  end)

  it("costs no result of a group, and surfaces at close, if nothing came before", function()
    local client = sandbox.client { on_request = function() error "late" end }
    local results = client:gather { function() return client.port_ins:cancel(KW(1)) end }
    assert.are.same({ true }, results)
    local ok, why = pcall(client.close, client)
    assert.is_false(ok)
    assert.matches("late", why, 1, true)
    client:close()
  end)
end)
