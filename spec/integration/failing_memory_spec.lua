--- One allocation of libcurl's fails, one after the other: no call hangs, and nothing crashes. This is over
--- plain HTTP: libcurl 7.88 itself frees a block twice when there is no memory for a TLS session. Each third
--- of its allocations fails, with FAULTS=all each of them.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"
local told = require "spec.support.told"

local KW = sandbox.sid("KW", 1)

--- Prints what each call came to, and whether the client works afterwards.
local chunk = ([[
  local numbers = require "twilio.numbers"
  local client = assert(numbers.new { base_url = %q, allow_http = true, timeout = 2, connect_timeout = 1,
    concurrency = 2, retry = { attempts = 3, base = 0.001 } })
  -- Before 8.6 libcurl reports a header line that is too long as it does a lack of memory.
  local known = { memory = true, network = true, timeout = true, closed = true, unreadable = true,
    too_large = true }
  local function check(result, err)
    if not result and not (numbers.is_error(err) and known[err.kind]) then print(tostring(err)) end
  end
  for _, port_in, err in client.port_ins:fetch_each { %q, %q } do check(port_in, err) end
  check(client.port_ins:fetch(%q, 10))
  check(client.documents:create { document_type = "utility_bill", content = "%%PDF-1.4" })
  print(client.port_ins:fetch(%q) ~= nil or client.port_ins:fetch(%q) ~= nil)
  client:close()
]]):format(sandbox.http_url, KW, KW, KW, KW, KW)

describe("an allocation of libcurl's that fails", function()
  local library, counted = os.tmpname(), os.tmpname()

  setup(function()
    local output, code = support.run(("cc -Wall -Wextra -Werror -shared -fPIC -o %s "
      .. "spec/support/failing_malloc.c -ldl"):format(library))
    assert(code == 0, output)
    sandbox.reset()
  end)
  teardown(function()
    os.remove(library)
    os.remove(counted)
  end)

  local function run(setting)
    local environment = ("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s LD_PRELOAD=%s %s timeout 60"):format(
      sandbox.account_sid, sandbox.auth_token, library, setting)
    return support.run_lua(chunk, environment)
  end

  it("costs a call at most", function()
    assert.are.equal("true\n", (run("COUNT_MALLOC=" .. counted)))
    local count = tonumber((support.read_file(counted)))
    assert.is_true(count > 100)
    for failing = 1, count, os.getenv "FAULTS" == "all" and 1 or 3 do
      local output, code = run("FAIL_MALLOC=" .. failing)
      assert.are.same({ "true\n", 0 }, { output, code }, failing)
    end
  end)
end)

describe("an allocation of the core's that fails", function()
  it("costs a call at most, and what is said of it is true", function()
    local library, counted = told.library "spec/support/failing_malloc.c", os.tmpname()
    for _, version in ipairs { "auto", "1.1" } do
      local output, code = told.use_all(sandbox.url, version, library,
        "FAIL_MALLOC_IN=core.so COUNT_MALLOC=" .. counted)
      assert.are.same({}, told.judge(output, code, {}, {}))
      local count, seen = tonumber((support.read_file(counted))), {}
      for failing = 1, count do
        output, code = told.use_all(sandbox.url, version, library,
          "FAIL_MALLOC_IN=core.so FAIL_MALLOC=" .. failing)
        assert.are.same({}, told.judge(output, code, { memory = true }, seen), failing)
      end
      assert.is_true(count > 15 and seen.memory > 10)
    end
    os.remove(library)
    os.remove(counted)
  end)
end)
