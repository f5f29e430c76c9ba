--- Whom a client talks to and through what: certificates, proxies, names.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = sandbox.sid("KW", 1)

local function fetch_with(options)
  local client = sandbox.client(options)
  local port_in, err = client.port_ins:fetch(KW)
  client:close()
  return port_in, err
end

describe("certificates", function()
  it("that nobody vouches for are refused before anything is sent", function()
    local client = sandbox.client { base_url = sandbox.bad_tls_url }
    for _, verb in ipairs { "fetch", "cancel" } do
      local result, err = client.port_ins[verb](client.port_ins, KW)
      assert.is_nil(result)
      assert.are.equal("tls", err.kind)
      assert.are.equal("not_sent", err.outcome)
      assert.matches("certificate", tostring(err))
    end
    client:close()
  end)

  it("of another host are refused, even if vouched for", function()
    local own = sandbox.ca_file:gsub("ca%.pem$", "untrusted.pem")
    local _, err = fetch_with { base_url = sandbox.bad_tls_url, ca_file = own }
    assert.are.equal("tls", err.kind)
    assert.matches("name", tostring(err))
  end)

  it("are checked against the system's authorities where none are named", function()
    local chunk = ([[
      local numbers = require "twilio.numbers"
      local client = assert(numbers.new { base_url = %q })
      local port_in, err = client.port_ins:fetch(%q)
      print(port_in and "fetched" or err.kind)
      client:close()
    ]]):format(sandbox.url, KW)
    local credentials = ("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s"):format(
      sandbox.account_sid, sandbox.auth_token)
    assert.are.equal("tls\n", (support.run_lua(chunk, credentials)))
    assert.are.equal("fetched\n",
      (support.run_lua(chunk, credentials .. " SSL_CERT_FILE=" .. sandbox.ca_file)))
    assert.are.equal("tls\n",
      (support.run_lua(chunk, credentials .. " SSL_CERT_DIR=/nonexistent")))
  end)

  it("can be vouched for by a hashed folder", function()
    local folder = (sandbox.ca_file:gsub("ca%.pem$", "hashed"))
    local _, code = support.run(([[
      mkdir -p %s && cp %s %s/ca.pem &&
      ln -sf ca.pem %s/$(openssl x509 -hash -noout -in %s).0]]):format(
      folder, sandbox.ca_file, folder, folder, sandbox.ca_file))
    assert.are.equal(0, code)
    assert(fetch_with { ca_path = folder })
  end)
end)

describe("a proxy", function()
  local log, pipe, port, pid

  before_each(function()
    log = os.tmpname()
    pipe = assert(io.popen("exec perl spec/support/proxy.pl " .. log))
    port, pid = pipe:read "*l":match "^(%d+) (%d+)$"
    sandbox.reset()
  end)

  after_each(function()
    support.run("kill " .. pid)
    pipe:close() -- waits for its end: not before it was told to
    os.remove(log)
  end)

  it("carries the connection and sees no credentials of the API", function()
    for _, http_version in ipairs { "1.1", "auto" } do
      assert(fetch_with { http_version = http_version,
        proxy = ("http://someone:proxy-password@127.0.0.1:%s"):format(port) })
    end
    local seen = support.read_file(log)
    assert.matches("^CONNECT 127.0.0.1:%d+ HTTP/1.1\r\n", seen)
    assert.matches("\nProxy%-Authorization: Basic ", seen)
    assert.not_matches("\nAuthorization:", seen)
    assert.are.equal(2, select(2, seen:gsub("CONNECT ", "")))
  end)

  it("carries another request when its tunnel ended, each to its own path", function()
    for _, http_version in ipairs { "1.1", "auto" } do
      local client = sandbox.client { http_version = http_version, retry = { base = 0.001 },
        proxy = "http://127.0.0.1:" .. port }
      for i = 1, 4 do
        if i > 2 then sandbox.fault { fault = "reset_before" } end
        local sid = ("KW%032x"):format(i)
        assert.are.equal(sid, assert(client.port_ins:fetch(sid)):sid())
      end
      client:close()
    end
    local tunnels = 0
    for line in support.read_file(log):gmatch "(%S+ %S+) HTTP/1.1\r\n" do
      assert.matches("^CONNECT 127.0.0.1:%d+$", line)
      tunnels = tunnels + 1
    end
    assert.is_true(tunnels >= 4, tunnels) -- HTTP/2 may keep its own
  end)

  it("that cannot be reached is an error without its password", function()
    local _, err = fetch_with { proxy = "http://someone:proxy-password@127.0.0.1:1" }
    assert.are.equal("network", err.kind)
    assert.are.equal("not_sent", err.outcome)
    assert.not_matches("proxy-password", tostring(err), 1, true)
  end)

  it("that is of no use is an error without its password", function()
    for _, proxy in ipairs {
      "ftp://someone:proxy-password@127.0.0.1:1", "http://someone:proxy-password@host:99999",
      "http://someone:proxy-password@no such host", "proxy-password@[::",
    } do
      local _, err = fetch_with { proxy = proxy }
      assert.is_table(err)
      assert.are.equal("not_sent", err.outcome)
      for _, text in pairs { tostring(err), err.message } do
        assert.not_matches("proxy-password", text, 1, true)
      end
    end
  end)

  it("is not used for plain HTTP, whose credentials it would read", function()
    assert(fetch_with { base_url = sandbox.http_url, proxy = "http://127.0.0.1:" .. port })
    assert.are.equal("", support.read_file(log))
    local client = sandbox.client { proxy = "http://127.0.0.1:" .. port }
    assert(client.port_ins:fetch(KW))
    client:close()
    assert.matches("^CONNECT ", support.read_file(log))
  end)

  it("in the environment is used, and left alone where the option says none", function()
    local chunk = [[
      local numbers = require "twilio.numbers"
      local client = assert(numbers.new { base_url = %q, proxy = %s, retry = false })
      local port_in, err = client.port_ins:fetch(%q)
      print(port_in and "fetched" or err.kind)
      if os.getenv "TWILIO_LOG" then print(err) end
      client:close()
    ]]
    local environment = ("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s SSL_CERT_FILE=%s "
      .. "https_proxy=http://127.0.0.1:1"):format(
      sandbox.account_sid, sandbox.auth_token, sandbox.ca_file)
    assert.are.equal("network\n",
      (support.run_lua(chunk:format(sandbox.url, "nil", KW), environment)))
    assert.are.equal("fetched\n",
      (support.run_lua(chunk:format(sandbox.url, "''", KW), environment)))
    assert.are.equal("fetched\n",
      (support.run_lua(chunk:format(sandbox.url, "nil", KW), environment .. " no_proxy=127.0.0.1")))
    local output = support.run_lua(chunk:format(sandbox.url, "nil", KW), environment:gsub("127.0.0.1:1",
      "someone:proxy-password@%0") .. " TWILIO_LOG=debug")
    assert.matches("network", output, 1, true)
    assert.matches("attempt 1", output, 1, true)
    assert.not_matches("proxy-password", output, 1, true)
  end)
end)

describe("the IP version", function()
  --- The sandbox listens at 127.0.0.1 only.
  local function fetch_from(host, version)
    local url = sandbox.http_url:gsub("127%.0%.0%.1", host)
    return fetch_with { base_url = url, ip_version = version, retry = false }
  end

  it("is the one of the option", function()
    assert(fetch_from("localhost"))
    assert(fetch_from("localhost", "auto"))
    assert(fetch_from("localhost", "4"))
    local port_in, err = fetch_from("localhost", "6")
    assert.is_nil(port_in)
    assert.are.equal("network", err.kind)
    assert.are.equal("not_sent", err.outcome)
  end)

  it("is one of those that there are", function()
    for _, wrong in ipairs { 4, "IPv6", "", true } do
      local ok, why = pcall(function() fetch_with { ip_version = wrong } end)
      assert.is_false(ok)
      assert.matches("option 'ip_version': \"auto\" or \"4\" or \"6\" expected, got", why, 1, true)
    end
  end)
end)

describe("without file descriptors", function()
  it("a call gives an error, and nothing was sent", function()
    local chunk = ([[
      local numbers = require "twilio.numbers"
      local client = assert(numbers.new { base_url = %q })
      local files = {}
      for i = 1, 100 do files[i] = io.open "/dev/null" or false end
      local done, err = client.port_ins:cancel(%q)
      print(done, err.kind, err.outcome)
      for _, _, each_err in client.port_ins:cancel_each { %q } do print(each_err.kind) end
    ]]):format(sandbox.url, KW, KW)
    local file = os.tmpname()
    support.write_file(file, chunk)
    local output = support.run(("ulimit -n 32; SSL_CERT_FILE=%s %s %s"):format(
      sandbox.ca_file, support.lua, file))
    os.remove(file)
    assert.are.equal("nil\tmemory\tnot_sent\nmemory\n", output)
  end)
end)

describe("a name", function()
  it("that does not exist is an error, and nothing was sent", function()
    local client = sandbox.client { base_url = "https://no-such-host.invalid" }
    local done, err = client.port_ins:cancel(KW)
    assert.is_nil(done)
    assert.are.equal("network", err.kind)
    assert.are.equal("not_sent", err.outcome)
    assert.matches("no%-such%-host%.invalid", tostring(err))
    client:close()
  end)
end)

describe("plain HTTP", function()
  it("serves on this machine", function()
    assert(fetch_with { base_url = sandbox.http_url })
  end)
end)

describe("a system that can watch no further socket", function()
  it("costs an attempt at most, and neither the client nor its other requests", function()
    local library = os.tmpname()
    local output, code = support.run(("cc -Wall -Wextra -Werror -shared -fPIC -o %s "
      .. "spec/support/failing_epoll.c -ldl"):format(library))
    assert(code == 0, output)
    local chunk = ([[
      local numbers = require "twilio.numbers"
      local client = assert(numbers.new { base_url = %q, timeout = 2, concurrency = 4,
        retry = { attempts = 9, base = 0.001 } })
      local sids, fetched = {}, 0
      for i = 1, 8 do sids[i] = %q end
      for _, port_in in client.port_ins:fetch_each(sids) do
        if port_in then fetched = fetched + 1 end
      end
      print(fetched, client.port_ins:fetch(%q) ~= nil)
      client:close()
    ]]):format(sandbox.url, KW, KW)
    for failing = 1, 12 do
      local environment = ("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s SSL_CERT_FILE=%s "
        .. "LD_PRELOAD=%s FAIL_EPOLL_CTL=%d timeout 60"):format(sandbox.account_sid,
        sandbox.auth_token, sandbox.ca_file, library, failing)
      assert.are.equal("8\ttrue\n", (support.run_lua(chunk, environment)), failing)
    end
    os.remove(library)
  end)
end)
