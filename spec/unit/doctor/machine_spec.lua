--- What the doctor tells of the machine.

local code = require "spec.support.code"
local machine = require "twilio.numbers.doctor.machine"
local support = require "spec.support"

--- The lines by their names.
local function examine(options)
  local lines = {}
  machine.examine(function()
    return function(name, state, text) lines[name] = { state, text } end
  end, options or {}, "1.2.3")
  return lines
end

describe("the machine", function()
  it("is told by its versions", function()
    local lines = examine()
    assert.are.same({ "ok", "1.2.3" }, lines["twilio-numbers"])
    assert.matches("%d", lines.libcurl[2])
    assert.matches("^[%w. ]+ %d", lines.OpenSSL[2])
    assert.matches("Lua", lines.Lua[2])
    assert.are.equal("ok", lines["lua-cjson"][1])
  end)

  it("is told to have each variable that the library reads, and no value", function()
    local known, missing = {}, {}
    local add_environment = code.upvalue(machine.examine, "add_environment")
    for _, name in ipairs(code.upvalue(add_environment, "VARIABLES")) do known[name] = true end
    local found = support.run
      [[grep -rhoE '"(TWILIO|SSL)_[A-Z_]+"' lua csrc --include='*.lua' --include='*.c']]
    local count = 0
    for name in found:gmatch '"([A-Z_]+)"' do
      count = count + 1
      if not known[name] then missing[#missing + 1] = name end
    end
    assert.is_true(count > 8)
    assert.are.same({}, missing)
    local lines = examine()
    for name in pairs(known) do assert.matches("^n?o?t? ?set$", lines[name][2]) end
  end)

  it("lacks authorities that cannot be read, and their path is not told", function()
    local lines = examine { ca_file = "/home/robin/missing.pem" }
    assert.are.same({ "failed", "by the options ca_file or ca_path: it cannot be read" }, lines.authorities)
    assert.are.equal("ok", examine { ca_path = "/etc/ssl/certs" }.authorities[1])
  end)

  it("has a proxy by its host alone", function()
    local lines = examine { proxy = "http://robin:secret@proxy.example:3128/a?b" }
    assert.are.same({ "note", "proxy.example:3128, by the option proxy" }, lines.proxy)
    assert.are.same({ "ok", "none" }, examine { proxy = "" }.proxy)
  end)
end)
