--- The example scripts, as people run them.

local cjson = require "cjson"
local core = require "twilio.numbers.core"
local port_in_fields = require "spec.support.port_in_fields"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local input = os.tmpname()

--- Runs a script against the sandbox; `text` is its input file.
local function run(script, text, arguments, variables)
  if text then support.write_file(input, text) end
  local environment = ("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s %s"):format(
    sandbox.url, sandbox.ca_file, variables or "")
  local output, code = support.run(("%s %s examples/%s %s %s"):format(
    environment, support.lua, script, text and input or "", arguments or ""))
  for _, secret in ipairs { sandbox.auth_token, sandbox.api_secret, "Basic " } do
    assert.not_matches(secret, output, 1, true)
  end
  return output, code
end

local function sid(number) return sandbox.sid("KW", number) end

describe("check_portability.lua", function()
  before_each(sandbox.reset)

  it("prints CSV", function()
    local output, code = run("check_portability.lua", "+14155550100\n+14155522131\n+14155532137\n")
    assert.are.equal(0, code)
    assert.matches("\n+14155550100,true,,", output, 1, true)
    assert.matches("\n+14155522131,false,already_in_target_account,22131,", output, 1, true)
    assert.matches("\n+14155532137,false,port_in_already_open,22137,", output, 1, true)
  end)

  it("prints JSON, and puts errors where answers would be", function()
    sandbox.fault { fault = "html", path = "50101", status = 501 }
    local output, code = run("check_portability.lua",
      'name,phone_number\n"a",+14155550100\nb,+14155550101\n', "--json")
    assert.are.equal(3, code)
    local answers = cjson.decode(output)
    assert.is_true(answers[1].portable)
    assert.matches("HTTP 501", answers[2].error, 1, true)
  end)

  --- More numbers than are in flight at once, slow to be answered, the last one not at all.
  local function many_slow()
    local lines = {}
    for i = 1, 200 do lines[i] = ("+1415555%04d"):format(i) end
    sandbox.fault { fault = "paused", seconds = 60, path = "5550200" }
    sandbox.fault { fault = "latency", seconds = 0.2, path = "555", times = 200 }
    return table.concat(lines, "\n") .. "\n"
  end

  it("writes whole JSON when it is interrupted, and says so", function()
    local code_file = input .. ".code"
    support.write_file(input, many_slow())
    local out = code_file .. ".out"
    local environment = ("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s"):format(sandbox.url, sandbox.ca_file)
    local script = ("%s exec %s examples/check_portability.lua %s --json")
      :format(environment, support.lua, input)
    local command = "{ sh -c %s & child=$!; while kill -0 $child && ! grep -q phone_number %s; do "
      .. "sleep 0.01; done; kill -INT $child; wait $child; echo $? >%s; } >%s 2>/dev/null; cat %s"
    local output = support.run(command:format(support.quote(script), out, code_file, out, out))
    local answers = cjson.decode(output)
    assert.is_true(#answers > 0 and #answers < 200)
    assert.are.equal("7\n", support.read_file(code_file))
    os.remove(code_file)
    os.remove(out)
  end)

  it("ends quietly when its reader has enough", function()
    local said = input .. ".said"
    local numbers = many_slow()
    sandbox.clear_faults()
    sandbox.fault { fault = "paused", seconds = 60, path = "555", times = 200 }
    -- The answers come when the reader has gone, but for the last one: that is not waited for.
    local reader = [[{ head -n 1; exec <&- >/dev/null; export CURL_CA_BUNDLE=%s
      curl -fsS -X DELETE %s/_sandbox/faults
      curl -fsS -d '{"fault": "paused", "seconds": 60, "path": "5550200"}' %s/_sandbox/faults; }]]
    local began = core.now()
    local output = run("check_portability.lua", numbers, ("2>%s | %s; cat %s"):format(said,
      reader:format(sandbox.ca_file, sandbox.url, sandbox.url), said))
    os.remove(said)
    assert.matches("^phone_number,[^\n]*\n$", output)
    assert.is_true(core.now() - began < 50)
  end)

  it("tells when its output could not be written", function()
    local output, code = run("check_portability.lua", "+14155550100\n", "2>&1 >/dev/full")
    assert.are.equal(1, code)
    assert.matches("the output could not be written: No space left on device", output, 1, true)
  end)

  it("tells which library it lacks", function()
    local output, code = support.run(("LUA_PATH='./lua/?.lua' %s examples/port_ins.lua --help 2>&1")
      :format(support.lua))
    assert.are.equal(1, code)
    assert.are.equal("port_ins.lua needs argparse: "
      .. "install Debian's package lua-argparse or the rock argparse.\n", output)
  end)

  for _, script in ipairs {
    "check_portability.lua", "port_ins.lua", "cancel_port_ins.lua", "doctor.lua",
    "upload_document.lua",
  } do
    it("tells its exit codes with --help: " .. script, function()
      local output, code = run(script, nil, "--help")
      assert.are.equal(0, code)
      assert.matches("Exit codes: 0 ", output, 1, true)
    end)
  end

  for _, script in ipairs { "quickstart.sh", "openresty/desk.sh", "sandbox/sandbox.sh" } do
    it("starts no work for --help: " .. script, function()
      local output, code = support.run(("sh examples/%s --help"):format(script))
      assert.are.equal(0, code)
      assert.matches("sh examples/" .. script, output, 1, true)
      assert.not_matches("==", output, 1, true)
    end)
  end

  it("completes words in a shell", function()
    local output, code = run("check_portability.lua", nil, "--completion bash")
    assert.are.equal(0, code)
    assert.matches("--country", output, 1, true)
  end)

  it("sends nothing while a row is no phone number", function()
    local output, code = run("check_portability.lua", "phone_number\n+14155550100\n4155550101\n")
    assert.are.equal(2, code)
    assert.matches("line 3: not a phone number in E.164 format", output, 1, true)
    assert.are.same({}, sandbox.requests())
  end)
end)

describe("upload_document.lua", function()
  before_each(sandbox.reset)

  it("uploads a file, and prints the document's SID", function()
    local output, code = run("upload_document.lua", "%PDF-1.4\n", "--name 'Bill of May' </dev/null")
    assert.are.equal(0, code)
    assert.matches("^RD%x+\n$", output)
    assert.are.equal("/v1/Documents", sandbox.requests()[1].uri)
  end)

  it("tells what is wrong with a file, and sends nothing", function()
    local output, code = run("upload_document.lua", "plain text", "</dev/null")
    assert.are.equal(2, code)
    assert.matches('file: "' .. input .. '": a PDF or an image expected', output, 1, true)
    assert.are.same({}, sandbox.requests())
  end)

  it("tells a failure and refused credentials apart", function()
    sandbox.fault { fault = "no_mime_type" }
    local output, code = run("upload_document.lua", "%PDF-1.4\n", "</dev/null")
    assert.are.equal(3, code)
    assert.matches("nothing was uploaded", output, 1, true)
    sandbox.fault { fault = "error", status = 401, code = 20003 }
    assert.are.equal(4, select(2, run("upload_document.lua", "%PDF-1.4\n", "</dev/null")))
  end)
end)

--- Runs a command of port_ins.lua, with nothing on its standard input.
local function port_ins(arguments)
  return run("port_ins.lua", nil, arguments .. " </dev/null")
end

--- The values of JSON that is printed line by line.
local function lines_of(text)
  local values = {}
  for line in text:gmatch "[^\n]+" do values[#values + 1] = cjson.decode(line) end
  return values
end

describe("port_ins.lua fetch", function()
  before_each(sandbox.reset)

  it("shows a port-in and its numbers", function()
    local output, code = port_ins("fetch " .. sid(1))
    assert.are.equal(0, code)
    assert.matches("PortIn " .. sid(1) .. " (in_review, 2 numbers)", output, 1, true)
    assert.matches("+14155550111     in_review", output, 1, true)
    local text = port_ins("fetch --json " .. sid(1))
    assert.are.equal(sid(1), cjson.decode(text).port_in_request_sid)
  end)

  it("shows fields that are called like its methods", function()
    sandbox.put_port_in(sid(1), { status = "x", cancel = { "later", cjson.null } })
    local output = port_ins("fetch " .. sid(1))
    assert.matches("status +x\n", output)
    assert.matches("cancel +later, null\n", output)
  end)

  it("takes the SIDs of a spreadsheet as well, each once, and tells those that it could not fetch", function()
    support.write_file(input, ("Port-In SID;name\n%s;a\n%s;b\n"):format(sid(2), sid(0xdead)))
    local output, code = port_ins(("fetch --json --file %s %s %s 2>/dev/null"):format(input, sid(1), sid(2)))
    assert.are.equal(3, code)
    local values = lines_of(output)
    assert.are.equal(3, #values)
    assert.are.equal("In Review", values[1].port_in_request_status)
    assert.are.equal(sid(2), values[2].port_in_request_sid)
    assert.matches("HTTP 404", values[3].error, 1, true)
  end)

  it("tells misuse, an unknown SID and refused credentials apart", function()
    assert.are.equal(1, select(2, port_ins "fetch KW.."))
    assert.are.equal(1, select(2, port_ins "fetch"))
    assert.are.equal(3, select(2, port_ins("fetch " .. sid(0xdead))))
    sandbox.fault { fault = "error", status = 401, code = 20003 }
    assert.are.equal(4, select(2, port_ins("fetch " .. sid(1))))
  end)
end)

describe("port_ins.lua list", function()
  before_each(sandbox.reset)

  it("lists what fits the filters", function()
    local output, code = port_ins "list --status 'In Review' --created-after 2020-01-01 --limit 5"
    assert.are.equal(0, code)
    assert.matches("^" .. sid(1) .. "  in_review +0 of 2 ported", output)
    assert.are.equal(2, select(2, output:gsub("\n", "\n")))
  end)

  it("tells that a list is not whole, in whole JSON", function()
    sandbox.fault { fault = "error", status = 501, path = "PortInRequests" }
    local output, code = port_ins "list --json 2>/dev/null"
    assert.are.equal(3, code)
    local told = cjson.decode(output)
    assert.are.equal("api", told.kind)
    assert.matches("HTTP 501", told.error, 1, true)
    local wrong = "TWILIO_API_KEY= TWILIO_AUTH_TOKEN=" .. ("0"):rep(32)
    assert.are.equal(4, select(2, run("port_ins.lua", nil, "list", wrong)))
  end)

  it("takes each known status, and refuses others with the names there are", function()
    for _, status in ipairs(require("twilio.numbers").statuses.port_in) do
      assert.are.equal(0, select(2, port_ins("list --limit 1 --status " .. status)), status)
    end
    local output, code = port_ins "list --status typo"
    assert.are.equal(1, code)
    assert.matches("'typo' is not a status of port%-ins: action_required, .*, waiting_for_signature\n",
      output)
  end)

  it("refuses a date that is none, and sends nothing", function()
    local output, code = port_ins "list --created-after yesterday"
    assert.are.equal(1, code)
    assert.matches("^created_after: ", output)
    assert.are.same({}, sandbox.requests())
  end)
end)

describe("port_ins.lua watch", function()
  before_each(sandbox.reset)

  it("shows changes until all are at an end", function()
    local output, code = port_ins("watch --json --interval 0.05 " .. sid(9))
    assert.are.equal(0, code)
    local last = lines_of(output)
    last = last[#last]
    assert.are.same({ "canceling", "canceled" }, { last.from, last.to })
    assert.are.equal("+14155550191", last.numbers[1].phone_number)
  end)

  it("tells by 3 which were not at an end in time", function()
    local output, code = port_ins("watch --interval 0.05 --timeout 0.2 " .. sid(1))
    assert.are.equal(3, code)
    assert.matches(sid(1) .. ": not watched any longer: ", output, 1, true)
  end)
end)

describe("port_ins.lua create", function()
  local bill = input .. ".pdf"

  before_each(sandbox.reset)
  after_each(function() os.remove(bill) end)

  local function create(fields, arguments)
    support.write_file(input, cjson.encode(fields))
    support.write_file(bill, "%PDF-1.4\n")
    local output, code = port_ins(("create %s %s"):format(input, arguments or ""))
    return output, code
  end

  local function fields()
    local all = port_in_fields.sound()
    all.account_sid = nil
    return all
  end

  it("creates a port-in of the own account, with its bill", function()
    local output, code = create(fields(), "--json --bill " .. bill)
    assert.are.equal(0, code, output)
    local port_in = cjson.decode(output)
    assert.are.equal(sandbox.account_sid, port_in.account_sid)
    assert.matches("^RD%x+$", port_in.documents[#port_in.documents])
  end)

  it("tells every wrong field, and sends nothing", function()
    local wrong = fields()
    wrong.phone_numbers[1].phone_number, wrong.surprise = "4155550199", 1
    local output, code = create(wrong)
    assert.are.equal(2, code)
    assert.matches("phone_numbers[1].phone_number: ", output, 1, true)
    assert.matches("surprise: ", output, 1, true)
    assert.are.same({}, sandbox.requests())
    output, code = create(wrong, "--json 2>/dev/null")
    assert.are.equal(2, code)
    assert.are.equal(2, #cjson.decode(output).problems)
    assert.are.equal(2, select(2, create "text"))
  end)

  it("uploads no bill for wrong fields", function()
    for wrong, words in pairs {
      [{ documents = "RD" .. ("0"):rep(32) }] = "documents: a list expected, got a text",
      [{ documents = { "no SID" } }] = "documents[1]: ", [{ surprise = 1 }] = "surprise: ",
      [{ documents = { a = 1 } }] = "documents: ",
    } do
      local all = fields()
      for name, value in pairs(wrong) do all[name] = value end
      local output, code = create(all, "--bill " .. bill)
      assert.are.equal(2, code, output)
      assert.matches(words, output, 1, true)
      assert.are.same({}, sandbox.requests())
    end
  end)

  it("waits for the answer to what was sent at the first Ctrl-C, and tells the outcome", function()
    support.write_file(input, cjson.encode(fields()))
    sandbox.fault { fault = "paused", seconds = 60, method = "POST", path = "PortIn" }
    local log = input .. ".log"
    local output, code = support.run(([[
      export TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s TWILIO_LOG=debug
      %s examples/port_ins.lua create %s 2>%s & child=$!
      while kill -0 $child && ! grep -qs POST %s; do sleep 0.05; done
      kill -INT $child
      while kill -0 $child && ! grep -qs 'Waiting for the answer' %s; do sleep 0.05; done
      curl -fsS --cacert %s -X DELETE %s/_sandbox/faults >/dev/null
      wait $child]]):format(sandbox.url, sandbox.ca_file, support.lua, input, log, log, log, sandbox.ca_file,
      sandbox.url))
    os.remove(log)
    assert.are.equal(0, code)
    assert.matches("^KW%x+  in_review\n", output)
  end)

  it("tells what to do after a lost answer, and that the bill is there", function()
    sandbox.fault { fault = "reset_after", method = "POST", path = "PortIn" }
    local output, code = create(fields(), "--bill " .. bill)
    assert.are.equal(3, code)
    assert.matches("It may have been created. Before another try look for it: lua examples/port_ins.lua list",
      output, 1, true)
    assert.matches("The bill is uploaded: give RD%x+ in documents", output)
  end)
end)

describe("local_sandbox.lua", function()
  local folder = input .. ".sandbox"

  after_each(function()
    run("local_sandbox.lua", nil, "stop " .. folder)
    support.run("rm -rf " .. folder)
  end)

  it("starts a sandbox, and has programs use it", function()
    local script = ('eval "$(%s examples/local_sandbox.lua start %s 2>/dev/null)" && '
      .. "%s examples/port_ins.lua fetch %s"):format(support.lua, folder, support.lua, sid(1))
    local output, code = support.run(script)
    assert.are.equal(0, code, output)
    assert.matches("PortIn " .. sid(1), output, 1, true)
    assert.are.equal(0, select(2, run("local_sandbox.lua", nil, "stop " .. folder)))
    local told, ended = run("local_sandbox.lua", nil, "env " .. folder)
    assert.are.equal(3, ended)
    assert.matches("no sandbox runs in " .. folder, told, 1, true)
  end)

  it("says what it lacks", function()
    local bare = folder .. ".bin"
    local links = "mkdir %s; for tool in sh mkdir dirname sed rm cat; do ln -s $(command -v $tool) %s; done"
    support.run(links:format(bare, bare))
    local output, code = support.run(("PATH=%s %s examples/local_sandbox.lua start %s"):format(
      bare, support.run("command -v " .. support.lua):match "%S+", folder))
    support.run("rm -rf " .. bare)
    assert.are.equal(3, code)
    assert.matches("is not there: install nginx-light, libnginx-mod-http-lua, lua-cjson, openssl and curl",
      output, 1, true)
  end)
end)
