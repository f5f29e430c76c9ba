--- One call of a function of the system's fails, each in turn: every request comes back, what is said of it
--- is true, nothing is left over, and the client works afterwards. With FAULTS=all each call of each function
--- fails.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"
local told = require "spec.support.told"

local all = os.getenv "FAULTS" == "all"

--- By function: the errors with which it fails, "late ..." for one that comes when the work is done; and the
--- kinds of errors that a request may end with.
local NETWORK = { network = true, timeout = true, tls = true }
local SYSTEM = { network = true, timeout = true, memory = true }
local functions = {
  socket = { { "EMFILE", "ENOBUFS", "EACCES" }, SYSTEM },
  connect = { { "ECONNREFUSED", "ENETUNREACH", "ENOBUFS", "EINTR", "EAGAIN", "late EINTR" }, NETWORK },
  getaddrinfo = { { "ENOMEM", "EAGAIN", "EINVAL" }, SYSTEM },
  pthread_create = { { "EAGAIN" }, SYSTEM },
  socketpair = { { "EMFILE" }, SYSTEM },
  pipe = { { "EMFILE" }, SYSTEM },
  pipe2 = { { "EMFILE" }, SYSTEM },
  eventfd = { { "EMFILE" }, SYSTEM },
  fcntl = { { "EMFILE", "EINVAL" }, SYSTEM },
  fopen64 = { { "EMFILE", "EACCES" }, { tls = true, memory = true } },
  epoll_create1 = { { "EMFILE", "ENOMEM" }, { memory = true } },
  epoll_ctl = { { "ENOSPC", "ENOMEM" }, SYSTEM },
  epoll_wait = { { "EINTR" }, {} },
  poll = { { "EINTR", "ENOMEM" }, NETWORK },
  setsockopt = { { "ENOBUFS" }, SYSTEM },
  getsockopt = { { "ENOBUFS" }, NETWORK },
  getsockname = { { "ENOBUFS" }, SYSTEM },
  getpeername = { { "EINVAL" }, NETWORK },
  send = { { "EINTR", "EAGAIN", "ENOBUFS", "EPIPE", "ECONNABORTED", "late ECONNRESET" }, NETWORK },
  write = { { "EINTR", "EAGAIN", "ENOBUFS", "EPIPE", "ECONNABORTED", "late ECONNRESET" }, NETWORK },
  recv = { { "EINTR", "EAGAIN", "ENOBUFS", "ECONNABORTED", "ECONNRESET", "end" }, NETWORK },
  read = { { "EINTR", "EAGAIN", "ENOBUFS", "ECONNABORTED", "ECONNRESET", "end" }, NETWORK },
}

describe("a call of the system's that fails", function()
  local counted, library = os.tmpname(), nil

  setup(function() library = told.library "spec/support/failing_calls.c" end)
  teardown(function()
    os.remove(library)
    os.remove(counted)
  end)

  --- Whether a call fails: each, or in CI some of them, by one of the errors.
  local function is_chosen(number, error_number, errors)
    return all or (number % #errors + 1 == error_number and (number <= 2 or number % 11 == 0))
  end

  --- Lets calls of a function fail by one of its errors. Gives how often it was tried, and what was wrong.
  local function fail(server, name, count, error_number)
    local errors, kinds = functions[name][1], functions[name][2]
    local word = errors[error_number]
    local how = (word:find "^late" and "FAIL_LATE=1 " or "") .. "FAIL_ERRNO=" .. word:match "%S+$"
    local tried, wrong, seen = 0, {}, {}
    for number = 1, count + 2 do
      if is_chosen(number, error_number, errors) then
        local setting = ("FAIL_CALL=%s FAIL_AT=%d %s"):format(name, number, how)
        local complaints
        for _ = 1, 3 do -- its limits are short: a process that stood still meets them, but not each time
          local output, code = told.use_all(server[2], server[3], library, setting)
          complaints = told.judge(output, code, kinds, seen)
          if not table.concat(complaints, "\n"):find "failed as timeout" then break end
        end
        for _, complaint in ipairs(complaints) do
          wrong[#wrong + 1] = setting .. ": " .. complaint
        end
        tried = tried + 1
      end
    end
    if all then
      local words = {}
      for kind, times in pairs(seen) do words[#words + 1] = kind .. " " .. times end
      table.sort(words)
      print(("%s: %s %s, %d calls: %s"):format(server[1], name, word, tried, table.concat(words, ", ")))
    end
    return tried, wrong
  end

  local servers = {
    { "over HTTP/2", sandbox.url, "auto" },
    { "over HTTP/1.1", sandbox.url, "1.1" },
    { "at a name", (sandbox.http_url:gsub("127.0.0.1", "sandbox.test")), "1.1" },
  }
  for _, server in ipairs(servers) do
    it("is told truly " .. server[1], function()
      local output, code = told.use_all(server[2], server[3], library, "COUNT_CALLS=" .. counted)
      assert.are.same({}, told.judge(output, code, {}, {}))
      local total, all_wrong = 0, {}
      for name, count in support.read_file(counted):gmatch "(%S+) (%d+)" do
        for error_number = 1, #functions[name][1] do
          local tried, wrong = fail(server, name, tonumber(count), error_number)
          total = total + tried
          for _, complaint in ipairs(wrong) do all_wrong[#all_wrong + 1] = complaint end
        end
      end
      assert.are.same({}, all_wrong)
      assert.is_true(total > 30)
      if all then print(server[1] .. ": " .. total .. " failed calls, 0 wrong") end
    end)
  end

  it("for want of descriptors is called so, and 20 of them are enough", function()
    local alone = "perl -MPOSIX -e 'POSIX::close $_ for 3 .. 255; exec @ARGV' " -- nothing is inherited
    for most = 5, 20, all and 1 or 3 do
      local output, code = told.use_all(sandbox.url, most % 2 == 0 and "auto" or "1.1", library,
        (alone .. "sh -c 'ulimit -n %d; exec \"$@\"' -"):format(most))
      local wrong = told.judge(output, code, { memory = true }, {})
      if most < 15 and output:find "\nworks no more\n$" then table.remove(wrong, 1) end
      assert.are.same({}, wrong, most)
    end
  end)

  it("leaves no connection behind on which another request's answer is still to come", function()
    sandbox.reset()
    sandbox.fault { fault = "latency", seconds = 0.2, method = "GET" }
    local chunk = ([[
      local numbers = require "twilio.numbers"
      local client = assert(numbers.new { base_url = %q, http_version = "1.1", retry = false })
      local _, why = client.port_ins:fetch(%q)
      local done, err = client.port_ins:cancel(%q)
      print(why.kind, done or err)
    ]]):format(sandbox.http_url, sandbox.sid("KW", 1), sandbox.sid("KW", 1))
    local environment = ("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s LD_PRELOAD=%s FAIL_LATE=1 "
      .. "FAIL_CALL=send FAIL_AT=1 FAIL_ERRNO=ENOBUFS"):format(
      sandbox.account_sid, sandbox.auth_token, library)
    assert.are.equal("network\ttrue\n", (support.run_lua(chunk, environment)))
  end)
end)
