--- Inside nginx: an upload does not stop the worker.

local nginx = require "spec.support.nginx"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local SERVER = [[
  location = /upload { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local told = {}
    local document, err = app.shared.documents:create(
      { document_type = "utility_bill", file = ngx.var.arg_path },
      { progress = function(sent, total)
        told[#told + 1] = sent == 0 and "nothing" or sent == total and "all" or "some"
        if ngx.var.arg_raise then error "a bug\nin it" end
      end })
    app.say(document and document.mime_type, err)
    ngx.print(told[1], " ", told[#told])
  } }
  location = /fetch { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    app.say(app.shared.port_ins:fetch(app.kw(1)))
  } }
]]

describe("inside nginx, an upload", function()
  local server, path

  setup(function()
    server = nginx.start { server = SERVER }
    path = os.tmpname()
    support.write_file(path, "%PDF-1.4\n" .. ("x"):rep(9 * 1024 * 1024))
  end)

  teardown(function()
    server:stop()
    os.remove(path)
  end)

  before_each(sandbox.reset)

  it("of 9 MB goes through, and tells its progress", function()
    assert.are.same({ 200, "application/pdf\nnothing all" }, { server:get("/upload?path=" .. path) })
  end)

  it("does not stop the worker while its answer is awaited", function()
    sandbox.fault { fault = "paused", path = "/v1/Documents" }
    local upload = server:send("/upload?path=" .. path)
    assert.is_true(server:eventually(function()
      server:step()
      return #sandbox.requests() > 0
    end))
    local status, body = server:get "/fetch"
    assert.are.equal(200, status)
    assert.matches("^PortIn ", body)
    sandbox.clear_faults()
    assert.are.same({ 200, "application/pdf\nnothing all" }, { server:finish(upload) })
  end)

  it("whose progress raises goes through; that is logged, and no other request's failure", function()
    assert.are.same({ 200, "application/pdf\nnothing nothing" },
      { server:get("/upload?raise=1&path=" .. path) })
    assert.matches("progress raised: [^\n]*a bug in it", server:log())
    assert.are.equal(200, (server:get "/fetch"))
  end)

  it("of a file that is missing tells so", function()
    local _, body = server:get "/upload?path=/tmp/none.pdf"
    assert.matches('error: .*"/tmp/none.pdf": it cannot be read, there is no such file', body)
  end)
end)
