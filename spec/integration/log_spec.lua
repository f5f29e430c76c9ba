--- TWILIO_LOG: what a program says on stderr of its requests, and what it never says.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = sandbox.sid("KW", 1)

--- What a process with that TWILIO_LOG prints, on stdout and on stderr.
local function output_of(level, code)
  local chunk = [[
    local numbers = require "twilio.numbers"
    local client = numbers.new { retry = { base = 0.001 }, %s ca_file = "%s" }
    client:close()
  ]]
  local head, body = code:match "^(.-)\n(.*)$"
  chunk = chunk:format(head, sandbox.ca_file):gsub("client:close", function(last)
    return body .. "\n" .. last
  end)
  local environment = ("TWILIO_NUMBERS_BASE_URL=%s TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s %s"):format(
    sandbox.url, sandbox.account_sid, sandbox.auth_token, level and "TWILIO_LOG=" .. level or "")
  local output = support.run_lua(chunk, environment)
  for _, secret in ipairs { sandbox.auth_token, "Basic ", "Authorization" } do
    assert.not_matches(secret, output, 1, true)
  end
  return output
end

local function lines_of(output)
  local lines = {}
  for line in output:gmatch "[^\n]+" do lines[#lines + 1] = line end
  return lines
end

local FETCH = "\nassert(client.port_ins:fetch '" .. KW .. "')"

describe("TWILIO_LOG", function()
  before_each(sandbox.reset)

  it("logs each request, answer and wait, with its status, time and id", function()
    sandbox.fault { fault = "rate_limit", retry_after = "0", times = 1 }
    local lines = lines_of(output_of("debug", FETCH))
    local head = "^%d+%-%d%d%-%d%dT%d%d:%d%d:%d%dZ twilio%-numbers GET /v1/Porting/PortIn/" .. KW .. ": "
    for i, wanted in ipairs {
      "attempt 1$", "429 after %d+%.%d%d%d s, attempt 1, request RQ%x+$", "attempt 2 in %d%.%d%d%d s$",
      "attempt 2$", "200 after %d+%.%d%d%d s, attempt 2, request RQ%x+$",
    } do
      assert.matches(head .. wanted, lines[i])
    end
    assert.are.equal(5, #lines)
  end)

  it("is off without the variable, when it is empty, and by \"off\"", function()
    for _, level in ipairs { false, "", "off", "OFF" } do
      assert.are.equal("", output_of(level, FETCH))
    end
  end)

  it("tells a value that it does not know", function()
    local lines = lines_of(output_of("trace", FETCH))
    assert.are.equal(1, #lines)
    assert.matches('TWILIO_LOG in the environment: "debug" or "off" expected, got "trace"; nothing logged',
      lines[1], 1, true)
  end)

  it("masks phone numbers, and has no bodies, of requests and of answers", function()
    local output = output_of("DEBUG", "\nclient.portability:check '+14155550100'")
    assert.matches("GET /v1/Porting/Portability/PhoneNumber/+141******00: 200 after", output, 1, true)
    sandbox.fault { fault = "body", status = 500, content_type = "text/html", times = 9,
      body = "robin@example.com has PIN 4711-0815 and 4155550100" }
    output = output .. output_of("debug", "retry = false,\nclient.port_ins:fetch '" .. KW .. "'")
    sandbox.reset()
    sandbox.fault { fault = "malformed", times = 9 }
    output = output .. output_of("debug", "retry = false,\nclient.port_ins:fetch '" .. KW .. "'")
    assert.matches(": 500 after", output, 1, true)
    assert.matches(": 200, unreadable after", output, 1, true)
    for _, private in ipairs { "4155550100", "robin", "4711-0815", "losing_carrier", "In Review" } do
      assert.not_matches(private, output, 1, true)
    end
  end)

  it("tells why there was no answer", function()
    local output = output_of("debug",
      "retry = false, base_url = 'https://127.0.0.1:1',\nclient.port_ins:fetch '" .. KW .. "'")
    assert.matches(": network (", output, 1, true)
    assert.matches("request without an id", output, 1, true)
  end)

  it("logs what a derived client does, once", function()
    local output = output_of("debug", "on_request = function() print 'parent' end,\n"
      .. "local child = client:with { on_response = function(e) print('child', e.status) end }\n"
      .. "assert(child.port_ins:fetch '" .. KW .. "')")
    for _, wanted in ipairs { "parent\n", "child\t200\n", ": attempt 1\n", ": 200 after" } do
      assert.matches(wanted, output, 1, true)
      assert.are.equal(1, select(2, output:gsub(wanted, "")))
    end
  end)

  it("leaves the program's own hooks at work", function()
    local output = output_of("debug", "on_response = function(e) print('own', e.status) end," .. FETCH)
    assert.matches("own\t200", output, 1, true)
    assert.matches(": 200 after", output, 1, true)
  end)
end)
