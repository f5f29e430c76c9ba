--- Uploading documents on the wire: what is sent, where to, how often, and what is said of a lost answer.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local MB = 1024 * 1024

describe("an upload", function()
  local folder, path, client

  setup(function()
    folder = support.run "mktemp -d":gsub("%s+$", "")
    path = folder .. "/bill of may.pdf"
  end)

  teardown(function() support.run("rm -rf " .. support.quote(folder)) end)

  before_each(function()
    support.write_file(path, "%PDF-1.4\n" .. ("x"):rep(9 * MB - 9))
    client = sandbox.fresh_client { retry = { attempts = 3, base = 0.01, cap = 5 } }
  end)

  after_each(function() client:close() end)

  local function fields(more)
    local all = { document_type = "utility_bill", friendly_name = "Müller \"May\"", file = path }
    for name, value in pairs(more or {}) do all[name] = value or nil end
    return all
  end

  local function posts()
    local count = 0
    for _, request in ipairs(sandbox.requests()) do
      if request.method == "POST" then count = count + 1 end
    end
    return count
  end

  for version, options in pairs { ["HTTP/2.0"] = {}, ["HTTP/1.1"] = { http_version = "1.1" } } do
    it("of 9 MB by " .. version .. " arrives whole, with its progress", function()
      client:close()
      client = sandbox.client(options)
      local told = {}
      local document = assert(client.documents:create(fields(), { progress = function(sent, total)
        told[#told + 1] = sent
        assert.are.equal(9 * MB, total)
      end }))
      assert.matches("^RD%x+$", document.sid)
      assert.are.same({ "utility_bill", 'Müller "May"', "application/pdf", sandbox.account_sid },
        { document.document_type, document.friendly_name, document.mime_type, document.account_sid })
      assert.are.same({ 0, 9 * MB }, { told[1], told[#told] })
      local requests = sandbox.requests()
      assert.are.equal(1, #requests)
      local request = requests[1]
      assert.are.same({ "POST", "/v1/Documents", version, true },
        { request.method, request.uri, request.protocol, request.authorized })
      assert.matches("^multipart/form%-data; boundary=", request.content_type)
      assert.is_true(tonumber(request.body:match "^(%d+) bytes$") > 9 * MB)
      assert.matches("^twilio%-numbers%-lua/", request.user_agent)
    end)

    it("by " .. version .. " tells its progress from zero on, also on a connection that stands", function()
      client:close()
      client = sandbox.client(options)
      assert(client.documents:create(fields()))
      local told = {}
      assert(client.documents:create(fields(), { progress = function(sent) told[#told + 1] = sent end }))
      assert.are.same({ 0, 9 * MB }, { told[1], told[#told] })
    end)

    it("by " .. version .. " is repeated after 429, from the first byte", function()
      client:close()
      client = sandbox.client { http_version = options.http_version,
        retry = { attempts = 3, base = 0.01, cap = 5 } }
      sandbox.fault { fault = "rate_limit", times = 2 }
      assert(client.documents:create(fields()))
      assert.are.equal(3, posts())
    end)
  end

  it("takes content and images", function()
    local document = assert(client.documents:create(
      fields { file = false, content = "\137PNG\r\n\26\n" .. ("\0"):rep(100) }))
    assert.are.equal("image/png", document.mime_type)
  end)

  it("is not repeated after an answer that is lost, or of no use, and is uncertain then", function()
    for _, rule in ipairs {
      { fault = "reset_after" }, { fault = "reset_before" }, { fault = "cut" }, { fault = "html" },
      { fault = "error", status = 500, code = 20500, message = "Sorry" }, { fault = "empty", status = 201 },
      { fault = "malformed", status = 201, body = "{" },
      { fault = "redirect", status = 307, location = sandbox.url .. "/v1/Documents" },
      { fault = "redirect", status = 308, location = sandbox.http_url .. "/v1/Documents" },
    } do
      sandbox.reset()
      rule.times, rule.path = 3, "/v1/Documents"
      sandbox.fault(rule)
      local document, err = client.documents:create(fields { file = false, content = "%PDF-1.4" })
      assert.is_nil(document)
      assert.are.equal("uncertain", err.outcome, rule.fault)
      assert.are.equal(1, posts(), rule.fault)
      assert.matches("uploading it again makes another document", tostring(err), 1, true)
    end
  end)

  it("whose answer has no MIME type has failed", function()
    for _, as in ipairs { "empty", "absent" } do
      sandbox.fault { fault = "no_mime_type", as = as }
      local document, err = client.documents:create(fields { file = false, content = "%PDF-1.4" })
      assert.is_nil(document)
      assert.are.same({ "unreadable", "refused", 201 }, { err.kind, err.outcome, err.http_status })
      assert.matches("nothing was uploaded", tostring(err), 1, true)
    end
  end)

  it("ends with its deadline, and is uncertain then", function()
    assert(client.documents:create(fields())) -- a connection is there
    sandbox.fault { fault = "paused", path = "/v1/Documents" }
    local document, err = client.documents:create(fields(), { deadline = 3 })
    sandbox.clear_faults()
    assert.is_nil(document)
    assert.are.same({ "timeout", "uncertain" }, { err.kind, err.outcome })
  end)

  it("is refused by the API with its error", function()
    sandbox.fault { fault = "error", status = 401, code = 20003, message = "Authenticate" }
    local document, err = client.documents:create(fields())
    assert.is_nil(document)
    assert.are.same({ 401, "refused" }, { err.http_status, err.outcome })
  end)

  it("of a file that becomes shorter while it is sent is an error, and never arrives whole", function()
    local function shorten() support.write_file(path, "%PDF-1.4") end
    local document, err = client.documents:create(fields(), { progress = function(sent)
      if sent == 0 then shorten() end
    end })
    assert.is_nil(document)
    assert.are.same({ "file", "uncertain" }, { err.kind, err.outcome })
    assert.matches('"' .. path .. '": it became shorter after it was opened', tostring(err), 1, true)
    assert.matches("It may or may not have been uploaded", tostring(err), 1, true)
    assert.is_true(posts() <= 1)
    assert(client.documents:create(fields())) -- the client is as good as before
  end)

  it("of a file that changes before another attempt is an error, and that attempt is not sent", function()
    client:close()
    client = sandbox.client { retry = { attempts = 3, base = 0.01, cap = 5 },
      on_retry = function() support.write_file(path, "%PDF-1.4") end }
    sandbox.fault { fault = "rate_limit" }
    local document, err = client.documents:create(fields())
    assert.is_nil(document)
    assert.are.same({ "file", "refused" }, { err.kind, err.outcome })
    assert.are.equal(1, posts())
  end)

  it("is not begun for a file that cannot be sent", function()
    for wrong, message in pairs {
      [folder .. "/none.pdf"] = "there is no such file", [folder] = "it is a directory",
    } do
      local document, err = client.documents:create(fields { file = wrong })
      assert.is_nil(document)
      assert.are.same({ "invalid", "not_sent", "file" }, { err.kind, err.outcome, err.problems[1].path })
      assert.matches('"' .. wrong .. '": it cannot be read, ' .. message, tostring(err), 1, true)
    end
    assert.are.same({}, sandbox.requests())
  end)

  it("does not hold up other calls, nor they it, in tasks side by side", function()
    local functions = {}
    for i = 1, 3 do
      functions["upload" .. i] = function() return client.documents:create(fields()) end
      functions["fetch" .. i] = function() return client.port_ins:fetch(sandbox.sid("KW", i)) end
    end
    local results, errors = client:gather(functions)
    assert.are.same({}, errors)
    local sids = {}
    for i = 1, 3 do
      assert.are.equal(sandbox.sid("KW", i), results["fetch" .. i]:sid())
      sids[results["upload" .. i].sid] = true
    end
    local count = 0
    for _ in pairs(sids) do count = count + 1 end
    assert.are.equal(3, count)
  end)

  it("to a host that does not answer leaves calls of the API alone, whichever begins first", function()
    for first, second in pairs { upload = "fetch", fetch = "upload" } do
      client:close()
      client = sandbox.client { upload_base_url = "https://127.0.0.1:1" }
      local calls = {
        upload = function() return client.documents:create(fields()) end,
        fetch = function() return client.port_ins:fetch(sandbox.sid("KW", 1)) end,
      }
      local results, errors = client:gather { calls[first], calls[second] }
      local of_upload, of_fetch = first == "upload" and 1 or 2, first == "upload" and 2 or 1
      assert.are.equal(sandbox.sid("KW", 1), assert(results[of_fetch], errors[of_fetch]):sid())
      assert.are.same({ "network", "not_sent" }, { errors[of_upload].kind, errors[of_upload].outcome })
    end
  end)

  it("goes to the host for uploads, and nothing else does", function()
    client:close()
    client = sandbox.client { base_url = sandbox.url, upload_base_url = sandbox.http_url }
    assert(client.documents:create(fields()))
    assert(client.port_ins:fetch(sandbox.sid("KW", 1)))
    local hosts = {}
    for i, request in ipairs(sandbox.requests()) do hosts[i] = request.uri .. " " .. request.host end
    assert.are.same({
      "/v1/Documents " .. sandbox.http_url:match "//(.*)$",
      "/v1/Porting/PortIn/" .. sandbox.sid("KW", 1) .. " " .. sandbox.url:match "//(.*)$",
    }, hosts)
  end)

  it("leaves no file open, however it ends", function()
    local own = support.read_file("/proc/self/stat"):match "^%d+"
    local function open_files()
      return select(2, support.run("ls -l /proc/" .. own .. "/fd"):gsub("bill of may", ""))
    end
    assert(client.documents:create(fields()))
    assert.are.equal(0, open_files())
    for _, fault in ipairs { "reset_before", "html" } do
      sandbox.fault { fault = fault, path = "/v1/Documents" }
      client.documents:create(fields())
      assert.are.equal(0, open_files())
    end
    collectgarbage "stop" -- a busy program has no time to wait for it
    finally(function() collectgarbage "restart" end)
    for _, options in ipairs { { unknown = 1 }, { timeout = "1" }, { headers = { ["X-A"] = "\n" } } } do
      assert.has_error(function() client.documents:create(fields(), options) end)
    end
    assert.are.equal(0, open_files())
    local full = sandbox.client { concurrency = 1, max_waiting = 1 }
    local uploads = {}
    for i = 1, 9 do uploads[i] = function() return full.documents:create(fields()) end end
    local _, errs = full:gather(uploads)
    assert.are.equal("busy", errs[9].kind)
    assert.are.equal(0, open_files())
    full:close()
    assert.has_error(function() full.documents:create(fields()) end)
    assert.are.equal(0, open_files())
  end)

  it("of 9 MB needs no memory of that size", function()
    local function peak()
      return tonumber(support.read_file("/proc/self/status"):match "VmHWM:%s*(%d+) kB")
    end
    assert(client.documents:create(fields { file = false, content = "%PDF-1.4" })) -- connections, TLS
    local function forget_peak()
      local file = io.open("/proc/self/clear_refs", "wb")
      return file and file:write "5" and file:close()
    end
    if not forget_peak() then return pending "the peak of memory cannot be reset here" end
    local before = peak()
    for _ = 1, 5 do assert(client.documents:create(fields())) end
    assert.is_true(peak() - before < 4096, ("%d KB more"):format(peak() - before))
  end)
end)

describe("where an upload goes", function()
  local function says(options, environment)
    local chunk = ([[
      local ok, client = pcall(require "twilio.numbers".new, %s)
      print(ok and client.upload_base_url or client)
    ]]):format(options)
    return (support.run_lua(chunk, ("TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s %s"):format(
      sandbox.account_sid, sandbox.auth_token, environment or "")):gsub("\n$", ""))
  end

  local function variable(url) return "TWILIO_NUMBERS_UPLOAD_BASE_URL=" .. url end

  it("is the real API only beside the real API", function()
    assert.are.equal("https://numbers-upload.twilio.com", says "{}")
    assert.are.equal("https://127.0.0.1:1", says "{ base_url = 'https://127.0.0.1:1' }")
    assert.matches("TWILIO_NUMBERS_UPLOAD_BASE_URL: it leads to the real API, and base_url",
      says("{ base_url = 'https://127.0.0.1:1' }", variable "https://numbers-upload.twilio.com"), 1, true)
    assert.are.equal("https://127.0.0.1:2",
      says("{ base_url = 'https://127.0.0.1:1' }", variable "https://127.0.0.1:2"))
  end)

  it("is refused in plain HTTP to another machine, as base URLs are", function()
    assert.matches("upload_base_url: .*plain http:// is only for this machine",
      says "{ upload_base_url = 'http://example.com' }")
    assert.matches("TWILIO_NUMBERS_UPLOAD_BASE_URL: plain http://",
      says("{}", variable "http://example.com"), 1, true)
  end)
end)
