--- Uploading documents: one POST to the host for uploads, and no wrong word about a lost answer.

local fake = require "spec.support.fake_transport"
local null = require("twilio.numbers.core").null

local RD = "RD" .. ("a"):rep(32)

local function fields()
  return { document_type = "utility_bill", content = "%PDF-1.4\n" .. ("x"):rep(991) }
end

local function uploaded(more)
  local object = { sid = RD, document_type = "utility_bill", mime_type = "application/pdf", status = "DRAFT" }
  for name, value in pairs(more or {}) do object[name] = value end
  return object
end

local function answer(status, object, more)
  return function()
    local response = { status = status, object = object }
    for name, value in pairs(more or {}) do response[name] = value end
    return response
  end
end

describe("client.documents:create", function()
  it("sends one POST to the host for uploads, and gives the document", function()
    for _, status in ipairs { 201, 200 } do
      local client, transport = fake.client(answer(status, uploaded()))
      local document = assert(client.documents:create(fields()))
      assert.are.same({ RD, "application/pdf" }, { document.sid, document.mime_type })
      assert.are.equal("Document " .. RD .. " (utility_bill, DRAFT)", tostring(document))
      assert.are.same({ "https://numbers-upload.twilio.com/v1/Documents" }, transport.urls)
      local request = transport.requests[1]
      assert.are.same({ "POST", nil, "File" }, { request.method, request.body, request.multipart.name })
    end
  end)

  it("sends nothing but uploads there, and uploads nowhere else", function()
    for options, urls in pairs {
      [{ edge = "sydney" }] = { "https://numbers-upload.sydney.us1.twilio.com/v1/Documents",
        "https://numbers.sydney.us1.twilio.com/v1/Porting/Configuration/Webhook" },
      [{ base_url = "https://localhost:1" }] = { "https://localhost:1/v1/Documents",
        "https://localhost:1/v1/Porting/Configuration/Webhook" },
      [{ upload_base_url = "https://localhost:1" }] = { "https://localhost:1/v1/Documents",
        "https://numbers.twilio.com/v1/Porting/Configuration/Webhook" },
    } do
      local client, transport = fake.client(answer(200, {}), options)
      client.documents:create(fields())
      client.webhook_configuration:fetch()
      assert.are.same(urls, transport.urls)
      assert.are.equal(urls[1], client.upload_base_url .. "/v1/Documents")
    end
  end)

  it("takes an answer without a MIME type for what it is: nothing was uploaded", function()
    for _, mime_type in ipairs { "", null, false } do
      local object = uploaded()
      object.mime_type = mime_type or nil
      local client, transport = fake.client(answer(201, object))
      local document, err = client.documents:create(fields())
      assert.is_nil(document)
      assert.are.same({ "unreadable", "refused", 201 }, { err.kind, err.outcome, err.http_status })
      assert.matches("nothing was uploaded: " .. RD .. " has no mime_type", tostring(err), 1, true)
      assert.are.equal(1, #transport.requests)
    end
  end)

  it("does not know the outcome where no whole answer came, and does not send it again", function()
    for _, lost in ipairs {
      { kind = "network", message = "the connection broke" }, { kind = "timeout", message = "no answer" },
      { kind = "file", message = "it became shorter" },
      { status = 500 }, { status = 503 }, { status = 408 }, { status = 302 },
      { status = 202, object = uploaded() },
      { status = 201, object = uploaded { sid = null } }, { status = 201, object = uploaded { sid = "RD1" } },
      { status = 201, object = uploaded { document_type = "passport" } },
      { status = 201, object = { status = "ok" } },
    } do
      local client, transport = fake.client(function() return lost end)
      local document, err = client.documents:create(fields())
      assert.is_nil(document)
      assert.are.equal("uncertain", err.outcome)
      assert.are.equal(1, #transport.requests)
      assert.matches("It may or may not have been uploaded: uploading it again makes another document",
        tostring(err), 1, true)
      assert.not_matches("list what there is", tostring(err), 1, true)
    end
  end)

  it("names the file that changed while it was sent", function()
    local client = fake.client(answer(nil, nil, { kind = "file", message = "it became shorter" }))
    local _, err = client.documents:create(fields())
    assert.are.equal("file", err.kind)
    assert.matches("the content: it became shorter after it was opened", tostring(err), 1, true)
  end)

  it("is refused by the API with its error", function()
    local client = fake.client(answer(400, { code = 20001, message = "Invalid parameter: File" }))
    local _, err = client.documents:create(fields())
    assert.are.same({ "api", 20001, "refused" }, { err.kind, err.code, err.outcome })
  end)

  it("raises at the user's line for misuse, and sends nothing", function()
    local client, transport = fake.client(answer(201, uploaded()))
    for _, call in ipairs {
      function() client.documents:create "bill.pdf" end,
      function() client.documents:create() end,
      function() client.documents:create(fields(), { progress = true }) end,
      function() client.documents:create(fields(), { progres = print }) end,
      function() client.port_ins:fetch(fake.sid(1), { progress = print }) end,
    } do
      local ok, why = pcall(call)
      assert.is_false(ok)
      assert.matches("^[^:]*documents_spec%.lua:%d+: ", why)
    end
    assert.are.equal(0, #transport.requests)
  end)
end)

describe("the progress of an upload", function()
  it("is told at the beginning, ten times a second, and at the end", function()
    local client = fake.client(answer(201, uploaded(), { after = 0.4 }))
    local told = {}
    assert(client.documents:create(fields(), { progress = function(sent, total)
      told[#told + 1] = sent
      assert.are.equal(1000, total)
    end }))
    assert.are.equal(0, told[1])
    assert.are.equal(1000, told[#told])
    assert.is_true(#told >= 4 and #told <= 6)
    for i = 2, #told do assert.is_true(told[i] > told[i - 1]) end
  end)

  it("begins anew with another attempt", function()
    local client = fake.client(function(request)
      if request.attempt == 1 then return { status = 429, after = 0.2, retry = 1 } end
      return { status = 201, object = uploaded(), after = 0.2 }
    end)
    local told = {}
    assert(client.documents:create(fields(), { progress = function(sent) told[#told + 1] = sent end }))
    local falls = 0
    for i = 2, #told do if told[i] < told[i - 1] then falls = falls + 1 end end
    assert.are.same({ 0, 1, 1000 }, { told[1], falls, told[#told] })
  end)

  it("that raises disturbs no upload: the client's next call raises it", function()
    local client, transport = fake.client(answer(201, uploaded(), { after = 1 }))
    local calls = 0
    local document = assert(client.documents:create(fields(), { progress = function()
      calls = calls + 1
      error "no terminal"
    end }))
    assert.are.same({ RD, 1, 1 }, { document.sid, calls, #transport.requests })
    local ok, why = pcall(client.documents.create, client.documents, fields())
    assert.is_false(ok)
    assert.matches("progress raised: .*no terminal", why)
    assert(client.documents:create(fields()))
  end)

  it("is that of each upload where several go side by side", function()
    local client = fake.client(answer(201, uploaded(), { after = 0.3 }))
    local told = { a = {}, b = {} }
    local function upload(name)
      return function()
        return client.documents:create(fields(), { progress = function(sent)
          told[name][#told[name] + 1] = sent
          if name == "a" then error("a", 0) end
        end })
      end
    end
    local results, errors = client:gather { a = upload "a", b = upload "b" }
    assert.are.same({}, errors)
    assert.are.same({ RD, RD }, { results.a.sid, results.b.sid })
    assert.are.same({ 1, 1000 }, { #told.a, told.b[#told.b] })
    assert.has_error(function() client:close() end, "progress raised: a")
  end)

  it("ends with a client that is closed by it", function()
    local client = fake.client(answer(201, uploaded(), { after = 1 }))
    local document, err = client.documents:create(fields(), { progress = function() client:close() end })
    assert.is_nil(document)
    assert.are.same({ "closed", "uncertain" }, { err.kind, err.outcome })
  end)
end)
