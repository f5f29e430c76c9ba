--- The options of a call: which there are, how they are checked, and where they go.

local fake = require "spec.support.fake_transport"

local sid, in_review = fake.sid, fake.in_review

local LISTED = { status = 200, object = { port_in_requests = {}, meta = {} } }
local OPTIONS = { timeout = 3, deadline = 9, send_within = 4, retry = { attempts = 2 },
  headers = { ["X-Trace"] = "7" } }
local SENT = { timeout = 3, deadline = 9, send_within = 4, retry = { attempts = 2 },
  headers = { "X-Trace: 7" } }

local function without(options, name)
  local rest = {}
  for key, value in pairs(options) do rest[key] = key ~= name and value or nil end
  return rest
end

--- All ways to send a request, each with a table of options.
local ways = {
  fetch = function(client, options) assert(client.port_ins:fetch(sid(1), options)) end,
  refresh = function(client, options) assert(assert(client.port_ins:fetch(sid(1))):refresh(options)) end,
  fetch_each = function(client, options)
    for _, _, err in client.port_ins:fetch_each({ sid(1) }, options) do assert.is_nil(err) end
  end,
  list = function(client, options)
    for _, err in client.port_ins:list(options) do error(tostring(err)) end
  end,
}

local function respond(request)
  if request.path:find "PortInRequests" then return LISTED end
  return in_review(request)
end

describe("the options of a call", function()
  for name, way in pairs(ways) do
    it("go with the request of " .. name, function()
      local client, transport = fake.client(respond)
      way(client, OPTIONS)
      assert.are.same(SENT, transport.options[#transport.urls])
    end)

    it("are the client's where a call of " .. name .. " has none", function()
      local client, transport = fake.client(respond, { headers = { ["X-App"] = "desk" } })
      way(client)
      assert.are.same({ headers = { "X-App: desk" } }, transport.options[#transport.urls])
      way(client, { timeout = 3, headers = { ["x-trace"] = "7" } })
      assert.are.same({ timeout = 3, headers = { "X-App: desk", "x-trace: 7" } },
        transport.options[#transport.urls])
      way(client, { headers = { ["x-app"] = "job" } })
      assert.are.same({ headers = { "x-app: job" } }, transport.options[#transport.urls])
    end)
  end

  it("go with each fetch of a wait, whose own timeout is another one", function()
    local client, transport = fake.client(in_review)
    local port_in = assert(client.port_ins:fetch(sid(1)))
    local options = without(OPTIONS, "timeout")
    options.for_status = "in_review"
    assert(port_in:wait(options))
    assert.are.same(without(SENT, "timeout"), transport.options[2])
    local watch = client.port_ins:watch({ sid(1) }, without(OPTIONS, "timeout"))
    assert.is_table(watch:next())
    watch:close()
    assert.are.same(without(SENT, "timeout"), transport.options[3])
  end)

  it("are checked before anything is fetched, also where nothing has to be", function()
    local client, transport = fake.client(function(request) return fake.port_in(request, "Completed") end)
    local port_in = assert(client.port_ins:fetch(sid(1)))
    assert.has_error(function() port_in:wait { headers = { Host = "example.com" } } end)
    assert.are.equal(1, #transport.urls)
  end)

  it("go with the body of a create, and are not changed by it", function()
    local client, transport = fake.client(function()
      return { status = 201, object = { port_in_target_url = "https://example.com/" } }
    end)
    local options = { headers = { ["X-Trace"] = "7" } }
    for _ = 1, 2 do
      assert(client.webhook_configuration:create({ port_in_target_url = "https://example.com/" }, options))
    end
    assert.are.same({ "X-Trace: 7" }, transport.options[2].headers)
    assert.is_string(transport.options[2].body)
    assert.are.same({ headers = { ["X-Trace"] = "7" } }, options)
  end)

  it("cost nothing where there are none", function()
    local client, transport = fake.client(in_review)
    assert(client.port_ins:fetch(sid(1)))
    assert(client.port_ins:fetch(sid(1), {}))
    assert.are.same({ false, false }, transport.options)
  end)

  it("that are wrong raise at the user's line", function()
    local client = fake.client(in_review)
    for words, options in pairs {
      ["timeout: a number of seconds above 0"] = { timeout = 0 },
      ["timeout: at most 1000000 expected, got"] = { timeout = 1e7 },
      ["retry: a table or false expected, got true"] = { retry = true },
      ["retry: unknown option 'attempt', did you mean 'attempts'?"] = { retry = { attempt = 1 } },
      ["retry.attempts: at most 1000 expected, got 1001"] = { retry = { attempts = 1001 } },
      ["retry.base: a number of seconds above 0"] = { retry = { base = -1 } },
      ["headers: a table expected, got"] = { headers = "X: y" },
      ["unknown option 'header', did you mean 'headers'?"] = { header = {} },
      ["headers: names of letters"] = { headers = { ["X Y"] = "1" } },
      ["headers: names of letters, digits and hyphens expected, got 1"] = { headers = { "X: y" } },
      ["headers.X-Y: a control character is in it"] = { headers = { ["X-Y"] = "1\r\nHost: a" } },
      ["headers.X-Z: a control character is in it"] = { headers = { ["X-Z"] = "1\0" } },
      ["headers.X-N: a text expected, got a number"] = { headers = { ["X-N"] = 1 } },
      ["headers.X-E: 1 to 4096 bytes expected, got 0"] = { headers = { ["X-E"] = "" } },
      ["headers.X-L: 1 to 4096 bytes expected, got 4097"] = { headers = { ["X-L"] = ("x"):rep(4097) } },
      ["headers.X-B: a blank is at"] = { headers = { ["X-B"] = " 1" } },
      ["headers: x-a is given twice"] = { headers = { ["X-A"] = "1", ["x-a"] = "2" } },
    } do
      local ok, message = pcall(function() return (client.port_ins:fetch(sid(1), options)) end)
      assert.is_false(ok)
      assert.matches("call_options_spec.lua:%d+: ", message)
      assert.is_truthy(message:find(words, 1, true), message)
    end
  end)

  it("set no header that says whose the request is, where it goes or what it does", function()
    local client, transport = fake.client(in_review)
    for _, name in ipairs { "Authorization", "aUTHORIZATION", "Host", "Content-Length", "Content-Type",
      "Connection", "Transfer-Encoding", "Proxy-Authorization", "X-HTTP-Method-Override" } do
      assert.error_matches(function()
        client.port_ins:fetch(sid(1), { headers = { [name] = "x" } })
      end, "headers: " .. name .. " cannot be set", 1, true)
    end
    assert.are.equal(0, #transport.urls)
  end)

  it("have a bound of headers, with the client's", function()
    local some, more = {}, {}
    for i = 1, 20 do some["X-" .. i], more["Y-" .. i] = "1", "1" end
    local client = fake.client(in_review, { headers = some })
    assert.error_matches(function() client.port_ins:fetch(sid(1), { headers = more }) end,
      "headers: at most 32 expected, got 40", 1, true)
  end)

  it("have a header's value in no message", function()
    local client = fake.client(in_review)
    local _, message = pcall(client.port_ins.fetch, client.port_ins, sid(1),
      { headers = { ["X-Key"] = "hunter2\n" } })
    assert.not_matches("hunter2", message, 1, true)
  end)
end)

describe("a call's context", function()
  local function noting(events)
    local function note(event) events[#events + 1] = event end
    return { on_request = note, on_response = note, on_retry = note }
  end

  it("is in each event of its attempts, whatever it is, and in no other call's", function()
    local events = {}
    local client = fake.client(function(request)
      return request.attempt == 1 and { status = 503, retry = 1 } or in_review(request)
    end, noting(events))
    for _, context in ipairs { { id = 7 }, "trace", 5, false, print } do
      assert(client.port_ins:fetch(sid(1), { context = context }))
      assert.are.equal(5, #events)
      for i = #events, 1, -1 do assert.are.equal(context, table.remove(events, i).context) end
    end
    assert(client.port_ins:fetch(sid(1)))
    for _, event in ipairs(events) do assert.is_nil(event.context) end
  end)

  it("stays while the call is under way, and is let go afterwards", function()
    local seen = 0
    local function note(event) seen = event.context and event.context.id == 7 and seen + 1 or seen end
    local client = fake.client(function(request)
      collectgarbage()
      return fake.port_in(request, "In Review", { after = 10 })
    end, { on_request = note, on_response = note })
    local kept = setmetatable({}, { __mode = "v" })
    local result = (function()
      kept.context = { id = 7 }
      return assert(client.port_ins:fetch(sid(1), { context = kept.context }))
    end)()
    collectgarbage()
    collectgarbage()
    assert.are.equal(2, seen)
    assert.is_nil(kept.context)
    assert.is_not_nil(result)
  end)

  it("of an iterator is each call's", function()
    local events = {}
    local client = fake.client(in_review, noting(events))
    for _, _, err in client.port_ins:fetch_each({ sid(1), sid(2) }, { context = "job" }) do
      assert.is_nil(err)
    end
    assert.are.equal(4, #events)
    for _, event in ipairs(events) do assert.are.equal("job", event.context) end
  end)
end)
