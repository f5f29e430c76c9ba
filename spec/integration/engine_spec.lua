--- The core's engine: submit, step, take, cancel, with nothing of porting in it.

local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"

local health = sandbox.url .. "/_sandbox/log"

describe("an engine", function()
  local engine

  before_each(function()
    sandbox.reset()
    engine = core.engine { ca_file = sandbox.ca_file, retry = false }
  end)

  after_each(function() engine:close() end)

  local function get(url, ...)
    return engine:submit("GET", url or health, ...)
  end

  it("opens nothing before its first transfer", function()
    assert.is_nil(engine:fd())
    assert.is_nil(engine:timeout())
    assert.is_nil(engine:begin())
    assert.are.equal(0, engine:step(5)) -- nothing to wait for
    assert.is_nil(engine:take())
    get()
    assert.is_number(engine:timeout())
  end)

  it("works only while it is stepped", function()
    local transfer = get()
    assert.is_false(transfer:done())
    assert.is_nil(engine:take(transfer))
    assert.are.equal(1, engine:running())
    sandbox.finish(engine, transfer)
    assert.are.equal(0, engine:running())
    assert.are.equal(200, transfer:status())
    assert.is_table(transfer:object().requests)
  end)

  it("sends what is submitted at once, where a connection stands", function()
    sandbox.finish(engine, get())
    local transfer = get()
    assert.are.same({ true, true }, { transfer:sent() })
    local timeout, descriptor = engine:begin()
    assert.are.equal(engine:fd(), descriptor)
    assert.is_number(timeout)
    sandbox.finish(engine, transfer)
    assert.are.equal(200, transfer:status())
    assert.are.same({ nil, descriptor }, { engine:begin() })
  end)

  it("does not wait while there is something to take", function()
    local long, short = assert(engine:sleep(60)), assert(engine:sleep(0))
    engine:step(0)
    assert.are.equal(0, engine:timeout())
    assert.are.equal(1, engine:step(50))
    assert.are.equal(short, engine:take())
    assert.is_true(engine:timeout() > 10)
    engine:cancel(long)
  end)

  it("takes the status and the object of an answer too, if it is no error and has one", function()
    local url = sandbox.url .. "/v1/Porting/PortIn/" .. sandbox.sid("KW", 1)
    local credentials = core.credentials {}
    local function take()
      local transfer = assert(get(url, credentials))
      while not transfer:done() do engine:step(1) end
      return engine:take()
    end
    local transfer, number, status, object = take()
    assert.is_number(number)
    assert.are.equal(200, status)
    assert.are.equal(sandbox.sid("KW", 1), object.port_in_request_sid)
    assert.are.same(core.complete_object(object), (transfer:object()))
    for _, answer in ipairs { { 200, '{"a": 1' }, { 200, "[1]" }, { 404, '{"code": 1}' }, { 200, "" } } do
      sandbox.fault {
        fault = "body", status = answer[1], body = answer[2], content_type = "application/json",
      }
      local results = { take() }
      assert.are.equal(2, #results)
      assert.are.equal(answer[1], results[1]:status())
    end
  end)

  it("gives the object of a transfer that was settled to the next one", function()
    local first, other = assert(get()), assert(get())
    sandbox.finish(engine, first)
    sandbox.finish(engine, other)
    local receipt = first:settle()
    assert.is_true(first:is_closed())
    local second = get()
    assert.are.equal(first, second)
    sandbox.finish(engine, second)
    assert.are.same({ 200, 200, 200 }, { receipt:receipt().status, other:status(), second:status() })
    assert.has_error(function() other.settle(engine) end)
  end)

  it("tells a beginner what there is to take", function()
    local transfer = assert(engine:sleep(0))
    engine:step()
    assert.are.equal(0, (engine:begin()))
    assert.are.equal(transfer, engine:take())
    assert.is_nil((engine:begin()))
  end)

  it("makes progress without ever waiting, when it is given no time", function()
    local transfer = get()
    repeat engine:step() until transfer:done()
    assert.are.equal(200, transfer:status())
  end)

  describe("told that an answer is of no use", function()
    local again

    before_each(function()
      again = core.engine { ca_file = sandbox.ca_file, retry = { attempts = 2, base = 0.001 } }
    end)

    after_each(function() again:close() end)

    local function answered(method)
      local transfer = again:submit(method, health)
      sandbox.finish(again, transfer)
      assert.are.equal("final", (transfer:stopped()))
      return transfer
    end

    it("requests it again, as often as the policy allows", function()
      local transfer = answered "GET"
      assert.is_true(again:retry(transfer))
      assert.is_false(transfer:done())
      assert.are.equal(1, again:running())
      local stopped, wait = transfer:stopped()
      assert.is_nil(stopped)
      assert.is_true(wait <= 0.001)
      sandbox.finish(again, transfer)
      assert.are.same({ 200, 2 }, { transfer:result(), transfer:attempts() })
      assert.is_false(again:retry(transfer))
      assert.is_true(transfer:done())
      assert.are.equal("attempts", (transfer:stopped()))
      assert.are.equal(0, again:running())
      assert.is_table(transfer:object().requests)
    end)

    it("requests it again whatever its status was, if that was final", function()
      local url = sandbox.url .. "/v1/Porting/PortIn/" .. sandbox.sid("KW", 1)
      local transfer = again:submit("GET", url) -- without credentials
      sandbox.finish(again, transfer)
      assert.are.same({ 401, "final" }, { transfer:result(), (transfer:stopped()) })
      assert.is_true(again:retry(transfer))
      sandbox.finish(again, transfer)
      assert.are.same({ 401, 2 }, { transfer:result(), transfer:attempts() })
    end)

    it("does not for what is no answer, or was tried again already", function()
      local nowhere = again:submit("GET", "https://127.0.0.1:1/")
      sandbox.finish(again, nowhere)
      assert.is_false(again:retry(nowhere))
      assert.are.equal("attempts", (nowhere:stopped()))
      sandbox.fault { fault = "error", status = 503, times = 2 }
      local busy = again:submit("GET", sandbox.url .. "/v1/Porting/PortIn/" .. sandbox.sid("KW", 1))
      sandbox.finish(again, busy)
      assert.is_false(again:retry(busy))
      assert.are.same({ 503, 2 }, { busy:result(), busy:attempts() })
    end)

    it("leaves what changes something alone", function()
      local transfer = answered "DELETE"
      assert.is_false(again:retry(transfer))
      assert.are.same({ 200, "unsafe", 1 },
        { transfer:result(), (transfer:stopped()), transfer:attempts() })
    end)

    it("sends the credentials again", function()
      local credentials = core.credentials {
        account_sid = sandbox.account_sid, auth_token = sandbox.auth_token,
      }
      local url = sandbox.url .. "/v1/Porting/PortIn/" .. sandbox.sid("KW", 1)
      local transfer = again:submit("GET", url, credentials)
      credentials:close() -- the transfer holds them
      sandbox.finish(again, transfer)
      assert.is_true(again:retry(transfer))
      sandbox.finish(again, transfer)
      assert.are.same({ 200, 2 }, { transfer:result(), transfer:attempts() })
    end)

    it("begins nothing after it was closed, or winds down", function()
      local transfer = answered "GET"
      again:drain(true)
      assert.is_false(again:retry(transfer))
      assert.are.equal("closed", (transfer:stopped()))
      again:drain(false)
      transfer = answered "GET"
      again:close()
      assert.is_false(again:retry(transfer))
      assert.are.equal(200, transfer:status())
    end)
  end)

  it("gives each of many transfers once, as they finish", function()
    local waiting = {}
    for _ = 1, 40 do waiting[get()] = true end
    assert.are.equal(40, engine:running())
    local taken = 0
    while next(waiting) do
      local transfer = engine:take()
      if transfer then
        assert.is_true(waiting[transfer])
        waiting[transfer] = nil
        taken = taken + 1
        assert.are.equal(200, transfer:status())
        transfer:close()
      else
        engine:step(1)
      end
    end
    assert.are.equal(40, taken)
    assert.is_nil(engine:take())
  end)

  it("uses each connection again, and over HTTP/2 one serves all", function()
    for version, most in pairs { ["2"] = 1, ["1.1"] = 10 } do
      local own = core.engine { ca_file = sandbox.ca_file,
        http_version = version == "2" and "auto" or version }
      local fresh = 0
      for _ = 1, 5 do
        local transfers = {}
        for i = 1, 10 do transfers[i] = own:submit("GET", health) end
        for i = 1, 10 do
          sandbox.finish(own, transfers[i])
          local info = transfers[i]:info()
          assert.are.equal(version, info.http_version)
          if not info.reused then fresh = fresh + 1 end
          transfers[i]:close()
        end
      end
      assert.is_true(fresh <= most, fresh .. " connections over HTTP/" .. version)
      own:close()
    end
  end)

  it("cancels a transfer, twice harmlessly", function()
    local transfer = get()
    engine:step()
    engine:cancel(transfer)
    engine:cancel(transfer)
    transfer:close()
    assert.are.equal(0, engine:running())
    assert.has_error(function() transfer:status() end)
    assert.matches("(closed)", tostring(transfer), 1, true)
  end)

  it("cancels transfers without a holder", function()
    for _ = 1, 5 do get() end
    engine:step()
    collectgarbage()
    collectgarbage()
    assert.are.equal(0, engine:running())
    assert.is_nil(engine:take())
  end)

  it("lives as long as one of its transfers", function()
    local transfer = core.engine({ ca_file = sandbox.ca_file }):submit("GET", health)
    collectgarbage()
    collectgarbage()
    assert.is_false(transfer:done())
    assert.are.equal("twilio.numbers.transfer (under way)", tostring(transfer))
  end)

  it("that is closed finishes its transfers and says so", function()
    local running, finished = get(), get()
    sandbox.finish(engine, finished)
    sandbox.fault { fault = "latency", seconds = 20 }
    local again = get(sandbox.url .. "/v1/Porting/PortIn/KW" .. ("0"):rep(32))
    engine:close()
    engine:close()
    assert.are.equal(200, finished:status())
    assert.is_true(again:done())
    assert.are.equal("closed", select(2, again:result()))
    assert.is_true(running:done())
    again:close()
    running:close()
    finished:close()
    assert.are.equal("closed", select(2, engine:submit("GET", health)))
    assert.are.equal("closed", select(2, engine:sleep(1)))
    assert.are.equal(0, engine:step(5))
    assert.is_nil(engine:take())
    assert.is_nil(engine:fd())
    assert.is_nil(engine:timeout())
    assert.is_nil(engine:begin())
    assert.are.equal("twilio.numbers.engine (closed)", tostring(engine))
  end)

  it("has a descriptor to watch while it works, where the system has epoll", function()
    local transfer = get()
    engine:step()
    local descriptor = engine:fd()
    assert.is_true(descriptor == nil or descriptor > 2)
    sandbox.finish(engine, transfer)
  end)

  it("refuses what is no request", function()
    assert.has_error(function() engine:submit("TRACE", health) end)
    assert.has_error(function() engine:submit("GET") end)
    for _, bad in ipairs { "", "file:///etc/passwd", "https://a b", "https://a\r\nX: y",
      "http://example.com/", "gopher://127.0.0.1/" } do
      assert.has_error(function() engine:submit("GET", bad) end)
    end
    assert.has_error(function() get(nil, {}) end)
    assert.has_error(function() get(nil, nil, { bodi = "" }) end)
    assert.has_error(function() get(nil, nil, { body = {} }) end)
    assert.has_error(function() get(nil, nil, { timeout = 0 }) end)
    assert.has_error(function() get(nil, nil, { body = "", content_type = "a\r\nb: c" }) end)
    assert.are.equal(0, engine:running())
  end)

  it("takes no other object for a transfer", function()
    local others = { engine, core.credentials {}, core.engine {}, io.stdout, {}, "", 1 }
    for _, method in ipairs { "take", "retry", "cancel" } do
      for _, other in ipairs(others) do
        assert.error_matches(function() engine[method](engine, other) end, "transfer expected, got", 1, true)
      end
    end
  end)

  it("takes compressed answers apart", function()
    local client = sandbox.client()
    local sid = sandbox.sid("KW", 10) -- with four numbers, more than a kilobyte
    local transfer = engine:submit("GET", sandbox.url .. "/v1/Porting/PortIn/" .. sid,
      client.credentials)
    sandbox.finish(engine, transfer)
    assert.are.equal(200, transfer:status())
    assert.are.equal("gzip", transfer:header "content-encoding")
    assert.are.equal(sid, transfer:object().port_in_request_sid)
    client:close()
  end)

  it("shows headers by any spelling, and the body up to a length", function()
    local transfer = sandbox.finish(engine, get())
    assert.matches("application/json", transfer:header "CONTENT-TYPE", 1, true)
    assert.is_nil(transfer:header "Content")
    assert.are.equal("{", transfer:text(1))
    assert.are.equal(transfer:size(), #transfer:text())
  end)

  it("does not answer before a transfer is done", function()
    local transfer = get()
    for _, method in ipairs { "status", "result", "text", "object", "info", "size",
      "retry_after" } do
      assert.has_error(function() transfer[method](transfer) end)
    end
  end)

  it("keeps to the timeout of a single transfer", function()
    sandbox.finish(engine, get()) -- a connection is there
    sandbox.fault { fault = "latency", seconds = 20 }
    local transfer = engine:submit("GET", sandbox.url .. "/v1/Porting/Configuration/Webhook", nil,
      { timeout = 2 })
    sandbox.finish(engine, transfer)
    assert.are.equal("timeout", select(2, transfer:result()))
    assert.is_true(transfer:sent())
  end)

  if _VERSION == "Lua 5.4" then
    it("is closed with its block, and so are transfers and credentials", function()
      local block = assert(load [[
        local core, url, ca_file = ...
        local kept = {}
        do
          local engine <close> = core.engine { ca_file = ca_file }
          local transfer <close> = engine:submit("GET", url)
          kept.engine, kept.transfer = engine, transfer
        end
        return tostring(kept.engine), tostring(kept.transfer)
      ]])
      local engine_text, transfer_text = block(core, health, sandbox.ca_file)
      assert.matches("closed", engine_text)
      assert.matches("closed", transfer_text)
    end)
  end
end)

local has_posix, unistd = pcall(require, "posix.unistd") -- not packaged for every Lua

describe("after a fork", function()
  if not has_posix then
    pending "needs lua-posix, which is not packaged for this Lua"
    return
  end
  local wait = require "posix.sys.wait"

  --- Runs a function in a child; it passes if that returns true.
  local function in_child(check)
    local pid = unistd.fork()
    if pid == 0 then
      local passed, result = pcall(check)
      if not passed then io.stderr:write(tostring(result), "\n") end
      unistd._exit(passed and result and 0 or 1)
    end
    local _, _, status = wait.wait(pid)
    return status == 0
  end

  it("the child starts afresh and the parent's connection stays whole", function()
    local client = sandbox.client()
    sandbox.reset()
    assert(client.webhook_configuration:fetch())
    assert.is_true(in_child(function()
      local fetched = assert(client.webhook_configuration:fetch())
      client:close()
      return fetched ~= nil
    end))
    assert(client.webhook_configuration:fetch())
    local requests = sandbox.requests()
    assert.are.equal(3, #requests)
    assert.are_not.equal(requests[1].connection, requests[2].connection)
    assert.are.equal(requests[1].connection, requests[3].connection)
    client:close()
  end)

  it("what was under way fails in the child and goes on in the parent", function()
    local engine = core.engine { ca_file = sandbox.ca_file }
    local transfer = engine:submit("GET", health)
    engine:step()
    assert.is_true(in_child(function()
      engine:step(1)
      return transfer:done() and select(2, transfer:result()) == "closed"
        and transfer:status() == nil
        and next(transfer:info()) ~= nil
    end))
    sandbox.finish(engine, transfer)
    assert.are.equal(200, transfer:status())
    engine:close()
  end)
end)
