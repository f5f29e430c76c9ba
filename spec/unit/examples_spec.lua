--- The examples use only what the reference documents.

local support = require "spec.support"

--- The modules in the reference's table of modules, without those that it calls internal.
local function documented()
  local modules = {}
  local table_ = support.read_file "lua/README.md":match "\n## Modules\n(.-)\n\n[^|\n]"
  for name, meaning in table_:gmatch "\n| `([%w_.]+)` | ([^\n]+)" do
    modules[name] = not meaning:find("internal", 1, true) or nil
  end
  return modules
end

--- The library's modules that a text requires, however it is written, and that are not documented.
local function undocumented(text)
  local modules, found = documented(), {}
  for name in text:gmatch "[\"'](twilio%.numbers[%w_.]*)[\"']" do
    if not modules[name] then found[#found + 1] = name end
  end
  return found
end

describe("the examples", function()
  it("require no module of the library that the reference does not document", function()
    local wrong, count = {}, 0
    local paths = support.run "find examples -type f -name '*.lua' -o -type f -name '*.in' -o -name '*.md'"
    for path in paths:gmatch "[^\n]+" do
      count = count + 1
      for _, name in ipairs(undocumented(support.read_file(path))) do
        wrong[#wrong + 1] = path .. " requires " .. name
      end
    end
    assert.is_true(count > 20)
    assert.are.same({}, wrong)
  end)

  for text, found in pairs {
    ['local numbers = require "twilio.numbers"'] = {},
    ["local campaign = require('twilio.numbers.campaign')"] = {},
    ['local core = require "twilio.numbers.core"'] = { "twilio.numbers.core" },
    ["pcall(require, 'twilio.numbers.util.json')"] = { "twilio.numbers.util.json" },
  } do
    it("are read for what they require: " .. text, function()
      assert.are.same(found, undocumented(text))
    end)
  end
end)

--- Node's calls in a text, such as "portingPortIns.fetch", after a prefix.
local function calls_of(text, prefix)
  local calls = {}
  text = text:gsub("%.padStart%b()", "")
  for name, method in text:gmatch(prefix .. "%.(%a+)%b()%.(%a+)%(") do calls[name .. "." .. method] = true end
  for call in text:gmatch(prefix .. "%.(%a+%.%a+)%(") do calls[call] = true end
  return calls
end

describe("the table for those who know the official SDKs", function()
  it("has the calls that the benchmark makes with Node's SDK, and no others", function()
    local text = support.read_file "examples/README.md":match "\n## For those who know.-$"
    local calls = calls_of(text, "%$")
    assert.is_true(calls["portingPortIns.remove"])
    assert.are.same(calls_of(support.read_file "spec/bench/node_operations.js", "v1"), calls)
  end)
end)

describe("what the example scripts print", function()
  it("has no PINs and no control characters", function()
    local code = [[arg = arg or {} -- plain Lua 5.1 has none here
      package.path = "./examples/support/?.lua;" .. package.path
      local cli = require "cli"
      cli.print("port_out_pin  4711")
      cli.print([=[{"pin":"0123","x":1}]=])
      cli.warn("the PIN is 0815\\27[31m")
      cli.exit(0)]]
    local output = support.run(("%s -e '%s' 2>&1"):format(support.lua, (code:gsub("\\\\", "\\"))))
    for _, wanted in ipairs {
      "port_out_pin  ***\n", '{"pin":"***","x":1}\n', "the PIN is ***\\u{1B}[31m\n",
    } do
      assert.matches(wanted, output, 1, true)
    end
  end)
end)
