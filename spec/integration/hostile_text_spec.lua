--- Text from outside may give a terminal commands, forge lines of a log, hold credentials, or be very long.
--- Nothing of that is printed.

local core = require "twilio.numbers.core"
local raw_server = require "spec.support.raw_server"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local KW = sandbox.sid("KW", 1)
local SECRET = "QUMwMTIz"

--- A text that a person or a log gets.
local function is_harmless(text, most)
  assert.is_string(text)
  assert.is_true(#text <= most, ("%d bytes"):format(#text))
  assert.not_matches("[%z\1-\31\127]", text)
  assert.not_matches("\194[\128-\159]", text)
  assert.not_matches("\226\128\174", text, 1, true)
  assert.not_matches(SECRET, text, 1, true)
  assert.is_nil(text:find "\255")
end

describe("hostile text", function()
  local server

  setup(function() server = raw_server.start() end)
  teardown(function() server.stop() end)

  local function client_of(command, options)
    options = options or {}
    options.base_url = server.https .. "/" .. command
    return sandbox.client(options)
  end

  it("of an error's answer is in no field that is printed, and not in its text", function()
    local client = client_of "answer-hostile"
    for _, verb in ipairs { "fetch", "cancel" } do
      local _, err = client.port_ins[verb](client.port_ins, KW)
      assert.are.equal("api", err.kind)
      assert.matches("^RQ", err.request_id)
      assert.matches("^nan", err.code)
      for _, field in ipairs { "message", "code", "request_id", "more_info" } do
        is_harmless(err[field], 1000)
      end
      is_harmless(tostring(err), 2000)
    end
    client:close()
  end)

  it("is in no event of a hook, and in no request id of a success", function()
    local events = {}
    local client = client_of("answer-hostile204", { on_response = function(event) events[1] = event end })
    local done, _, request_id = client.port_ins:cancel(KW)
    client:close()
    assert.is_true(done)
    is_harmless(request_id, 103)
    is_harmless(events[1].request_id, 103)
  end)

  it("of any length is shortened", function()
    local client = client_of "line-60"
    local _, err = client.port_ins:fetch(KW)
    client:close()
    assert.are.equal("unreadable", err.kind)
    is_harmless(err.request_id, 103)
    is_harmless(tostring(err), 1000)
  end)

  it("of a redirect is not repeated as it is", function()
    local engine = core.engine { ca_file = sandbox.ca_file, retry = false }
    local transfer = sandbox.finish(engine, (engine:submit("GET", server.https .. "/answer-hostile")))
    assert.are.equal("\27]0;title\7", transfer:header "Location") -- there is something to filter
    engine:close()
  end)
end)

describe("a script", function()
  it("prints no control character of a file that it reads", function()
    local path = os.tmpname()
    for _, text in ipairs {
      "phone\27[31mnumber,\194\155x\n1,2\n", "phone_number\n\27[2J\7no number\n",
      "phone_number,\27[31m\n\"a\27[2J",
    } do
      support.write_file(path, text)
      local output, code = support.run(("%s examples/check_portability.lua %s"):format(support.lua, path))
      assert.are.equal(2, code)
      assert.not_matches("[%z\1-\8\11-\31\127]", output)
      assert.not_matches("\194\155", output, 1, true)
    end
    os.remove(path)
  end)
end)
