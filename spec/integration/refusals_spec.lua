--- Failures below the API that a person can mend: each has a kind and a sentence to act on, and is tried
--- again only if that may help.

local core = require "twilio.numbers.core"
local raw_server = require "spec.support.raw_server"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = sandbox.sid("KW", 1)
local quick = { attempts = 3, base = 0.001 }

local function fetch_with(options)
  options.retry = options.retry or quick
  local client = sandbox.client(options)
  local port_in, err = client.port_ins:fetch(KW)
  client:close()
  return port_in, err
end

describe("a head that is too large", function()
  local server

  setup(function() server = raw_server.start() end)
  teardown(function() server.stop() end)

  for name, path in pairs {
    ["a header line over libcurl's limit"] = "/line-200", ["one of a megabyte"] = "/line-1000",
    ["interim answers without end"] = "/interims",
  } do
    for _, scheme in ipairs { "http", "https" } do
      it(("is told as such and final: %s over %s"):format(name, scheme), function()
        local engine = core.engine { ca_file = sandbox.ca_file, retry = { attempts = 3, base = 0.001 } }
        local transfer = sandbox.finish(engine, (engine:submit("GET", server[scheme] .. path)))
        local status, kind, message = transfer:result()
        assert.is_nil(status)
        assert.are.equal("too_large", kind)
        assert.matches("larger than the limit", message, 1, true)
        assert.are.equal("final", (transfer:stopped()))
        assert.are.equal(1, transfer:attempts())
        engine:close()
      end)
    end
  end

  it("is none of 60 KB", function()
    local engine = core.engine { ca_file = sandbox.ca_file, retry = false }
    local transfer = sandbox.finish(engine, (engine:submit("GET", server.https .. "/line-60")))
    assert.are.equal(200, (transfer:result()))
    engine:close()
  end)
end)

describe("a proxy that refuses to connect", function()
  local log, pipe, pid

  local function start(...)
    log = os.tmpname()
    pipe = assert(io.popen(table.concat({ "exec perl spec/support/proxy.pl", log, ... }, " ")))
    local port
    port, pid = pipe:read "*l":match "^(%d+) (%d+)$"
    return ("http://someone:proxy-password@127.0.0.1:%s"):format(port)
  end

  after_each(function()
    support.run("kill " .. pid)
    pipe:close()
    os.remove(log)
  end)

  for status, words in pairs {
    [407] = "it asks for a user and a password, see the option proxy", [403] = "it does not permit this host",
    [302] = "it points to another place", [404] = "it does not permit this host",
  } do
    it(("with %d is named, in one attempt and without its password"):format(status), function()
      for _, http_version in ipairs { "1.1", "auto" } do
        local proxy = start(status, "'Location: http://127.0.0.1/login'")
        local _, err = fetch_with { proxy = proxy, http_version = http_version }
        assert.are.equal("network", err.kind)
        assert.are.equal(("the proxy refused to connect with %d: "):format(status),
          (err.message:match "^.-: "))
        assert.matches(words, tostring(err), 1, true)
        assert.are.equal("not_sent", err.outcome)
        assert.are.equal("final", err.stopped)
        assert.are.equal(1, err.attempts)
        assert.not_matches("proxy-password", tostring(err), 1, true)
        assert.are.equal(1, select(2, support.read_file(log):gsub("CONNECT ", "")))
        if http_version == "1.1" then
          support.run("kill " .. pid)
          pipe:close()
          os.remove(log)
        end
      end
    end)
  end

  it("with 503 may connect the next time", function()
    local _, err = fetch_with { proxy = start(503) }
    assert.are.equal("network", err.kind)
    assert.are.equal(3, err.attempts)
    assert.are.equal("not_sent", err.outcome)
  end)
end)

describe("a certificate", function()
  local server

  after_each(function()
    if server then server.stop() end
    server = nil
  end)

  it("that is not valid yet makes one think of the clock", function()
    server = raw_server.start("Future", "20800101000000Z", "20900101000000Z")
    local _, err = fetch_with { base_url = server.https, ca_file = server.ca_file }
    assert.are.equal("tls", err.kind)
    assert.matches("is this machine's clock slow?", tostring(err), 1, true)
    assert.are.equal(1, err.attempts)
  end)

  it("that has expired makes one think of the clock", function()
    server = raw_server.start("Past", "20200101000000Z", "20210101000000Z")
    local _, err = fetch_with { base_url = server.https, ca_file = server.ca_file }
    assert.are.equal("tls", err.kind)
    assert.matches("is this machine's clock fast?", tostring(err), 1, true)
  end)

  it("of an unknown authority makes one think of the store", function()
    local _, err = fetch_with { ca_path = "/nonexistent" }
    assert.are.equal("tls", err.kind)
    assert.matches("install ca-certificates", tostring(err), 1, true)
  end)

  it("cannot be checked without the file of authorities", function()
    local _, err = fetch_with { ca_file = "/nonexistent/ca.pem" }
    assert.are.equal("tls", err.kind)
    assert.matches("install ca-certificates", tostring(err), 1, true)
  end)
end)

describe("a process without a free file descriptor", function()
  before_each(sandbox.reset)

  --- The chunk runs with 40 descriptors. It fetches after all but so many are in use, and frees them when the
  --- first attempt has ended.
  local function run_with(free, options)
    local chunk = ([[
      local numbers = require "twilio.numbers"
      local client = assert(numbers.new { base_url = %q, %s, retry = { attempts = 5, base = 0.001 },
        on_retry = function(event)
          print(event.kind, event.message)
          for _, file in ipairs(held) do file:close() end
          held = {}
        end })
      held = {}
      client:sleep(0.001) -- libcurl's own descriptors are there
      repeat
        local file = io.open "/dev/null"
        held[#held + 1] = file
      until not file
      for _ = 1, %d do table.remove(held):close() end
      local port_in, err = client.port_ins:fetch %q
      print(port_in and "fetched" or err.kind .. " " .. tostring(err))
    ]]):format(sandbox.url, options, free, KW)
    return (support.run_lua(chunk, ("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s sh -c 'ulimit -n 40; "
      .. "exec \"$@\"' -"):format(sandbox.account_sid, sandbox.auth_token)))
  end

  --- With some count of free descriptors, TLS is what lacks one.
  local function is_named_with(options)
    for free = 1, 3 do
      local output = run_with(free, options)
      assert.matches("fetched\n$", output)
      if output:find "^memory\tthe process has no free file descriptor" then return true end
      assert.not_matches("^tls", output)
    end
    return false
  end

  it("that reads its authorities from a file says so, and tries again", function()
    assert.is_true(is_named_with(("ca_file = %q"):format(sandbox.ca_file)))
  end)

  it("that reads its authorities from a folder says so, and tries again", function()
    local folder = support.run "mktemp -d":gsub("%s+$", "")
    support.run(("cp %s %s/ca.pem && ln -s ca.pem %s/$(openssl x509 -hash -noout -in %s).0"):format(
      sandbox.ca_file, folder, folder, sandbox.ca_file))
    local is_named = is_named_with(("ca_path = %q"):format(folder))
    support.run("rm -rf " .. folder)
    assert.is_true(is_named)
  end)
end)

describe("a server that asks for HTTP/1.1", function()
  local log, pipe, pid

  local function start(...)
    log = os.tmpname()
    local folder = sandbox.ca_file:gsub("ca%.pem$", "")
    pipe = assert(io.popen(table.concat({ "exec perl spec/support/h2_server.pl",
      folder .. "server.pem", folder .. "server.key", log, ... }, " ")))
    local port
    port, pid = pipe:read("*l"):match "(%d+) (%d+)"
    return "https://127.0.0.1:" .. port
  end

  after_each(function()
    support.run("kill " .. pid)
    pipe:close()
    os.remove(log)
  end)

  it("gets it", function()
    local engine = core.engine { ca_file = sandbox.ca_file, retry = { attempts = 3, base = 0.001 } }
    local transfer = sandbox.finish(engine, (engine:submit("GET", start("downgrade", "downgrade") .. "/")))
    assert.are.equal(204, (transfer:result()))
    assert.are.equal("1.1", transfer:info().http_version)
    engine:close()
    assert.are.equal("downgrade\ndowngrade\n", support.read_file(log))
  end)

  it("does not get a DELETE twice, which it may have acted upon", function()
    local client = sandbox.client { base_url = start("downgrade", "answer"), retry = quick }
    local done, err = client.port_ins:cancel(KW)
    client:close()
    assert.is_nil(done)
    assert.are.equal("uncertain", err.outcome)
    assert.are.equal("downgrade\n", support.read_file(log))
  end)
end)
