--- What is left of credentials in the process's memory after a client was closed, or has others.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = sandbox.sid("KW", 1)

--- Makes requests, drops the credentials, and waits until its memory was looked through.
local child = [[
  local numbers = require "twilio.numbers"
  local client = assert(numbers.new { base_url = os.getenv "SANDBOX_URL", http_version = arg[1] })
  assert(client.port_ins:fetch(arg[2]))
  %s
  collectgarbage() collectgarbage()
  io.stdout:write "ready\n"
  io.stdout:flush()
  io.read()
]]

local function base64(text)
  return (support.run(("printf %%s %s | openssl base64 -A"):format(support.quote(text))))
end

--- How often the token and its Base64 are outside of the environment.
local function copies_left(version, drop)
  local script, ready, go_on = os.tmpname(), os.tmpname(), os.tmpname()
  support.write_file(script, child:format(drop))
  local token = sandbox.auth_token
  local basic = base64(sandbox.account_sid .. ":" .. token)
  local output, code = support.run(([[rm -f %s %s; mkfifo %s %s
    env -u TWILIO_API_KEY -u TWILIO_API_SECRET SSL_CERT_FILE=%s %s %s %s %s <%s >%s &
    child=$!
    exec 8>%s 9<%s
    read ready <&9 && perl spec/support/memory_scan.pl $child %s %s
    echo >&8
    wait $child; rm -f %s %s %s]]):format(ready, go_on, ready, go_on, sandbox.ca_file, support.lua, script,
    version, KW, go_on, ready, go_on, ready, token, basic, script, ready, go_on))
  local in_environment, left, _, basic_left = output:match "^(%d+) (%d+)\n(%d+) (%d+)\n$"
  assert(code == 0 and left, output)
  return tonumber(in_environment), tonumber(left), tonumber(basic_left)
end

--- Ways to drop them.
local ways = {
  ["a closed client"] = "client:close() client = nil",
  ["an exchange of credentials"] = [[
    client:exchange_credentials { auth_token = "another" }
    local _, err = client.port_ins:fetch(arg[2])
    assert(err.http_status == 401)
  ]],
}

for name, drop in pairs(ways) do
  describe(name, function()
    for _, version in ipairs { "1.1", "auto" } do
      it("leaves no copy of its token in memory but the environment's own, over HTTP " .. version, function()
        local in_environment, left = copies_left(version, drop)
        assert.are.equal(1, in_environment)
        assert.are.equal(0, left)
      end)

      it("leaves no more copies of its Authorization than libcurl's own, over HTTP " .. version, function()
        local _, _, basic_left = copies_left(version, drop)
        assert.is_true(basic_left <= 6, basic_left)
      end)
    end
  end)
end
