--- The body of an upload: what is checked before anything is sent.

local support = require "spec.support"
local upload = require "twilio.numbers.api.upload"

local MOST = 10 * 1024 * 1024

describe("the body of an upload", function()
  local folder

  before_each(function() folder = support.run "mktemp -d":gsub("%s+$", "") end)
  after_each(function() support.run("rm -rf " .. support.quote(folder)) end)

  local function file(name, text)
    support.write_file(folder .. "/" .. name, text)
    return folder .. "/" .. name
  end

  local function fields(more)
    local all = { document_type = "utility_bill", content = "%PDF-1.4\n" }
    for name, value in pairs(more or {}) do all[name] = value or nil end
    return all
  end

  --- The problems' paths, and their messages by path.
  local function problems(given)
    local content, err = upload.make("CreateDocument", given)
    assert.is_nil(content)
    assert.are.same({ "invalid", "not_sent", 0 }, { err.kind, err.outcome, err.attempts })
    local paths, messages = {}, {}
    for i, problem in ipairs(err.problems) do
      paths[i], messages[problem.path] = problem.path, problem.message
    end
    return paths, messages, tostring(err)
  end

  it("has the fields as parts, and the file as the part File", function()
    local path = file("bill of may.pdf", "%PDF-1.4\nbill")
    local content = assert(upload.make("CreateDocument",
      { document_type = "utility_bill", friendly_name = "Müller", file = path }))
    local multipart = content.multipart
    assert.are.same({
      { name = "document_type", text = "utility_bill" }, { name = "friendly_name", text = "Müller" },
    }, multipart.fields)
    assert.are.same({ "File", "bill of may.pdf", "application/pdf" },
      { multipart.name, multipart.file_name, multipart.type })
    assert.are.equal(13, multipart.source:size())
    assert.are.same({ document_type = "utility_bill" }, content.values)
    multipart.source:close()
  end)

  it("takes content instead, and names it by its type", function()
    local multipart = assert(upload.make("CreateDocument", fields { content = "\255\216\255\224" })).multipart
    assert.are.same({ "document.jpg", "image/jpeg" }, { multipart.file_name, multipart.type })
    multipart = assert(upload.make("CreateDocument", fields { file_name = "May.pdf" })).multipart
    assert.are.equal("May.pdf", multipart.file_name)
  end)

  it("has a clean name for a file whose own is not", function()
    local path = file("a\nb\255.pdf", "%PDF-1.4")
    local multipart = assert(upload.make("CreateDocument", fields { content = false, file = path })).multipart
    assert.are.equal("document.pdf", multipart.file_name)
    multipart.source:close()
  end)

  it("takes a MIME type for a file whose first bytes are of no kind that is known", function()
    local multipart = assert(upload.make("CreateDocument",
      fields { content = "BM....", mime_type = "image/bmp" })).multipart
    assert.are.equal("image/bmp", multipart.type)
    assert.are.equal("image/png", assert(upload.make("CreateDocument",
      fields { content = "\137PNG\r\n\26\n", mime_type = "image/png" })).multipart.type)
  end)

  it("is refused for a file that cannot be sent, which is named with the reason", function()
    file("empty.pdf", "")
    support.run("mkfifo " .. support.quote(folder .. "/pipe"))
    for path, reason in pairs {
      [folder .. "/none.pdf"] = "it cannot be read, there is no such file",
      [folder .. "/empty.pdf/x"] = "it cannot be read, there is no such file",
      [folder] = "it cannot be read, it is a directory",
      [folder .. "/pipe"] = "it cannot be read, it is no regular file",
      [folder .. "/empty.pdf"] = "it is empty",
      [folder .. "/" .. ("x"):rep(300)] = "it cannot be read, its name is too long",
    } do
      local paths, messages, text = problems(fields { content = false, file = path })
      assert.are.same({ "file" }, paths)
      assert.matches(": " .. reason .. "$", messages.file)
      assert.matches('file: "' .. path:sub(1, 100), text, 1, true)
      assert.matches("Nothing was sent", text, 1, true)
    end
  end)

  it("is refused above 10 MB, and not below", function()
    local path = file("large.pdf", "%PDF-" .. ("x"):rep(MOST - 4))
    local paths, messages = problems(fields { content = false, file = path })
    assert.are.same({ "file" }, paths)
    assert.matches("at most 10 MB (10485760 bytes) expected, got 10485761 bytes", messages.file, 1, true)
    paths, messages = problems(fields { content = "%PDF-" .. ("x"):rep(MOST - 4) })
    assert.are.same({ "content" }, paths)
    assert.are.equal("at most 10 MB (10485760 bytes) expected, got 10485761 bytes", messages.content)
    file("large.pdf", "%PDF-" .. ("x"):rep(MOST - 5))
    assert(upload.make("CreateDocument", fields { content = false, file = path })).multipart.source:close()
  end)

  it("is refused for what is neither a PDF nor an image", function()
    local paths, messages = problems(fields { content = false, file = file("a.pdf", "<html>") })
    assert.are.same({ "file" }, paths)
    assert.matches("a PDF or an image expected, its first bytes are of neither$", messages.file)
    assert.are.same({ "content" }, (problems(fields { content = "PK\3\4" })))
    for wrong, message in pairs {
      ["text/plain"] = 'expected, got "text/plain"', ["application/pdf\r\nX: y"] = "line break",
      [1] = "got a number", ["image/png"] = "the file's first bytes are those of application/pdf",
    } do
      paths, messages = problems(fields { mime_type = wrong })
      assert.are.same({ "mime_type" }, paths)
      assert.matches(message, messages.mime_type, 1, true)
    end
  end)

  it("needs a file or content, and not both", function()
    assert.are.same({ "file" }, (problems(fields { content = false })))
    assert.are.same({ "content" }, (problems(fields { file = file("a.pdf", "%PDF-1.4") })))
    assert.are.same({ "content" }, (problems(fields { content = "" })))
    assert.are.same({ "file" }, (problems(fields { content = false, file = "a\0b" })))
    assert.are.same({ "file" }, (problems(fields { content = false, file = 1 })))
  end)

  it("tells every problem at once", function()
    local paths = problems { document_type = "passport", friendly_name = "a\nb", file_name = ("x"):rep(256),
      mime_type = "text/plain", path = "a.pdf" }
    assert.are.same({ "document_type", "friendly_name", "file_name", "mime_type", "path", "file" }, paths)
    assert.are.same({ "document_type", "file" }, (problems {}))
  end)

  it("leaves no file open where it is refused", function()
    local own = support.read_file("/proc/self/stat"):match "^%d+"
    local path = file("refused.pdf", "<html>")
    for _ = 1, 5 do upload.make("CreateDocument", fields { content = false, file = path }) end
    assert.not_matches("refused.pdf", support.run("ls -l /proc/" .. own .. "/fd"), 1, true)
    local content = upload.make("CreateDocument",
      fields { content = false, file = path, mime_type = "image/x" })
    assert.matches("refused.pdf", support.run("ls -l /proc/" .. own .. "/fd"), 1, true)
    content.multipart.source:close()
    assert.not_matches("refused.pdf", support.run("ls -l /proc/" .. own .. "/fd"), 1, true)
  end)
end)
