--- The example scripts, as people run them.

local cjson = require "cjson"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local input = os.tmpname()

--- Runs a script against the sandbox; `text` is its input file.
local function run(script, text, arguments)
  if text then support.write_file(input, text) end
  local environment = ("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s"):format(
    sandbox.url, sandbox.ca_file)
  local output, code = support.run(("%s %s examples/%s %s %s"):format(
    environment, support.lua, script, text and input or "", arguments or ""))
  for _, secret in ipairs { sandbox.auth_token, sandbox.api_secret, "Basic " } do
    assert.not_matches(secret, output, 1, true)
  end
  return output, code
end

local function sid(number) return sandbox.sid("KW", number) end

local function deletes()
  local list = {}
  for _, request in ipairs(sandbox.requests()) do
    if request.method == "DELETE" then list[#list + 1] = request.uri:match "[^/]+$" end
  end
  return list
end

describe("cancel_port_ins.lua", function()
  before_each(sandbox.reset)

  it("changes nothing unless told to apply", function()
    local output, code = run("cancel_port_ins.lua", "port_in_request_sid\n" .. sid(1) .. "\n")
    assert.are.equal(0, code)
    assert.matches(sid(1) .. "  to cancel", output, 1, true)
    assert.matches("Nothing was changed", output, 1, true)
    assert.are.same({}, deletes())
  end)

  it("cancels what can be cancelled, and confirms each by GET", function()
    local output, code = run("cancel_port_ins.lua", "port_in_request_sid\r\n" .. sid(1) .. "\r\n"
      .. sid(5) .. "\r\n" .. sid(7) .. "\r\n" .. sid(2) .. "\r\n", "--apply")
    assert.are.equal(0, code)
    assert.are.same({ sid(1), sid(2) }, deletes())
    assert.matches(sid(1) .. "  canceled", output, 1, true)
    assert.matches(sid(5) .. "  keep       already completed", output, 1, true)
    assert.matches("2 canceled, 0 not confirmed, 0 not cancelled, 2 kept, 0 with problems", output,
      1, true)
  end)

  it("reads columns, quotes, CRLF, blank lines, a byte order mark, duplicates", function()
    local output, code = run("cancel_port_ins.lua", "\239\187\191note,\"the \"\"sid\"\"\"\r\n"
      .. '"a, b\r\nc",' .. sid(1) .. "\r\n\r\n  \r\nx, " .. sid(2) .. " \r\ny," .. sid(1),
      "--column 'the \"sid\"'")
    assert.are.equal(0, code)
    assert.matches("2 port-ins of", output, 1, true)
    assert.matches("line 7: " .. sid(1) .. " again, as in line 2", output, 1, true)
  end)

  it("takes bare SIDs, one a line", function()
    local output, code = run("cancel_port_ins.lua", sid(1) .. "\n" .. sid(2) .. "\n")
    assert.are.equal(0, code)
    assert.matches("2 port-ins of", output, 1, true)
  end)

  it("sends nothing while a row is bad, unless bad rows are to be skipped", function()
    local text = "port_in_request_sid\n" .. sid(1) .. "\nKW..\n\"" .. sid(2) .. "\"\n\n''\n"
    local output, code = run("cancel_port_ins.lua", text, "--apply")
    assert.are.equal(2, code)
    assert.matches('line 3: not a port-in SID: "KW.."', output, 1, true)
    assert.matches('line 6: not a port-in SID', output, 1, true)
    assert.matches("2 bad rows: nothing was sent", output, 1, true)
    assert.are.same({}, sandbox.requests())
    output, code = run("cancel_port_ins.lua", text, "--apply --skip-invalid")
    assert.are.equal(0, code, output)
    assert.are.same({ sid(1), sid(2) }, deletes(), output)
  end)

  it("says what is wrong with a file", function()
    for text, complaint in pairs {
      [""] = "the file has no rows",
      ["a,b\n1,2\n"] = "there is no column 'port_in_request_sid', only: a, b",
      ["port_in_request_sid\n"] = "there is nothing to do",
      ['port_in_request_sid\n"KW'] = "line 2: a quoted field is not closed",
      ['port_in_request_sid\n"KW"x\n'] = "line 2: text follows a quoted field",
    } do
      local output, code = run("cancel_port_ins.lua", text, "--apply")
      assert.are.equal(2, code)
      assert.matches(complaint, output, 1, true)
    end
    assert.are.equal(1, select(2, run("cancel_port_ins.lua", nil, "/nonexistent.csv")))
    assert.are.equal(1, select(2, run("cancel_port_ins.lua", nil, "")))
    assert.are.equal(1, select(2, run("cancel_port_ins.lua", nil, "a.csv --aply")))
    assert.are.equal(0, select(2, run("cancel_port_ins.lua", nil, "--help")))
    assert.are.same({}, sandbox.requests())
  end)

  it("reads standard input, passes over empty rows, refuses two columns of one name", function()
    support.write_file(input, "port_in_request_sid,b\n,,\n" .. sid(1) .. ",a\n ,\n")
    local output, code = run("cancel_port_ins.lua", nil, "- <" .. input)
    assert.are.equal(0, code)
    assert.matches("1 port-ins of", output, 1, true)
    output, code = run("cancel_port_ins.lua", "a,a\n" .. sid(1) .. "," .. sid(2) .. "\n",
      "--column a")
    assert.are.equal(2, code)
    assert.matches("there are two columns 'a'", output, 1, true)
  end)

  it("refuses a time to wait that is none, before anything is sent", function()
    for _, seconds in ipairs { "0", "-1", "1e10", "nan", "soon" } do
      local _, code = run("cancel_port_ins.lua", sid(1) .. "\n", "--apply --wait " .. seconds)
      assert.are.equal(1, code)
    end
    assert.are.same({}, sandbox.requests())
  end)

  it("does not end with 0 where its output was lost", function()
    local _, code = run("cancel_port_ins.lua", sid(1) .. "\n", ">/dev/full")
    assert.are.equal(1, code)
  end)

  it("ends with 3 when something is not as wished, and says what", function()
    local output, code = run("cancel_port_ins.lua", sid(1) .. "\n" .. sid(0xdead) .. "\n",
      "--apply")
    assert.are.equal(3, code)
    assert.matches("HTTP 404, code 20404", output, 1, true)
    assert.matches("1 canceled, 0 not confirmed, 0 not cancelled, 0 kept, 1 with problems", output,
      1, true)
  end)

  it("finds out by GET what became of an uncertain DELETE, and sends no second one", function()
    sandbox.fault { fault = "reset_after", method = "DELETE" }
    sandbox.fault { fault = "reset_before", method = "DELETE" }
    local output, code = run("cancel_port_ins.lua", sid(1) .. "\n" .. sid(2) .. "\n",
      "--apply --wait 0.5")
    assert.are.equal(3, code)
    assert.are.same({ sid(1), sid(2) }, deletes())
    assert.matches("It may or may not have taken effect", output, 1, true)
    assert.matches(sid(2) .. "  NOT CONFIRMED, last seen as in_progress", output, 1, true)
  end)

  it("stops at once when the credentials are not accepted", function()
    sandbox.fault { fault = "error", status = 403, code = 20003, message = "Forbidden", times = 9 }
    local _, code = run("cancel_port_ins.lua", sid(1) .. "\n" .. sid(2) .. "\n", "--apply")
    assert.are.equal(4, code)
    assert.are.same({}, deletes())
  end)
end)

describe("cancel_port_ins.lua, in the middle of applying", function()
  it("stops when the credentials are no longer accepted, and says how far it came", function()
    sandbox.reset()
    sandbox.fault { fault = "error", status = 401, code = 20003, method = "DELETE", path = sid(2) }
    local output, code = run("cancel_port_ins.lua", sid(1) .. "\n" .. sid(2) .. "\n" .. sid(3),
      "--apply")
    assert.are.equal(4, code)
    assert.are.same({ sid(1), sid(2), sid(3) }, deletes())
    assert.matches("2 accepted or uncertain before, none of them confirmed, 0 not tried", output,
      1, true)
  end)
end)

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

  it("sends nothing while a row is no phone number", function()
    local output, code = run("check_portability.lua", "phone_number\n+14155550100\n4155550101\n")
    assert.are.equal(2, code)
    assert.matches("line 3: not a phone number in E.164 format", output, 1, true)
    assert.are.same({}, sandbox.requests())
  end)
end)

describe("fetch_port_in.lua", function()
  before_each(sandbox.reset)

  it("shows a port-in and its numbers", function()
    local output, code = run("fetch_port_in.lua", nil, sid(1))
    assert.are.equal(0, code)
    assert.matches("PortIn " .. sid(1) .. " (in_review, 2 numbers)", output, 1, true)
    assert.matches("+14155550111     in_review", output, 1, true)
    local text = run("fetch_port_in.lua", nil, sid(1) .. " --json")
    assert.are.equal(sid(1), cjson.decode(text).port_in_request_sid)
  end)

  it("shows fields that are called like its methods", function()
    sandbox.put_port_in(sid(1), { status = "x", cancel = { "later", cjson.null } })
    local output = run("fetch_port_in.lua", nil, sid(1))
    assert.matches("status +x\n", output)
    assert.matches("cancel +later, null\n", output)
  end)

  it("tells misuse, an unknown SID and refused credentials apart", function()
    assert.are.equal(1, select(2, run("fetch_port_in.lua", nil, "KW..")))
    assert.are.equal(3, select(2, run("fetch_port_in.lua", nil, sid(0xdead))))
    sandbox.fault { fault = "error", status = 401, code = 20003 }
    assert.are.equal(4, select(2, run("fetch_port_in.lua", nil, sid(1))))
  end)
end)
