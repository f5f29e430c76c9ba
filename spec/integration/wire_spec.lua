--- What counts as an answer on the wire: all of its head, on a connection that was silent before.
--- With WIRE=all each byte, end and length of TLS records is tried.

local core = require "twilio.numbers.core"
local raw_server = require "spec.support.raw_server"
local sandbox = require "spec.support.sandbox"

local all = os.getenv "WIRE" == "all"
local KW = sandbox.sid("KW", 1)

--- How many bytes each of the server's answers has, and how many of them are needed. Before 8.0 libcurl does
--- not wait for the line feed behind the trailer of the chunked one.
local complete = { accepted = 64, interim = 65, refused = 113, fetched = 154, chunked = 71 }
local needed = { accepted = 64, interim = 65, refused = 113, fetched = 154, chunked = 70 }

local server

setup(function() server = raw_server.start() end)

teardown(function() server.stop() end)

describe("an answer of which some is missing", function()
  local engine

  before_each(function()
    engine = core.engine { ca_file = sandbox.ca_file, retry = false, concurrency = 20 }
  end)

  after_each(function() engine:close() end)

  --- Sends a request for each path at once; gives what came back by path: a status, or false.
  local function statuses(method, paths)
    local path_of, found = {}, {}
    for _, path in ipairs(paths) do path_of[engine:submit(method, path)] = path end
    while next(path_of) do
      engine:step(5)
      local transfer = engine:take()
      while transfer do
        found[path_of[transfer]] = transfer:result() or false
        path_of[transfer] = nil
        transfer:close()
        transfer = engine:take()
      end
    end
    return found
  end

  --- The paths that cut an answer at many places, with how many bytes come.
  local function cuts(base, name, ends, records)
    local paths, bytes = {}, {}
    for _, how in ipairs(ends) do
      for count = 0, complete[name] do
        for _, record in ipairs(records) do
          if all or record == 16384 or count % 7 == 3 or count > complete[name] - 3 then
            local path = ("%s/cut-%s-%d-%s-%d"):format(base, name, count, how, record)
            paths[#paths + 1], bytes[path] = path, count
          end
        end
      end
    end
    return paths, bytes
  end

  local function check(method, name, status, base, ends, records)
    local paths, bytes = cuts(base, name, ends, records)
    local wrong, whole, tried = {}, 0, 0
    for path, found in pairs(statuses(method, paths)) do
      tried = tried + 1
      if bytes[path] < needed[name] and found then wrong[#wrong + 1] = path end
      if bytes[path] == complete[name] and found == status then whole = whole + 1 end
    end
    assert.are.same({}, wrong)
    assert.is_true(whole > 0)
    if all then print(("%s %s at %s: %d positions, 0 wrong"):format(method, name, base, tried)) end
  end

  local records = { 16384, 1, 5 }
  if all then for length = 2, 160 do records[#records + 1] = length end end

  for _, case in ipairs {
    { "DELETE", "accepted", 204 }, { "DELETE", "interim", 204 }, { "DELETE", "refused", 409 },
    { "GET", "fetched", 200 }, { "GET", "chunked", 200 },
  } do
    local method, name, status = case[1], case[2], case[3]

    it(("is none: %s %s over plain HTTP"):format(method, name), function()
      check(method, name, status, server.http, { "fin", "rst" }, { 16384 })
    end)

    it(("is none: %s %s over TLS, whatever its records"):format(method, name), function()
      check(method, name, status, server.https, { "close", "fin", "rst" }, records)
    end)
  end

  for _, scheme in ipairs { "http", "https" } do
    it("is none on a connection that was used before, either: " .. scheme, function()
      local base, wrong, reused = server[scheme], {}, 0
      local kept = core.engine { ca_file = sandbox.ca_file, retry = false, concurrency = 1 }
      for count = 0, needed.accepted - 1, all and 1 or 4 do
        for _, how in ipairs { "fin", "rst", "close" } do
          local first = kept:submit("GET", base .. "/answer-fetched")
          assert.are.equal(200, sandbox.finish(kept, first):result())
          first:close()
          local path = ("%s/cut-accepted-%d-%s"):format(base, count, how)
          local second = sandbox.finish(kept, kept:submit("DELETE", path))
          if second:result() then wrong[#wrong + 1] = path end
          if second:info().reused then reused = reused + 1 end
          second:close()
        end
      end
      kept:close()
      assert.are.same({}, wrong)
      assert.is_true(reused > 0)
    end)
  end

  it("leaves a cancellation uncertain, and its status is not believed", function()
    for _, name in ipairs { "accepted", "refused" } do
      local client = sandbox.client { base_url = server.https .. "/cut-" .. name .. "-30-close",
        retry = { attempts = 3, base = 0.001 } }
      server.forget()
      local done, err = client.port_ins:cancel(KW)
      client:close()
      assert.is_nil(done)
      assert.are.same({ "network", "uncertain" }, { err.kind, err.outcome })
      assert.is_nil(err.http_status)
      assert.matches("the connection closed in the middle of the answer's head", err.message, 1, true)
      assert.are.equal(1, #server.requests())
    end
  end)

  it("lets a fetch be tried again", function()
    local client = sandbox.client { base_url = server.http .. "/cut-fetched-60-fin",
      retry = { attempts = 3, base = 0.001 } }
    server.forget()
    local port_in, err = client.port_ins:fetch(KW)
    client:close()
    assert.is_nil(port_in)
    assert.are.same({ "network", 3, "attempts" }, { err.kind, err.attempts, err.stopped })
    assert.are.equal(3, #server.requests())
  end)
end)

describe("what waits on a connection that was used before", function()
  --- Waits until the server has written what was not asked for.
  local function settle()
    repeat
      local requests = server.requests()
    until requests[#requests] and requests[#requests]:find "^EXTRA"
  end

  before_each(function() server.forget() end)

  local tries = all and 100 or 5

  for _, case in ipairs {
    { "plain HTTP", "http", "1.1" }, { "TLS, asked for HTTP/1.1", "https", "1.1" },
    { "TLS, HTTP/1.1 by ALPN", "https", "auto" },
  } do
    local words, scheme, version = case[1], case[2], case[3]

    for _, how in ipairs { "wait", "half", "glued" } do
      if scheme == "https" or how ~= "glued" then
        it(("is not the next request's answer: %s, %s"):format(words, how), function()
          local wrong = 0
          for _ = 1, tries do
            server.forget()
            local engine = core.engine { ca_file = sandbox.ca_file, retry = false, concurrency = 1,
              http_version = version }
            local first = engine:submit("GET",
              ("%s/extra-fetched-%d-%s"):format(server[scheme], how == "glued" and 5 or 20, how))
            assert.are.equal(200, sandbox.finish(engine, first):result())
            first:close()
            settle()
            local second = sandbox.finish(engine,
              engine:submit("DELETE", server[scheme] .. "/answer-unknown"))
            if second:result() ~= 404 then wrong = wrong + 1 end
            assert.are.equal(1, second:attempts())
            engine:close()
          end
          assert.are.equal(0, wrong)
        end)
      end
    end
  end

  for _, case in ipairs { { "http", "1.1" }, { "https", "1.1" }, { "https", "auto" } } do
    local scheme, version = case[1], case[2]

    it(("may come later, where an answer was none to its request: %s, %s"):format(scheme, version),
      function()
        for _, answer in ipairs { "accepted", "fetched" } do
          local client = sandbox.client { concurrency = 1, http_version = version,
            base_url = ("%s/swap-%s-30"):format(server[scheme], answer) }
          local other = sandbox.sid("KW", 2)
          local _, err = client.port_ins:fetch(other) -- gets what is about another, or nothing
          assert.is_true(err.kind == "unreadable" or err.kind == "http")
          local engine = client.engine
          local transfer = sandbox.finish(engine,
            engine:submit("DELETE", server[scheme] .. "/answer-accepted"))
          assert.are.equal(204, transfer:result())
          client:close()
        end
      end)

    it(("may be a body that a 204 has announced: %s, %s"):format(scheme, version), function()
      local engine = core.engine { ca_file = sandbox.ca_file, retry = false, concurrency = 1,
        http_version = version }
      local first = sandbox.finish(engine,
        engine:submit("DELETE", server[scheme] .. "/swap-forged-20"))
      assert.are.equal(204, first:result())
      local second = sandbox.finish(engine,
        engine:submit("DELETE", server[scheme] .. "/answer-refused"))
      assert.are.equal(409, second:result())
      engine:close()
    end)

    it(("is noticed whatever version the server claims: %s, %s"):format(scheme, version), function()
      local engine = core.engine { ca_file = sandbox.ca_file, retry = false, concurrency = 1,
        http_version = version }
      sandbox.finish(engine, engine:submit("GET", server[scheme] .. "/extra-claims2-20-wait"))
      settle()
      local second = sandbox.finish(engine,
        engine:submit("DELETE", server[scheme] .. "/answer-refused"))
      assert.are_not.equal(204, (second:result()))
      engine:close()
    end)
  end

  it("costs no second request, and the connections that are silent are used again", function()
    local engine = core.engine { ca_file = sandbox.ca_file, retry = false, concurrency = 1 }
    for i = 1, 4 do
      local transfer = sandbox.finish(engine,
        engine:submit("GET", server.https .. "/answer-fetched"))
      assert.are.equal(200, transfer:result())
      assert.are.equal(i > 1, transfer:info().reused)
      transfer:close()
    end
    engine:close()
  end)
end)

describe("a certificate", function()
  it("says nothing of a request, whatever its names are", function()
    for _, name in ipairs { "GOAWAY last_stream=-1", "Using Stream ID: 9 GOAWAY last_stream=1",
      "received GOAWAY, error=0, last_stream=0", "REFUSED_STREAM" } do
      local liar = raw_server.start(name)
      local engine = core.engine { ca_file = liar.ca_file, concurrency = 1,
        retry = { attempts = 3, base = 0.001 } }
      local first = sandbox.finish(engine, engine:submit("GET", liar.https .. "/answer-fetched"))
      assert.are.equal(200, first:result())
      first:close()
      -- The connection ends after the request was read, and libcurl connects once more.
      local second = sandbox.finish(engine,
        engine:submit("DELETE", liar.https .. "/cut-accepted-0-fin"))
      assert.is_nil((second:result()))
      assert.is_true(second:sent())
      assert.are.equal("unsafe", (second:stopped()))
      engine:close()
      local requests = liar.requests()
      liar.stop()
      assert.are.same({ "GET answer-fetched", "DELETE cut-accepted-0-fin" }, requests)
    end
  end)
end)

describe("a head", function()
  it("may have lines that look like a status line", function()
    local client = sandbox.client { base_url = server.http .. "/answer-named" }
    local done, _, request_id = client.port_ins:cancel(KW)
    client:close()
    assert.is_true(done)
    assert.are.equal("RQ2", request_id)
  end)
end)
